"""Texts that say that there is nothing, as SQL: core/datasets/empty_words.py is the same in Python."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.datasets.empty_words import (
    BRACKETS,
    ERROR_CELL,
    ERROR_LETTERS,
    ERROR_WORDS,
    MARKS,
    OFFICE_ERROR,
    bared,
    bracketed,
)
from core.storage.sql import literal


def is_word(x: str, words: Iterable[str]) -> str:
    """SQL condition: the text in `x` is one of the words, upper and lower case and marks around it aside."""
    known, exact = bared(words), bracketed(words)
    if not known:
        return "false"
    # One pass of a regular expression over the short texts; only what it finds is looked at closely.
    longest = max(len(w.encode()) for w in known) + 4
    shape = literal(f"(?i){_MARKS}*(?:{_any(known)})?{_MARKS}*")
    guard = f"strlen({x}) <= {longest} AND regexp_full_match({x}, {shape})"
    found = f"CASE WHEN {guard} THEN {_among(x, known)} ELSE false END"
    if not exact:
        return found
    named = f"list_contains({literal(sorted(exact))}, lower({x}))"
    return f"CASE WHEN {_begins(x, '(')} THEN {named} OR {found} ELSE {found} END"


_MARKS = "[" + "".join(re.escape(mark) for mark in MARKS) + "]"


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words) if word)


def _bare(x: str) -> str:
    return f"trim(lower({x}), {literal(MARKS)})"


def _among(x: str, known: frozenset[str]) -> str:
    found = f"list_contains({literal(sorted(known - {''}))}, {_bare(x)})"
    return f"({found} OR ({_bare(x)} = '' AND {_signs(x)}))" if "" in known else found


def _signs(x: str) -> str:
    """Of a text of marks alone: whether they are more than brackets."""
    return f"trim({x}, {literal(BRACKETS)}) <> ''"


def without_errors(x: str) -> str:
    """The text in `x`, or NULL where it is what a spreadsheet shows for a formula that failed."""
    # To name all letters takes a millisecond, for every field and thread: so they are named once.
    letters = f"regexp_replace({x}, '\\pL', 'L', 'g')"
    sharp = (
        f"{x} = upper({x}) AND {x} <> lower({x}) AND (regexp_full_match({x}, {literal(ERROR_CELL)})"
        f" OR regexp_full_match({letters}, {literal(ERROR_LETTERS)}))"
    )
    office = f"regexp_full_match({x}, {literal(OFFICE_ERROR)})"
    return (
        f"CASE WHEN {_begins(x, '#')} THEN CASE WHEN {sharp} THEN NULL ELSE {x} END"
        f" WHEN contains({x}, ':5') OR starts_with({x}, 'Err:') THEN CASE WHEN {office} THEN NULL ELSE {x} END ELSE {x} END"
    )


def _begins(x: str, sign: str) -> str:
    # Comparing looks at the first four bytes alone, and takes half of the time of starts_with.
    after = sign[:-1] + chr(ord(sign[-1]) + 1)
    return f"{x} < {literal(after)} AND {x} >= {literal(sign)}"


def elements(x: str, v: str, separators: str, words: Iterable[str], errors: bool) -> str:
    """The list `v` without elements that only say that there is nothing: "-" in "Ann; -".

    The text `x` that it was split from is asked first, which costs a third of looking at elements.
    """
    known = bared(words) | (bared(ERROR_WORDS) if errors else frozenset())
    borders = re.escape(separators) + r"；，、\n\[\]\""
    element = rf"{_MARKS}*\s*(?:{_any(known)})?\s*{_MARKS}*"
    guard = literal(rf"(?i)(?:^|[{borders}])\s*{element}\s*(?:$|[{borders}])")
    kept = f"list_filter({v}, lambda i: NOT {_among('i', known)})"
    written = f"starts_with({x}, '[') OR starts_with({x}, '{{')"  # as programs write lists
    return f"CASE WHEN {written} OR regexp_matches({x}, {guard}) THEN {kept} ELSE {v} END"
