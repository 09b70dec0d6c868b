"""Pairs that are worth a look: records that share a block. Blocks that are too large are left out, and told.

    a code
    a whole date and a place or a code
    the whole name
    two words of a name (their consonants, in any order) and the year of a date
    one word and the value of a place or a code
    a whole date and an initial
    two words of a name
    one word and the year

Where names are all that is compared, also what the name engine calls a key of the whole name, and the consonants of one word.

All pairs of a block of n records are n * (n - 1) / 2, so what is looked at is bounded by a budget. The rules come in this
order, the most telling first; each may use an equal part of what those before it left, its smallest blocks first.
Within a block of names that is left out every record still meets its neighbours in the order of its values.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from core.matching.model import Model
from core.names.keying import keys as keys_of

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
    """How many pairs there are to look at, the smallest cap, and what was left out (the largest first).

    `caps` has the cap of each rule.
    """

    pairs: int
    cap: int
    blocks_left_out: int
    left_out: tuple[LeftOut, ...]
    caps: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What records of a block share: SQL expressions over a source, and the same in words. `near`: neighbours meet in
    blocks that are too large. `twice`: a record may have the same one twice."""

    source: str
    parts: tuple[str, ...]
    words: str
    near: bool = False
    twice: bool = False


def block(
    cursor: duckdb.DuckDBPyConnection, model: Model, *, keep: bool = False, meet: bool = True
) -> Blocked:
    """Fill the table `pairs` (l, r with l < r, one of them fresh); with `keep` also `keyed`, see `keys`.

    Without `meet` the records of the blocks are left to another engine: `opened` (rule, h, n) has the blocks that are not
    too large, and `pairs` what is known beside them.
    """
    _word_keys(cursor, model)
    cursor.execute("CREATE OR REPLACE TEMP TABLE met_pairs (l INTEGER, r INTEGER)")
    cursor.execute("CREATE OR REPLACE TEMP TABLE keyed (rule TINYINT, h UBIGINT, n INTEGER)")
    row = cursor.execute("SELECT count(*), count(*) FILTER (fresh) FROM people").fetchone()
    people, fresh = row or (0, 0)
    cursor.execute("CREATE OR REPLACE TEMP TABLE opened (rule TINYINT, h UBIGINT, n INTEGER)")
    left, caps, large = float(max(LEAST_BUDGET, BUDGET * people)), list[int](), 0
    shown: list[LeftOut] = []
    rules = _rules(model)
    for place, rule in enumerate(rules):
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE blocks AS {_select(rule, place)}")
        if keep:
            cursor.execute(f"INSERT INTO keyed SELECT {place}, h, n FROM blocks")
        _sizes(cursor, people == fresh)
        cap, used = _cap(cursor, left / (len(rules) - place))
        left -= used
        if meet:
            _meet(cursor, cap, people == fresh)
        else:
            cursor.execute(f"INSERT INTO opened SELECT {place}, h, n FROM {_small(cap)}")
        count = _left_out(cursor, rule, place, cap, shown)
        caps.append(cap if count else CAP)
        large += count
        if count and rule.near:
            _neighbours(cursor, model, cap)
    pairs = end(cursor)
    for name in ("blocks", "sizes", "spots", *(("opened",) if meet else ())):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")
    shown.sort(key=lambda each: (-each.records, each.what))
    return Blocked(pairs, min(caps), large, tuple(shown[:SHOWN]), tuple(caps))


