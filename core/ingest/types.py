"""Text to typed values, as SQL. A text that does not fit gives NULL; checks.py says so."""

from __future__ import annotations

import re

from core.datasets.model import Field
from core.storage.sql import literal

# Letters without accents: ASCII, the caseless scripts (Han, Arabic, kana ...), Cyrillic.
_LETTERS = r"[0-9A-Za-z\p{Lo}\x{400}-\x{481}\x{48A}-\x{52F}]"
# Latin letters, plain and with accents: Latin-1 without the two signs in it, and the Latin extensions.
_LATIN = r"[0-9A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{17F}\x{1E00}-\x{1EFF}]"
SEPARATORS = ";|,"  # of lists, where no step says otherwise
_TRUE = ["true", "yes", "y", "t", "1", "是", "x"]
_FALSE = ["false", "no", "n", "f", "0", "否"]


def value(field: Field, x: str, *, separators: str | None = None) -> str:
    """SQL for the typed value of the cleaned text in column `x` (a quoted identifier); dates and numbers aside."""
    if field.type == "list":
        return split(x, separators if separators is not None else SEPARATORS)
    if field.type == "boolean":
        yes, no = (f"list_contains({literal(words)}, lower({x}))" for words in (_TRUE, _FALSE))
        return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"
    return x


def split(x: str, separators: str) -> str:
    """A JSON list, or text cut at the separators. `distinct` drops empties and doubles, a layer later.

    The comma only cuts where no other separator stands: "Smith, John; Doe, Jane" is two names.
    """
    hard = [s for s in separators if s != ","] + (["；", "\n"] if separators.strip(",") else [])
    cuts = []
    for group in (hard, [",", "，", "、"] if "," in separators else []):
        if group:
            has = " OR ".join(f"contains({x}, {literal(s)})" for s in group)
            one_of = "[" + "".join(re.escape(s) for s in group) + "]"
            cut = literal(rf"\s*{one_of}\s*")
            cuts.append(f"WHEN {has} THEN string_split_regex({x}, {cut})")
    return (
        f"CASE WHEN starts_with({x}, '[') AND json_valid({x}) "
        f"THEN list_transform(from_json({x}, '[\"VARCHAR\"]'), lambda i: trim(i)) "
        f"{' '.join(cuts)} WHEN {x} IS NOT NULL THEN [{x}] END"
    )


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


def fold(x: str) -> str:
    """The comparable form of a name: lower case, punctuation to blanks, accents of Latin and Greek off.

    Other scripts keep their marks: in them a mark makes another letter (ガ is not カ, й is not и).
    """
    ascii_fold = f"trim(regexp_replace(lower({x}), '[^a-z0-9]+', ' ', 'g'))"
    plain = f"CASE WHEN regexp_full_match({x}, '[\\p{{Latin}}\\p{{Greek}}\\p{{Common}}\\p{{Inherited}}]*')"
    lowered = f"{plain} THEN strip_accents(lower({x})) ELSE lower({x}) END"
    full = f"trim(regexp_replace({lowered}, '[\\p{{P}}\\p{{Z}}\\p{{S}}\\p{{Cc}}]+', ' ', 'g'))"
    # Most names are words of plain letters with one space between: those only need lower case.
    simple = f"regexp_full_match({x}, '{_LETTERS}+(?: {_LETTERS}+)*')"
    latin = f"regexp_full_match({x}, '{_LATIN}+(?: {_LATIN}+)*') THEN strip_accents(lower({x}))"
    ascii_ = f"strlen({x}) = length({x})"
    folded = (
        f"CASE WHEN {simple} THEN lower({x}) WHEN {latin} WHEN {ascii_} THEN {ascii_fold}"
        f" ELSE {full} END"
    )
    return f"coalesce(nullif({folded}, ''), lower({x}))"
