"""The doctor: every part, every contradiction, every alert that fires, each with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.errors import MarqueeError
from core.monitoring import parts
from core.monitoring.alerts import ALERTS, Alert
from core.monitoring.health import Health, Unwell
from core.monitoring.monitor import Monitor
from core.observe.context import quiet
from core.settings import Settings

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


class State(Protocol):
    """In which state an alert is."""

    @property
    def state(self) -> str:
        """Its name."""


class Standing(Protocol):
    """An alert and where it stands."""

    @property
    def alert(self) -> Alert:
        """The entry of the registry."""

    @property
    def state(self) -> State:
        """Where it stands."""


def places(settings: Settings) -> list[Examined]:
    """What can be looked at before a database is open: the disk, and whether the folders can be written."""
    found = [Examined("settings", True)]
    try:
        parts.disk(settings)
        found.append(Examined("disk", True))
    except Unwell as error:
        found.append(Examined("disk", False, error.cause, error.hint))
    except OSError as error:
        found.append(Examined("disk", False, f"it cannot be looked at: {error.strerror}"))
    causes = list(filter(None, (_unusable(folder) for folder in _folders(settings))))
    todo = "Give this user the right to write there, or name other folders." if causes else ""
    found.append(Examined("folders", not causes, "; ".join(causes), todo))
    return found


def wrong(part: str, error: Exception) -> Examined:
    """What an error says of a part."""
    if isinstance(error, MarqueeError):
        return Examined(part, False, f"{error.title}: {error.detail}", error.hint)
    return Examined(part, False, str(error) or type(error).__name__)


def together(first: Sequence[Examined], found: Sequence[Examined]) -> list[Examined]:
    """Both; of a part that both looked at, what the second one says."""
    names = {one.part for one in found}
    return [*(one for one in first if one.part not in names), *found]


def _folders(settings: Settings) -> list[Path]:
    named = [settings.database.parent, settings.data_dir, settings.backup_dir]
    return [*named, *([settings.log_file.parent] if settings.log_file else [])]


def _unusable(folder: Path) -> str:
    """Why nothing can be written there; one that is not there yet is made."""
    try:
        place = parts.there(folder)
        if not place.is_dir():
            return f"{place} is a file"
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return "" if os.access(place, os.W_OK | os.X_OK) else f"{place} cannot be written"


def examine(monitor: Monitor, findings: Sequence[Any]) -> list[Examined]:
    """Look at a database that no app has open: its parts, the probe, the check, and what would fire.

    Not for the monitor of a running app: what is taken here is missing in its own counts (`lent`).
    """
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
    found.append(_contradictions(findings))
    failed = "; ".join(f"{name}: {why}" for name, why in monitor.measures.problems.items())
    if failed:
        todo = "See whether the files and folders of the settings can be read."
        found.append(Examined("measures", False, f"they failed: {failed}", todo))
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


def lent(health: Health, alerts: Iterable[Standing], findings: Sequence[Any]) -> list[Examined]:
    """The same of a running app that lends its workbench: it looks all the time, and is only asked."""
    found = [Examined(o.name, o.ok, o.cause, o.hint) for o in health.found if o.used]
    found.append(_contradictions(findings))
    for one in alerts:
        runbook = RUNBOOK.format(one.alert.runbook)
        found += _alarming(one.alert.name, one.state.state, one.alert.summary, runbook)
    return found


def asked(get: Callable[[str], Any]) -> list[Examined]:
    """The same from the app that has the database open, by its API."""
    health = get("/monitoring/health")["parts"]
    found = [Examined(p["name"], p["ok"], p["cause"], p["hint"]) for p in health if p["used"]]
    for alert in get("/monitoring/alerts")["alerts"]:
        runbook = f"See {alert['runbook']}."
        found += _alarming(alert["alert"], alert["state"], alert["summary"], runbook)
    return found


def _contradictions(findings: Sequence[Any]) -> Examined:
    cause = "; ".join(str(one) for one in findings[:3])
    todo = "python -m core check lists them." if findings else ""
    return Examined("contradictions", not findings, cause, todo)


def _alarming(name: str, state: str, summary: str, runbook: str) -> list[Examined]:
    if state not in ("firing", "unknown"):
        return []
    cause = summary if state == "firing" else "it cannot be measured"
    return [Examined(name, False, cause, runbook)]


@contextmanager
def calm() -> Iterator[None]:
    """What the doctor does is no work of a user."""
    with quiet():
        yield
