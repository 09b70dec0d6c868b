"""The weight of every pair: the sum of what its names and its fields say, in whole hundredths of a bit.

Fills `scored` (l, r, weight, name_bits, agree, against, missing, v0, b0, v1, b1 ...: level and bits of each comparison;
a level of NULL says that a value is missing, which says nothing).
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from core.jobs.progress import Progress
from core.matching import people as people_, wording
from core.matching.model import UNIT, Comparison, Model
from core.matching.roles import Kind

FLOOR = -3.0  # bits: pairs below are not kept
_ALONE = 12.0  # bits that the name engine may add where names are all that is compared
DESCRIBING: tuple[Kind, ...] = (
    "list",
    "place",
    "category",
)  # what many share, and not who they are
PART = 1_000_000  # pairs whose names are compared at a time


def floor(model: Model) -> float:
    """The weight in bits from which pairs stay in `scored` until the name engine was asked (see `whole`)."""
    return FLOOR if model.comparisons else FLOOR - _ALONE


def level(comparison: Comparison, i: int) -> str:
    """SQL: the level of one comparison of `a` and `b`; NULL where a value is missing."""
    x, y = f"a.c{i}", f"b.c{i}"
    cases = conditions(comparison, x, y)
    whens = " ".join(f"WHEN {condition} THEN {place}" for place, condition in enumerate(cases))
    return (
        f"(CASE WHEN {x} IS NULL OR {y} IS NULL THEN NULL {whens} ELSE {len(cases)} END)::TINYINT"
    )


def conditions(comparison: Comparison, x: str, y: str) -> list[str]:
    """SQL: when two values are on each level but the last, in their order."""
    return _CASES[comparison.kind](x, y)


def _apart(x: str, y: str) -> str:
    """SQL: in how many bytes two texts of one length differ; many where the lengths are others."""
    return f"(CASE WHEN strlen({x}) = strlen({y}) THEN hamming({x}, {y}) ELSE 99 END)"


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
    # In bytes: `hamming` refuses texts of other lengths in bytes, as a letter with an accent makes them.
    one = f"CASE WHEN strlen({x}) = strlen({y}) THEN hamming({x}, {y}) = 1 WHEN abs(strlen({x}) - strlen({y})) = 1"
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


def score(
    cursor: duckdb.DuckDBPyConnection, model: Model, people: int, progress: Progress | None = None
) -> int:
    """Weigh the table `pairs`. How many are kept."""
    ready(cursor, model, people)
    compare(cursor, model)
    found = weigh(cursor, model, people, progress or Progress())
    wording.forget(cursor)
    return found


def ready(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> None:
    """What weights stand on and is known of the records alone: what their names and values can say, nicknames."""
    wording.most(cursor, model, people)
    wording.nicks(cursor)
    people_.weigh(cursor, model, people)


def weigh(cursor: duckdb.DuckDBPyConnection, model: Model, people: int, progress: Progress) -> int:
    """Weigh the pairs of `compared`; their names a million at a time, so that memory is bounded. How many are kept.

    What the fields say is cheap, and what the names can say at most is known of every record: names are compared only of
    pairs that can still be likely.
    """
    empty(cursor, model)
    _fields(cursor, model)
    parts = -(-_count(cursor, "SELECT count(*) FROM fields") // PART)
    single = bool(_count(cursor, "SELECT (count(*) = count(DISTINCT n))::INTEGER FROM called"))
    for part in range(parts):
        progress.check()
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE part AS SELECT * FROM fields"
            + (f" WHERE r % {parts} = {part}" if parts > 1 else "")
        )
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE name_pairs AS SELECT DISTINCT least(p.name, q.name) AS a,"
            " greatest(p.name, q.name) AS b FROM part JOIN called p ON p.n = l JOIN called q ON q.n = r"
        )
        wording.compare(cursor, model, people)
        _weights(cursor, model, single)
    for name in ("fields", "part", "name_pairs", "name_bits"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    return _count(cursor, "SELECT count(*) FROM scored")


def _count(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = cursor.execute(sql).fetchone()
    return int(row[0]) if row else 0


def empty(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make `scored` anew, without a row."""
    columns = "".join(f", v{i} TINYINT, b{i} INTEGER" for i in range(len(model.comparisons)))
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE scored (l INTEGER, r INTEGER, weight INTEGER, name_bits INTEGER,"
        f" agree INTEGER, against INTEGER, missing INTEGER{columns})"
    )


def compare(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Fill `compared` (l, r, most, v0, w0 ...): the levels of every pair, and what the very same values would say."""
    levels = "".join(
        f", {level(c, i)} AS v{i}, a.w{i} AS w{i}" for i, c in enumerate(model.comparisons)
    )
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE compared AS SELECT l, r, least(a.most, b.most) AS most{levels} FROM pairs"
        " JOIN people a ON a.n = l JOIN people b ON b.n = r"
    )


def weighed(model: Model) -> str:
    """SELECT of (l, r, most, v0, b0 ..., rest) from `compared`: what each field says, and all fields together."""
    said = "".join(f", v{i}, {bits(c, i, model)} AS b{i}" for i, c in enumerate(model.comparisons))
    places = range(len(model.comparisons))
    columns = "".join(f", v{i}, b{i}" for i in places)
    total = " + ".join(["0", *(f"b{i}" for i in places)])
    return (
        f"SELECT l, r, most{columns}, {total} AS rest FROM (SELECT l, r, most{_together(model)} FROM"
        f" (SELECT l, r, most{said} FROM compared) AS x) AS y"
    )


def _fields(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Fill `fields` (l, r, v0, b0 ..., rest) from `compared`, without those that no names can make likely."""
    columns = "".join(f", v{i}, b{i}" for i in range(len(model.comparisons)))
    least = round(UNIT * floor(model)) - round(UNIT * model.prior)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE fields AS SELECT l, r{columns}, rest FROM ({weighed(model)}) AS z"
        f" WHERE rest + most >= {least}"
    )
    cursor.execute("DROP TABLE compared")


def _weights(cursor: duckdb.DuckDBPyConnection, model: Model, single: bool) -> None:
    """Add the pairs of `part` to `scored`, with the names of both that agree best."""
    columns = "".join(f", v{i}, b{i}" for i in range(len(model.comparisons)))
    prior, met = round(UNIT * model.prior), (
        "part JOIN called p ON p.n = l JOIN called q ON q.n = r"
        " JOIN name_bits ON a = least(p.name, q.name) AND b = greatest(p.name, q.name)"
    )
    best = (
        f"SELECT l, r, bits AS name_bits, agree, against, missing FROM {met}"
        if single
        else "SELECT l, r, name_bits, names.agree AS agree, names.against AS against, names.missing AS missing FROM ("
        "SELECT l, r, max(bits) AS name_bits, arg_max({'agree': agree, 'against': against, 'missing': missing},"
        f" (bits, -a, -b)) AS names FROM {met} GROUP BY l, r)"
    )
    cursor.execute(
        f"""INSERT INTO scored SELECT l, r, ({prior} + rest + coalesce(name_bits, 0))::INTEGER AS weight,
            coalesce(name_bits, 0)::INTEGER AS name_bits, agree, against, missing{columns}
        FROM part LEFT JOIN ({best}) AS names USING (l, r)
        WHERE {prior} + rest + coalesce(name_bits, 0) >= {round(UNIT * floor(model))}"""
    )
