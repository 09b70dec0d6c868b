"""A dataset's definition changes while records are there: what that does is said before; renamed fields keep their values.

A renamed field keeps its values, its history and the plans of earlier files, so that an import can still be taken back and
everything replayed: the names are changed wherever they are kept, in one transaction with the column.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from core.cleaning.plan import Column, Plan
from core.datasets import evolving, tables
from core.datasets.model import Dataset, from_dict
from core.errors import BadDataset, MarqueeError
from core.files import hidden, reader
from core.files.registry import FALLBACK
from core.files.table import Table
from core.ingest import staging
from core.ingest.columns import mapping
from core.ingest.corridor import Corridor
from core.ingest.rows.staged import check_counts, drop_staged, row_count
from core.storage import catalog
from core.storage.ddl import altering
from core.storage.ids import new_id
from core.storage.sql import ident, literal
from core.storage.store import Connection, transaction

# Tables with the name of a field in a column of texts, and those with JSON objects by field.
_FIELDS = (("ops.problems", "field", True), ("ops.quality_sketches", "field", False))
_OBJECTS = (
    ("history.changes", ("before", "after")),
    ("history.vouched", ("fields", "said")),
    ("history.merges", ("details",)),
)
TRIED = 20_000  # rows of a sample that are tried


@dataclass(frozen=True)
class Broken:
    """A rule of the definition and in how many rows it is broken."""

    field: str | None
    rule: str
    severity: str
    rows: int


@dataclass(frozen=True)
class Tried:
    """Rows held against a definition: how many, how many would be refused, and by which rules."""

    rows: int
    refused: int
    broken: tuple[Broken, ...]
    columns: tuple[tuple[str, str | None], ...] = ()  # of a sample: column to field


@dataclass(frozen=True)
class Change:
    """One thing that a new definition does, in words; `refused` says why it cannot be."""

    what: str
    refused: bool = False


# ------------------------------------------------------------------ said before


def changes(corridor: Corridor, new: Dataset, renamed: Mapping[str, str]) -> list[Change]:
    """What the new definition does to the dataset of its name and its records."""
    old = corridor.registry.datasets.get(new.name)
    if old is None:
        return [Change(f"{new.label} is new, with {len(new.fields)} fields")]
    found = [
        Change(f"{a} is called {b}; its values and its history come along")
        for a, b in renamed.items()
    ]
    back = {b: a for a, b in renamed.items()}
    before = {f.name: f for f in old.fields}
    for field in new.fields:
        was = before.get(back.get(field.name, field.name))
        if was is None:
            found.append(Change(f"{field.name} comes; it is empty in every record"))
        elif was.type != field.type:
            found.append(Change(f"{field.name} becomes {field.type}, from {was.type}"))
        elif was.model_copy(update={"name": field.name}) != field:
            found.append(Change(f"{field.name} has other rules or words"))
    gone = [n for n in before if n not in new.field_names and n not in renamed]
    found += [
        Change(f"{n} goes; its values are kept, and are there again when it comes back")
        for n in gone
    ]
    if old.key != new.key:
        found.append(Change("the key is another; every record is folded anew"))
    try:
        refuse(corridor, new, renamed)
    except MarqueeError as error:
        found.append(Change(f"{error.detail}. {error.hint}".strip(), refused=True))
    return found


def refuse(corridor: Corridor, new: Dataset, renamed: Mapping[str, str]) -> None:
    """Raises BadDataset where names cannot be changed so."""
    if not renamed:
        return
    old = corridor.registry.get(new.name)
    have = corridor.database.read(lambda c: tables.stored(c, old))
    for a, b in renamed.items():
        if a not in old.field_names or a in new.field_names:
            raise BadDataset(f"{new.name}: {a} is no field that goes, so it is not renamed")
        if b not in new.field_names or b in old.field_names:
            raise BadDataset(f"{new.name}: {b} is no field that comes, so {a} is not renamed to it")
        if b in have:
            raise BadDataset(
                f"{new.name}: values of an earlier field {b} are kept, and {a} cannot take their place",
                hint="Choose another name, or bring the earlier field back first.",
            )
        if old.field(a).sql_type != new.field(b).sql_type:
            raise BadDataset(
                f"{new.name}: {a} is of type {old.field(a).type} and {b} of {new.field(b).type}",
                hint="Rename the field first, and change its type afterwards.",
            )
    if len(set(renamed.values())) < len(renamed):
        raise BadDataset(f"{new.name}: two fields cannot have one name")


# ------------------------------------------------------------------ renamed


def with_names(dataset: Dataset, renamed: Mapping[str, str]) -> Dataset:
    """The definition with other names of fields, wherever it speaks of them, and the titles that people know."""
    data = dataset.model_dump(mode="json")
    for field in data["fields"]:
        if field["name"] in renamed:
            field["title"] = field["title"] or dataset.field(field["name"]).label
            field["name"] = renamed[field["name"]]

    def names(found: Any) -> Any:
        if isinstance(found, dict):
            return {renamed.get(k, k): names(v) for k, v in found.items()}
        if isinstance(found, list):
            return [names(v) for v in found]
        return renamed.get(found, found) if isinstance(found, str) else found

    for part in ("key", "search"):
        data[part] = {k: names(v) for k, v in data[part].items()}
    for rule in data["rules"]:
        rule["fields"] = names(rule["fields"])
    data["quality"]["fields"] = names(data["quality"]["fields"])
    return from_dict(data, dataset.name)


def rename(corridor: Corridor, dataset: str, renamed: Mapping[str, str]) -> None:
    """Give fields of a dataset other names, with their values and history. The definition is saved afterwards."""
    old = corridor.registry.get(dataset)

    def task(connection: Connection) -> None:
        with altering(connection), transaction(connection):
            have = tables.stored(connection, old)
            for a, b in renamed.items():
                if a in have:
                    connection.execute(
                        f"ALTER TABLE {tables.table(old)} RENAME COLUMN {ident(a)} TO {ident(b)}"
                    )
                _in_history(connection, dataset, a, b)
            _in_plans(connection, dataset, renamed)
            _shape(connection, dataset, renamed)

    for upload_id in list(corridor.database.read(lambda c: _uploads(c, dataset))):
        corridor.shelf.outdated(upload_id)
    corridor.database.write(task, transaction=False)


def _uploads(connection: duckdb.DuckDBPyConnection, dataset: str) -> list[str]:
    rows = connection.execute(
        "SELECT upload_id::VARCHAR FROM ops.uploads WHERE dataset = ?", [dataset]
    ).fetchall()
    return [row[0] for row in rows]


def _in_history(connection: Connection, dataset: str, old: str, new: str) -> None:
    # A key follows { or a comma and is followed by a colon: no text in JSON can look so, for its quotes are escaped.
    key, other = literal(rf'([{{,]\s*)"{old}"(\s*:)'), literal(rf'\1"{new}"\2')
    for table, columns in _OBJECTS:
        for column in columns:
            connection.execute(
                f"UPDATE {table} SET {column} = regexp_replace({column}, {key}, {other}, 'g')"
                f" WHERE dataset = ? AND contains({column}, ?)",
                [dataset, f'"{old}"'],
            )
    mine = "upload_id IN (SELECT upload_id FROM ops.uploads WHERE dataset = ?)"
    for table, column, of_upload in _FIELDS:
        where = mine if of_upload else "dataset = ?"
        connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ? AND {where}", [new, old, dataset]
        )
    connection.execute(
        "UPDATE ops.quarantine SET rules = list_transform(rules, lambda r: CASE WHEN starts_with(r, ?)"
        f" THEN ? || substr(r, ?) ELSE r END) WHERE {mine}",
        [f"{old}:", f"{new}:", len(old) + 2, dataset],
    )
    connection.execute(
        "UPDATE ops.quality_expectations SET definition = replace(definition, ?, ?) WHERE dataset = ?",
        [f'"{old}"', f'"{new}"', dataset],
    )


def _in_plans(connection: Connection, dataset: str, renamed: Mapping[str, str]) -> None:
    rows = connection.execute(
        "SELECT upload_id, plan, reading FROM ops.uploads WHERE dataset = ?", [dataset]
    ).fetchall()
    for upload_id, plan, reading in rows:
        connection.execute(
            "UPDATE ops.uploads SET plan = ?, reading = ? WHERE upload_id = ?",
            [_anew(plan, renamed), _anew(reading, renamed), upload_id],
        )
    connection.execute(
        "DELETE FROM ops.plan_changes WHERE upload_id IN (SELECT upload_id FROM ops.uploads WHERE dataset = ?)",
        [dataset],
    )
    for table, column, name in (
        ("ops.mappings", "mapping", "headers_hash"),
        ("ops.recipes", "recipe", "recipe_id"),
    ):
        kept = connection.execute(
            f"SELECT {name}, {column} FROM {table} WHERE dataset = ?", [dataset]
        ).fetchall()
        for key, text in kept:
            connection.execute(
                f"UPDATE {table} SET {column} = ? WHERE dataset = ? AND {name} = ?",
                [_anew(text, renamed), dataset, key],
            )


def _anew(text: str | None, renamed: Mapping[str, str]) -> str | None:
    """JSON of a plan, a recipe or a mapping with the new names of fields."""
    return json.dumps(_named(json.loads(text), renamed), ensure_ascii=False) if text else text


def _named(data: Any, renamed: Mapping[str, str], key: str = "") -> Any:
    if isinstance(data, dict):
        inner = key in ("mapping", "wanted") or all(k.isdigit() for k in data)  # column to choice
        return {
            k: _named(v, renamed, "field" if inner and isinstance(v, str) else k)
            for k, v in data.items()
        }
    if isinstance(data, list):
        return [_named(v, renamed, "") for v in data]
    if isinstance(data, str) and key in ("field", "near"):
        name, colon, part = data.partition(":")
        return f"{renamed.get(name, name)}{colon}{part}"
    return data


def _shape(connection: Connection, dataset: str, renamed: Mapping[str, str]) -> None:
    known = evolving.known(connection, dataset) or {}
    shape = {renamed.get(n, n): t for n, t in known.items()}
    connection.execute(
        "UPDATE ops.datasets SET fields = ? WHERE name = ?", [json.dumps(shape), dataset]
    )
    tables.bump(connection, dataset)


# ------------------------------------------------------------------ removed


def remove(corridor: Corridor, dataset: str) -> int:
    """Delete a dataset's records, history and uploads; gives how many records. Raw files and the audit trail stay."""
    known = corridor.registry.get(dataset)

    def task(connection: Connection) -> int:
        count = 0
        with altering(connection), transaction(connection):
            if tables.stored(connection, known):
                count = row_count(connection, tables.table(known))
            mine = _uploads(connection, dataset)
            _forget_rows(connection, dataset, mine)
            connection.execute(f"DROP TABLE IF EXISTS {tables.table(known)}")
        return count

    for upload_id in corridor.database.read(lambda c: _uploads(c, dataset)):
        corridor.shelf.forget(upload_id)
    return corridor.database.write(task, transaction=False)


