"""Whether dates stand in order, as column names do: `Jan-20, Feb-20` or `1/1/2020, 1/2/2020`.

No date is read here for its value: one way of reading all of them is enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from core.dates.months import MONTHS, fold

_PARTS = re.compile(r"\d+|[^\W\d_]{3,}")
_WAYS = {2: ((1, 0), (0, 1)), 3: ((0, 1, 2), (2, 1, 0), (2, 0, 1))}  # places of year, month, day


def in_order(texts: Sequence[str]) -> bool:
    """Whether these dates rise, or fall, when all are read in one way."""
    dates = [_parts(text) for text in texts]
    sizes = {len(parts) for parts in dates}
    if len(sizes) != 1:
        return rises_or_falls(texts)
    ways = _WAYS.get(sizes.pop(), ())
    found = ([[parts[place] for place in way] for parts in dates] for way in ways)
    return rises_or_falls(texts) or any(map(rises_or_falls, found))


def rises_or_falls(values: Sequence[Any]) -> bool:
    """Whether each value is above the one before, or each below it."""
    pairs = list(zip(values, values[1:], strict=False))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


def _parts(text: str) -> list[int]:
    """Up to three numbers of a date; the name of a month is its number."""
    words = [fold(word) for word in _PARTS.findall(text)[:3]]
    return [int(word) if word.isdecimal() else MONTHS.get(word, 0) for word in words]
