"""One row for each record with what is compared, and the names with their words. Temporary tables of a cursor:

    people      n, record_id, fresh, names (as written), c0, c1 ... (what is compared, folded), year (of the first date);
                once they are weighed, too:
                w0, w1 ... (what the very same value says), most (what the names can say), in hundredths of a bit
    counts0 ... c0, k: how many have a value
    called      n, name (an id): who is called how; a record has several names
    named       name, text (as written), folded
    name_sizes  name, size: how many words
    letters     letter, k: how many people are called by a name that begins with it
    words       word (an id), text, role, reads (in Latin letters), keys (the consonants of these), people (who are called so)
    name_words  name, place, word; and to tell soon that two words cannot agree: long (signs), initial, signs, near (marks)
    twins       n, first: records with the very same values as another one, and which that is

`fresh` are those that are compared with all; the others are compared with them only.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable

import duckdb
import pyarrow as pa

from core.characters import names as characters
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.matching.model import LEAST_SHARE, UNIT, Model
from core.matching.roles import Roles
from core.names.keying import skeletons
from core.names.nicknames import nicknames
from core.names.roles import behind, particles, suffixes, titles
from core.names.romanising import read
from core.names.splitting import words as words_of
from core.storage.sql import ident

NAMES = 8  # of a record that are compared
WORDS = 6  # of a name
TABLES = (
    "people",
    "called",
    "named",
    "words",
    "name_words",
    "name_sizes",
    "mosts",
    "letters",
    "twins",
)


def records(dataset: Dataset, fresh: str = "true") -> str:
    """SELECT of all records; `fresh` is a condition on `m`."""
    fields = ", ".join(f"m.{ident(f.name)}" for f in dataset.fields)
    return f"SELECT m.record_id, ({fresh}) AS fresh, {fields} FROM {table(dataset)} m"


def gather(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, roles: Roles, model: Model, source: str
) -> int:
    """Fill the tables from a SELECT with record_id, fresh and the fields. How many people there are."""
    _people(cursor, dataset, roles, model, source)
    _counts(cursor, model)
    _names(cursor)
    _words(cursor)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE letters AS SELECT text[1] AS letter, sum(people)::BIGINT AS k FROM words"
        " WHERE role = 'name' GROUP BY 1"
    )
    _twins(cursor, model)
    row = cursor.execute("SELECT count(*) FROM people").fetchone()
    return int(row[0]) if row else 0


def forget(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop the tables."""
    more = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND regexp_full_match(table_name, 'counts\\d+')"
    ).fetchall()
    for name in (*TABLES, *(n for (n,) in more)):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _people(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, roles: Roles, model: Model, source: str
) -> None:
    compared = "".join(
        f", {folded(dataset, c.field)} AS c{i}" for i, c in enumerate(model.comparisons)
    )
    dates = [i for i, c in enumerate(model.comparisons) if c.kind == "date"]
    year = f"nullif(regexp_extract(c{dates[0]}, '\\d{{4}}'), '')" if dates else "NULL::VARCHAR"
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE people AS SELECT *, {year} AS year FROM ("
        "SELECT row_number() OVER (ORDER BY record_id)::INTEGER AS n,"
        f" record_id, fresh, {_all_names(dataset, roles)} AS names{compared} FROM ({source}))"
    )


def _all_names(dataset: Dataset, roles: Roles) -> str:
    """SQL: the names of a record, each once, at most so many."""
    if not roles.names:
        if not roles.parts:
            return "[]::VARCHAR[]"
        whole = f"nullif(concat_ws(' ', {', '.join(ident(n) for n in roles.parts)}), '')"
        return f"list_filter([{whole}], lambda x: x IS NOT NULL)"
    lists = [
        (
            f"coalesce({ident(n)}, [])"
            if dataset.field(n).type == "list"
            else f"[{ident(n)}::VARCHAR]"
        )
        for n in roles.names
    ]
    # list_distinct keeps no order: the ones that come first are taken, each at its first place.
    every = f"list_concat({', '.join(lists)})" if len(lists) > 1 else lists[0]
    once = "lambda x, i: x IS NOT NULL AND list_position(y, x) = i"
    return f"list_transform([{every}], lambda y: list_filter(y, {once})[:{NAMES}])[1]"


def folded(dataset: Dataset, name: str) -> str:
    """SQL: a value as it is compared."""
    field = dataset.field(name)
    if field.type == "list":
        low = f"list_transform({ident(name)}, lambda x: lower(trim(x)))"
        return f"CASE WHEN len({ident(name)}) > 0 THEN list_sort(list_distinct({low})) END"
    return f"nullif(lower(trim({ident(name)}::VARCHAR)), '')"


