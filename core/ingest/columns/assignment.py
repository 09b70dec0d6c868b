"""The best one-to-one assignment of fields to columns.

Fields come in one after the other; each time the alternating path with the greatest gain is
followed (Bellman-Ford over the fields). Starting from a best matching of the fields so far, such
a path leads to a best matching with one field more, so the last one is best of all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from typing import TypeVar

F = TypeVar("F", bound=Hashable)
C = TypeVar("C", bound=Hashable)


def best(weights: Mapping[tuple[F, C], int]) -> dict[F, C]:
    """The assignment of greatest total weight. Pairs that are missing or not above 0 are never made.

    Whole numbers only: with floats a rounding error could make a path gain forever.
    """
    edges = _prune(weights)
    matched: dict[F, C] = {}
    owner: dict[C, F] = {}
    for field in edges:
        _augment(field, edges, matched, owner)
    return matched


def _prune(weights: Mapping[tuple[F, C], int]) -> dict[F, dict[C, int]]:
    """Of n fields, none needs more than its n best columns: the others take n - 1 at most."""
    edges: dict[F, dict[C, int]] = {}
    for (field, column), weight in weights.items():
        if weight > 0:
            edges.setdefault(field, {})[column] = weight
    for field, columns in edges.items():
        top = sorted(columns.items(), key=lambda item: -item[1])[: len(edges)]
        edges[field] = dict(top)
    return edges


def _augment(
    start: F, edges: dict[F, dict[C, int]], matched: dict[F, C], owner: dict[C, F]
) -> None:
    # gain[f]: the most that can be won by the moves that leave field f without a column
    gain: dict[F, int] = {start: 0}
    came: dict[F, tuple[F, C]] = {}
    best_gain = 0
    best_end: tuple[F, C | None] = (start, None)
    queue = deque([start])
    while queue:
        field = queue.popleft()
        if gain[field] > best_gain:
            best_gain, best_end = gain[field], (field, None)
        for column, weight in edges[field].items():
            won = gain[field] + weight
            holder = owner.get(column)
            if holder is None:
                if won > best_gain:
                    best_gain, best_end = won, (field, column)
            elif holder != field:
                left = won - edges[holder][column]
                if holder not in gain or left > gain[holder]:
                    gain[holder], came[holder] = left, (field, column)
                    queue.append(holder)
    if best_gain > 0:
        _follow(best_end, came, matched, owner)


def _follow(
    end: tuple[F, C | None],
    came: dict[F, tuple[F, C]],
    matched: dict[F, C],
    owner: dict[C, F],
) -> None:
    field, column = end
    while True:
        held = matched.pop(field, None)
        if held is not None and owner.get(held) == field:
            del owner[held]
        if column is not None:
            matched[field], owner[column] = column, field
        if field not in came:
            return
        field, column = came[field]
