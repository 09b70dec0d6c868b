"""What people read of the monitoring: objectives with their budgets, figures over time, the report of a month."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import BadValue
from core.formulas import neutral
from core.monitoring import kept
from core.monitoring.series import Key, quantile
from core.monitoring.slos import DAYS, OBJECTIVES, Objective
from core.observe.meters import METERS
from core.storage.store import Connection

MOST = 240  # points of a line


@dataclass(frozen=True)
class Budget:
    """One objective over some days: what was good and bad, the share, and how much of the budget is left (0 to 1).

    Without events there is no share, and the whole budget is left.
    """

    name: str
    title: str
    target: float
    meaning: str
    good: int
    bad: int
    share: float | None
    left: float

    @property
    def held(self) -> bool:
        """Whether the promise was kept."""
        return self.share is None or self.share >= self.target


@dataclass(frozen=True)
class Line:
    """A metric over time: its labels, and its points as time (UTC) and value. Counters: growth per second."""

    metric: str
    labels: tuple[str, ...]
    points: tuple[tuple[datetime, float], ...]


def budgets(connection: Connection, since: datetime, until: datetime) -> list[Budget]:
    """Every objective between two times."""
    return [_budget(connection, slo, since, until) for slo in OBJECTIVES]


def _budget(connection: Connection, slo: Objective, since: datetime, until: datetime) -> Budget:
    good, bad = (
        int(kept.growth(connection, slo.metric, since, until, {"slo": slo.name, "outcome": what}))
        for what in ("good", "bad")
    )
    total = good + bad
    share = good / total if total else None
    used = bad / (total * slo.budget) if total else 0.0
    left = max(1 - used, 0.0)
    return Budget(slo.name, slo.title, slo.target, slo.good, good, bad, share, left)


def month(text: str) -> tuple[datetime, datetime]:
    """Begin and end of a month written as 2026-11. Raises BadValue."""
    try:
        begin = datetime.strptime(text, "%Y-%m")
    except ValueError as error:
        raise BadValue(f"{text!r} is no month", hint="Write it as 2026-11.") from error
    return begin, (begin + timedelta(days=32)).replace(day=1)


def as_csv(found: Sequence[Budget], since: datetime, until: datetime) -> str:
    """The report of some time, for a spreadsheet."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ("from", "to", "objective", "target", "good", "bad", "share", "budget left", "held")
    )
    for one in found:
        share = "" if one.share is None else f"{one.share:.6f}"
        row = (since.date(), until.date(), one.title, one.target, one.good, one.bad, share)
        table.writerow([neutral(str(v)) for v in (*row, f"{one.left:.4f}", one.held)])
    return out.getvalue()


def lines(
    connection: Connection, metrics: Sequence[str], since: datetime, until: datetime
) -> list[Line]:
    """Metrics over time, in at most 240 steps: growth per second of counters, the last value of gauges.

    Of a histogram the number of calls per second; its durations: `durations`.
    """
    step = max((until - since).total_seconds() / MOST, 60.0)
    found: dict[Key, dict[int, float]] = {}
    for at, key, value in kept.samples(connection, since, metrics):
        if at > until or key[2] not in ("", "count"):
            continue
        place = int((at - since).total_seconds() // step)
        points = found.setdefault(key, {})
        grows = METERS[key[0]].kind != "gauge"
        points[place] = points.get(place, 0.0) + value / step if grows else value
    return [
        Line(
            key[0],
            key[1],
            tuple((since + timedelta(seconds=step * n), v) for n, v in sorted(points.items())),
        )
        for key, points in sorted(found.items())
    ]


def durations(
    connection: Connection, metric: str, since: datetime, until: datetime, shares: Sequence[float]
) -> list[Line]:
    """The quantiles of a histogram over time, all its series together; the label is the share."""
    step = max((until - since).total_seconds() / MOST, 60.0)
    edges = METERS[metric].buckets
    counts: dict[int, list[float]] = {}
    for at, key, value in kept.samples(connection, since, [metric]):
        if at <= until and key[2].isdigit():
            place = int((at - since).total_seconds() // step)
            row = counts.setdefault(place, [0.0] * (len(edges) + 1))
            row[int(key[2])] += value
    made = []
    for share in shares:
        points = [
            (since + timedelta(seconds=step * n), quantile(edges, row, share))
            for n, row in sorted(counts.items())
        ]
        made.append(
            Line(metric, (f"{share:g}",), tuple((t, v) for t, v in points if v is not None))
        )
    return made


def window(days: float) -> tuple[datetime, datetime]:
    """The last so many days."""
    until = kept.now() + timedelta(seconds=1)
    return until - timedelta(days=days), until


BUDGET_DAYS = DAYS
