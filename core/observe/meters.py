"""Every metric: name, kind, unit, labels with what they may hold, and help. `docs/metrics.md` and the dashboards are made of it.

Names and labels follow the conventions of OpenTelemetry where it has one; in Prometheus dots become underscores, the
unit and `_total` are appended. A label has a list of values, or a number: so many different values are told apart,
and all further ones count as `other`. So do all of them in a metric that has too many series already; values of a
list are always told apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

OTHER = "other"
Kind = Literal["counter", "gauge", "histogram"]
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LONG = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
_UNITS = {"s": "seconds", "By": "bytes", "1": "ratio", "": ""}

STAGES = ("receiving", "reading", "checking", "comparing", "writing", "finishing", "waiting")
CHECKS = (
    *("database", "disk", "worker", "clock", "folder", "search", "cache", "catalogue", "canary"),
    "monitoring",
)
DROPPED = ("log", "spans", "errors", "messages")
SLOS = ("actions", "imports", "pages", "search", "restore")
SEVERITIES = ("critical", "warning", "info")
STATES = ("ok", "pending", "firing", "unknown", "unused")


@dataclass(frozen=True)
class Meter:
    """One metric."""

    name: str
    kind: Kind
    unit: str  # UCUM: s, By, 1 for a ratio; "" for a number of things
    help: str
    labels: dict[str, tuple[str, ...] | int] = field(default_factory=dict)
    buckets: tuple[float, ...] = SECONDS

    @property
    def exposed(self) -> str:
        """The name in Prometheus."""
        unit = _UNITS[self.unit]
        base = self.name.replace(".", "_")
        base = base if not unit or base.endswith(unit) else f"{base}_{unit}"
        return f"{base}_total" if self.kind == "counter" else base

    @property
    def listed(self) -> int:
        """How many series there can be of its labels with a fixed list alone."""
        return math.prod(len(v) + 1 for v in self.labels.values() if isinstance(v, tuple))

    @property
    def most(self) -> int:
        """How many series it may have at most; each histogram counts with its buckets."""
        total = len(self.buckets) + 3 if self.kind == "histogram" else 1
        for values in self.labels.values():
            total *= (values if isinstance(values, int) else len(values)) + 1
        return min(total, 501 * (len(self.buckets) + 3 if self.kind == "histogram" else 1))


def _c(name: str, help_: str, unit: str = "", **labels: tuple[str, ...] | int) -> Meter:
    return Meter(name, "counter", unit, help_, labels)


def _g(name: str, help_: str, unit: str = "", **labels: tuple[str, ...] | int) -> Meter:
    return Meter(name, "gauge", unit, help_, labels)


def _h(name: str, help_: str, buckets: tuple[float, ...], **labels: tuple[str, ...] | int) -> Meter:
    return Meter(name, "histogram", "s", help_, labels, buckets)


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
DATASETS = 30  # told apart in labels

ALL = (
    # doors
    _h(
        "http.server.request.duration",
        "How long requests to the API took.",
        SECONDS,
        http_request_method=METHODS,
        http_route=150,
        http_response_status_class=CLASSES,
    ),
    _g("http.server.active_requests", "Requests that are being answered."),
    _h("marquee.page.run.duration", "How long a page took to draw.", SECONDS, page=30),
    _g("marquee.sessions", "Browsers that have a page open."),
    _c("marquee.limits.refused", "Requests that were refused by a limit.", limit=20),
    _c("marquee.security.events", "Requests refused for a token, an origin or a right.", code=20),
    _c("marquee.errors", "Unexpected errors, by the event that tells them.", event=40),
    # the database
    _h(
        "db.client.operation.duration",
        "How long named operations on the database took.",
        SECONDS,
        db_operation_name=80,
    ),
    _c(
        "db.client.operation.failures", "Operations that ended with an error.", db_operation_name=80
    ),
    _h("db.client.write.wait", "How long a write waited for its turn.", SECONDS),
    _g("db.client.write.queue", "Writes that wait for their turn."),
    _g("marquee.database.size", "Bytes of the database file.", "By"),
    _g("marquee.database.wal.size", "Bytes of the write-ahead log.", "By"),
    _g("marquee.database.spilled", "Bytes of temporary files.", "By"),
    _g("marquee.database.memory.usage", "Bytes that DuckDB has in memory.", "By"),
    _g("marquee.database.memory.limit", "Bytes that DuckDB may have in memory.", "By"),
    _c("marquee.database.lost", "How often the database was opened anew after a fault."),
    # jobs and imports
    _h(
        "marquee.job.duration",
        "How long jobs took.",
        LONG,
        kind=20,
        status=("done", "failed", "cancelled"),
    ),
    _h("marquee.job.wait", "How long jobs waited before they were begun.", LONG, kind=20),
    _g("marquee.jobs.queued", "Jobs that wait."),
    _g("marquee.jobs.running", "Jobs that are being done."),
    _g("marquee.jobs.queue.age", "How long the oldest waiting job has waited.", "s"),
    _h("marquee.import.stage.duration", "How long the stages of imports took.", LONG, stage=STAGES),
    _c(
        "marquee.imports",
        "Uploads that came to an end.",
        outcome=("imported", "refused", "failed", "rolled_back"),
    ),
    _c("marquee.import.rows", "Rows that were imported."),
    _g("marquee.uploads.open", "Uploads that are neither imported nor ended."),
    _g("marquee.quarantine.rows", "Rows that wait in quarantine.", dataset=DATASETS),
    # the folder
    _g("marquee.folder.pending", "Files that wait in the folder."),
    _g("marquee.folder.age", "How long the oldest file has waited in the folder.", "s"),
    _h("marquee.folder.duration", "How long files of the folder took, from claim to report.", LONG),
    _c(
        "marquee.folder.files",
        "Files of the folder that were dealt with.",
        outcome=("imported", "already imported", "taken back", "failed"),
    ),
    _g("marquee.folder.trouble", "1 while the folder cannot be looked at."),
    _c(
        "marquee.schedule.runs",
        "Runs of schedules.",
        status=("done", "nothing", "failed", "cancelled"),
    ),
    _g("marquee.schedules.failing", "Schedules whose last run failed."),
    # records, search, quality, consumers
    _g("marquee.records", "Records.", dataset=DATASETS),
    _h("marquee.search.duration", "How long searches took.", SECONDS),
    _h(
        "marquee.search.index.duration",
        "How long taking changes into an index took.",
        LONG,
        how=("follow", "rebuild"),
    ),
    _c("marquee.search.indexed", "Records that were taken into an index."),
    _g(
        "marquee.search.behind",
        "Acts that the index of a dataset does not have yet.",
        dataset=DATASETS,
    ),
    _g(
        "marquee.search.behind.age",
        "For how long an index has not been up to date.",
        "s",
        dataset=DATASETS,
    ),
    _g(
        "marquee.feed.behind",
        "Acts that a consumer of the feed has not seen yet.",
        consumer=20,
        dataset=DATASETS,
    ),
    _g("marquee.quality.score", "The quality of a dataset, 0 to 1.", "1", dataset=DATASETS),
    _g("marquee.quality.incidents", "Open incidents of quality.", dataset=DATASETS),
    _g("marquee.audit.broken", "1 when the chain of the audit trail does not hold."),
    # the machine
    _g("process.memory.usage", "Bytes of this process in memory.", "By"),
    _g("process.memory.peak", "The most bytes that this process had in memory.", "By"),
    _g("marquee.memory.children", "Bytes of child processes in memory.", "By"),
    _g("system.memory.available", "Bytes of memory that the machine still has.", "By"),
    _g("system.memory.total", "Bytes of memory of the machine.", "By"),
    _g("process.cpu.time", "Processor time of this process.", "s"),
    _g("process.open_file_descriptor.count", "Open files and sockets."),
    _g("process.open_file_descriptor.limit", "Files and sockets that may be open."),
    _g("process.uptime", "Since when this process runs.", "s"),
    _g(
        "system.filesystem.free",
        "Free bytes, by what lies there.",
        "By",
        place=("database", "raw", "backups", "log"),
    ),
    _g(
        "system.filesystem.total",
        "Bytes of the disk, by what lies there.",
        "By",
        place=("database", "raw", "backups", "log"),
    ),
    _g("marquee.disk.floor", "Bytes that are kept free: below, nothing is written.", "By"),
    _g("tls.certificate.remaining", "Until when the certificate is valid.", "s", certificate=10),
    _g(
        "marquee.instances",
        "Server processes of this database that were seen in the last two minutes.",
    ),
    _g(
        "marquee.instances.lost",
        "Server processes that went away without saying so, in the last half hour.",
    ),
    # backups
    _g("marquee.backup.age", "Age of the newest backup.", "s"),
    _g("marquee.backup.count", "Backups of this database."),
    _g("marquee.backup.tested.age", "Time since a backup was last restored as a test.", "s"),
    _g("marquee.backup.test.failed", "1 when the newest backup did not pass its restore test."),
    _g("marquee.backup.expected", "How often backups are due; 0: only by hand.", "s"),
    # watching itself
    _g("marquee.health", "1 when a part works, 0 when not.", check=CHECKS),
    _h("marquee.canary.duration", "How long the probe took.", LONG),
    _c("marquee.canary.runs", "Runs of the probe.", outcome=("passed", "failed")),
    _c("marquee.slo.events", "What counts for an objective.", slo=SLOS, outcome=("good", "bad")),
    _c("marquee.telemetry.dropped", "Log lines, spans and errors that were dropped.", what=DROPPED),
    _c("marquee.log.lines", "Lines of the log.", level=("debug", "info", "warning", "error")),
    _g("marquee.alerts", "Alerts by state.", state=STATES),
    _c("marquee.alert.messages", "Messages about alerts.", outcome=("sent", "failed")),
    _g("marquee.monitoring.tick.age", "Time since the last look at all of this.", "s"),
)
METERS: dict[str, Meter] = {meter.name: meter for meter in ALL}
assert len(METERS) == len(ALL), "two metrics have one name"  # nosec B101


def as_markdown() -> str:
    """The table of `docs/metrics.md`."""
    lines = ["| Metric | Kind | Labels | What it tells |", "|---|---|---|---|"]
    for meter in ALL:
        labels = ", ".join(
            f"`{name}` ({values if isinstance(values, int) else ', '.join(values)})"
            for name, values in meter.labels.items()
        )
        lines.append(f"| `{meter.exposed}` | {meter.kind} | {labels} | {meter.help} |")
    return "\n".join(lines) + "\n"