def _forget_rows(connection: Connection, dataset: str, uploads: list[str]) -> None:
    """From every table that speaks of the dataset or its uploads, the audit trail aside."""
    found = connection.execute(
        "SELECT schema_name, table_name, list(column_name) FROM duckdb_columns()"
        " WHERE database_name = current_database() AND schema_name IN ('ops', 'history') GROUP BY ALL"
    ).fetchall()
    for schema, name, columns in found:
        if name in ("events", "datasets", "uploads"):
            continue
        table = f"{schema}.{ident(name)}"
        if "dataset" in columns:
            connection.execute(f"DELETE FROM {table} WHERE dataset = ?", [dataset])
        if "upload_id" in columns:
            connection.execute(
                f"DELETE FROM {table} WHERE list_contains(?::UUID[], upload_id)", [uploads]
            )
    connection.execute("DELETE FROM ops.uploads WHERE dataset = ?", [dataset])
    connection.execute("DELETE FROM ops.datasets WHERE name = ?", [dataset])


# ------------------------------------------------------------------ tried


def try_sample(corridor: Corridor, dataset: Dataset, path: Path, filename: str) -> Tried:
    """The first rows of a file held against a definition that need not be saved. Raises the reader's errors."""
    table = reader.read(
        path,
        filename=filename,
        cache_dir=hidden.cache_dir(corridor.settings),
        settings=corridor.settings,
    )
    sample = list(table.rows(limit=200))
    guessed = tuple(Column(**vars(g)) for g in mapping.guess(dataset, table.names, sample))
    cells = ", ".join(["_line", *(f"c{i}" for i in range(len(table.columns)))])
    few = Table(
        table.format,
        table.columns,
        (),
        f"SELECT {cells} FROM ({table.first_sql}) LIMIT {TRIED}",
        table.first_line,
        table.row_name,
    )
    columns = tuple((c.column, c.choice if c.field else None) for c in guessed)
    return _tried(
        corridor, dataset, Plan(dataset=dataset.name, mapping=guessed, together=True), few, columns
    )


