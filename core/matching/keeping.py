"""What a run found, kept for the review: the pairs in place of those of before, bridges marked."""

from __future__ import annotations

import json

import duckdb

from core.datasets.model import Dataset
from core.history import feed
from core.history.events import now
from core.matching import bridges, index as index_
from core.matching.found import Run, summary
from core.matching.model import Model
from core.storage.sql import literal

CONSUMER = "matching"


def staged(model: Model) -> str:
    """SELECT of `scored` by record ids, as `ops.match_pairs` has it."""
    places = range(len(model.comparisons))
    levels, bits = (", ".join(f"{x}{i}" for i in places) for x in ("v", "b"))
    return (
        "SELECT least(a.record_id, b.record_id) AS left_id, greatest(a.record_id, b.record_id) AS right_id, weight,"
        " coalesce(t.first = l, false) AS twin, name_bits AS names, agree, against, missing,"
        f" [{levels}]::TINYINT[] AS levels, [{bits}]::INTEGER[] AS bits,"
        " (l, r) IN (SELECT (l, r) FROM bridging) AS bridge FROM scored JOIN people a ON a.n = l"
        " JOIN people b ON b.n = r LEFT JOIN twins t ON t.n = r ORDER BY 1, 2"
    )


def indexed(
    cursor: duckdb.DuckDBPyConnection, model: Model, staged: str, whole: bool
) -> str | None:
    """The table with the rows of the index that are to be kept: of all, or of what changed; None for few records."""
    into = f'{staged[:-1]}_index"'
    if not whole:
        there = cursor.execute(
            "SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = 'own'"
        ).fetchone()
        if there is None:
            return None
        cursor.execute(f"CREATE TABLE {into} AS FROM own")
        return into
    row = cursor.execute("SELECT count(*) FROM people").fetchone()
    if row is None or row[0] < index_.LEAST:
        return None
    index_.rows(cursor, model, f"TABLE {into}")
    return into


def keep(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    found: Run,
    model: Model,
    staged: str,
    act: int,
    since: int | None,
) -> None:
    """Put the pairs in place of those of before: all, or those of records that were changed or are gone."""
    name = literal(dataset.name)
    gone = ""
    if since is not None:
        changed = f"SELECT record_id FROM history.changes WHERE dataset = {name} AND act > {since}"
        gone = f" AND (left_id IN ({changed}) OR right_id IN ({changed}))"
    connection.execute(f"DELETE FROM ops.match_pairs WHERE dataset = {name}{gone}")
    connection.execute(
        f"INSERT INTO ops.match_pairs BY NAME SELECT {name} AS dataset, {literal(found.id)}::UUID AS run_id, *"
        f" FROM {staged}"
    )
    if since is not None:
        bridges.new(connection, dataset, staged)
    connection.execute(
        "INSERT INTO ops.match_runs VALUES (?, ?, ?, ?, ?, ?)",
        [
            found.id,
            dataset.name,
            act,
            json.dumps(model.as_dict(), ensure_ascii=False),
            summary(found),
            now(),
        ],
    )
    feed.move(connection, CONSUMER, dataset.name, feed.Position(act))
