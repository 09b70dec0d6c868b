"""Few records against many: what is kept of every record of a large dataset, so that only candidates are read.

A whole run keeps of each record the blocks that it is in and the words of its names; a run of what changed reads which
records share a block with the changed ones, and looks at these alone. How frequent values and words are is counted on all
records, and the caps are those of the whole run, so that a pair gets the weight that it would get among all. One difference
stays: in blocks that are too large, neighbours meet in whole runs only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from core import names as names_
from core.datasets.model import Dataset
from core.matching import blocking, people
from core.matching.blocking import Blocked
from core.matching.model import Model
from core.matching.roles import Roles
from core.storage.sql import literal

LEAST = 50_000  # records from which an index is kept: fewer are read anew as quickly
MOST_CHANGED = 100_000  # records that changed since, above which all are read anew
PART = 100_000  # records whose rows are made at a time: lists that are being made do not spill
TABLES = ("keyed", "asked", "hits", "open_blocks", "met_ids", "own", "changed_ids")


@dataclass(frozen=True)
class Known:
    """An index that can be used: the act up to which it stands, and the cap of each rule."""

    act: int
    caps: tuple[int, ...]


@cache
def _engine() -> str:
    """A hash of what decides on words and blocks: another one, and the index is made anew."""
    parts = [Path(blocking.__file__), *sorted(Path(names_.__file__).parent.rglob("*"))]
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in parts:
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def made_of(model: Model, roles: Roles) -> str:
    """By what an index is known to fit: the fields, how they are compared, and the engine of names."""
    fields = [f"{c.field}:{c.kind}" for c in model.comparisons]
    return "|".join([_engine(), *roles.names, *roles.parts, *fields])


def known(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, model: Model, roles: Roles, caps: list[int]
) -> Known | None:
    """The index of a dataset; None when there is none, it does not fit, or too much changed since."""
    row = cursor.execute(
        "SELECT act, made_of FROM ops.match_indexed WHERE dataset = ?", [dataset.name]
    ).fetchone()
    if row is None or row[1] != made_of(model, roles) or not caps:
        return None
    changed = cursor.execute(
        "SELECT count(*) FROM history.changes WHERE dataset = ? AND act > ?", [dataset.name, row[0]]
    ).fetchone()
    return Known(int(row[0]), tuple(caps)) if changed and changed[0] <= MOST_CHANGED else None


def rows(cursor: duckdb.DuckDBPyConnection, model: Model, into: str) -> None:
    """Make a table (`TABLE ...`, `TEMP TABLE ...`) of the rows of the index of all people. Needs `keyed`."""
    values = ", ".join(["names", *(f"c{i}" for i in range(len(model.comparisons)))])
    cursor.execute(
        f"CREATE OR REPLACE {into} (record_id UUID, same UBIGINT, blocks UBIGINT[], words VARCHAR[])"
    )
    row = cursor.execute("SELECT count(*) FROM people").fetchone()
    for first in range(0, int(row[0]) if row else 0, PART):
        here = f"BETWEEN {first + 1} AND {first + PART}"
        cursor.execute(f"""INSERT INTO {into.rpartition("TABLE ")[2]}
            WITH these AS (SELECT people.*, coalesce(first, n) AS stands FROM people LEFT JOIN twins USING (n) WHERE n {here}),
            lists AS (SELECT n, list(h) AS blocks FROM keyed SEMI JOIN (SELECT stands AS n FROM these) USING (n) GROUP BY n),
            spoken AS (SELECT n, list(DISTINCT text) AS words FROM called JOIN name_words USING (name)
                       JOIN words USING (word) WHERE n {here} GROUP BY n)
            SELECT record_id, {_same(values)}, coalesce(blocks, []), coalesce(words, []) FROM these
            LEFT JOIN lists ON lists.n = stands LEFT JOIN spoken ON spoken.n = these.n""")


def _same(values: str) -> str:
    return f"CASE WHEN len(names) > 0 THEN hash({values}) ELSE hash(record_id) END"


def keep(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    staged: str,
    act: int,
    fits: str,
    *,
    whole: bool,
) -> None:
    """Put the rows in place: of all, or of those of the same records, and of records that changed since.

    Inside a transaction.
    """
    name = literal(dataset.name)
    row = connection.execute(
        "SELECT act FROM ops.match_indexed WHERE dataset = ? AND made_of = ?", [dataset.name, fits]
    ).fetchone()
    gone = ""
    if row and not whole:
        since = f"act > {int(row[0])} AND act <= {act}"
        gone = (
            f" AND (record_id IN (SELECT record_id FROM {staged}) OR record_id IN"
            f" (SELECT record_id FROM history.changes WHERE dataset = {name} AND {since}))"
        )
    connection.execute(f"DELETE FROM ops.match_index WHERE dataset = {name}{gone}")
    connection.execute(f"INSERT INTO ops.match_index SELECT {name}, * FROM {staged}")
    forget(connection, dataset.name, rows_too=False)
    connection.execute("INSERT INTO ops.match_indexed VALUES (?, ?, ?)", [dataset.name, act, fits])


def forget(connection: duckdb.DuckDBPyConnection, dataset: str, *, rows_too: bool = True) -> None:
    """Drop the index of a dataset."""
    for name in ("match_index", "match_indexed") if rows_too else ("match_indexed",):
        connection.execute(f"DELETE FROM ops.{name} WHERE dataset = ?", [dataset])


def drop(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop what a computation left."""
    for name in TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def gather(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    roles: Roles,
    model: Model,
    source: str,
    index: Known,
) -> tuple[int, Blocked]:
    """Fill the tables of `people` and `pairs` for the fresh records of a SELECT and their candidates alone.

    How many people the SELECT has, and what was blocked. `own` has the rows of the index of the fresh ones.
    """
    name = literal(dataset.name)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE changed_ids AS SELECT DISTINCT record_id FROM history.changes"
        f" WHERE dataset = {name} AND act > {index.act}"
    )
    moving = f"SELECT * FROM ({source}) WHERE fresh OR record_id IN (FROM changed_ids)"
    people.gather(cursor, dataset, roles, model, moving)
    blocking.keys(cursor, model)
    rows(cursor, model, "TEMP TABLE own")
    _hits(cursor, name)
    _open(cursor, index)
    _meet(cursor)
    wanted = "record_id IN (SELECT record_id FROM own) OR record_id IN (SELECT l FROM met_ids UNION SELECT r FROM met_ids)"
    people.gather(cursor, dataset, roles, model, f"SELECT * FROM ({source}) WHERE {wanted}")
    count = _count_all(cursor, dataset, model, source, name)
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE met_pairs AS
        SELECT least(a.n, b.n) AS l, greatest(a.n, b.n) AS r FROM met_ids JOIN people a ON a.record_id = l
        JOIN people b ON b.record_id = r WHERE a.n NOT IN (SELECT n FROM twins) AND b.n NOT IN (SELECT n FROM twins)"""
    )
    pairs = blocking.end(cursor)
    return count, Blocked(pairs, min(index.caps), 0, (), index.caps)


def _hits(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
    """Fill `asked` (rule, h) and `hits` (record_id, same, h): who shares a block with the fresh ones."""
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE asked AS SELECT DISTINCT rule, h FROM keyed JOIN people USING (n) WHERE fresh"
    )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE hits AS SELECT record_id, same, h FROM (
            SELECT record_id, same, unnest(blocks) AS h FROM ops.match_index WHERE dataset = {name}
            AND record_id NOT IN (SELECT record_id FROM own UNION FROM changed_ids)) SEMI JOIN asked USING (h)"""
    )


