"""The weight of every pair: the sum of what its names and its fields say, in whole hundredths of a bit.

Fills `scored` (l, r, weight, name_bits, agree, against, missing, v0, b0, v1, b1 ...: level and bits of each comparison;
a level of NULL says that a value is missing, which says nothing).
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from core.matching import people as people_, wording
from core.matching.model import UNIT, Comparison, Model
from core.matching.roles import Kind

FLOOR = -3.0  # bits: pairs below are not kept
DESCRIBING: tuple[Kind, ...] = (
    "list",
    "place",
    "category",
)  # what many share, and not who they are
_NAMES_MOST = 21.0  # bits that names can speak for a pair


def level(comparison: Comparison, i: int) -> str:
    """SQL: the level of one comparison of `a` and `b`; NULL where a value is missing."""
    x, y = f"a.c{i}", f"b.c{i}"
    cases = _CASES[comparison.kind](x, y)
    whens = " ".join(f"WHEN {condition} THEN {place}" for place, condition in enumerate(cases))
    return (
        f"(CASE WHEN {x} IS NULL OR {y} IS NULL THEN NULL {whens} ELSE {len(cases)} END)::TINYINT"
    )


def _apart(x: str, y: str) -> str:
    """SQL: in how many places two texts of one length differ; many where the lengths are others."""
    return f"(CASE WHEN len({x}) = len({y}) THEN hamming({x}, {y}) ELSE 99 END)"


def _date(x: str, y: str) -> list[str]:
    year = f"substr({x}, 1, 4) = substr({y}, 1, 4)"
    turned = f"substr({x}, 6, 2) = substr({y}, 9, 2) AND substr({x}, 9, 2) = substr({y}, 6, 2)"
    apart = _apart(x, y)
    return [
        f"{x} = {y} AND len({x}) >= 8",
        f"starts_with({x}, {y}) OR starts_with({y}, {x})",
        f"CASE WHEN len({x}) = 10 AND {apart} IN (2, 4) THEN {year} AND {turned} ELSE false END",
        f"{apart} = 1",
        year,
        f"{apart} = 2",
    ]


def _code(x: str, y: str) -> list[str]:
    lengths = f"least(len({x}), len({y})) >= 5"
    one = f"CASE WHEN len({x}) = len({y}) THEN hamming({x}, {y}) = 1 WHEN abs(len({x}) - len({y})) = 1"
    return [
        f"{x} = {y}",
        f"{lengths} AND {one} THEN levenshtein({x}, {y}) = 1 ELSE false END",
        f"{lengths} AND substr({x}, 1, 3) = substr({y}, 1, 3)",
    ]


def _similar(x: str, y: str) -> list[str]:
    return [
        f"{x} = {y}",
        f"CASE WHEN substr({x}, 1, 1) = substr({y}, 1, 1) THEN jaro_winkler_similarity({x}, {y}) >= 0.9"
        f" ELSE contains({x}, {y}) OR contains({y}, {x}) END",
    ]


def _equal(x: str, y: str) -> list[str]:
    return [f"{x} = {y}"]


def _overlap(x: str, y: str) -> list[str]:
    return [f"{x} = {y}", f"list_has_any({x}, {y})"]


_CASES: dict[Kind, Callable[[str, str], list[str]]] = {
    "date": _date,
    "code": _code,
    "place": _similar,
    "text": _similar,
    "category": _equal,
    "list": _overlap,
}


def bits(comparison: Comparison, i: int, model: Model) -> str:
    """SQL: what the level `v{i}` says; `w{i}` is what the very same value says."""
    whens = [f"WHEN 0 THEN w{i}"]
    for place, each in enumerate(comparison.levels[1:], 1):
        whens.append(f"WHEN {place} THEN {round(UNIT * min(model.most, each.bits))}")
    return f"(CASE v{i} {' '.join(whens)} ELSE 0 END)::INTEGER"


def _together(model: Model) -> str:
    """SQL: the levels and bits once more, where what describes somebody speaks for a pair for so many bits at most.

    Singers of one country share their tags, too: such fields say one thing in several ways, not several things.
    """
    describing = [i for i, c in enumerate(model.comparisons) if c.kind in DESCRIBING]
    every = " + ".join(["0", *(f"greatest(b{i}, 0)" for i in describing)])
    most, columns = round(UNIT * model.describing), ""
    for i in range(len(model.comparisons)):
        shared = f"CASE WHEN b{i} > 0 AND {every} > {most} THEN (b{i} * {most}) // ({every}) ELSE b{i} END"
        columns += f", v{i}, {f'({shared})::INTEGER' if i in describing else f'b{i}'} AS b{i}"
    return columns


def score(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> int:
    """Weigh the table `pairs`. How many are kept."""
    people_.weigh(cursor, model, people)
    places = range(len(model.comparisons))
    levels = "".join(
        f", {level(c, i)} AS v{i}, a.w{i} AS w{i}" for i, c in enumerate(model.comparisons)
    )
    weighed = "".join(
        f", v{i}, {bits(c, i, model)} AS b{i}" for i, c in enumerate(model.comparisons)
    )
    total = " + ".join(["0", *(f"b{i}" for i in places)])
    prior, least = round(UNIT * model.prior), round(UNIT * (FLOOR - _NAMES_MOST))
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE fields AS SELECT *, {total} AS rest FROM (
            SELECT l, r{_together(model)} FROM (SELECT l, r{weighed} FROM (
            SELECT l, r{levels} FROM pairs JOIN people a ON a.n = l JOIN people b ON b.n = r)))
        WHERE rest + {prior} >= {least}""")
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE name_pairs AS SELECT DISTINCT least(p.name, q.name) AS a,"
        " greatest(p.name, q.name) AS b FROM fields JOIN called p ON p.n = l JOIN called q ON q.n = r"
    )
    wording.compare(cursor, model, people)
    columns = "".join(f", v{i}, b{i}" for i in places)
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE scored AS
        WITH best AS (
            SELECT l, r, max(bits) AS name_bits, arg_max({{'agree': agree, 'against': against, 'missing': missing,
                   'a': a, 'b': b}}, (bits, -a, -b)) AS names
            FROM fields JOIN called p ON p.n = l JOIN called q ON q.n = r
            JOIN name_bits ON a = least(p.name, q.name) AND b = greatest(p.name, q.name) GROUP BY l, r
        )
        SELECT l, r, {prior} + rest + coalesce(name_bits, 0) AS weight, coalesce(name_bits, 0)::INTEGER AS name_bits,
               names.agree AS agree, names.against AS against, names.missing AS missing{columns}
        FROM fields LEFT JOIN best USING (l, r) WHERE weight >= {round(UNIT * FLOOR)}""")
    for name in ("fields", "name_pairs", "name_bits"):
        cursor.execute(f"DROP TABLE temp.{name}")
    row = cursor.execute("SELECT count(*) FROM scored").fetchone()
    return int(row[0]) if row else 0
