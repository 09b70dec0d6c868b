"""The doctor: every part, every contradiction, every alert that fires, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from core.monitoring.alerts import ALERTS
from core.monitoring.monitor import Monitor
from core.observe.context import quiet

RUNBOOK = "See docs/runbooks/{}.md."
# What only a server has: nobody does jobs for a command.
_SERVERS = ("worker", "clock", "search", "folder", "canary")


@dataclass(frozen=True)
class Examined:
    """One part: whether it is well, what is wrong, what to do."""

    part: str
    ok: bool
    cause: str = ""
    todo: str = ""


class Finding(Protocol):
    """A contradiction that the check found."""

    @property
    def rule(self) -> str:
        """Its name."""


def examine(monitor: Monitor, findings: Sequence[Any]) -> list[Examined]:
    """Look at a database that no app has open: its parts, the probe, the check, and what would fire."""
    monitor.measures.take()
    monitor.history.take()
    found = [
        Examined(one.name, one.ok, one.cause, one.hint)
        for one in monitor.checks.look(fresh=True).found
        if one.used and one.name not in _SERVERS
    ]
    run = monitor.canary.run()
    monitor.canary.close()
    cause = "" if run.ok else f"it failed at {run.step} ({run.code})"
    found.append(
        Examined("probe", run.ok, cause, "" if run.ok else RUNBOOK.format("probe_failing"))
    )
    cause = "; ".join(str(one) for one in findings[:3])
    todo = "python -m core check lists them." if findings else ""
    found.append(Examined("contradictions", not findings, cause, todo))
    for name in _OFFLINE:
        holds, value = ALERTS[name].when.found(monitor.history)
        if holds:
            alert = ALERTS[name]
            found.append(Examined(name, False, alert.summary, RUNBOOK.format(alert.runbook)))
    return found


_OFFLINE = (
    *("disk_filling", "memory_short", "backup_old", "backup_missing", "restore_test_failed"),
    *("audit_broken", "certificate_ending", "quality_fell"),
)


def asked(get: Callable[[str], Any]) -> list[Examined]:
    """The same from the app that has the database open."""
    parts = get("/monitoring/health")["parts"]
    found = [Examined(p["name"], p["ok"], p["cause"], p["hint"]) for p in parts if p["used"]]
    for alert in get("/monitoring/alerts")["alerts"]:
        if alert["state"] in ("firing", "unknown"):
            cause = alert["summary"] if alert["state"] == "firing" else "it cannot be measured"
            found.append(Examined(alert["alert"], False, cause, f"See {alert['runbook']}."))
    return found


@contextmanager
def calm() -> Iterator[None]:
    """What the doctor does is no work of a user."""
    with quiet():
        yield
