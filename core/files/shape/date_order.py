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


def once(values: Sequence[str]) -> list[str]:
    """Values that stand again as a whole (2022, 2023, 2022, 2023: below two groups) one time; else as they are."""
    many = len(values)
    for period in range(2, many // 2 + 1):
        if many % period == 0 and all(a == b for a, b in zip(values, values[period:])):
            return list(values[:period])
    return list(values)


def in_runs(years: Sequence[int]) -> bool:
    """Whether years are in order, or fall into runs of one direction and step: 2021, 2022, 2023, 2022, 2023.

    A year may stand above several columns: 2022, 2022, 2023, 2023.
    """
    years = [year for i, year in enumerate(years) if i == 0 or year != years[i - 1]]
    if len(years) < 2 or rises_or_falls(years):
        return len(years) > 1
    steps = [b - a for a, b in zip(years, years[1:], strict=False)]
    step = steps[0]
    breaks = [i for i, s in enumerate(steps) if s != step]
    # Two in step are a run, so two breaks never meet, and none is at the end.
    apart = all(b - a > 1 for a, b in zip(breaks, breaks[1:], strict=False))
    return abs(step) == 1 and apart and len(steps) - 1 not in breaks


def _parts(text: str) -> list[int]:
    """Up to three numbers of a date; the name of a month is its number."""
    words = [fold(word) for word in _PARTS.findall(text)[:3]]
    return [int(word) if word.isdecimal() else MONTHS.get(word, 0) for word in words]
