"""Merges that stand, as SQL, and who a record became part of."""

from __future__ import annotations

import duckdb

from core.storage.sql import literal


def standing(dataset: str) -> str:
    """SELECT of (merge_id, survivor_id, absorbed_id, details, act) of the merges that stand."""
    return (
        "SELECT merge_id, survivor_id, absorbed_id, details, act FROM (SELECT * FROM history.merges"
        f" WHERE dataset = {literal(dataset)} QUALIFY row_number() OVER"
        " (PARTITION BY merge_id, absorbed_id ORDER BY act DESC) = 1) WHERE kind = 'merge'"
    )


def survivor(connection: duckdb.DuckDBPyConnection, dataset: str, record_id: str) -> str | None:
    """The record that a record became part of, at the end of all merges; None when it was not merged."""
    there: str | None = None
    present = record_id
    for _ in range(1_000):  # a chain ends: who was absorbed is no survivor of a later merge
        row = connection.execute(
            f"SELECT survivor_id::VARCHAR FROM ({standing(dataset)}) WHERE absorbed_id = ?::UUID",
            [present],
        ).fetchone()
        if row is None:
            return there
        there = present = str(row[0])
    return there
