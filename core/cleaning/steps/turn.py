"""“Lovelace, Ada” becomes “Ada Lovelace”."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values, only
from core.datasets.model import Field
from core.storage.sql import literal

_SUFFIX = r"(?:Jr|Sr|II|III|IV|V|Ph\.?D|M\.?D|Esq|MBA|OBE|MBE|CBE)\.?"
_SMALL = r"(?:d[aeiou]s?|del|della|der|den|du|la|las|le|los|van|von|vom|zu|zum|zur|ter|ten|af|av|al|el|bin|ibn|y|e)"
_WORD = r"[\p{Lu}\p{Lo}'’\-][\p{L}\p{M}'’.\-]*"
_WORDS = rf"(?:{_SMALL} )*{_WORD}(?: (?:{_SMALL} )*{_WORD}){{0,3}}(?: {_SMALL})*"
_FORM = rf"\s*{_WORDS}\s*,\s*{_WORDS}(?:,?\s+{_SUFFIX})?\s*"
SINGLE = rf"\s*(?:{_SMALL} )*{_WORD}\s*,.*"
_PARTS = rf"^\s*([^,]+?)\s*,\s*([^,]+?)(?:(?:\s*,\s*|\s+)({_SUFFIX}))?\s*$"
_ONLY_SUFFIX = rf"[^,]+,\s*{_SUFFIX}\s*"
_NEAR = r"\s*[\p{Han}\p{Hangul}]+\s*,\s*[\p{Han}\p{Hangul}]+\s*"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: “Last, First” becomes “First Last”"


def has_form(x: str) -> str:
    """SQL: a family name, a comma and a given name; no suffix alone behind the comma."""
    return (
        f"regexp_full_match({x}, {literal(_FORM)})"
        f" AND NOT regexp_full_match({x}, {literal(_ONLY_SUFFIX)})"
    )


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` with the given name first. What has no such form stays as it is."""
    near = f"regexp_replace({x}, {literal(_PARTS)}, '\\1\\2')"
    plain = f"trim(regexp_replace({x}, {literal(_PARTS)}, '\\2 \\1 \\3'))"
    return (
        f"CASE WHEN NOT contains({x}, ',') OR NOT ({has_form(x)}) THEN {x}"
        f" WHEN regexp_full_match({x}, {literal(_NEAR)}) THEN {near} ELSE {plain} END"
    )


KINDS = (
    Kind(
        "turn",
        "“Last, First” becomes “First Last”",
        sentence,
        place=2,
        refuses=only("a text field", "text"),
        sql=sql,
    ),
)
