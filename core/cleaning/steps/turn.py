"""“Lovelace, Ada” becomes “Ada Lovelace”."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, only
from core.datasets.model import Field
from core.storage.sql import literal

SUFFIX = r"(?:(?i:Jr|Sr|Ph\.?D|Esq)|II|III|IV|V|M\.?D|MBA|OBE|MBE|CBE)\.?"
# 1835-1910. and (b. 1809), as libraries put them behind a name; they are left out.
_YEARS = (
    r"(?:\s*,?\s+\(?(?:(?i:b|d|ca?|fl|active|born|died)\.?\s+)?\d{3,4}\??"
    r"(?:\s*[-–—]\s*(?:(?i:d|ca?)\.?\s*)?(?:\d{3,4}\??)?)?\)?\.?)"
)
OFF = "off"
_SMALL = r"(?:d[aeiou]s?|del|della|der|den|du|la|las|le|los|van|von|vom|zu|zum|zur|ter|ten|af|av|al|el|bin|ibn|y|e)"
_WORD = r"[\p{Lu}\p{Lo}'’\-][\p{L}\p{M}'’.\-]*"
_WORDS = rf"(?:{_SMALL} )*{_WORD}(?: (?:{_SMALL} )*{_WORD}){{0,3}}(?: {_SMALL})*"
_FORM = rf"\s*{_WORDS}\s*,\s*(?:{SUFFIX}\s*,\s*)?{_WORDS}(?:,?\s+{SUFFIX})?{_YEARS}?\s*"
SINGLE = rf"\s*(?:{_SMALL} )*{_WORD}\s*,.*"
DATED = rf".*,.*{_YEARS}\s*"
_PARTS = (
    rf"^\s*([^,]+?)\s*,\s*(?:({SUFFIX})\s*,\s*)?([^,]+?)(?:(?:\s*,\s*|\s+)({SUFFIX}))?{_YEARS}?\s*$"
)
_ONLY_SUFFIX = rf"[^,]+,\s*{SUFFIX}{_YEARS}?\s*"
_NEAR = r"\s*[\p{Han}\p{Hangul}]+\s*,\s*[\p{Han}\p{Hangul}]+\s*"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == OFF:
        return f"{name}: “Last, First” stays as it is"
    return f"{name}: “Last, First” becomes “First Last”"


def has_form(x: str) -> str:
    """SQL: a family name, a comma and a given name; no suffix alone behind the comma."""
    return (
        f"regexp_full_match({x}, {literal(_FORM)})"
        f" AND NOT regexp_full_match({x}, {literal(_ONLY_SUFFIX)})"
    )


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` with the given name first. What has no such form stays as it is."""
    if step.value == OFF:
        return x
    near = f"regexp_replace({x}, {literal(_PARTS)}, '\\1\\3')"
    plain = f"trim(regexp_replace({x}, {literal(_PARTS)}, '\\3 \\1 \\2\\4'))"
    return (
        f"CASE WHEN NOT contains({x}, ',') OR NOT ({has_form(x)}) THEN {x}"
        f" WHEN regexp_full_match({x}, {literal(_NEAR)}) THEN {near} ELSE {plain} END"
    )


def choices() -> tuple[Choice, ...]:
    """To turn them, or not."""
    return Choice(None, "Turn “Last, First” round"), Choice(OFF, "Leave them as they are")


KINDS = (
    Kind(
        "turn",
        "“Last, First” becomes “First Last”",
        sentence,
        uses="value (off, or none)",
        place=2,
        wrong=lambda step: None if step.value in (None, OFF) else "turn takes no value but off",
        refuses=only("a text field", "text"),
        sql=sql,
        question=Question("name_order"),
        choices=choices,
    ),
)
