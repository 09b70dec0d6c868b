"""How right the clusters are, held against labels: pairwise, and B-cubed (each record's own precision and recall)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InputError


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Evaluation:
    """`pairwise` counts pairs of records, `b3` records. `labelled` records were looked at."""

    pairwise: Score
    b3: Score
    labelled: int


def of_clusters(truth: Mapping[str, Hashable], found: Mapping[str, Hashable]) -> Evaluation:
    """Records to the person they are, against records to their cluster; one without a cluster is alone."""
    if not truth:
        raise InputError("there are no labels of records that are there")
    mine = {r: found.get(r, ("alone", r)) for r in truth}
    true, made = Counter(truth.values()), Counter(mine.values())
    both = Counter((truth[r], mine[r]) for r in truth)
    right = sum(map(_pairs, both.values()))
    pairwise = Score(
        _share(right, sum(map(_pairs, made.values()))),
        _share(right, sum(map(_pairs, true.values()))),
    )
    count = len(truth)
    b3 = Score(
        sum(k * k / made[m] for (_, m), k in both.items()) / count,
        sum(k * k / true[t] for (t, _), k in both.items()) / count,
    )
    return Evaluation(pairwise, b3, count)


def of_pairs(labels: Iterable[tuple[str, str, bool]], found: Mapping[str, Hashable]) -> Evaluation:
    """Pairs that were labelled; B-cubed is over the records of these pairs, by the clusters that the labels make."""
    said = [(str(a), str(b), bool(same)) for a, b, same in labels]
    if not said:
        raise InputError("there are no labels")
    together = [found.get(a, a) == found.get(b, b) for a, b, _ in said]
    right = sum(t and same for t, (_, _, same) in zip(together, said))
    pairwise = Score(_share(right, sum(together)), _share(right, sum(same for _, _, same in said)))
    return Evaluation(
        pairwise, of_clusters(_closed(said), found).b3, len({r for a, b, _ in said for r in (a, b)})
    )


def _closed(said: list[tuple[str, str, bool]]) -> dict[str, str]:
    parent: dict[str, str] = {r: r for a, b, _ in said for r in (a, b)}

    def find(x: str) -> str:
        while parent[x] != x:
            x = parent[x]
        return x

    for a, b, same in said:
        if same:
            x, y = sorted((find(a), find(b)))
            parent[y] = x
    return {r: find(r) for r in parent}


def _pairs(k: int) -> int:
    return k * (k - 1) // 2


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def labels_of(given: Any) -> dict[str, Hashable] | list[tuple[str, str, bool]]:
    """Labels as people give them: {record id: person}, (record, record, same) triples, or a frame with columns
    (record_id, cluster) or (left, right, same). Raises InputError."""
    if isinstance(given, Mapping):
        return {str(k): v for k, v in given.items()}
    rows = _rows(given)
    if rows and all(len(row) == 3 for row in rows):
        return [(str(a), str(b), _truth(same)) for a, b, same in rows]
    if rows and all(len(row) == 2 for row in rows):
        return {str(a): b for a, b in rows}
    raise InputError(
        "these are no labels",
        hint="Give {record id: person}, pairs as (left, right, same), or the name of a field that says it.",
    )


def _rows(given: Any) -> list[tuple[Any, ...]]:
    for name in ("rows", "itertuples"):  # polars, pandas
        if hasattr(given, name):
            call = getattr(given, name)
            return [tuple(r) for r in (call(index=False) if name == "itertuples" else call())]
    try:
        return [tuple(row) for row in given]
    except TypeError:
        return []


def _truth(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in ("same", "true", "1", "yes", "match")
    return bool(value)
