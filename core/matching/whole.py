"""Whole names held against one another by the name engine, where the words alone do not settle it. Changes `scored`.

Words are weighed one by one, each by its rarity, and that is quick for millions of pairs. The engine of names knows more: words
that are joined in one name, syllables of another script, cuts of unspaced names. It is asked

    where names are all that is compared: of the likeliest pairs, and it raises or lowers what the words say
    where other fields are: of names in another script than Latin whose pair would be a link by it, and it only raises

at most so many pairs a run (`ALONE`, `BESIDE`), those first of which the words say most. A name that many have
says less.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from core.matching.model import LINK, UNIT, Model, weight_of
from core.matching.scoring import floor
from core.names.agreement import SAME_PERSON, Agreement
from core.names.comparing import compare

ALONE, BESIDE = 200_000, 20_000  # pairs: about 0.2 ms each
_ABROAD = "[^\\x{00}-\\x{24F}]"  # a sign that is not Latin
_SHIFT = 1000  # figures are whole thousandths, so that the best pair of names is the same on every machine


def judge(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Ask the engine, and put what it says in place of what the words say."""
    alone = not model.comparisons
    _doubtful(cursor, model, alone)
    rows = cursor.execute("SELECT a, b, one, other FROM doubtful_names ORDER BY a, b").fetchall()
    if rows:
        _answered(cursor, rows)
        _raised(cursor, model, alone)
    for name in ("abroad", "few", "lefts", "doubtful", "doubtful_names", "answered"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _doubtful(cursor: duckdb.DuckDBPyConnection, model: Model, alone: bool) -> None:
    """Fill `doubtful` (l, r, a, b) and of it `doubtful_names` (a, b, one, other)."""
    most, link = max(level.bits for level in model.whole), weight_of(LINK)
    wanted, asked, far = f"weight >= {round(UNIT * floor(model))}", ALONE, "true"
    if not alone:
        wanted = (
            f"weight < {round(UNIT * link)} AND weight - name_bits >= {round(UNIT * (link - most))}"
        )
        asked, far = BESIDE, f"regexp_matches(text, '{_ABROAD}')"
    # Step by step, since the planner would join the names of all records first; a record may have eight.
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE abroad AS SELECT n, name, {far} AS far FROM called JOIN named USING (name)"
    )
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE few AS
        WITH records AS (SELECT n, bool_or(far) AS far FROM abroad GROUP BY n)
        SELECT l, r, name_bits FROM scored JOIN records p ON p.n = l JOIN records q ON q.n = r
        WHERE {wanted} AND (p.far OR q.far) ORDER BY name_bits DESC, l, r LIMIT {asked}""")
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE lefts AS SELECT l, r, name_bits, name AS a, far FROM few JOIN abroad ON n = l"
    )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE doubtful AS SELECT l, r, a, name AS b FROM lefts x JOIN abroad y ON n = r
        WHERE a <> name AND (x.far OR y.far) ORDER BY name_bits DESC, l, r, a, b LIMIT {asked}"""
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE doubtful_names AS SELECT a, b, p.text AS one, q.text AS other"
        " FROM (SELECT DISTINCT a, b FROM doubtful) JOIN named p ON p.name = a JOIN named q ON q.name = b"
    )


def _answered(cursor: duckdb.DuckDBPyConnection, rows: list[tuple[int, int, str, str]]) -> None:
    """Fill `answered` (a, b, score, agree, against, missing) with what the engine says."""
    said = [compare(one, other) for _, _, one, other in rows]
    found = pa.table(
        {
            "a": pa.array([r[0] for r in rows], pa.int32()),
            "b": pa.array([r[1] for r in rows], pa.int32()),
            "score": pa.array([round(_SHIFT * x.score) for x in said], pa.int32()),
            "agree": pa.array([_count(x, "agree") for x in said], pa.int32()),
            "against": pa.array([_count(x, "contradicts") for x in said], pa.int32()),
            "missing": pa.array([_count(x, "missing") for x in said], pa.int32()),
        }
    )
    cursor.register("engine_said", found)
    try:
        cursor.execute("CREATE OR REPLACE TEMP TABLE answered AS FROM engine_said")
    finally:
        cursor.unregister("engine_said")


def _count(said: Agreement, how: str) -> int:
    if how == "agree":
        return sum(pair.how not in ("missing", "contradicts") for pair in said.words)
    return sum(pair.how == how for pair in said.words)


def _bits(model: Model, k: str) -> str:
    """SQL: what a score says; names that `k` people have in all say less, the more these are."""
    whens = " ".join(
        f"WHEN score >= {round(_SHIFT * each.least)} THEN {round(UNIT * each.bits)}"
        for each in model.whole
    )
    often = f"round({UNIT} * greatest(0, log2({k} / 2.0)))"
    said = f"(CASE {whens} END)"
    return f"(CASE WHEN {said} > 0 THEN greatest(0, {said} - {often}) ELSE {said} END)::INTEGER"


def _raised(cursor: duckdb.DuckDBPyConnection, model: Model, alone: bool) -> None:
    """Of several names of two records the best pair counts."""
    same = round(_SHIFT * SAME_PERSON)
    # What the engine takes for one is raised; where names are all there is, what it takes for two is lowered.
    new = f"CASE WHEN score >= {same} THEN greatest(said, s.name_bits) ELSE least(said, s.name_bits) END"
    only = "true" if alone else f"score >= {same} AND said > s.name_bits"
    cursor.execute(
        f"""UPDATE scored SET weight = scored.weight + new - scored.name_bits, name_bits = new,
            agree = x.agree, against = x.against, missing = x.missing FROM (
        WITH held AS (SELECT name, count(*) AS k FROM called GROUP BY name),
        told AS (SELECT l, r, score, x.agree, x.against, x.missing, {_bits(model, "(g.k + h.k)")} AS said
                 FROM doubtful JOIN answered x USING (a, b) JOIN held g ON g.name = a JOIN held h ON h.name = b
                 QUALIFY row_number() OVER (PARTITION BY l, r ORDER BY said DESC, score DESC, a, b) = 1)
        SELECT l, r, ({new})::INTEGER AS new, told.agree, told.against, told.missing
        FROM told JOIN scored s USING (l, r) WHERE {only}) AS x
        WHERE scored.l = x.l AND scored.r = x.r"""
    )