def try_records(corridor: Corridor, dataset: Dataset, renamed: Mapping[str, str]) -> Tried:
    """The records that are there held against a definition that need not be saved."""
    back = {b: a for a, b in renamed.items()}
    have = corridor.database.read(lambda c: catalog.columns(c, "main", dataset.name))
    if not have:
        return Tried(0, 0, ())
    cells: list[str] = []
    columns: list[Column] = []
    for field in dataset.fields:
        name = back.get(field.name, field.name)
        kind = have.get(name)
        text = (
            "NULL"
            if kind is None
            else (
                f"to_json({ident(name)})::VARCHAR"
                if kind.endswith("[]")
                else f"{ident(name)}::VARCHAR"
            )
        )
        cells.append(f"{text} AS c{len(cells)}")
        columns.append(Column(index=len(columns), column=field.name, field=field.name))
    sql = f"SELECT NULL::BIGINT AS _line, {', '.join(cells)} FROM {tables.table(dataset)}"
    table = Table(FALLBACK, dataset.field_names, (), sql, 1, "record")
    return _tried(corridor, dataset, Plan(dataset=dataset.name, mapping=tuple(columns)), table, ())


def _tried(
    corridor: Corridor,
    dataset: Dataset,
    plan: Plan,
    table: Table,
    columns: tuple[tuple[str, str | None], ...],
) -> Tried:
    name = new_id()
    with corridor.database.reader() as cursor:
        try:
            staged = staging.stage(cursor, name, dataset, plan, table)
            rows = row_count(cursor, staged.rows)
            refused = cursor.execute(f"SELECT count(*) FROM {staged.rows} WHERE _error").fetchone()
            counts = check_counts(cursor, staged)
            broken = tuple(
                Broken(c.field, c.rule, c.severity or "info", counts[c.position])
                for c in staged.compiled.checks
                if counts.get(c.position)
            )
        finally:
            drop_staged(cursor, name)
    return Tried(rows, int(refused[0]) if refused else 0, broken, columns)
