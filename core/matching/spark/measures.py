"""How far two texts are apart, as DuckDB measures it: by their bytes.

Spark's workers ask these for every pair, whatever a CASE says, so each answers for any two texts. They are sent to the
workers by value; of all libraries these need rapidfuzz alone.
"""

from __future__ import annotations

import re


def hamming(x: str | None, y: str | None) -> int | None:
    """In how many places they differ; None where the lengths are others."""
    from rapidfuzz.distance import Hamming

    if x is None or y is None or len(x.encode()) != len(y.encode()):
        return None
    return Hamming.distance(x.encode(), y.encode())


def levenshtein(x: str | None, y: str | None) -> int | None:
    """How many letters to change, add or take out."""
    from rapidfuzz.distance import Levenshtein

    return None if x is None or y is None else Levenshtein.distance(x.encode(), y.encode())


def damerau_levenshtein(x: str | None, y: str | None) -> int | None:
    """The same, where two letters that are turned count once."""
    from rapidfuzz.distance import DamerauLevenshtein

    return None if x is None or y is None else DamerauLevenshtein.distance(x.encode(), y.encode())


def jaro(x: str | None, y: str | None) -> float | None:
    """From 0 to 1."""
    from rapidfuzz.distance import Jaro

    return None if x is None or y is None else Jaro.similarity(x.encode(), y.encode())


def jaro_winkler(x: str | None, y: str | None) -> float | None:
    """From 0 to 1; the same beginning counts more."""
    from rapidfuzz.distance import JaroWinkler

    return None if x is None or y is None else JaroWinkler.similarity(x.encode(), y.encode())


def whole(text: str | None, pattern: str) -> bool | None:
    """Whether a text has a form from its beginning to its end."""
    return None if text is None else re.fullmatch(pattern, text) is not None
