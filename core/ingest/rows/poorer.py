"""Values that only lose: `Beyonce` for `Beyoncé`, `BEYONCÉ` for `Beyoncé`, `1990` for `1990-05-01`, `1.8` for `1.83`.

Such a value says nothing that is not known, so it does not replace the fuller one.
"""

from __future__ import annotations

from core.datasets.model import Field

# Letters with a stroke have no accent that could be taken off.
_TWO = {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th"}
_STROKES = ("łŁøØđĐħĦŧŦıƶƵ", "lLoOdDhHtTizZ")


def poorer(field: Field, s: str, m: str) -> str | None:
    """SQL condition: `s` differs from `m` only by what it lost. Never NULL where both are given."""
    if field.type == "date":
        return f"coalesce(starts_with({m}, {s}), false)"
    if field.type == "number":
        return f"coalesce({_rounded(s, m)}, false)"
    if field.type == "text":
        # Texts of another length differ by more; that is seen at once, but for letters that are written as two.
        alike = f"(length({s}) = length({m}) OR regexp_matches({m}, '[{''.join(_TWO)}]'))"
        loses = f"{alike} AND {_plain(s)} = {_plain(m)} AND {_less(s, m)}"
        return f"coalesce({loses}, false)"
    return None


def _bare(x: str) -> str:
    """A text without accents and strokes."""
    plain = f"strip_accents(translate({x}, '{_STROKES[0]}', '{_STROKES[1]}'))"
    two = plain
    for letter, written in _TWO.items():
        two = f"replace({two}, '{letter}', '{written}')"
    return f"CASE WHEN regexp_matches({x}, '[{''.join(_TWO)}]') THEN {two} ELSE {plain} END"


def _plain(x: str) -> str:
    return f"lower({_bare(x)})"


def _less(s: str, m: str) -> str:
    """The accents are those of `m`, or gone; upper and lower case too."""
    accents = f"({_bare(s)} = {s} OR lower({s}) = lower({m}))"
    flat = f"{s} = lower({s}) OR ({s} = upper({s}) AND {m} <> lower({m}) AND {m} <> upper({m}))"
    return f"{accents} AND ({flat} OR {_bare(s)} = {_bare(m)})"


def _rounded(s: str, m: str) -> str:
    return f"{_decimals(s)} < {_decimals(m)} AND round({m}, {_decimals(s)}) = {s}"


def _decimals(x: str) -> str:
    """How many there are; of 5.0 none."""
    return f"length(regexp_extract({x}::VARCHAR, '^-?[0-9]+[.]([0-9]*[1-9])', 1))::INTEGER"
