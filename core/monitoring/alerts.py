"""Every alert: one entry, of which the evaluator in the app, Prometheus' rules, the documents and the faults are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.monitoring.rules import (
    Above,
    Any2,
    Below,
    Both,
    Condition,
    Increase,
    Latest,
    Quantile,
    Share,
)
from core.monitoring.slos import BURNS, OBJECTIVES

Severity = Literal["critical", "warning", "info"]
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class Alert:
    """One alert. `after`: so many seconds it must hold. `optional`: what it is about may not be used here.

    `runbook` is a file of docs/runbooks, `proof` a name for the fault that makes it fire.
    """

    name: str
    severity: Severity
    after: int
    when: Condition
    summary: str
    optional: bool = False
    shared: str = ""  # the runbook, where several alerts have one
    proof: str = ""

    @property
    def runbook(self) -> str:
        """The name of the file without its ending."""
        return self.shared or self.name

    @property
    def fault(self) -> str:
        """The name of the fault that proves it."""
        return self.proof or self.name


def _health(part: str) -> Below:
    return Below(Latest("marquee.health", "min", {"check": part}), 1)


_FREE = Latest("system.filesystem.free", "min", {"place": "database"})
_FLOOR = Latest("marquee.disk.floor")
_API_5XX = {"http_response_status_class": "5xx"}
_FAILED = {"outcome": "failed"}

_OWN = (
    Alert("database_down", "critical", 30, _health("database"), "The database does not answer."),
    Alert(
        "database_reopened",
        "warning",
        0,
        Above(Increase("marquee.database.lost", HOUR), 0),
        "The database gave up and was opened again.",
    ),
    Alert(
        "worker_down",
        "critical",
        60,
        Any2(_health("worker"), _health("clock")),
        "Nobody does the jobs.",
    ),
    Alert(
        "disk_filling",
        "warning",
        60,
        Below(Share(_FREE, _FLOOR), 5),
        "The disk of the database has less than five times what is kept free.",
        optional=True,
    ),
    Alert("disk_full", "critical", 0, _health("disk"), "The disk is full: nothing is written."),
    Alert(
        "memory_short",
        "warning",
        120,
        Below(Share(Latest("system.memory.available"), Latest("system.memory.total")), 0.08),
        "The machine has hardly any memory left.",
    ),
    Alert(
        "files_short",
        "warning",
        60,
        Above(
            Share(
                Latest("process.open_file_descriptor.count"),
                Latest("process.open_file_descriptor.limit"),
            ),
            0.8,
        ),
        "The process has nearly as many files open as it may.",
        optional=True,
    ),
    Alert(
        "queue_old",
        "warning",
        60,
        Above(Latest("marquee.jobs.queue.age"), 10 * MINUTE),
        "A job has waited for more than ten minutes.",
    ),
    Alert(
        "folder_stuck",
        "warning",
        60,
        Any2(
            Below(Latest("marquee.health", "min", {"check": "folder"}), 1),
            Above(Latest("marquee.folder.age"), 15 * MINUTE),
        ),
        "The watched folder does not get on.",
        optional=True,
    ),
    Alert(
        "schedule_failing",
        "warning",
        0,
        Above(Latest("marquee.schedules.failing"), 0),
        "The last run of a schedule failed.",
        optional=True,
    ),
    Alert(
        "imports_failing",
        "warning",
        0,
        Both(
            Above(
                Share(
                    Increase("marquee.imports", 30 * MINUTE, _FAILED),
                    Increase("marquee.imports", 30 * MINUTE),
                    1,
                ),
                0.2,
            ),
            Above(Increase("marquee.imports", 30 * MINUTE, _FAILED), 2),
        ),
        "More than a fifth of the imports of the last half hour failed.",
    ),
    Alert(
        "errors_unexpected",
        "warning",
        0,
        Above(Increase("marquee.errors", 10 * MINUTE), 5),
        "Marquee met more than five faults of its own in ten minutes.",
    ),
    Alert(
        "requests_failing",
        "critical",
        60,
        Above(
            Share(
                Increase("http.server.request.duration", 10 * MINUTE, _API_5XX),
                Increase("http.server.request.duration", 10 * MINUTE),
                20,
            ),
            0.05,
        ),
        "More than one in twenty requests fails.",
    ),
    Alert(
        "pages_slow",
        "warning",
        120,
        Above(Quantile("marquee.page.run.duration", 0.95, 15 * MINUTE), 4),
        "One page in twenty takes longer than four seconds.",
    ),
    Alert(
        "backup_old",
        "critical",
        0,
        Above(Share(Latest("marquee.backup.age", "min"), Latest("marquee.backup.expected")), 2),
        "The newest backup is older than two intervals.",
        optional=True,
    ),
    Alert(
        "backup_missing",
        "critical",
        10 * MINUTE,
        Both(Above(Latest("marquee.backup.expected"), 0), Below(Latest("marquee.backup.count"), 1)),
        "Backups are scheduled, and there is none.",
        optional=True,
    ),
    Alert(
        "restore_test_failed",
        "critical",
        0,
        Above(Latest("marquee.backup.test.failed"), 0),
        "The newest backup did not pass its restore test.",
        optional=True,
    ),
    Alert(
        "audit_broken",
        "critical",
        0,
        Above(Latest("marquee.audit.broken"), 0),
        "The chain of the audit trail does not hold.",
    ),
    Alert(
        "certificate_ending",
        "warning",
        0,
        Below(Latest("tls.certificate.remaining", "min"), 14 * DAY),
        "A certificate ends within two weeks.",
        optional=True,
    ),
    Alert(
        "search_behind",
        "warning",
        0,
        Above(Latest("marquee.search.behind.age"), 5 * MINUTE),
        "An index has not been up to date for more than five minutes.",
        optional=True,
    ),
    Alert(
        "instance_lost",
        "warning",
        0,
        Above(Latest("marquee.instances.lost"), 0),
        "A server process went away without saying so.",
        optional=True,
    ),
    Alert(
        "security_events",
        "warning",
        0,
        Above(Increase("marquee.security.events", 10 * MINUTE), 20),
        "Many requests were refused for a token, an origin or a right.",
    ),
    Alert(
        "quality_fell",
        "info",
        0,
        Above(Latest("marquee.quality.incidents", "sum"), 0),
        "An incident of quality is open.",
        optional=True,
    ),
    Alert(
        "probe_failing",
        "critical",
        60,
        _health("canary"),
        "The probe cannot bring, import and take back a file.",
        optional=True,
    ),
    Alert(
        "telemetry_dropped",
        "info",
        0,
        Above(Increase("marquee.telemetry.dropped", 10 * MINUTE), 100),
        "Log lines or spans were dropped: what they go to does not take them.",
    ),
    Alert(
        "not_watching",
        "critical",
        60,
        Above(Latest("marquee.monitoring.tick.age"), 2 * MINUTE),
        "Marquee no longer looks at itself.",
    ),
)

_SEVERITY: dict[str, Severity] = {"fast": "critical", "slow": "warning", "trickle": "info"}
_BURNING = tuple(
    Alert(
        f"slo_{slo.name}_{speed}",
        _SEVERITY[speed],
        0,
        slo.burning(factor, long, short),
        f"{slo.title}: what may go wrong in thirty days is used up {factor:g} times too fast.",
        shared=f"slo_{slo.name}",
        proof=f"slo_{slo.name}",
    )
    for slo in OBJECTIVES
    for speed, factor, long, short in BURNS
)
ALERTS: dict[str, Alert] = {alert.name: alert for alert in (*_OWN, *_BURNING)}
