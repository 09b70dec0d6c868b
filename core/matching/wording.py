"""How two names agree, word by word, in bits. Fills `name_bits` (a, b, bits, how) from `name_pairs` (a <= b).

Words are the same, a nickname, an initial, differ by one or two letters, sound alike, or stand for one another in two
scripts (the classes of `core.names`); the rarer a word, the more it says. What both names have without a partner
contradicts, what one has is missing. Only pairs of words that can agree are ever looked at.
"""

from __future__ import annotations

import math

import duckdb
import pyarrow as pa

from core.matching.model import UNIT, Model
from core.names.nicknames import nicknames

HOWS = (
    *("same", "other script", "nickname", "initial", "one edit", "two edits", "sounds alike"),
    "one sign",  # in another script, and there a single sign: hundreds of them share a reading
)
# Two words of these signs that have no reading in common are two: the consonants of so many readings always meet somewhere.
HAN = "\u3400-\u9fff"


def compare(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> None:
    """Weigh all name pairs. Figures are whole hundredths of a bit."""
    _word_pairs(cursor, model, people)
    _aggregate(cursor, model)
    for name in ("word_bits", "met_words"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def forget(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop what `nicks` made."""
    cursor.execute("DROP TABLE IF EXISTS temp.nicks")


def nicks(cursor: duckdb.DuckDBPyConnection) -> None:
    """Fill `nicks` (x, y): words that are nicknames of one another."""
    known = cursor.execute(
        "SELECT word, text FROM words WHERE role = 'name' ORDER BY word"
    ).fetchall()
    rows = [(word, nick) for word, text in known for nick in sorted(nicknames(text))]
    found = pa.table(
        {
            "word": pa.array([r[0] for r in rows], pa.int32()),
            "text": pa.array([r[1] for r in rows], pa.string()),
        }
    )
    cursor.register("known_nicks", found)
    try:
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE nicks AS SELECT DISTINCT k.word AS x, w.word AS y FROM known_nicks k"
            " JOIN words w USING (text)"
        )
    finally:
        cursor.unregister("known_nicks")


def _said(people: int, model: Model, loss: str = "0") -> str:
    """SQL: the bits that a pair of words says where `k` people are called so: a rare word says more."""
    share = f"(k::DOUBLE + {model.words.unknown * model.begin}::DOUBLE) / {people + model.begin}"
    bits = f"{math.log2(model.words.same)} - log2(least(1.0, {share})) - {loss}"
    return f"round({UNIT} * least({model.most}, greatest(0.3, {bits})))::INTEGER"


def most(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> None:
    """Fill `mosts` (n, most): what the names of a record can say for a pair at most, in hundredths of a bit."""
    bits = _said(people, model)
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE mosts AS
        WITH each AS (
            SELECT word, {bits} AS bits FROM (SELECT word, people AS k FROM words UNION ALL
            SELECT word, coalesce(letters.k, 1) FROM words LEFT JOIN letters ON letter = text[1] WHERE role = 'initial')
        ), best AS (SELECT word, max(bits) AS bits FROM each GROUP BY word),
        whole AS (SELECT name, sum(bits) AS bits FROM name_words JOIN best USING (word) GROUP BY name)
        SELECT n, least(max(bits), {round(UNIT * model.most * 1.5)})::INTEGER AS most
        FROM called JOIN whole USING (name) GROUP BY n""")


def _word_pairs(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> None:
    """Fill `word_bits` (x, y, how, bits), both ways round, of the pairs of words that agree."""
    # Step by step, since the planner would join the words of all names first. One letter off changes two marks at most.
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE one_side AS SELECT a, b, place, word, long, initial, signs, near"
        " FROM name_pairs JOIN name_words w ON name = a"
    )
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE met_names AS SELECT a, b, s.place AS i, t.place AS j, s.word AS x, t.word AS y
        FROM one_side s JOIN name_words t ON name = b
        WHERE s.near & t.near <> 0 OR s.initial OR t.initial
           OR bit_count(xor(s.signs, t.signs)) <= CASE WHEN least(s.long, t.long) < 7 THEN 2 ELSE 4 END"""
    )
    cursor.execute("DROP TABLE one_side")
    cursor.execute("CREATE OR REPLACE TEMP TABLE met_words AS SELECT DISTINCT x, y FROM met_names")
    edits = "damerau_levenshtein(s.text, t.text)"
    near = "jaro_similarity(s.text, t.text) >= 0.8"  # never less with so few edits, and far sooner known
    shorter = "least(len(s.text), len(t.text))"
    latin = "s.latin AND t.latin"
    losses = " ".join(
        f"WHEN {i} THEN {model.words.loss.get(how, 0.0)}" for i, how in enumerate(HOWS)
    )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE word_bits AS
        WITH w AS (SELECT word, text, role, reads, keys, people, regexp_full_match(text, '[ -~]*') AS latin,
                   regexp_full_match(text, '[{HAN}]+') AS han FROM words),
        judged AS (
            SELECT x, y, CASE WHEN x = y THEN 0
                WHEN s.role = 'initial' OR t.role = 'initial'
                    THEN CASE WHEN left(s.text, 1) = left(t.text, 1) AND s.role <> t.role THEN 3 END
                WHEN n.x IS NOT NULL THEN 2
                WHEN {latin} AND {shorter} >= 4 AND abs(len(s.text) - len(t.text)) <= 1 AND {near} AND {edits} = 1 THEN 4
                WHEN {latin} AND {shorter} >= 7 AND abs(len(s.text) - len(t.text)) <= 2 AND {near} AND {edits} = 2 THEN 5
                WHEN NOT ({latin}) AND list_has_any(s.reads, t.reads) THEN CASE WHEN {shorter} = 1 THEN 7 ELSE 1 END
                WHEN s.han AND t.han THEN NULL
                WHEN list_has_any(s.keys, t.keys) AND len(s.keys[1]) > 1 THEN CASE WHEN {latin} THEN 6 WHEN {shorter} = 1 THEN 7 ELSE 1 END
            END AS how, greatest(s.people, t.people) AS most, s.people + t.people AS together,
            CASE WHEN s.role = 'initial' THEN s.text ELSE t.text END AS letter
            FROM met_words JOIN w s ON s.word = x JOIN w t ON t.word = y LEFT JOIN nicks n USING (x, y)
        ), counted AS (
            SELECT x, y, how, CASE how WHEN 0 THEN most WHEN 3 THEN coalesce(letters.k, 1) ELSE together END AS k
            FROM judged LEFT JOIN letters USING (letter) WHERE how IS NOT NULL
        )
        SELECT x, y, how::TINYINT AS how, {_said(people, model, f"CASE how {losses} END")} AS bits FROM counted"""
    )


def _aggregate(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """One line a name pair. Each word has one partner: the best for both; of equals the one that stands first.

    Most pairs of names leave no choice of partners, and are only added up.
    """
    against, missing = (round(UNIT * v) for v in (model.words.against, model.words.missing))
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE met AS SELECT a, b, i, j, bits FROM met_names JOIN word_bits USING (x, y)"
    )
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE sums AS
        SELECT a, b, sum(bits)::INTEGER AS bits, count(*)::INTEGER AS k,
               bit_count(bit_or(1 << i)) = k AND bit_count(bit_or(1 << j)) = k AS clear FROM met GROUP BY a, b"""
    )
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE name_bits AS
        WITH best AS (
            SELECT a, b, i, j, bits FROM met SEMI JOIN (SELECT a, b FROM sums WHERE NOT clear) AS s USING (a, b)
            QUALIFY row_number() OVER (PARTITION BY a, b, i ORDER BY bits DESC, abs(i - j), j) = 1
        ), fitted AS (
            SELECT a, b, i, j, bits FROM best QUALIFY row_number() OVER (PARTITION BY a, b, j ORDER BY bits DESC, abs(i - j), i) = 1
        ), agreed AS (
            SELECT a, b, bits, k FROM sums WHERE clear
            UNION ALL SELECT a, b, sum(bits)::INTEGER, count(*)::INTEGER FROM fitted GROUP BY a, b
        ), sized AS (
            SELECT p.a, p.b, coalesce(k, 0) AS agree, least({round(UNIT * model.most * 1.5)}, coalesce(bits, 0)) AS bits,
                   coalesce(s.size, 0) AS one, coalesce(t.size, 0) AS two FROM name_pairs p LEFT JOIN agreed USING (a, b)
            LEFT JOIN name_sizes s ON s.name = p.a LEFT JOIN name_sizes t ON t.name = p.b
        )
        SELECT a, b, agree, greatest(0, least(one, two) - agree) AS against, abs(one - two) AS missing,
               bits + {against} * against + {missing} * missing AS bits FROM sized""")
    for name in ("met", "met_names", "sums"):
        cursor.execute(f"DROP TABLE {name}")
