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


def compare(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> None:
    """Weigh all name pairs. Figures are whole hundredths of a bit."""
    _nicknames(cursor)
    _word_pairs(cursor, model, people)
    _aggregate(cursor, model)
    for name in ("nicks", "word_bits", "met_words"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _nicknames(cursor: duckdb.DuckDBPyConnection) -> None:
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


def _share(people: int, model: Model) -> str:
    """SQL: the share of people called by a word that `k` are called by, smoothed."""
    return f"(k::DOUBLE + {model.words.unknown * model.begin}::DOUBLE) / {people + model.begin}"


def _word_pairs(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> None:
    """Fill `word_bits` (x, y, how, bits), both ways round, of the pairs of words that agree."""
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE met_words AS SELECT DISTINCT p.word AS x, q.word AS y"
        " FROM name_pairs JOIN name_words p ON p.name = a JOIN name_words q ON q.name = b"
    )
    edits = "damerau_levenshtein(s.text, t.text)"
    near = "jaro_similarity(s.text, t.text) >= 0.8"  # never less with so few edits, and far sooner known
    shorter = "least(len(s.text), len(t.text))"
    latin = "s.latin AND t.latin"
    losses = " ".join(
        f"WHEN {i} THEN {model.words.loss.get(how, 0.0)}" for i, how in enumerate(HOWS)
    )
    m = math.log2(model.words.same)
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE word_bits AS
        WITH w AS (SELECT *, regexp_full_match(text, '[ -~]*') AS latin FROM words),
        judged AS (
            SELECT x, y, CASE WHEN x = y THEN 0
                WHEN s.role = 'initial' OR t.role = 'initial'
                    THEN CASE WHEN s.text[1] = t.text[1] AND s.role <> t.role THEN 3 END
                WHEN n.x IS NOT NULL THEN 2
                WHEN {latin} AND {shorter} >= 4 AND abs(len(s.text) - len(t.text)) <= 1 AND {near} AND {edits} = 1 THEN 4
                WHEN {latin} AND {shorter} >= 7 AND abs(len(s.text) - len(t.text)) <= 2 AND {near} AND {edits} = 2 THEN 5
                WHEN list_has_any(s.keys, t.keys) AND len(s.keys[1]) > 1 THEN CASE WHEN {latin} THEN 6 WHEN {shorter} = 1 THEN 7 ELSE 1 END
            END AS how, greatest(s.people, t.people) AS most, s.people + t.people AS together,
            CASE WHEN s.role = 'initial' THEN s.text ELSE t.text END AS letter
            FROM met_words JOIN w s ON s.word = x JOIN w t ON t.word = y LEFT JOIN nicks n USING (x, y)
        ), letters AS (
            SELECT text[1] AS letter, sum(people) AS k FROM words WHERE role = 'name' GROUP BY 1
        ), counted AS (
            SELECT x, y, how, CASE how WHEN 0 THEN most WHEN 3 THEN coalesce(letters.k, 1) ELSE together END AS k
            FROM judged LEFT JOIN letters USING (letter) WHERE how IS NOT NULL
        )
        SELECT x, y, how::TINYINT AS how, round({UNIT} * least({model.most},
            greatest(0.3, {m} - log2(least(1.0, {_share(people, model)})) - CASE how {losses} END)))::INTEGER AS bits
        FROM counted""")


def _aggregate(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """One line a name pair. Each word has one partner: the best for both; of equals the one that stands first."""
    against, missing = (round(UNIT * v) for v in (model.words.against, model.words.missing))
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE name_bits AS
        WITH met AS (
            SELECT a, b, p.place AS i, q.place AS j, how, bits FROM name_pairs
            JOIN name_words p ON p.name = a JOIN name_words q ON q.name = b
            JOIN word_bits v ON v.x = p.word AND v.y = q.word
        ), best AS (
            SELECT * FROM met QUALIFY row_number() OVER (PARTITION BY a, b, i ORDER BY bits DESC, abs(i - j), j) = 1
        ), fitted AS (
            SELECT * FROM best QUALIFY row_number() OVER (PARTITION BY a, b, j ORDER BY bits DESC, abs(i - j), i) = 1
        ), sums AS (
            SELECT a, b, sum(bits)::INTEGER AS bits, count(*)::INTEGER AS k, max(how) AS worst FROM fitted GROUP BY a, b
        ), sizes AS (SELECT name, count(*)::INTEGER AS size FROM name_words GROUP BY name)
        SELECT p.a, p.b, coalesce(k, 0) AS agree,
               greatest(0, least(coalesce(s.size, 0), coalesce(t.size, 0)) - coalesce(k, 0)) AS against,
               abs(coalesce(s.size, 0) - coalesce(t.size, 0)) AS missing,
               least(coalesce(bits, 0), {round(UNIT * model.most * 1.5)})
               + {against} * greatest(0, least(coalesce(s.size, 0), coalesce(t.size, 0)) - coalesce(k, 0))
               + {missing} * abs(coalesce(s.size, 0) - coalesce(t.size, 0)) AS bits
        FROM name_pairs p LEFT JOIN sums USING (a, b)
        LEFT JOIN sizes s ON s.name = p.a LEFT JOIN sizes t ON t.name = p.b""")
