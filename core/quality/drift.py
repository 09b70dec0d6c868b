"""What is different between two imports, and what is out of line in a series."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, pstdev
from typing import Literal

from core.datasets.model import Dataset
from core.datasets.scoring import DIMENSIONS
from core.errors import InputError
from core.quality import sketches
from core.quality.sketches import Sketch
from core.quality.trend import Step
from core.storage.store import Connection

LEAST = 7  # points before one can be out of line
FAR = 3.0  # standard deviations
STEADY = 0.05  # the least deviation, in points or percent: a series that never moved is not infinitely sure
MOVED, CHANGED = 0.1, 0.25  # population stability index
TINY = 1e-4  # share of a bucket that is empty


@dataclass(frozen=True)
class FieldDrift:
    """One field in two imports. `index` is the population stability index of its values: 0 for the same shares.

    `empty_before` and `empty_after` are shares. `verdict`: steady, moved, changed, or unknown (nothing to compare).
    """

    field: str
    empty_before: float | None
    empty_after: float | None
    index: float | None
    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    verdict: Literal["steady", "moved", "changed", "unknown"]


@dataclass(frozen=True)
class Drift:
    """Two imports of a source, field by field, the most different first."""

    before: str
    after: str
    fields: tuple[FieldDrift, ...]


@dataclass(frozen=True)
class Anomaly:
    """A point that is `z` standard deviations off the mean of those before it."""

    what: str
    at: datetime | None
    act: int | None
    upload_id: str | None
    value: float
    mean: float
    z: float
    points: int


def between(cursor: Connection, dataset: Dataset, after: str, before: str | None = None) -> Drift:
    """The import `after` against another one; without it, against the one before it of the same source."""
    new = sketches.load(cursor, dataset.name, after)
    if not new:
        raise InputError("this upload has no sketch", hint="Only imports that stand are compared.")
    if before is None:
        same = list(sketches.series(cursor, dataset.name, new[0].source))
        place = same.index(after) if after in same else len(same)
        if place == 0:
            raise InputError(
                f"there is no earlier import of the source {new[0].source or '(none)'!r}",
                hint="Name the import to compare with.",
            )
        before = same[place - 1]
    old = {s.field: s for s in sketches.load(cursor, dataset.name, before)}
    if not old:
        raise InputError("the upload to compare with has no sketch")
    found = [_drift(old[s.field], s) for s in new if s.field in old]
    found.sort(key=lambda f: -_distance(f))
    return Drift(before, after, tuple(found))


def _distance(field: FieldDrift) -> float:
    return max(field.index or 0.0, abs((field.empty_after or 0) - (field.empty_before or 0)))


def _drift(old: Sketch, new: Sketch) -> FieldDrift:
    was, is_ = (s.empty / s.rows if s.rows else None for s in (old, new))
    parts = [stability(old.buckets, new.buckets)]
    if min(len(old.top), len(new.top)) and max(old.distinct, new.distinct) <= sketches.TOP:
        parts.append(stability(old.top, new.top))
    known = [p for p in parts if p is not None]
    index = max(known) if known else None
    sure = (index or 0.0) - noise(old, new)
    gap = abs((was or 0) - (is_ or 0))
    verdict: Literal["steady", "moved", "changed", "unknown"] = "steady"
    if index is None and None in (was, is_):
        verdict = "unknown"
    elif sure >= CHANGED or gap >= CHANGED:
        verdict = "changed"
    elif sure >= MOVED or gap >= MOVED:
        verdict = "moved"
    few = max(old.distinct, new.distinct) <= sketches.TOP
    appeared = tuple(v for v in new.top if v not in old.top) if few else ()
    vanished = tuple(v for v in old.top if v not in new.top) if few else ()
    return FieldDrift(new.field, was, is_, index, appeared, vanished, verdict)


def stability(old: Mapping[str, int], new: Mapping[str, int]) -> float | None:
    """The population stability index: sum of (b - a) x ln(b / a) over shares; None when one has nothing."""
    before, after = sum(old.values()), sum(new.values())
    if not before or not after:
        return None
    total = 0.0
    for key in {*old, *new}:
        a = max(old.get(key, 0) / before, TINY)
        b = max(new.get(key, 0) / after, TINY)
        total += (b - a) * math.log(b / a)
    return total


def noise(old: Sketch, new: Sketch) -> float:
    """What the index of two samples of the same values would be by chance: (buckets - 1) x (1 / n + 1 / m)."""
    before, after = old.rows - old.empty, new.rows - new.empty
    if not before or not after:
        return 0.0
    return (len({*old.buckets, *new.buckets}) - 1) * (1 / before + 1 / after)


def z_score(before: Sequence[float], value: float) -> float | None:
    """How many deviations off; None for too few points."""
    if len(before) < LEAST:
        return None
    return (value - fmean(before)) / max(pstdev(before), STEADY)


def anomalies(cursor: Connection, dataset: Dataset, steps: Sequence[Step]) -> list[Anomaly]:
    """Scores after acts, and shares of empty cells by import, that are out of line; the newest first."""
    found: list[Anomaly] = []
    for dimension in DIMENSIONS:
        known = [(s, s.dimensions.get(dimension)) for s in steps]
        values = [(s, v) for s, v in known if v is not None]
        for i, (step, value) in enumerate(values):
            before = [v for _, v in values[:i]]
            z = z_score(before, value)
            if z is not None and abs(z) >= FAR and (i == 0 or value != values[i - 1][1]):
                found.append(
                    Anomaly(
                        dimension, step.at, step.act, step.upload_id, value, fmean(before), z, i
                    )
                )
    found += _of_imports(cursor, dataset)
    found.sort(key=lambda a: (a.act or 0, abs(a.z)), reverse=True)
    return found


def _of_imports(cursor: Connection, dataset: Dataset) -> list[Anomaly]:
    """Percent of empty cells and rows, by field, over the imports of one source."""
    lines: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for upload, each in sketches.series(cursor, dataset.name).items():
        for sketch in each:
            if sketch.rows and sketch.field in dataset.field_names:
                share = 100 * sketch.empty / sketch.rows
                lines.setdefault((sketch.source, sketch.field), []).append((upload, share))
    found = []
    for (source, field), points in lines.items():
        for i, (upload, value) in enumerate(points):
            before = [v for _, v in points[:i]]
            z = z_score(before, value)
            if z is not None and abs(z) >= FAR:
                label = (
                    f"empty {dataset.field(field).label} in {source or 'imports without a source'}"
                )
                found.append(Anomaly(label, None, None, upload, value, fmean(before), z, i))
    return found
