"""A definition that changes while records are there: what would lose or falsify their values is refused.

The table keeps the names and types that a definition had when it was looked at last. A field that goes keeps
its column and its values, and has them again when it comes back; a field that comes is empty. Both at once
look like a new name for an old field, whose values would not come along. A text that becomes a date must
hold dates.
"""

from __future__ import annotations

import json

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import stored, table
from core.errors import BadDataset
from core.storage.sql import ident, literal

_DATE = "-?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
SHOWN = 3


def shape(dataset: Dataset) -> dict[str, str | None]:
    """Field to type."""
    return {f.name: f.type for f in dataset.fields}


def known(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str | None] | None:
    """The shape that was looked at last; None without a table. Types are None where nobody kept them."""
    row = connection.execute("SELECT fields FROM ops.datasets WHERE name = ?", [name]).fetchone()
    if row is None:
        return None
    found = json.loads(row[0])
    return dict(found) if isinstance(found, dict) else dict.fromkeys(found)


def refuse(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Raises BadDataset for a change that the records do not allow."""
    before = known(connection, dataset.name)
    if before is None or before == shape(dataset):
        return
    have = stored(connection, dataset)
    _refuse_renaming(connection, dataset, before, have)
    for field in dataset.fields:
        if field.type == "date" and field.name in have and before.get(field.name) != "date":
            _refuse_no_dates(connection, dataset, field.name)


def accept(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Keep the shape. Inside the writer's transaction; raises as `refuse` does."""
    refuse(connection, dataset)
    connection.execute(
        "UPDATE ops.datasets SET fields = ? WHERE name = ?",
        [json.dumps(shape(dataset)), dataset.name],
    )


def _refuse_renaming(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    before: dict[str, str | None],
    have: dict[str, str],
) -> None:
    came = [n for n in dataset.field_names if n not in have]
    gone = [n for n in before if n in have and n not in dataset.field_names]
    counts = {n: _count(connection, dataset, f"{ident(n)} IS NOT NULL") for n in gone}
    lost = {n: c for n, c in counts.items() if c}
    if came and lost:
        said = ", ".join(f"{n} ({c} values)" for n, c in lost.items())
        raise BadDataset(
            f"{dataset.name}: {said} would go while {', '.join(came)} would come: values do not move to a"
            " field of another name",
            hint="Keep the name, and change the title to show another one. If the field is meant to go, take"
            " it out first and add the new one afterwards; its values come back with its name.",
        )


def _refuse_no_dates(connection: duckdb.DuckDBPyConnection, dataset: Dataset, name: str) -> None:
    column = ident(name)
    wrong = (
        f"{column} IS NOT NULL AND (NOT regexp_full_match({column}, {literal(_DATE)})"
        f" OR (len({column}) = 10 AND try_cast({column} AS DATE) IS NULL))"
    )
    if count := _count(connection, dataset, wrong):
        rows = connection.execute(
            f"SELECT DISTINCT {column} FROM {table(dataset)} WHERE {wrong} ORDER BY 1 LIMIT {SHOWN}"
        ).fetchall()
        raise BadDataset(
            f"{dataset.name}.{name} cannot become a date: {count} of its values are none, for example "
            + ", ".join(repr(value) for (value,) in rows),
            hint="Correct them first (YYYY, YYYY-MM or YYYY-MM-DD), or add a date field beside it.",
        )


def _count(connection: duckdb.DuckDBPyConnection, dataset: Dataset, condition: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table(dataset)} WHERE {condition}").fetchone()
    return int(row[0]) if row else 0
