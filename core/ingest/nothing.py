"""Texts that say that there is nothing, as SQL: core/datasets/empty_words.py is the same in Python."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from core.datasets.empty_words import BRACKETS, ERROR_CELL, ERROR_WORDS, MARKS, OFFICE_ERROR, bared
from core.storage.sql import literal


def is_word(x: str, words: Iterable[str]) -> str:
    """SQL condition: the text in `x` is one of the words, upper and lower case and marks around it aside."""
    known = bared(words)
    if not known:
        return "false"
    longest = max(len(w.encode()) for w in known) + 4
    # Few words have one length, so a text is compared with few; most are too long for any.
    return f"strlen({x}) <= {longest} AND {_among(x, known)}"


def _bare(x: str) -> str:
    return f"trim(lower({x}), {literal(MARKS)})"


def _among(x: str, known: frozenset[str]) -> str:
    lengths: dict[int, list[str]] = {}
    for word in sorted(known - {""}):
        lengths.setdefault(len(word.encode()), []).append(word)
    bare = _bare(x)
    cases = [
        f"WHEN {n} THEN list_contains({literal(words)}, {bare})" for n, words in lengths.items()
    ]
    if "" in known:
        cases.append(f"WHEN 0 THEN {_signs(x)}")
    return f"CASE strlen({bare}) {' '.join(cases)} ELSE false END"


def _signs(x: str) -> str:
    """Of a text of marks alone: whether they are more than brackets."""
    return f"trim({x}, {literal(BRACKETS)}) <> ''"


def without(x: str, words: Iterable[str], values: Collection[str] = ()) -> str:
    """The text in `x`, or NULL where it is one of the words and none of `values` (in small letters).

    An empty text always is.
    """
    found = is_word(x, words)
    if values:
        found += f" AND NOT list_contains({literal(sorted(values))}, lower({x}))"
    return f"CASE WHEN {x} = '' OR ({found}) THEN NULL ELSE {x} END"


def without_errors(x: str) -> str:
    """The text in `x`, or NULL where it is what a spreadsheet shows for a formula that failed."""
    sharp = (
        f"starts_with({x}, '#') AND {x} = upper({x}) AND {x} <> lower({x})"
        f" AND regexp_full_match({x}, {literal(_re2(ERROR_CELL))})"
    )
    office = f"starts_with({x}, 'Err:') AND regexp_full_match({x}, {literal(OFFICE_ERROR)})"
    return f"CASE WHEN ({sharp}) OR ({office}) THEN NULL ELSE {x} END"


def _re2(pattern: str) -> str:
    return pattern.replace(r"[^\W\d_]", r"\pL")


def elements(x: str, v: str, separators: str, words: Iterable[str], errors: bool) -> str:
    """The list `v` without elements that only say that there is nothing: "-" in "Ann; -".

    The text `x` that it was split from is asked first, which costs a third of looking at elements.
    """
    known = bared(words) | (bared(ERROR_WORDS) if errors else frozenset())
    borders = re.escape(separators) + r"；，、\n\[\]\""
    marks = "".join(re.escape(mark) for mark in MARKS)
    any_of = "|".join(re.escape(w) for w in sorted(known))
    guard = literal(rf"(?i)(?:^|[{borders}])[\s{marks}]*(?:{any_of})[\s{marks}]*(?:$|[{borders}])")
    empty = f"list_contains({literal(sorted(known - {''}))}, {_bare('i')})"
    if "" in known:
        empty += f" OR ({_bare('i')} = '' AND {_signs('i')})"
    kept = f"list_filter({v}, lambda i: NOT ({empty}))"
    return (
        f"CASE WHEN starts_with({x}, '[') OR regexp_matches({x}, {guard}) THEN {kept} ELSE {v} END"
    )
