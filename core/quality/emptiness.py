"""Columns that are empty in the same rows: one pass over the combinations of empty columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

from core.storage.store import Connection

MOST = 60  # columns; of more, those with the most empty cells are no more likely to tell anything
LEAST = 0.5  # correlation (phi)
PAIRS = 20


@dataclass(frozen=True)
class Together:
    """Two columns, the correlation of being empty (-1 to 1), and rows in which both are."""

    left: str
    right: str
    correlation: float
    rows: int


def pairs(cursor: Connection, source: str, columns: list[tuple[str, str]]) -> tuple[Together, ...]:
    """Pairs that are empty together (or never together) more than by chance. `columns`: name, SQL of filled."""
    asked = columns[:MOST]
    if len(asked) < 2:
        return ()
    bits = " | ".join(f"(CASE WHEN {f} THEN 0 ELSE {1 << i} END)" for i, (_, f) in enumerate(asked))
    rows = cursor.execute(
        f"SELECT ({bits})::BIGINT, count(*) FROM {source} t GROUP BY ALL"
    ).fetchall()
    found = []
    for (i, left), (j, right) in combinations(enumerate(name for name, _ in asked), 2):
        pair = _phi(rows, 1 << i, 1 << j)
        if pair and abs(pair[0]) >= LEAST:
            found.append(Together(left, right, *pair))
    found.sort(key=lambda t: (-abs(t.correlation), -t.rows))
    return tuple(found[:PAIRS])


def _phi(rows: list[tuple[int, int]], left: int, right: int) -> tuple[float, int] | None:
    """The correlation of two bits, and how many rows have both; None where one of them never changes."""
    total = sum(n for _, n in rows)
    a = sum(n for mask, n in rows if mask & left)
    b = sum(n for mask, n in rows if mask & right)
    both = sum(n for mask, n in rows if mask & left and mask & right)
    spread = a * b * (total - a) * (total - b)
    if not spread:
        return None
    return (total * both - a * b) / math.sqrt(spread), both
