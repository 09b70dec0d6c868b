"""“CEO, Tesla” in a column of occupations: a comma that leads to where somebody has a post does not part two of them."""

from __future__ import annotations

import re

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.datasets.shapes import words
from core.datasets.words import listed, meanings
from core.ingest.columns.evidence import Witness
from core.storage.sql import literal

ROWS = 1_000  # values that are looked at
MOST = 0.6  # share of those with a comma; at least two
# An occupation that no list knows, in English: geologist, farmer, guitarist, secretary.
_OCCUPATION = re.compile(
    r"(?:er|or|ist|ian|man|men|woman|ant|ent|ary|ive|ess|eur|smith)$", re.IGNORECASE
)


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The steps, with no comma among the separators of a list of occupations that holds posts."""
    if plan.recipe is not None:
        return steps
    witness, fields = Witness(dataset), plan.fields()
    found = []
    for step in steps:
        mine = step.op == "split" and "," in (step.value or "") and step.field in fields
        if mine and "job" in witness.senses[step.field or ""].own:
            step = _decided(cursor, head, f"c{fields[step.field or '']}", step)
        found.append(step)
    return tuple(found)


def _decided(cursor: duckdb.DuckDBPyConnection, head: str, x: str, step: Step) -> Step:
    one_of = literal("[" + re.escape((step.value or "").replace(",", "") or ";") + "\n；]")
    rows = cursor.execute(
        f"SELECT {x} FROM {head} WHERE contains({x}, ',') AND NOT regexp_matches({x}, {one_of}) LIMIT {ROWS}"
    ).fetchall()
    posts = sum(_is_post(text) for (text,) in rows)
    if posts < 2 or posts < MOST * len(rows):
        return step
    reason = f"{posts} of {len(rows)} values with a comma are a post and where it is, such as {rows[0][0]}"
    return step.model_copy(update={"value": (step.value or "").replace(",", ""), "reason": reason})


def _is_post(text: str) -> bool:
    first, _, rest = text.partition(",")
    known = (
        meanings("a superior or maker") | listed("values", "honorific") | listed("values", "nobody")
    )
    where, end = rest.strip(), words(rest)
    if known.isdisjoint(words(first)) or not where[:1].isupper() or not end:
        return False
    trades = known | meanings("person", "job")
    return trades.isdisjoint(end) and not _OCCUPATION.search(end[-1])
