"""Names and dates whose parts stand in columns of their own become one text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.cleaning import nothing
from core.cleaning.kind import Kind, Values, needs_value
from core.datasets.empty_words import MARKS, bared, may_name
from core.datasets.parts import DATE_PARTS, FAMILY_FIRST, GIVEN_FIRST, LABELS, PARTS
from core.datasets.words import listed
from core.storage.sql import literal

# Han, Hangul and Hiragana write the family name first, without a blank. Names all in Katakana are foreign.
_EAST_ASIAN = r"[\p{Han}\p{Hangul}\p{Hiragana}\x{30FC}\x{3005}]+"

_COURTESY = (
    r"(?i)\s*(?:"
    + "|".join(w.replace(" ", r"[\s.]+") for w in sorted(listed("values", "courtesy")))
    + r")[\s.]*"
)
_ENGLISH = "['Jan','Feb','Mar','Apr','May','Jun','Jul','Aug','Sep','Oct','Nov','Dec']"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    parts = (step.value or "").split()
    both = {"given", "family"} <= {*parts}
    return f"Put {name} together: {' + '.join(LABELS.get(part, part) for part in parts)}" + (
        "; in Chinese, Japanese and Korean family + given" if both else ""
    )


def wrong(step: Values) -> str | None:
    """The value must be parts of a name, or of a date."""
    parts = {*(step.value or "").split()}
    if parts <= PARTS or parts <= {*DATE_PARTS}:
        return needs_value(step)
    return f"join takes the parts {', '.join(sorted(PARTS))}, or {', '.join(DATE_PARTS)}"


def refuses(step: Values, type_: str) -> str | None:
    """Parts of a date are for a date, those of a name for a text."""
    of_date = {*(step.value or "").split()} <= {*DATE_PARTS}
    if type_ == ("date" if of_date else "text"):
        return None
    if of_date:
        return f"{step.field} is of type {type_}, and has no year, month and day"
    return f"join needs a text field, and {step.field} is of type {type_}"


def name(columns: dict[str, str], words: tuple[str, ...]) -> str:
    """SQL for the name, its parts in the order of `columns`. `words` mean that a part is empty."""
    pieces = {part: _piece(part, x, words) for part, x in columns.items()}
    text = f"nullif(concat_ws(' ', {', '.join(pieces.values())}), '')"
    given, family = columns.get("given"), columns.get("family")
    if given is None or family is None:
        return text
    near = f"concat({', '.join(pieces[p] for p in FAMILY_FIRST if p in pieces and p != 'title')})"
    # Nearly all letters of other scripts are told by the first one, which costs nothing.
    east = (
        f"trim({family}) > '\u2e80' AND regexp_full_match(trim({family}), '{_EAST_ASIAN}')"
        f" AND regexp_full_match(trim({given}), '{_EAST_ASIAN}')"
    )
    same = f"lower(trim({given})) = lower(trim({family}))"
    # Few rows are the same in both, so this look may be the whole one: signs alone are a word, too.
    nobody = f"CASE WHEN {same} THEN {nothing.is_word(f'trim({given})', words)} ELSE false END"
    return f"CASE WHEN {nobody} THEN NULL WHEN {east} THEN {near} ELSE {text} END"


def _piece(part: str, x: str, words: tuple[str, ...]) -> str:
    """One part, or NULL when it says nothing: signs without a letter, a form of address, a word for empty."""
    bare = f"trim({x})"
    empty = [f"NOT regexp_matches({x}, '\\pL')", f"{nothing.without_errors(bare)} IS NULL"]
    if part == "title":
        empty.append(f"regexp_full_match({x}, {literal(_COURTESY)})")
    # A person may be called Null; nobody is called N/A, and a middle name is not missed.
    if part in ("given", "family"):
        words = tuple(w for w in words if not may_name(w))
    empty.append(_is_word(x, words))
    return f"CASE WHEN {' OR '.join(empty)} THEN NULL ELSE {bare} END"


def _is_word(x: str, words: tuple[str, ...]) -> str:
    """Like `nothing.is_word`, as one pattern: names are too short for its look at the length to help."""
    known = sorted(bared(words) - {""})
    if not known:
        return "false"
    marks = f"[{re.escape(MARKS)}]*"
    pattern = f"(?i){marks}(?:{'|'.join(map(re.escape, known))}){marks}"
    return f"regexp_full_match({x}, {literal(pattern)})"


def date(columns: Mapping[str, str]) -> str:
    """SQL for the date as one text: as much of it as the columns say. What is no number is left to be read as it is."""
    year, month, day = (_number(columns.get(part)) for part in ("year", "month", "day"))
    named = f"coalesce({_ENGLISH}[TRY_CAST({month} AS INTEGER)], {month})"
    iso = f"concat_ws('-', {year}, lpad({month}, 2, '0'), lpad({day}, 2, '0'))"
    plain = f"regexp_full_match({year}, '\\d{{4}}') AND coalesce(regexp_full_match({month}, '\\d{{1,2}}'), true)"
    return (
        f"CASE WHEN {year} IS NULL THEN NULL WHEN {month} IS NULL THEN {year}"
        f" WHEN {plain} THEN {iso} ELSE concat_ws(' ', {day}, {named}, {year}) END"
    )


def _number(x: str | None) -> str:
    """The text without blanks and the .0 of a column with gaps; NULL for 0, and for signs and words that say nothing."""
    if x is None:
        return "NULL::VARCHAR"
    bare = f"regexp_replace(trim({x}), '\\.0$', '')"
    return f"CASE WHEN regexp_matches({bare}, '[1-9]|\\pL') THEN {bare} END"


def turned(step: Values) -> str | None:
    """The parts with the family name at the other end; None for those of a date."""
    there = set((step.value or "").split())
    if not there <= PARTS:
        return None
    usual = " ".join(part for part in GIVEN_FIRST if part in there)
    order = FAMILY_FIRST if step.value == usual else GIVEN_FIRST
    return " ".join(part for part in order if part in there)


KINDS = (
    Kind(
        "join",
        "columns that hold parts of a name, or of a date, become one text",
        sentence,
        uses="value (parts)",
        place=1,
        wrong=wrong,
        refuses=refuses,
        turned=turned,
        turning="Put the names in the other order; which columns are joined is chosen in Columns",
        removable=False,  # which columns are joined, the mapping says
    ),
)
