"""Rows of one record in one file: which one stands for them, and what it takes from the others."""

from __future__ import annotations

import duckdb

from core.datasets.model import Field
from core.ingest import types
from core.ingest.merge import EXTRA, Merge, merges
from core.ingest.poorer import poorer
from core.ingest.staged import Staged, row_count
from core.storage.sql import ident, literal


def put(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Set the other rows of each record aside, in `staged.doubles`, and complete the one that stands.

    Asks `decided`: see doubles.py. What is completed stays a row of the file: no rule over its fields may
    be broken by it.
    """
    cursor.execute(_alike(staged))
    if row_count(cursor, "alike"):
        cursor.execute(_news(staged))
        cursor.execute(_fuller(staged))
        cursor.execute(_others(staged))
        if row_count(cursor, "fuller"):
            cursor.execute(_completed(staged))
        cursor.execute("DROP TABLE fuller")
        cursor.execute("DROP TABLE news")
    cursor.execute("DROP TABLE alike")


def differences(staged: Staged) -> list[Merge]:
    """What one row (alias `s`) says more than another (`m`), or otherwise, field by field."""
    fields = tuple(
        f if f.on_update == "union" else f.model_copy(update={"on_update": "overwrite"})
        for f in staged.dataset.fields
    )
    return merges(staged.dataset.model_copy(update={"fields": fields}), staged.compiled.fields)


def _alike(staged: Staged) -> str:
    """CREATE `alike`: (row, place, winner), for every row of a record that has several."""
    names = [f"s.{ident(n)}" for n in (*staged.compiled.fields, EXTRA)]
    full = " + ".join(f"({n} IS NOT NULL)::INTEGER" for n in names)
    return f"""CREATE OR REPLACE TEMP TABLE alike AS
        WITH several AS (
            SELECT "row", name, value FROM decided WHERE value IS NOT NULL
            QUALIFY count(*) OVER (PARTITION BY name, value) > 1
        ), told AS (
            SELECT d.*, {full} AS filled, hash({', '.join(names)}) AS content
            FROM several d JOIN {staged.rows} s ON s.rowid = d."row"
        ), latest AS (
            SELECT *, max("row") OVER (PARTITION BY name, value, content) AS last FROM told
        )
        SELECT "row", row_number() OVER best AS place, first_value("row") OVER best AS winner
        FROM latest WINDOW best AS (PARTITION BY name, value ORDER BY filled DESC, last DESC, "row")"""


def _news(staged: Staged) -> str:
    """CREATE `news`: the rows that say more than the one that stands for them, or otherwise."""
    more = " OR ".join(f"({d.changed})" for d in differences(staged))
    return f"""CREATE OR REPLACE TEMP TABLE news AS
        SELECT a."row", a.winner FROM alike a JOIN {staged.rows} s ON s.rowid = a."row"
        JOIN {staged.rows} m ON m.rowid = a.winner WHERE {more}"""


def _fuller(staged: Staged) -> str:
    """CREATE `fuller`: the rows that stand for others, with what these add."""
    fields = [f for f in staged.dataset.fields if f.name in staged.compiled.fields]
    values = ", ".join(f"{_together(f)} AS {ident(f.name)}" for f in fields)
    extra = (
        f"list_reduce(list(s.{EXTRA} ORDER BY a.place DESC) FILTER (s.{EXTRA} IS NOT NULL),"
        " lambda x, y: json_merge_patch(x, y)::VARCHAR)"
    )
    united = [ident(f.name) for f in fields if f.on_update == "union"]
    once = f"REPLACE ({', '.join(f'{types.distinct(n)} AS {n}' for n in united)})" if united else ""
    typed = ", ".join(f"{ident(f.name)} AS {ident('v_' + f.name)}" for f in fields)
    rules = [c.condition for c in staged.compiled.checks if not c.field and c.severity == "error"]
    broken = " OR ".join(f"coalesce({r}, false)" for r in rules) or "false"
    wanted = (
        "SELECT winner FROM news" if staged.plan.together else "SELECT NULL::BIGINT WHERE false"
    )
    return f"""CREATE OR REPLACE TEMP TABLE fuller AS
        WITH put AS (
            SELECT a.winner AS _row, {values}, {extra} AS {EXTRA}
            FROM alike a JOIN {staged.rows} s ON s.rowid = a."row" JOIN {staged.rows} m ON m.rowid = a.winner
            WHERE a.winner IN ({wanted}) GROUP BY a.winner
        )
        SELECT * {once} FROM put WHERE _row NOT IN (
            SELECT _row FROM (SELECT _row, {typed} FROM put) WHERE {broken})"""


def _together(field: Field) -> str:
    """SQL, over the rows `s` of a record and the one that stands for them, `m`, by their place."""
    s, m = f"s.{ident(field.name)}", f"m.{ident(field.name)}"
    if field.on_update == "union":
        return f"flatten(list({s} ORDER BY a.place) FILTER ({s} IS NOT NULL))"
    loses = poorer(field, m, s)
    better = f"{m} IS NULL" + (f" OR ({s} <> {m} AND {loses})" if loses else "")
    # The most exact of several dates; of other values the one from the fullest row.
    order = f"length({s}) * 1000000 - a.place" if field.type == "date" else "-a.place"
    return (
        f"coalesce(arg_max({s}, {order}) FILTER ({s} IS NOT NULL AND ({better})), any_value({m}))"
    )


def _others(staged: Staged) -> str:
    """INSERT the rows for which another one stands, with the reason."""
    more = " OR ".join(f"({d.changed})" for d in differences(staged))
    names = (*staged.compiled.fields, EXTRA)
    return f"""INSERT INTO {staged.doubles}
        WITH final AS (
            SELECT * FROM fuller UNION ALL
            SELECT s.rowid, {', '.join(f's.{ident(n)}' for n in names)} FROM {staged.rows} s
            WHERE s.rowid IN (SELECT winner FROM alike) AND s.rowid NOT IN (SELECT _row FROM fuller)
        )
        SELECT a."row", CASE WHEN {more} THEN 'contradicts'
            WHEN a."row" IN (SELECT "row" FROM news) THEN 'completes' ELSE 'repeats' END,
            {literal(staged.dataset.title_field)}, a.winner
        FROM alike a JOIN {staged.rows} s ON s.rowid = a."row" JOIN final m ON m._row = a.winner
        WHERE a."row" <> a.winner"""


def _completed(staged: Staged) -> str:
    """The staged rows once more, in their order, with the fuller ones in their places."""
    values = ", ".join(
        f"CASE WHEN f._row IS NULL THEN s.{ident(n)} ELSE f.{ident(n)} END AS {ident(n)}"
        for n in (*staged.compiled.fields, EXTRA)
    )
    return (
        f"CREATE OR REPLACE TABLE {staged.rows} AS SELECT s.* REPLACE ({values}) FROM {staged.rows} s"
        " LEFT JOIN fuller f ON f._row = s.rowid ORDER BY s.rowid"
    )
