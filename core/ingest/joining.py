"""Names and dates whose parts stand in columns of their own are put together, as the step `join` says."""

from __future__ import annotations

import re

import duckdb

from core.datasets.empty_words import MARKS, bared, may_name
from core.datasets.model import Dataset
from core.datasets.parts import DATE_PARTS, FAMILY_FIRST, GIVEN_FIRST, LABELS
from core.datasets.words import listed
from core.ingest import date_parts, name_parts, nothing, recipe
from core.ingest.plan import Plan, Step
from core.storage.sql import literal

# Han, Hangul and Hiragana write the family name first, without a blank. Names all in Katakana are foreign.
_EAST_ASIAN = r"[\p{Han}\p{Hangul}\p{Hiragana}\x{30FC}\x{3005}]+"

_COURTESY = (
    r"(?i)\s*(?:"
    + "|".join(w.replace(" ", r"[\s.]+") for w in sorted(listed("values", "courtesy")))
    + r")[\s.]*"
)


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each field that several columns make, in front: it makes the text that others clean."""
    joined = {s.field for s in steps if s.op == "join"}
    found = [_step(plan, name) for name in plan.parts() if name not in joined]
    return (*found, *steps)


def _step(plan: Plan, name: str) -> Step:
    parts = plan.parts()[name]
    columns = {c.index: c.column for c in plan.mapping}
    order = name_parts.order([columns[i] for i in parts.values()], parts)
    order = order or tuple(p for p in DATE_PARTS if p in parts)
    names = " + ".join(f"“{columns[parts[p]]}” ({LABELS[p]})" for p in order)
    return Step(
        op="join", field=name, value=" ".join(order), reason=f"{names}: no column holds it whole"
    )


def texts(plan: Plan, steps: tuple[Step, ...]) -> dict[str, str]:
    """Field to the SQL that puts its columns (c0, c1, ...) together."""
    words = tuple(dict.fromkeys(w for s in steps if s.op == "empty_words" for w in s.words))
    found = {}
    for name, parts in plan.parts().items():
        if parts.keys() <= {*DATE_PARTS}:
            found[name] = date_parts.text({p: f"c{i}" for p, i in parts.items()})
            continue
        order = (recipe.option(steps, "join", name) or " ".join(GIVEN_FIRST)).split()
        found[name] = _text({p: f"c{parts[p]}" for p in order if p in parts}, words)
    return found


def _text(columns: dict[str, str], words: tuple[str, ...]) -> str:
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
