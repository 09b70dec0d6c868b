"""Pairs that are worth a look: records that share a block. Blocks that are too large are left out, and told.

    two words of a name (their consonants, in any order)
    one word and the year of a date, or the value of a place or a code
    a whole date and a place, a code, or an initial
    a code and a year
    the whole name

All pairs of a block of n records are n * (n - 1) / 2, so what is looked at is bounded by a budget: the largest blocks go
first. Within a block that is left out every record still meets its neighbours in the order of its values.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.matching.model import Model

LEAST_BUDGET = 3_000_000  # pairs that are always looked at
BUDGET = 8  # pairs for each record, in larger lists
CAP = 2_000  # records of a block, whatever the budget
NEAR = 2  # neighbours that a record meets in a block that was left out
SHOWN = 10  # blocks that are named


@dataclass(frozen=True)
class LeftOut:
    """A block that was too large: what its records share, how many they are."""

    what: str
    records: int


@dataclass(frozen=True)
class Blocked:
    """How many pairs there are to look at, the cap, and what was left out (the largest first)."""

    pairs: int
    cap: int
    blocks_left_out: int
    left_out: tuple[LeftOut, ...]


def block(cursor: duckdb.DuckDBPyConnection, model: Model, *, everybody: bool = True) -> Blocked:
    """Fill the table `pairs` (l, r with l < r, one of them fresh)."""
    rules = _keys(cursor, model)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE sizes AS SELECT h, count(*) AS k, count(*) FILTER (fresh) AS f"
        " FROM blocks GROUP BY h HAVING k > 1 AND f > 0"
    )
    cap = _cap(cursor)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE pairs AS WITH small AS ("
        f" SELECT h, n, fresh FROM blocks SEMI JOIN (FROM sizes WHERE k <= {cap}) USING (h))"
        " SELECT DISTINCT a.n AS l, b.n AS r FROM small a JOIN small b ON a.h = b.h AND a.n < b.n"
        " WHERE a.fresh OR b.fresh"
    )
    if everybody:
        _neighbours(cursor, model, cap)
    cursor.execute(
        "INSERT INTO pairs SELECT first, n FROM twins JOIN people USING (n) WHERE fresh OR first IN"
        " (SELECT n FROM people WHERE fresh)"
    )
    found = _counted(cursor, cap, rules)
    for name in ("blocks", "sizes", "word_keys"):
        cursor.execute(f"DROP TABLE temp.{name}")
    return found


def _keys(cursor: duckdb.DuckDBPyConnection, model: Model) -> str:
    """Fill `blocks` (h, n, fresh), without what their records share, which would not fit into memory. Gives the SELECT of it."""
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE word_keys AS SELECT DISTINCT n, key FROM (SELECT n, unnest(keys) AS key"
        " FROM called JOIN name_words USING (name) JOIN words USING (word) WHERE role = 'name')"
        " WHERE n NOT IN (SELECT n FROM twins)"
    )
    dates = [i for i, c in enumerate(model.comparisons) if c.kind == "date"]
    firm = [i for i, c in enumerate(model.comparisons) if c.kind in ("code", "place")]
    years = [f"regexp_extract(c{i}, '\\d{{4}}')" for i in dates]
    year = f"nullif({years[0]}, '')" if years else "NULL"
    selects = [  # the first two are those in which neighbours meet when a block is too large
        "SELECT n, 'names with ' || a.key || ' and ' || b.key AS what FROM word_keys a JOIN word_keys b USING (n)"
        " WHERE a.key < b.key",
        "SELECT c.n, 'the name ' || folded AS what FROM called c JOIN named USING (name)"
        " WHERE n NOT IN (SELECT n FROM twins)",
    ]
    whole = " ANTI JOIN twins USING (n)"
    if dates:
        selects.append(
            f"SELECT n, 'a name with ' || key || ' and the year ' || {year} AS what FROM word_keys JOIN people USING (n)"
        )
        selects.append(
            f"SELECT n, 'names with ' || a.key || ' and ' || b.key || ' and the year ' || {year} AS what"
            " FROM word_keys a JOIN word_keys b USING (n) JOIN people USING (n) WHERE a.key < b.key"
        )
        for i in dates:
            full = f"len(c{i}) >= 10 AND c{i} IS NOT NULL"
            selects.append(
                f"SELECT n, c{i} || ' and a name with ' || left(key, 1) AS what FROM people JOIN word_keys USING (n)"
                f" WHERE {full}"
            )
            selects += [
                f"SELECT n, c{i} || ' and ' || c{j} AS what FROM people{whole} WHERE {full}"
                for j in firm
            ]
    for j in firm:
        selects.append(
            f"SELECT n, 'a name with ' || key || ' and ' || c{j} AS what FROM word_keys JOIN people USING (n)"
        )
        if model.comparisons[j].kind == "code":
            selects.append(f"SELECT n, c{j} AS what FROM people{whole}")
    union = " UNION ALL ".join(
        f"SELECT n, {r} || what AS what FROM ({s}) WHERE what IS NOT NULL"
        for r, s in _numbered(selects)
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE blocks AS SELECT DISTINCT h, by_name, n, fresh FROM"
        f" (SELECT hash(what) AS h, what[1] IN ('A', 'B') AS by_name, n FROM ({union})) JOIN people USING (n)"
    )
    return union


def _numbered(selects: list[str]) -> list[tuple[str, str]]:
    """Each rule with a letter, so that keys of two rules never meet."""
    return [(f"chr({65 + i})", select) for i, select in enumerate(selects)]


def _cap(cursor: duckdb.DuckDBPyConnection) -> int:
    """The largest size of blocks with which all pairs are within the budget."""
    people = cursor.execute("SELECT count(*) FROM people").fetchone()
    budget = max(LEAST_BUDGET, BUDGET * (int(people[0]) if people else 0))
    row = cursor.execute(
        "SELECT max(k) FROM (SELECT k, sum(sum(f * k)) OVER (ORDER BY k) AS pairs FROM sizes GROUP BY k)"
        " WHERE pairs <= ? AND k <= ?",
        [2 * budget, CAP],
    ).fetchone()
    return int(row[0] or 2) if row else 2


def _neighbours(cursor: duckdb.DuckDBPyConnection, model: Model, cap: int) -> None:
    order = ", ".join(
        ["names::VARCHAR", *(f"c{i}::VARCHAR" for i in range(len(model.comparisons))), "n"]
    )
    steps = " UNION ALL ".join(
        f"SELECT n, fresh, lead(n, {s}) OVER (PARTITION BY h ORDER BY {order}) AS o,"
        f" lead(fresh, {s}) OVER (PARTITION BY h ORDER BY {order}) AS other FROM large"
        for s in range(1, NEAR + 1)
    )
    cursor.execute(
        "INSERT INTO pairs SELECT DISTINCT least(n, o), greatest(n, o) FROM ("
        f" WITH large AS (SELECT h, p.* FROM (FROM blocks WHERE by_name) SEMI JOIN (FROM sizes WHERE k > {cap}) USING (h)"
        f" JOIN people p USING (n)) {steps}) WHERE o IS NOT NULL AND (fresh OR other)"
    )
    cursor.execute("CREATE OR REPLACE TEMP TABLE pairs AS SELECT DISTINCT l, r FROM pairs")


def _counted(cursor: duckdb.DuckDBPyConnection, cap: int, rules: str) -> Blocked:
    pairs = cursor.execute("SELECT count(*) FROM pairs").fetchone()
    large = cursor.execute(f"SELECT count(*) FROM sizes WHERE k > {cap}").fetchone()
    rows: list[tuple[str, int]] = []
    if large and large[0]:
        rows = cursor.execute(
            f"WITH largest AS (SELECT h, k FROM sizes WHERE k > {cap} ORDER BY k DESC, h LIMIT {SHOWN})"
            f" SELECT any_value(what)[2:], k FROM ({rules}) JOIN largest ON hash(what) = h GROUP BY h, k"
            " ORDER BY k DESC, 1"
        ).fetchall()
    return Blocked(
        int(pairs[0]) if pairs else 0,
        cap,
        int(large[0]) if large else 0,
        tuple(LeftOut(what, k) for what, k in rows),
    )