def _counts(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """How often each value is there, where a rare one says more."""
    for i, comparison in enumerate(model.comparisons):
        if comparison.levels[0].rare:
            cursor.execute(
                f"CREATE OR REPLACE TEMP TABLE counts{i} AS SELECT c{i}, count(*)::INTEGER AS k FROM people"
                f" WHERE c{i} IS NOT NULL GROUP BY 1"
            )


def weigh(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> None:
    """What the very same value says: a rare one more. And what the names of a record can say at most."""
    columns, joins = "", ""
    for i, comparison in enumerate(model.comparisons):
        first = comparison.levels[0]
        if not first.rare:
            columns += f", {round(UNIT * min(model.most, first.bits))}::INTEGER AS w{i}"
            continue
        # A number with many places is a DECIMAL to DuckDB, which overflows where a DOUBLE does not.
        share = f"(k + {first.u * model.begin}::DOUBLE) / {people + model.begin}::DOUBLE"
        bits = f"least({model.most}::DOUBLE, greatest(0, {math.log2(max(first.m, LEAST_SHARE))}::DOUBLE - log2({share})))"
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE counts{i} AS SELECT c{i}, k, round({UNIT} * {bits})::INTEGER AS w{i}"
            f" FROM counts{i}"
        )
        joins += f" LEFT JOIN counts{i} USING (c{i})"
        columns += f", w{i}"
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE people AS SELECT people.*, coalesce(most, 0) AS most{columns}"
        f" FROM people LEFT JOIN mosts USING (n){joins} ORDER BY n"
    )


def _names(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE written AS SELECT text, "
        f"{characters.sql('text')} AS folded FROM (SELECT DISTINCT unnest(names) AS text FROM people)"
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE named AS SELECT row_number() OVER (ORDER BY folded)::INTEGER AS name,"
        " min(text) AS text, folded FROM written WHERE folded <> '' GROUP BY folded"
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE called AS SELECT DISTINCT n, name FROM"
        " (SELECT n, unnest(names) AS text FROM people) JOIN written USING (text) JOIN named USING (folded)"
    )
    cursor.execute("DROP TABLE temp.written")


def _words(cursor: duckdb.DuckDBPyConnection) -> None:
    """Cut the names into words. What is not ASCII is cut by the name engine, which knows scripts without blanks."""
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE cut AS SELECT name, unnest(parts) AS text, generate_subscripts(parts, 1) AS place"
        " FROM (SELECT name, string_split(folded, ' ') AS parts FROM named WHERE folded = strip_accents(folded)"
        " AND regexp_full_match(folded, '[ -~]*'))"
    )
    _cut_others(cursor)
    texts = [t for (t,) in cursor.execute("SELECT DISTINCT text FROM cut ORDER BY text").fetchall()]
    keys = [list(skeletons(t)) for t in texts]
    reads = [[t] if t.isascii() else list(read(t)) for t in texts]
    known = pa.table(
        {
            "text": pa.array(texts, pa.string()),
            "role": pa.array([_role(t) for t in texts], pa.string()),
            "keys": pa.array(keys, pa.list_(pa.string())),
            "reads": pa.array(reads, pa.list_(pa.string())),
            "signs": pa.array([marks(t) for t in texts], pa.uint64()),
            "near": pa.array(
                [marks([t, *k, *nicknames(t)]) for t, k in zip(texts, keys)], pa.uint64()
            ),
        }
    )
    cursor.register("known_words", known)
    try:
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE words AS SELECT row_number() OVER (ORDER BY text)::INTEGER AS word, *"
            " FROM known_words"
        )
    finally:
        cursor.unregister("known_words")
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE name_words AS SELECT name, row_number() OVER (PARTITION BY name"
        " ORDER BY place)::TINYINT AS place, word, len(text)::TINYINT AS long, role = 'initial' AS initial, signs, near FROM cut JOIN words USING (text)"
        f" WHERE role IN ('name', 'initial') QUALIFY row_number() OVER (PARTITION BY name ORDER BY place) <= {WORDS}"
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE words AS SELECT words.*, coalesce(people, 0)::INTEGER AS people FROM words LEFT JOIN"
        " (SELECT word, count(DISTINCT n) AS people FROM name_words JOIN called USING (name) GROUP BY word) USING (word)"
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE name_sizes AS SELECT name, count(*)::INTEGER AS size FROM name_words GROUP BY name"
    )
    cursor.execute("DROP TABLE temp.cut")


def _cut_others(cursor: duckdb.DuckDBPyConnection) -> None:
    others = cursor.execute(
        "SELECT name, text FROM named WHERE name NOT IN (SELECT name FROM cut)"
    ).fetchall()
    rows = [
        (name, place, word.folded.replace(" ", ""))
        for name, text in others
        for place, word in enumerate(words_of(text), 1)
        if word.folded and word.role in ("name", "initial")
    ]
    found = pa.table(
        {
            "name": pa.array([r[0] for r in rows], pa.int32()),
            "text": pa.array([r[2] for r in rows], pa.string()),
            "place": pa.array([r[1] for r in rows], pa.int64()),
        }
    )
    cursor.register("cut_others", found)
    try:
        cursor.execute("INSERT INTO cut BY NAME SELECT * FROM cut_others")
    finally:
        cursor.unregister("cut_others")


def marks(parts: Iterable[str]) -> int:
    """A number with a bit for each part, out of 64: with no bit in common, two words have no part in common."""
    found = 0
    for part in parts:
        found |= 1 << (zlib.crc32(part.encode()) & 63)
    return found


def _role(word: str) -> str:
    if len(word) == 1 and word.isascii():
        return "initial"
    if word in titles() or word in behind() or word in suffixes():
        return "title"
    return "particle" if word in particles("anywhere") else "name"


def _twins(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Of records with the very same values only the first is compared with others; the rest hang on it."""
    values = ", ".join(["names", *(f"c{i}" for i in range(len(model.comparisons)))])
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE twins AS SELECT n, first FROM (SELECT n,"
        f" min(n) OVER (PARTITION BY {values}) AS first FROM people WHERE len(names) > 0) WHERE n <> first"
    )
