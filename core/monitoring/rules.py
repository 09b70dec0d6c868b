"""What an alert looks at: small expressions over metrics that are evaluated here, and written as PromQL for Prometheus.

Each gives a number, or None when it cannot be measured; a condition gives whether it holds, with that number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal, Protocol

from core.monitoring.series import History
from core.observe.meters import METERS

How = Literal["max", "min", "sum"]
_FOLD: dict[str, Callable[[list[float]], float]] = {"max": max, "min": min, "sum": sum}
Found = tuple[bool | None, float | None]  # holds (None: cannot be measured), the number


class Number(Protocol):
    """An expression."""

    def value(self, history: History) -> float | None:
        """The number now; None when it cannot be measured."""

    def promql(self) -> str:
        """The same for Prometheus."""


class Condition(Protocol):
    """Whether something is wrong."""

    def found(self, history: History) -> Found:
        """Whether it holds."""

    def promql(self) -> str:
        """The same for Prometheus."""


@dataclass(frozen=True)
class Latest:
    """The newest value of a gauge over all its series."""

    metric: str
    how: How = "max"
    labels: dict[str, str] = field(default_factory=dict)

    def value(self, history: History) -> float | None:
        values = history.latest(self.metric, **self.labels)
        return _FOLD[self.how](values) if values else None

    def promql(self) -> str:
        return f"{self.how}({METERS[self.metric].exposed}{_selector(self.labels)})"


@dataclass(frozen=True)
class Increase:
    """How often something was counted within so many seconds."""

    metric: str
    seconds: int
    labels: dict[str, str] = field(default_factory=dict)

    def value(self, history: History) -> float | None:
        return history.growth(self.metric, self.seconds, **self.labels)

    def promql(self) -> str:
        meter = METERS[self.metric]
        name = f"{meter.exposed}_count" if meter.kind == "histogram" else meter.exposed
        counted = f"sum(increase({name}{_selector(self.labels)}[{span(self.seconds)}]))"
        return f"({counted} or vector(0))"


@dataclass(frozen=True)
class Quantile:
    """The duration that a share of calls did not exceed; 0 when there were fewer calls than `least`."""

    metric: str
    share: float
    seconds: int
    least: int = 5

    def value(self, history: History) -> float | None:
        if history.growth(self.metric, self.seconds) < self.least:
            return 0.0
        return history.quantile(self.metric, self.share, self.seconds)

    def promql(self) -> str:
        name, window = METERS[self.metric].exposed, span(self.seconds)
        slow = f"histogram_quantile({self.share}, sum by (le) (rate({name}_bucket[{window}])))"
        return f"({slow} and sum(increase({name}_count[{window}])) >= {self.least} or vector(0))"


@dataclass(frozen=True)
class Share:
    """One number as a share of another; 0 while the whole is less than `least`.

    A whole of 0 has no shares: what is never due cannot be late.
    """

    part: Number
    whole: Number
    least: float = 0

    def value(self, history: History) -> float | None:
        part, whole = self.part.value(history), self.whole.value(history)
        if part is None or whole is None:
            return None
        if whole < self.least:
            return 0.0
        return part / whole if whole > 0 else None

    def promql(self) -> str:
        whole = self.whole.promql()
        if not self.least:
            return f"({self.part.promql()} / ({whole} > 0))"
        return f"({self.part.promql()} / {whole} and {whole} >= {self.least:g} or vector(0))"


@dataclass(frozen=True)
class Above:
    """More than a limit."""

    number: Number
    limit: float

    def found(self, history: History) -> Found:
        value = self.number.value(history)
        return (None, None) if value is None else (value > self.limit, value)

    def promql(self) -> str:
        return f"{self.number.promql()} > {self.limit:g}"


@dataclass(frozen=True)
class Below:
    """Less than a limit."""

    number: Number
    limit: float

    def found(self, history: History) -> Found:
        value = self.number.value(history)
        return (None, None) if value is None else (value < self.limit, value)

    def promql(self) -> str:
        return f"{self.number.promql()} < {self.limit:g}"


@dataclass(frozen=True)
class Any2:
    """One of two conditions."""

    one: Condition
    other: Condition

    def found(self, history: History) -> Found:
        first, second = self.one.found(history), self.other.found(history)
        for held in (first, second):
            if held[0]:
                return held
        return second if first[0] is None else first

    def promql(self) -> str:
        return f"({self.one.promql()}) or ({self.other.promql()})"


@dataclass(frozen=True)
class Both:
    """Both of two conditions; the number is the first one's."""

    one: Condition
    other: Condition

    def found(self, history: History) -> Found:
        first, second = self.one.found(history), self.other.found(history)
        if first[0] is None or second[0] is None:
            return None, first[1]
        return first[0] and second[0], first[1]

    def promql(self) -> str:
        return f"({self.one.promql()}) and on() ({self.other.promql()})"


def gauges(part: object) -> set[str]:
    """The gauges that an expression looks at; counters always have a number."""
    if isinstance(part, Latest):
        return {part.metric}
    if not is_dataclass(part):
        return set()
    return {name for one in fields(part) for name in gauges(getattr(part, one.name))}


def span(seconds: int) -> str:
    """Seconds as Prometheus writes them: 90s, 5m, 6h, 3d."""
    for size, letter in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"


def _selector(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    parts = (f'{name}{"=~" if "|" in value else "="}"{value}"' for name, value in labels.items())
    return "{" + ",".join(parts) + "}"
