"""Rows of one record in one file: which one stands for them, and what it takes from the others."""

from __future__ import annotations

import duckdb

from core.cleaning import types
from core.datasets.model import Field
from core.ingest.rows.merge import EXTRA, Merge, merges
from core.ingest.rows.poorer import poorer
from core.ingest.rows.staged import Staged, row_count
from core.storage.sql import ident, literal

FEW = 20  # times fewer rows than all: then they are changed where they stand


def put(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Leave the other rows of each record out, in `staged.duplicates`, and complete the one that stands.

    Asks `decided`: see duplicates.py. What is completed stays a row of the file: no rule over its fields may
    be broken by it.
    """
    cursor.execute(_alike(staged))
    if row_count(cursor, "alike"):
        cursor.execute(_held(staged))
        cursor.execute(_news(staged))
        cursor.execute(_fuller(staged))
        cursor.execute(_others(staged))
        if row_count(cursor, "fuller"):
            _complete(cursor, staged)
        for name in ("fuller", "news", "held"):
            cursor.execute(f"DROP TABLE {name}")
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
    preferred = ", ".join(str(row - 1) for row in staged.plan.preferred) or "NULL"
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
        FROM latest WINDOW best AS (PARTITION BY name, value ORDER BY
            coalesce("row" IN ({preferred}), false) DESC, filled DESC, last DESC, "row")"""


def _held(staged: Staged) -> str:
    """CREATE `held`: these rows alone, mostly few, so that what follows does not look through all of them."""
    names = ", ".join(f"s.{ident(n)}" for n in (*staged.compiled.fields, EXTRA))
    return f"""CREATE OR REPLACE TEMP TABLE held AS
        SELECT s.rowid AS _row, {names} FROM {staged.rows} s WHERE s.rowid IN (SELECT "row" FROM alike)"""


def _news(staged: Staged) -> str:
    """CREATE `news`: the rows that say more than the one that stands for them, or otherwise."""
    more = " OR ".join(f"({d.changed})" for d in differences(staged))
    return f"""CREATE OR REPLACE TEMP TABLE news AS
        SELECT a."row", a.winner FROM alike a JOIN held s ON s._row = a."row"
        JOIN held m ON m._row = a.winner WHERE {more}"""


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
            FROM alike a JOIN held s ON s._row = a."row" JOIN held m ON m._row = a.winner
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
    return f"""INSERT INTO {staged.duplicates}
        WITH final AS (
            SELECT * FROM fuller UNION ALL
            SELECT s._row, {', '.join(f's.{ident(n)}' for n in names)} FROM held s
            WHERE s._row IN (SELECT winner FROM alike) AND s._row NOT IN (SELECT _row FROM fuller)
        )
        SELECT a."row", CASE WHEN {more} THEN 'contradicts'
            WHEN a."row" IN (SELECT "row" FROM news) THEN 'completes' ELSE 'repeats' END,
            {literal(staged.dataset.title_field)}, a.winner
        FROM alike a JOIN held s ON s._row = a."row" JOIN final m ON m._row = a.winner
        WHERE a."row" <> a.winner"""


def _complete(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Put the fuller rows in their places. Every row keeps its number, which is its place in the table."""
    if row_count(cursor, "fuller") * FEW < row_count(cursor, staged.rows):
        _in_place(cursor, staged)
    else:
        cursor.execute(_once_more(staged))


def _in_place(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    # An UPDATE of lists is a deletion and an insertion to DuckDB, which gives the row another number. Giving a column
    # its type again does not, and leaves the other columns as they are.
    rows, fields = staged.rows, staged.compiled.fields
    lists = [n for n in fields if staged.dataset.field(n).type == "list"]
    others = [ident(n) for n in (*fields, EXTRA) if n not in lists]
    sets = ", ".join(f"{n} = f.{n}" for n in (*others, "_put"))
    cursor.execute(f"ALTER TABLE {rows} ADD COLUMN _put INTEGER")
    cursor.execute(
        f"UPDATE {rows} AS s SET {sets} FROM"
        " (SELECT *, row_number() OVER (ORDER BY _row) AS _put FROM fuller) f WHERE f._row = s.rowid"
    )
    for name in map(ident, lists):
        cursor.execute(
            f"SET VARIABLE put_together = (SELECT list({name} ORDER BY _row) FROM fuller)"
        )
        cursor.execute(
            f"ALTER TABLE {rows} ALTER {name} SET DATA TYPE VARCHAR[] USING"
            f" CASE WHEN _put IS NULL THEN {name} ELSE getvariable('put_together')[_put] END"
        )
    cursor.execute("RESET VARIABLE put_together")
    cursor.execute(f"ALTER TABLE {rows} DROP COLUMN _put")


def _once_more(staged: Staged) -> str:
    """CREATE the staged rows anew, in their order, with the fuller ones in their places."""
    values = ", ".join(
        f"CASE WHEN f._row IS NULL THEN s.{ident(n)} ELSE f.{ident(n)} END AS {ident(n)}"
        for n in (*staged.compiled.fields, EXTRA)
    )
    return (
        f"CREATE OR REPLACE TABLE {staged.rows} AS SELECT s.* REPLACE ({values}) FROM {staged.rows} s"
        " LEFT JOIN fuller f ON f._row = s.rowid ORDER BY s.rowid"
    )
