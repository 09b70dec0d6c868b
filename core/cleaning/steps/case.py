"""Upper and lower case, which Turkish writes otherwise: I is ı, and i is İ."""

from __future__ import annotations

from typing import Literal

TURKISH = "tr"
_PAIRS = {"lower": ("Iİ", "ıi"), "upper": ("iı", "İI")}


def sql(x: str, op: Literal["upper", "lower"], language: str | None) -> str:
    """SQL for the text in `x` in upper or lower case. Small İ is i: the dot above it would be one too many."""
    if language == TURKISH:
        return f"{op}(translate({x}, '{_PAIRS[op][0]}', '{_PAIRS[op][1]}'))"
    return f"lower(replace({x}, 'İ', 'i'))" if op == "lower" else f"upper({x})"
