"""INTJ-A, INTJ (Architect): values of a choice with something behind them, which is taken off and said.

What may follow: one letter behind a hyphen, words in brackets, words behind a colon or a dash. Not where they hold
another allowed value (INTJ (or INFJ)), or a doubt (INTJ (?)): such a value stays refused.
"""

from __future__ import annotations

import re
from collections import Counter

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field
from core.ingest.deciders.tidied import columns

MOST = 50  # different ends
_HYPHEN = "[-‐‑–—]"
_CODE = rf"\s?{_HYPHEN}\s?[^\W\d_]"
_BRACKETS = r"\s?[(\[（][^()\[\]（）?？]*[^\W\d_][^()\[\]（）?？]*[)\]）]"
_WORDS = rf"(?:\s?[:：]\s?|\s{_HYPHEN}\s)[^\W\d_][^?？]*"
_END = re.compile(rf"(?:{_CODE})?(?:{_BRACKETS}|{_WORDS})|{_CODE}")


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The ends that are taken off in each column of choices."""
    found: list[Step] = []
    for field, texts in columns(cursor, head, dataset, plan, steps, _has_choices):
        found += _decided(field, texts)
    return (*steps, *found)


def _has_choices(field: Field) -> bool:
    return field.type == "text" and bool(field.choices)


def _decided(field: Field, texts: dict[str, int]) -> list[Step]:
    ends: Counter[str] = Counter()
    for text, count in texts.items():
        if text not in field.choices and (end := _end(field, text)):
            ends[end] += count
    if not ends:
        return []
    most = ends.most_common(MOST)
    shown = ", ".join(f"“{end.strip()}” behind {count}" for end, count in most[:4])
    reason = f"the values are allowed without it: {shown}"
    return [Step(op="suffix", field=field.name, words=tuple(e for e, _ in most), reason=reason)]


def _end(field: Field, text: str) -> str | None:
    """What stands behind the allowed value that the text begins with; one letter and a number are none such."""
    for choice in sorted(field.choices, key=len, reverse=True):
        if len(choice) > 1 and not choice.isdecimal() and text.startswith(choice):
            end = text[len(choice) :]
            if _END.fullmatch(end) and not _names_another(field, end):
                return end
    return None


def _names_another(field: Field, end: str) -> bool:
    any_choice = "|".join(re.escape(choice) for choice in field.choices)
    return bool(re.search(rf"(?i)(?<!\w)(?:{any_choice})(?!\w)", end))
