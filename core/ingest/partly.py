"""A few fields of a few rows once more: only they are cleaned and checked, the rest of the rows stays as it was.

Preparing the SQL of all fields takes DuckDB most of a second; of one field some hundredths.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import duckdb

from core.cleaning import compiler, recipe, vocabularies
from core.cleaning.compiler import compile_values
from core.cleaning.plan import OWN
from core.ingest.rows.staged import Staged
from core.storage.sql import ident

_NAMES = re.compile(r"\b([a-z])_(\w+)")


def fields(staged: Staged, columns: Collection[int]) -> list[str] | None:
    """The fields of these columns, when they can be looked at without the others; else None."""
    found = set()
    for column in staged.plan.mapping:
        if column.index not in columns or (column.field is None and not column.keep):
            continue
        if (
            column.field is None
            or column.field in OWN
            or len(staged.plan.sources(column.field)) > 1
        ):
            return None
        found.add(column.field)
    if any(recipe.clears_invalid(recipe.active(staged.steps), f) for f in staged.compiled.fields):
        return None
    for check in staged.compiled.checks:
        told = {(kind, name) for kind, name in _NAMES.findall(check.condition)}
        others = {name for _, name in told if name in staged.compiled.fields} - {check.field}
        if check.field is None and any(kind != "v" for kind, _ in told):
            return None
        if check.field is not None and others and ({check.field, *others} & found):
            return None
    return sorted(found)


def check(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, wanted: list[str], before: str
) -> str | None:
    """Make the temporary table `checked` of the rows in `typed`; None where all fields have to be looked at.

    `before` are the rows as they were. `checked` has "row" and the staged columns but `_cells`.
    """
    cursor.execute(
        f'CREATE OR REPLACE TEMP TABLE before AS SELECT s.* FROM {before} s WHERE s."row" IN'
        " (SELECT row_no - 1 FROM typed)"
    )
    for place, name in enumerate(wanted):
        index = staged.plan.fields()[name]
        definition = staged.dataset.field(name)
        if definition.vocabulary:
            vocabularies.prepare(cursor, staged.compiled.vocabularies)
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE seen AS SELECT row_no AS _line, c{index} FROM typed"
        )
        steps = recipe.active(staged.steps)
        sql = compile_values(staged.dataset, staged.compiled, steps, name, f"c{index}")
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE part{place} AS {sql}")
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE checked AS {_put(staged, wanted)}")
    bare = not _says_something(cursor, staged)
    for name in ("before", "seen", *(f"part{i}" for i in range(len(wanted)))):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    return None if bare else "checked"


def _put(staged: Staged, wanted: list[str]) -> str:
    """SELECT the rows with the parts in their places: values, then the rules over several fields, then the rest."""
    words = sorted({c.word for c in staged.compiled.checks} | {0})
    anew = {w: 0 for w in words}
    for each in staged.compiled.checks:
        if each.field is None or each.field in wanted:
            anew[each.word] |= each.bit
    masks = [
        " | ".join(
            [f"(b._p{w} & ~({anew[w]}::BIGINT))", *(f"part{i}._p{w}" for i in range(len(wanted)))]
        )
        + f" AS _p{w}"
        for w in words
    ]
    values = [
        (f"part{wanted.index(n)}.{ident('v_' + n)}" if n in wanted else f"b.{ident(n)}")
        + f" AS {ident('v_' + n)}"
        for n in staged.compiled.fields
    ]
    joins = "".join(f' JOIN part{i} ON part{i}._line = b."row" + 1' for i in range(len(wanted)))
    sql = (
        f'SELECT b."row", b._id, b._line, b._record, b._extra, {", ".join([*masks, *values])}'
        f" FROM before b{joins}"
    )
    over = {w: [f"_p{w}"] for w in words}
    for each in staged.compiled.checks:
        if each.field is None:
            over[each.word].append(f"CASE WHEN {each.condition} THEN {each.bit}::BIGINT ELSE 0 END")
    replaced = ", ".join(f"{' | '.join(parts)} AS _p{w}" for w, parts in over.items())
    sql = f"SELECT * REPLACE ({replaced}) FROM ({sql})"
    errors = compiler.mask(staged.compiled.checks, "error")
    bad = " OR ".join(f"(_p{w} & {bits}) <> 0" for w, bits in errors.items()) or "false"
    shown = ", ".join(f"{ident('v_' + n)} AS {ident(n)}" for n in staged.compiled.fields)
    key = compiler.key(staged.dataset, staged.compiled.fields)
    kept = ", ".join(f"_p{w}" for w in words)
    return (
        f'SELECT "row", _id, _line, ({bad}) AS _error, {kept}, {key} AS _key, _record, _extra, {shown}'
        f" FROM ({sql})"
    )


def _says_something(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Whether each row says more than its name, before and now: else a word may be a name or none."""
    others = [n for n in staged.compiled.fields if n not in staged.dataset.key.fields]
    bare = " AND ".join(["_extra IS NULL", *(f"{ident(n)} IS NULL" for n in others)])
    row = cursor.execute(
        f"SELECT (SELECT count(*) FROM before WHERE {bare}) + (SELECT count(*) FROM checked WHERE {bare})"
    ).fetchone()
    return not (row and row[0])