def _open(cursor: duckdb.DuckDBPyConnection, index: Known) -> None:
    """Fill `open_blocks` (h): blocks of the fresh ones that are not too large. Equal records count once."""
    caps = ", ".join(f"({rule}, {cap})" for rule, cap in enumerate(index.caps))
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE open_blocks AS
        WITH every AS (SELECT h, same FROM hits UNION SELECT h, same FROM keyed JOIN people USING (n)
                       JOIN own USING (record_id))
        SELECT h FROM (SELECT h, count(DISTINCT same) AS k FROM every GROUP BY h) JOIN asked USING (h)
        JOIN (VALUES {caps}) c(rule, cap) USING (rule) WHERE k <= cap""")


def _meet(cursor: duckdb.DuckDBPyConnection) -> None:
    """Fill `met_ids` (l, r): the pairs by their ids; of equal records the first stands for all."""
    cursor.execute("""CREATE OR REPLACE TEMP TABLE met_ids AS
        WITH firsts AS (SELECT same, h, min(record_id) AS record_id FROM hits SEMI JOIN open_blocks USING (h) GROUP BY ALL),
        mine AS (SELECT record_id, fresh, h FROM keyed JOIN people USING (n) SEMI JOIN open_blocks USING (h))
        SELECT m.record_id AS l, f.record_id AS r FROM mine m JOIN firsts f USING (h) WHERE m.fresh
        UNION SELECT a.record_id, b.record_id FROM mine a JOIN mine b USING (h)
        WHERE a.record_id < b.record_id AND (a.fresh OR b.fresh)""")


def _count_all(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, model: Model, source: str, name: str
) -> int:
    """How often values and words are there among all, not among those that were gathered."""
    for i, comparison in enumerate(model.comparisons):
        if comparison.levels[0].rare:
            value = people.folded(dataset, comparison.field)
            cursor.execute(
                f"""CREATE OR REPLACE TEMP TABLE counts{i} AS SELECT c{i}, count(*)::INTEGER AS k
                FROM (SELECT {value} AS c{i} FROM ({source})) SEMI JOIN people USING (c{i}) GROUP BY 1"""
            )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE spoken AS SELECT text, count(*)::INTEGER AS people FROM (
            SELECT unnest(words) AS text FROM ops.match_index WHERE dataset = {name}
            AND record_id NOT IN (SELECT record_id FROM own UNION FROM changed_ids) UNION ALL SELECT unnest(words) FROM own) GROUP BY text"""
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE words AS SELECT words.* EXCLUDE (people), coalesce(spoken.people, 0) AS people"
        " FROM words LEFT JOIN spoken USING (text)"
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE letters AS SELECT text[1] AS letter, sum(people)::BIGINT AS k FROM spoken"
        " WHERE NOT regexp_full_match(text, '[ -~]') GROUP BY 1"  # an initial is no name
    )
    cursor.execute("DROP TABLE temp.spoken")
    row = cursor.execute(f"SELECT count(*) FROM ({source})").fetchone()
    return int(row[0]) if row else 0
