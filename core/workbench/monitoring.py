"""`workbench.monitoring`: how the server does: health, alerts, objectives, errors, traces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.errors import BadValue, NotFound
from core.monitoring import kept, reporting
from core.monitoring.alerts import ALERTS, Alert
from core.monitoring.canary import Run
from core.monitoring.health import Health
from core.monitoring.kept import Change, Fault, Silence, State
from core.monitoring.reporting import Budget, Line
from core.observe.meters import METERS
from core.observe.slowest import Trace
from core.workbench.noun import Noun
from core.workbench.policy import needs

RANK = {"firing": 0, "unknown": 1, "pending": 2, "ok": 3, "unused": 4}
LONGEST = 30 * 24.0  # hours of a silence


@dataclass(frozen=True)
class Standing:
    """An alert of the registry and where it stands."""

    alert: Alert
    state: State
    silenced: bool


class Monitoring(Noun):
    """How the server does."""

    @needs("monitoring.read")
    def health(self) -> Health:
        """Every part: whether it works, how long it took to find out, what is wrong and what to do."""
        return self._services.monitor.checks.look()

    @needs("monitoring.read")
    def api_usage(self, days: float = 7) -> list[dict[str, Any]]:
        """How the API was used, by method and route: requests, errors, p50 and p95, keys and programs; no people."""
        return self._services.usage.report(days)

    @needs("monitoring.read")
    def alerts(self) -> list[Standing]:
        """Every alert with its state, those that fire first."""
        monitor = self._services.monitor
        states = monitor.states or self._database.read(kept.states)
        quiet = {one.alert for one in self._database.read(kept.silences)}
        found = [
            Standing(alert, states.get(name, State(name, "unknown")), bool(quiet & {name, "*"}))
            for name, alert in ALERTS.items()
        ]
        return sorted(found, key=lambda one: RANK[one.state.state])

    @needs("monitoring.read")
    def changes(self, *, days: float = 7, limit: int = 200) -> list[Change]:
        """When alerts fired and cleared, the newest first."""
        since, _ = reporting.window(days)
        return self._database.read(lambda c: kept.changes(c, since, limit))

    @needs("monitoring.write")
    def acknowledge(self, alert: str, note: str = "") -> State:
        """Somebody sees to it: it is not sent again while it fires or is unknown. Raises NotFound, BadValue."""
        _known(alert)
        state = self._services.monitor.states.get(alert)
        if state is None or state.state not in ("firing", "pending", "unknown"):
            raise BadValue(f"the alert {alert!r} does not fire")
        who = {"acknowledged_by": self._actor.who, "acknowledged_at": kept.now()}
        return self._services.monitor.change(alert, **who, note=note[:500] or None)

    @needs("monitoring.write")
    def silence(self, alert: str, hours: float, reason: str = "") -> Silence:
        """Nobody is told of an alert ("*": of any) for so many hours, 720 at most. Raises NotFound, BadValue."""
        if alert != "*":
            _known(alert)
        if not 0 < hours <= LONGEST:
            raise BadValue(f"{hours} hours", hint=f"A silence lasts up to {LONGEST:g} hours.")
        until = kept.now() + timedelta(hours=hours)
        who = self._actor.who
        return self._database.write(lambda c: kept.silence(c, alert, until, who, reason[:500]))

    @needs("monitoring.read")
    def silences(self) -> list[Silence]:
        """The silences that hold, the one that ends first before the others."""
        return self._database.read(kept.silences)

    @needs("monitoring.write")
    def end_silence(self, silence_id: str) -> None:
        """People are told again. Raises NotFound."""
        self._database.write(lambda c: kept.end_silence(c, silence_id))

    @needs("monitoring.read")
    def objectives(self, *, days: float = reporting.BUDGET_DAYS) -> list[Budget]:
        """What is promised, what was kept over the last days, and what is left of the error budget."""
        since, until = reporting.window(days)
        return self._database.read(lambda c: reporting.budgets(c, since, until))

    @needs("monitoring.read")
    def month(self, month: str) -> str:
        """The report of a month (2026-11) as CSV. Raises BadValue."""
        since, until = reporting.month(month)
        found = self._database.read(lambda c: reporting.budgets(c, since, until))
        return reporting.as_csv(found, since, until)

    @needs("monitoring.read")
    def errors(self, *, limit: int = 50, offset: int = 0) -> list[Fault]:
        """Unexpected errors: their type and their place in the code, never their text. The newest first."""
        return self._database.read(lambda c: kept.errors(c, limit, offset))

    @needs("monitoring.read")
    def count_errors(self) -> int:
        """How many unexpected errors `errors` gives in all."""
        return self._database.read(kept.count_errors)

    @needs("monitoring.read")
    def traces(self) -> list[Trace]:
        """The last slow traces of this process, the newest first."""
        return self._services.monitor.slowest.slow()

    @needs("monitoring.read")
    def trace(self, trace_id: str) -> Trace:
        """One trace with its spans. Raises NotFound."""
        found = self._services.monitor.slowest.get(trace_id)
        if found is None:
            raise NotFound(f"there is no trace {trace_id!r}", hint="Only the last ones are kept.")
        return found

    @needs("monitoring.read")
    def lines(self, metrics: Sequence[str], *, hours: float = 6) -> list[Line]:
        """Metrics over time: growth per second of counters, values of gauges. Raises NotFound."""
        for name in metrics:
            if name not in METERS:
                raise NotFound(f"there is no metric {name!r}", hint="docs/metrics.md lists them.")
        since, until = reporting.window(hours / 24)
        return self._database.read(lambda c: reporting.lines(c, metrics, since, until))

    @needs("monitoring.read")
    def durations(self, metric: str, *, hours: float = 6) -> list[Line]:
        """Median, 95th and 99th percentile of a histogram over time, in seconds. Raises NotFound."""
        if metric not in METERS or METERS[metric].kind != "histogram":
            raise NotFound(f"there is no histogram {metric!r}")
        since, until = reporting.window(hours / 24)
        shares = (0.5, 0.95, 0.99)
        return self._database.read(lambda c: reporting.durations(c, metric, since, until, shares))

    @needs("monitoring.write")
    def probe(self) -> Run:
        """Run the probe now: a file through all steps in a database of its own."""
        return self._services.monitor.canary.run()


def _known(alert: str) -> None:
    if alert not in ALERTS:
        raise NotFound(f"there is no alert {alert!r}", hint="docs/alerts.md lists them.")
