"""The port for metrics: counted in memory, some microseconds a call; who wants them collects.

Values are of this process. `core.observe.exposition` gives them to Prometheus, and the monitoring keeps their growth
in the database, where the rows of several processes add up.
"""

from __future__ import annotations

import bisect
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from core.observe.context import is_quiet
from core.observe.meters import METERS, OTHER, Meter

MOST = 500  # series of one metric; of all further ones only labels with a fixed list are told apart
Labels = tuple[str, ...]  # in the order of the meter's labels


@dataclass
class Histogram:
    """Counts by bucket (the last one has no end), their sum in seconds and their number."""

    counts: list[int]
    total: float = 0.0
    number: int = 0


@dataclass(frozen=True)
class Series:
    """One metric with one set of labels: a value, or a histogram."""

    meter: Meter
    labels: Labels
    value: float
    histogram: Histogram | None = None


@dataclass
class _Room:
    values: dict[Labels, float] = field(default_factory=dict)
    histograms: dict[Labels, Histogram] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict)


_lock = threading.Lock()
_rooms: dict[str, _Room] = {name: _Room() for name in METERS}
# From so many series on the open labels are put together, so that there are never more than MOST.
_FULL = {name: MOST - meter.listed for name, meter in METERS.items()}
_live: dict[str, Callable[[], float | None]] = {}


def count(name: str, by: float = 1, **labels: str) -> None:
    """Add to a counter. Raises KeyError for a metric or label that is not in the registry."""
    meter = _of(name, "counter")
    if is_quiet():
        return
    with _lock:
        room = _rooms[name]
        key = _key(meter, room, labels)
        room.values[key] = room.values.get(key, 0.0) + by


def add(name: str, by: float, **labels: str) -> None:
    """Raise or lower a gauge."""
    meter = _of(name, "gauge")
    with _lock:
        room = _rooms[name]
        key = _key(meter, room, labels)
        room.values[key] = room.values.get(key, 0.0) + by


def gauge(name: str, value: float | None, **labels: str) -> None:
    """Set a gauge; None takes it away, since it cannot be measured."""
    meter = _of(name, "gauge")
    with _lock:
        room = _rooms[name]
        key = _key(meter, room, labels)
        if value is None:
            room.values.pop(key, None)
        else:
            room.values[key] = float(value)


def gauges(name: str, values: Mapping[Any, float]) -> None:
    """Set all series of a gauge at once; those that are not given go."""
    meter = _of(name, "gauge")
    with _lock:
        room = _rooms[name]
        room.values, room.known = {}, {}
        for key, value in values.items():
            room.values[_key(meter, room, dict(zip(meter.labels, key)))] = float(value)


def live(name: str, measure: Callable[[], float | None] | None) -> None:
    """A gauge without labels that is asked whenever somebody collects, so that it is never an old value; None ends that.

    `measure` must be quick, and gives None for what cannot be measured.
    """
    _of(name, "gauge")
    if measure is None:
        _live.pop(name, None)
    else:
        _live[name] = measure


def observe(name: str, seconds: float, **labels: str) -> None:
    """Count a duration."""
    meter = _of(name, "histogram")
    if is_quiet():
        return
    with _lock:
        room = _rooms[name]
        key = _key(meter, room, labels)
        found = room.histograms.get(key)
        if found is None:
            found = room.histograms[key] = Histogram([0] * (len(meter.buckets) + 1))
        found.counts[bisect.bisect_left(meter.buckets, seconds)] += 1
        found.total += seconds
        found.number += 1


@contextmanager
def timed(name: str, **labels: str) -> Iterator[None]:
    """Count how long the inside takes, however it ends."""
    began = time.perf_counter()
    try:
        yield
    finally:
        observe(name, time.perf_counter() - began, **labels)


def collect() -> list[Series]:
    """Every series as it is now."""
    for name, measure in tuple(_live.items()):
        gauge(name, measure())
    with _lock:
        found = []
        for name, room in _rooms.items():
            meter = METERS[name]
            found += [Series(meter, key, value) for key, value in room.values.items()]
            found += [
                Series(meter, key, one.number, Histogram([*one.counts], one.total, one.number))
                for key, one in room.histograms.items()
            ]
    return found


def value(name: str, **labels: str) -> float | None:
    """The value of one series; of a histogram how many were counted. None when there is none."""
    meter = METERS[name]
    key = tuple(labels[label] for label in meter.labels)
    with _lock:
        room = _rooms[name]
        if meter.kind == "histogram":
            one = room.histograms.get(key)
            return float(one.number) if one else None
        return room.values.get(key)


def forget() -> None:
    """Begin anew, for tests."""
    _live.clear()
    with _lock:
        for name in _rooms:
            _rooms[name] = _Room()


def _of(name: str, kind: str) -> Meter:
    meter = METERS[name]
    if meter.kind != kind:
        raise KeyError(f"{name} is a {meter.kind}")
    return meter


def _key(meter: Meter, room: _Room, labels: Mapping[str, str]) -> Labels:
    """The labels in order, each bounded: a value too many, or one that is not in the list, is `other`."""
    if labels.keys() != meter.labels.keys():
        raise KeyError(f"{meter.name} has the labels {', '.join(meter.labels) or 'none'}")
    key = []
    for label, allowed in meter.labels.items():
        value = labels[label]
        if isinstance(allowed, int):
            known = room.known.setdefault(label, set())
            if value not in known:
                if len(known) >= allowed:
                    value = OTHER
                else:
                    known.add(value)
        elif value not in allowed:
            value = OTHER
        key.append(value)
    found = tuple(key)
    if len(room.values) + len(room.histograms) < _FULL[meter.name]:
        return found
    if found in room.values or found in room.histograms:
        return found
    # What failed and what went well stay apart, however many routes there are.
    places = meter.labels.values()
    return tuple(OTHER if isinstance(one, int) else value for value, one in zip(found, places))