def end(cursor: duckdb.DuckDBPyConnection) -> int:
    """Fill `pairs` from `met_pairs`, with the records that have the very same values. How many."""
    cursor.execute(
        "INSERT INTO met_pairs SELECT first, n FROM twins JOIN people USING (n) WHERE fresh OR first IN"
        " (SELECT n FROM people WHERE fresh)"
    )
    cursor.execute("CREATE OR REPLACE TEMP TABLE pairs AS SELECT DISTINCT l, r FROM met_pairs")
    for name in ("word_keys", "whole_keys", "met_pairs"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")
    row = cursor.execute("SELECT count(*) FROM pairs").fetchone()
    return int(row[0]) if row else 0


def keys(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Fill `keyed` (rule, h, n): the blocks of all people but twins."""
    _word_keys(cursor, model)
    every = " UNION ALL ".join(
        f"SELECT {place}::TINYINT AS rule, h, n FROM ({_select(rule, place)})"
        for place, rule in enumerate(_rules(model))
    )
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE keyed AS {every}")
    for name in ("word_keys", "whole_keys"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _word_keys(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE word_keys AS SELECT DISTINCT n, key FROM (SELECT n, unnest(keys) AS key"
        " FROM called JOIN name_words USING (name) JOIN words USING (word) WHERE role = 'name')"
        " WHERE n NOT IN (SELECT n FROM twins)"
    )
    if not model.comparisons:
        _whole_keys(cursor)


def _whole_keys(cursor: duckdb.DuckDBPyConnection) -> None:
    """Fill `whole_keys` (n, key) with the keys of whole names: pairs of words in any script, neighbours joined."""
    rows = cursor.execute("SELECT name, text FROM named ORDER BY name").fetchall()
    known = [(name, key) for name, text in rows for key in keys_of(text)]
    found = pa.table(
        {
            "name": pa.array([r[0] for r in known], pa.int32()),
            "key": pa.array([r[1] for r in known], pa.string()),
        }
    )
    cursor.register("known_keys", found)
    try:
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE whole_keys AS SELECT DISTINCT n, key FROM called JOIN known_keys USING (name)"
            " ANTI JOIN twins USING (n)"
        )
    finally:
        cursor.unregister("known_keys")


def _rules(model: Model) -> list[Rule]:
    dates = [i for i, c in enumerate(model.comparisons) if c.kind == "date"]
    firm = [i for i, c in enumerate(model.comparisons) if c.kind in ("code", "place")]
    codes = [i for i in firm if model.comparisons[i].kind == "code"]
    whole, keyed = "people ANTI JOIN twins USING (n)", "word_keys JOIN people USING (n)"
    both = "(SELECT n, a.key AS one, b.key AS two FROM word_keys a JOIN word_keys b USING (n) WHERE a.key < b.key)"
    full = [f"CASE WHEN len(c{i}) >= 10 THEN c{i} END" for i in dates]
    found = [Rule(whole, (f"c{j}",), f"c{j}") for j in codes]
    found += [Rule(whole, (d, f"c{j}"), f"{d} || ' and ' || c{j}") for d in full for j in firm]
    named = "(SELECT n, folded FROM called JOIN named USING (name) ANTI JOIN twins USING (n))"
    found.append(Rule(named, ("folded",), "'the name ' || folded", near=True))
    if not model.comparisons:
        found.append(Rule("whole_keys", ("key",), "'the consonants ' || key"))
    names = "'names with ' || one || ' and ' || two"
    if dates:
        source = f"{both} JOIN people USING (n)"
        found.append(Rule(source, ("one", "two", "year"), f"{names} || ' and the year ' || year"))
    for j in firm:
        found.append(Rule(keyed, ("key", f"c{j}"), f"'a name with ' || key || ' and ' || c{j}"))
    for d in full:
        words = f"{d} || ' and a name with ' || left(key, 1)"
        found.append(Rule(keyed, (d, "left(key, 1)"), words, twice=True))
    found.append(Rule(both, ("one", "two"), names, near=True))
    if dates:
        words = "'a name with ' || key || ' and the year ' || year"
        found.append(Rule(keyed, ("key", "year"), words))
    if not model.comparisons:
        found.append(Rule("word_keys", ("key",), "'a name with ' || key"))
    return found


def _shared(rule: Rule, place: int) -> str:
    """SQL: what the records of a block share, as a number."""
    return f"hash({place}, {', '.join(rule.parts)})"


def _select(rule: Rule, place: int) -> str:
    """SELECT of (h, n)."""
    there = " AND ".join(f"{part} IS NOT NULL" for part in rule.parts)
    once = "DISTINCT" if rule.twice else ""
    return f"SELECT {once} {_shared(rule, place)} AS h, n FROM {rule.source} WHERE {there}"


def _sizes(cursor: duckdb.DuckDBPyConnection, all_fresh: bool) -> None:
    """Fill `sizes` (h, k records, f of them fresh), and take records that are alone out of `blocks`."""
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE sizes AS SELECT h, count(*) AS k, k AS f FROM blocks GROUP BY h HAVING k > 1"
        if all_fresh
        else "CREATE OR REPLACE TEMP TABLE sizes AS SELECT h, count(*) AS k, count(*) FILTER (fresh) AS f"
        " FROM blocks JOIN people USING (n) GROUP BY h HAVING k > 1 AND f > 0"
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE blocks AS SELECT h, n FROM blocks SEMI JOIN sizes USING (h)"
    )


def _cap(cursor: duckdb.DuckDBPyConnection, budget: float) -> tuple[int, float]:
    """The largest size of blocks with which all pairs are within the budget, and how many they are."""
    row = cursor.execute(
        "SELECT max(k), max(pairs) FROM (SELECT k, sum(sum(f * k)) OVER (ORDER BY k) / 2 AS pairs FROM sizes GROUP BY k)"
        " WHERE pairs <= ? AND k <= ?",
        [budget, CAP],
    ).fetchone()
    return (int(row[0] or 2), float(row[1] or 0)) if row else (2, 0.0)


def _meet(cursor: duckdb.DuckDBPyConnection, cap: int, all_fresh: bool) -> None:
    """Add the pairs of blocks that are not too large."""
    small = f"SELECT h, n FROM {_small(cap)}"
    if all_fresh:
        cursor.execute(
            f"INSERT INTO met_pairs WITH small AS ({small})"
            " SELECT a.n, b.n FROM small a JOIN small b ON a.h = b.h AND a.n < b.n"
        )
        return
    cursor.execute(
        f"INSERT INTO met_pairs WITH small AS MATERIALIZED (SELECT h, n, fresh FROM ({small}) JOIN people USING (n))"
        " SELECT a.n, b.n FROM small a JOIN small b ON a.h = b.h AND a.n < b.n WHERE a.fresh OR b.fresh"
    )


def _small(cap: int) -> str:
    return f"blocks SEMI JOIN (FROM sizes WHERE k <= {cap}) USING (h)"


def _left_out(
    cursor: duckdb.DuckDBPyConnection, rule: Rule, place: int, cap: int, shown: list[LeftOut]
) -> int:
    """How many blocks are too large; the largest are added to `shown`, in words."""
    row = cursor.execute(f"SELECT count(*) FROM sizes WHERE k > {cap}").fetchone()
    if not row or not row[0]:
        return 0
    # One record of each of the largest, and what it shares is read of these few alone.
    firsts = cursor.execute(
        f"WITH largest AS (SELECT h, k FROM sizes WHERE k > {cap} ORDER BY k DESC, h LIMIT {SHOWN})"
        " SELECT min(n), h FROM blocks JOIN largest USING (h) GROUP BY h"
    ).fetchall()
    few = ", ".join(str(n) for n, _ in firsts)
    opened = ", ".join(str(h) for _, h in firsts)
    shared = _shared(rule, place)
    found = cursor.execute(
        f"SELECT any_value({rule.words}), any_value(k) FROM {rule.source} JOIN sizes ON sizes.h = {shared}"
        f" WHERE n IN ({few}) AND {shared} IN ({opened}) GROUP BY h ORDER BY 2 DESC, 1"
    ).fetchall()
    shown += [LeftOut(what, k) for what, k in found]
    return int(row[0])


def _neighbours(cursor: duckdb.DuckDBPyConnection, model: Model, cap: int) -> None:
    """Let records of blocks that are too large meet those beside them, in the order of names and values."""
    order = ", ".join(
        ["names::VARCHAR", *(f"c{i}::VARCHAR" for i in range(len(model.comparisons))), "n"]
    )
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS spots AS SELECT n, fresh, row_number() OVER (ORDER BY {order}) AS spot FROM people"
    )
    beside = "OVER (PARTITION BY h ORDER BY spot)"
    steps = " UNION ALL ".join(
        f"SELECT n, fresh, lead(n, {s}) {beside} AS o, lead(fresh, {s}) {beside} AS other FROM large"
        for s in range(1, NEAR + 1)
    )
    cursor.execute(
        "INSERT INTO met_pairs SELECT DISTINCT least(n, o), greatest(n, o) FROM ("
        f" WITH large AS MATERIALIZED (SELECT h, n, fresh, spot FROM blocks SEMI JOIN (FROM sizes WHERE k > {cap}) USING (h)"
        f" JOIN spots USING (n)) {steps}) WHERE o IS NOT NULL AND (fresh OR other)"
    )
