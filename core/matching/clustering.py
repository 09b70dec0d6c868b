"""Which records are one person: pairs put together, guarded by what all pairs of a cluster say on average.

Pairs are taken from the best on. Two clusters become one when their pairs do not speak against it on average, where a
pair that was not worth a look counts as `UNSEEN`. So one bad pair does not join two people. The order is that of
weights and places, never of threads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GUARD = -2.0  # bits: so much all pairs of two clusters must say on average
UNSEEN = -3.0  # bits of a pair that was not scored
_MOST = 15.0  # bits of one pair in an average
_NEVER = -1e9  # bits of a pair that somebody has told apart


@dataclass(frozen=True)
class Link:
    """A pair of records by their places, its weight in bits; `verdict` is what somebody decided."""

    left: int
    right: int
    weight: float
    twin: bool = False
    verdict: str | None = None


def cluster(links: Iterable[Link], least: float) -> list[list[int]]:
    """Clusters of two records and more, each in order, by their first record. `least`: the weight of a link."""
    every = sorted(links, key=lambda k: (-k.weight, k.left, k.right))
    groups = _Groups()
    apart = {n for link in every if link.verdict == "different" for n in (link.left, link.right)}
    told = _Apart((k.left, k.right) for k in every if k.verdict == "different")
    for link in every:  # those who have the very same values are one from the start
        twins = link.twin and link.weight >= least and not apart & {link.left, link.right}
        if link.verdict == "same" or (twins and link.verdict is None):
            told.join(groups, link.left, link.right)
    merged = _Groups()
    for part in _components(every, groups, least):
        _guarded(part, merged, least)
    return _all(every, groups, merged)


class _Groups:
    """Union-find: the smallest member stands for all."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, x: int) -> int:
        root = x
        while (up := self._parent.get(root, root)) != root:
            root = up
        while (up := self._parent.get(x, x)) != root:
            self._parent[x], x = root, up
        return root

    def join(self, x: int, y: int) -> None:
        a, b = self.find(x), self.find(y)
        if a != b:
            self._parent[max(a, b)] = min(a, b)


class _Apart:
    """Who was told apart: two groups with such a pair never become one, whatever else was decided."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._of: dict[int, set[int]] = defaultdict(set)
        for a, b in pairs:
            self._of[a].add(b)
            self._of[b].add(a)

    def join(self, groups: _Groups, x: int, y: int) -> None:
        """Put two groups together, unless somebody told members of theirs apart."""
        a, b = groups.find(x), groups.find(y)
        if a == b or any(groups.find(other) == b for other in self._of.get(a, ())):
            return
        groups.join(a, b)
        both = self._of.pop(a, set()) | self._of.pop(b, set())
        if both:
            self._of[min(a, b)] = both


def _components(
    links: Sequence[Link], groups: _Groups, least: float
) -> list[list[tuple[int, int, float]]]:
    """The pairs of each connected component, with twins as one."""
    parts = _Groups()
    for link in links:
        if link.weight >= least and link.verdict != "different":
            parts.join(groups.find(link.left), groups.find(link.right))
    found: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for link in links:
        a, b = groups.find(link.left), groups.find(link.right)
        if a != b and parts.find(a) == parts.find(b):
            weight = _NEVER if link.verdict == "different" else min(link.weight, _MOST)
            found[parts.find(a)].append((a, b, weight))
    return [found[root] for root in sorted(found)]


def _guarded(pairs: list[tuple[int, int, float]], merged: _Groups, least: float) -> None:
    if len(pairs) == 1 and pairs[0][2] >= least:
        merged.join(pairs[0][0], pairs[0][1])
        return
    sums: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
    for a, b, weight in pairs:
        total, count = sums[a].get(b, (0.0, 0))
        sums[a][b] = sums[b][a] = (total + weight, count + 1)
    size: dict[int, int] = defaultdict(lambda: 1)
    for a, b, weight in pairs:
        if weight < least:
            continue
        a, b = merged.find(a), merged.find(b)
        if a == b or b not in sums[a] or not _fits(*sums[a][b], size[a] * size[b]):
            continue
        merged.join(a, b)
        _put_together(sums, min(a, b), max(a, b))
        size[min(a, b)] += size[max(a, b)]


def _fits(total: float, count: int, pairs: int) -> bool:
    unseen = max(pairs - count, 0)
    return (total + unseen * UNSEEN) / max(pairs, count) >= GUARD


def _put_together(sums: dict[int, dict[int, tuple[float, int]]], a: int, b: int) -> None:
    """Give the cluster `a` all that is known of `b`."""
    for other, (total, count) in sums.pop(b).items():
        if other == a:
            continue
        before = sums[a].get(other, (0.0, 0))
        sums[a][other] = sums[other][a] = (before[0] + total, before[1] + count)
        del sums[other][b]
    sums[a].pop(b, None)


def _all(links: Sequence[Link], groups: _Groups, merged: _Groups) -> list[list[int]]:
    members: dict[int, set[int]] = defaultdict(set)
    for link in links:
        for place in (link.left, link.right):
            members[merged.find(groups.find(place))].add(place)
    return [sorted(m) for _, m in sorted(members.items()) if len(m) > 1]
