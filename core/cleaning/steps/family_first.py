"""“Rossi Mario” becomes “Mario Rossi”, where the family name goes first and no comma says so."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.datasets.model import Field
from core.storage.sql import literal

# A family name in capitals in front (LE GOFF Yann), or behind (Yann LE GOFF).
_CAPITALS = r"\p{Lu}[\p{Lu}\p{M}'’\-]+"
_MIXED = r"\p{Lu}[\p{L}\p{M}'’.\-]*[\p{Ll}.]"
IN_FRONT = rf"((?:{_CAPITALS} )*{_CAPITALS}) ((?:{_MIXED} ?)+)"
BEHIND = rf"(?:{_MIXED} )+(?:{_CAPITALS} ?)+"
# The same with a word that is no short form (DJ, MC, JK).
SURELY_IN_FRONT = rf"(?:{_CAPITALS} )*\p{{Lu}}[\p{{Lu}}'’\-]{{2,}} .*"
_SMALL = r"(?i:d[aeiou]s?|del|della|der|den|du|la|las|le|los|lo|van|von|vom|zu|ter|ten|af|av|al|el|bin|ibn|mc|st\.?)"
_WORD = r"[\p{Latin}\p{Cyrillic}\p{Greek}][^\s,]*"
_ONE = rf"((?:{_SMALL} )*{_WORD}) ([^,]+)"
_TWO = rf"((?:{_SMALL} )*{_WORD} (?:{_SMALL} )*{_WORD}) ([^,]+)"
_VALUES = {
    "capitals": "a family name in capitals in front goes behind",
    "word": "the first word, which is the family name, goes behind",
    "two_words": "the family names, which are the first two of three words, go behind",
    "keep": "names stay as they are written",
}


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: {_VALUES[step.value or '']}"


def in_front(x: str) -> str:
    """SQL condition: words in capitals stand in front of others, and are no short form."""
    shape = f"regexp_full_match({x}, {literal(IN_FRONT)})"
    return f"CASE WHEN regexp_full_match({x}, {literal(SURELY_IN_FRONT)}) THEN {shape} END"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` with the given name first."""
    if step.value == "keep":
        return x
    shapes = [IN_FRONT]
    shapes += [_TWO] if step.value == "two_words" else []
    shapes += [_ONE] if step.value != "capitals" else []
    cases = " ".join(
        f"WHEN regexp_full_match({x}, {literal(s)}) THEN regexp_replace({x}, {literal(f'^{s}$')}, '\\2 \\1')"
        for s in shapes
    )
    plain = f"{x} IS NULL OR NOT contains({x}, ' ') OR regexp_full_match({x}, {literal(BEHIND)})"
    return f"CASE WHEN {plain} THEN {x} {cases} ELSE {x} END"


def choices() -> tuple[Choice, ...]:
    """Which of its words is the family name."""
    return (
        Choice("word", "The first word is the family name", answer=False),
        Choice("two_words", "The first two of three words are the family names", answer=False),
        Choice("capitals", "The words in capitals are the family name"),
        Choice("keep", "They stay as they are"),
    )


KINDS = (
    Kind(
        "family_first",
        "“Rossi Mario” and “LE GOFF Yann” become “Mario Rossi” and “Yann LE GOFF”",
        sentence,
        uses="value (word, two_words, capitals, keep)",
        place=3,
        wrong=one_of("one of " + ", ".join(_VALUES), *_VALUES),
        refuses=only("a text field", "text"),
        sql=sql,
        question=Question("capitals_first"),
        choices=choices,
    ),
)
