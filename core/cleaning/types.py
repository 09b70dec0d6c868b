"""Text to typed values, as SQL. A text that does not fit gives NULL; checks.py says so."""

from __future__ import annotations

import re
from html.entities import name2codepoint

from core.characters.forms import let
from core.cleaning import literals
from core.datasets.model import Field
from core.storage.sql import literal

SEPARATORS = ";|,"  # of lists, where no step says otherwise
_SUFFIX = r",\s*((?:(?i:jr|sr|ph\.? ?d|esq)\.?|I{2,3}|IV)(?:\s*[,;|；]|\s*$))"
# &eacute; and &#39;: what is no name of a letter (R&B;) is none.
_ENTITY = rf"(&(?:apos|#\d{{1,7}}|#[xX][0-9A-Fa-f]{{1,6}}|{'|'.join(sorted(name2codepoint))}));"
TRUE = ["true", "yes", "y", "t", "1", "1.0", "是", "x"]
FALSE = ["false", "no", "n", "f", "0", "0.0", "否"]


def value(field: Field, x: str, *, separators: str | None = None) -> str:
    """SQL for the typed value of the cleaned text in column `x` (a quoted identifier); dates and numbers aside."""
    if field.type == "list":
        return split(x, separators if separators is not None else SEPARATORS)
    if field.type == "boolean":
        yes, no = (f"list_contains({literal(words)}, lower({x}))" for words in (TRUE, FALSE))
        return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"
    return x


def split(x: str, separators: str) -> str:
    """A list as programs write it, or text cut at the separators. `distinct` drops empty elements and duplicates, a layer later.

    The comma only cuts where no other separator stands: "Smith, John; Doe, Jane" is two names.
    """
    kept, belongs = x, []
    if "," in separators:
        belongs.append(f"contains({x}, ',') AND regexp_matches({x}, {literal(_SUFFIX)})")
        kept = f"regexp_replace({kept}, {literal(_SUFFIX)}, chr(1) || '\\1', 'g')"
    if ";" in separators:
        belongs.append(f"contains({x}, '&') AND regexp_matches({x}, {literal(_ENTITY)})")
        kept = f"regexp_replace({kept}, {literal(_ENTITY)}, '\\1' || chr(2), 'g')"
    if not belongs:
        return _cut(x, separators)
    # The comma of a suffix and the semicolon of an entity are replaced while the text is cut.
    restored = "replace(replace(i, chr(1), ', '), chr(2), ';')"
    # By a name: `_cut` says what it cuts two dozen times, and these expressions are long.
    whole = let("kept", kept, f"list_transform({_cut('kept', separators)}, lambda i: {restored})")
    has = f"NOT starts_with({x}, '[') AND ({' OR '.join(belongs)})"
    return f"CASE WHEN {has} THEN {whole} ELSE {_cut(x, separators)} END"


def _cut(x: str, separators: str) -> str:
    hard = [s for s in separators if s != ","] + (["；", "\n"] if separators.strip(",") else [])
    cuts = []
    for group in (hard, [",", "，", "、"] if "," in separators else []):
        if group:
            has = " OR ".join(f"contains({x}, {literal(s)})" for s in group)
            one_of = "[" + "".join(re.escape(s) for s in group) + "]"
            cut = literal(rf"\s*{one_of}\s*")
            cuts.append(f"WHEN {has} THEN string_split_regex({x}, {cut})")
    return f"CASE {literals.cases(x)} {' '.join(cuts)} WHEN {x} IS NOT NULL THEN [{x}] END"


def distinct(v: str) -> str:
    """The list without empties, and with the first of equal elements only, in their order."""
    first = f"list_filter({v}, lambda i, n: i <> '' AND list_position({v}, i) = n)"
    # Most lists have one or two elements; counting the unique ones of more costs ten times as much.
    return (
        f"CASE WHEN len({v}) < 2 THEN CASE WHEN {v}[1] <> '' THEN {v} END "
        f"WHEN len({v}) = 2 AND {v}[1] <> {v}[2] AND {v}[1] <> '' AND {v}[2] <> '' THEN {v} "
        f"WHEN list_unique({v}) < len({v}) OR list_contains({v}, '') THEN nullif({first}, []) "
        f"ELSE {v} END"
    )
