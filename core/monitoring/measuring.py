"""Measures of the state of things: taken every quarter of a minute, so that a scrape or a page costs nothing."""

from __future__ import annotations

import shutil
import ssl
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psutil

from core.backups.service import Backups
from core.errors import ChainBroken
from core.history import events
from core.ingest.corridor import Corridor
from core.monitoring.measures import GAUGES, Measure
from core.monitoring.parts import there
from core.observe import metrics
from core.search.room import Room
from core.settings import Settings
from core.storage.sql import ident
from core.storage.store import Connection
from core.telemetry import memory

HOURLY = 3_600.0
EVERY_MINUTE = 60.0
# Of each consumer and dataset: how many acts it has not seen.
_FEED = """SELECT consumer, dataset, greatest(coalesce(d.acts, 0) - p.act, 0)
FROM history.positions p JOIN ops.datasets d ON d.name = p.dataset"""


class Measures:
    """Takes the measures of one server. What cannot be measured has no value."""

    def __init__(
        self, settings: Settings, corridor: Corridor, backups: Backups, search: Room
    ) -> None:
        self._settings, self._corridor = settings, corridor
        self._backups, self._search = backups, search
        self._process = psutil.Process()
        self._began = time.monotonic()
        self._due: dict[str, float] = {}
        self._behind: dict[str, float] = {}  # since when, by dataset
        self.more: list[Measure] = []  # of rooms above
        self.problems: dict[str, str] = {}  # what could not be measured, and why

    def take(self) -> None:
        """All that is due. One that fails takes no other along."""
        for one in self.all():
            now = time.monotonic()
            if now < self._due.get(one.name, 0.0):
                continue
            try:
                one.run()
                self.problems.pop(one.name, None)
                self._due[one.name] = now + one.every
            except Exception as error:
                self.problems[one.name] = type(error).__name__
                self._due[one.name] = now + min(one.every, EVERY_MINUTE)
                for name in one.gauges:
                    metrics.gauges(name, {})

    def all(self) -> list[Measure]:
        """Every measure with the gauges that it sets."""
        own = {
            "machine": (0.0, self._machine),
            "disk": (0.0, self._disk),
            "jobs": (0.0, self._jobs),
            "folder": (0.0, self._folder),
            "storage": (EVERY_MINUTE / 2, self._storage),
            "records": (EVERY_MINUTE, self._records),
            "search": (EVERY_MINUTE / 2, self._searching),
            "quality": (EVERY_MINUTE, self._quality),
            "backups": (EVERY_MINUTE, self._backed_up),
            "certificates": (HOURLY, self._certificates),
            "audit": (HOURLY, self._audit),
        }
        return [
            *(Measure(name, every, run, GAUGES[name]) for name, (every, run) in own.items()),
            *self.more,
        ]

    def failing(self) -> set[str]:
        """The gauges that could not be measured when they were due last."""
        return {name for one in self.all() if one.name in self.problems for name in one.gauges}

    def again(self) -> None:
        """Everything is due."""
        self._due.clear()

    # -------------------------------------------------------------- the machine

    def _machine(self) -> None:
        with self._process.oneshot():
            metrics.gauge("process.memory.usage", self._process.memory_info().rss)
            times = self._process.cpu_times()
            metrics.gauge("process.cpu.time", times.user + times.system)
            if hasattr(self._process, "num_fds"):
                metrics.gauge("process.open_file_descriptor.count", self._process.num_fds())
        metrics.gauge("process.memory.peak", memory.peak())
        metrics.gauge("process.uptime", time.monotonic() - self._began)
        machine = psutil.virtual_memory()
        metrics.gauge("system.memory.available", machine.available)
        metrics.gauge("system.memory.total", machine.total)
        limit = _descriptors()
        metrics.gauge("process.open_file_descriptor.limit", limit)

    def _disk(self) -> None:
        places = {
            "database": self._settings.database.parent,
            "raw": self._settings.data_dir,
            "backups": self._settings.backup_dir,
        }
        if self._settings.log_file:
            places["log"] = self._settings.log_file.parent
        free, total = {}, {}
        for name, path in places.items():
            usage = shutil.disk_usage(there(path))
            free[(name,)], total[(name,)] = float(usage.free), float(usage.total)
        metrics.gauges("system.filesystem.free", free)
        metrics.gauges("system.filesystem.total", total)
        metrics.gauge("marquee.disk.floor", self._settings.min_free_mb * 1_000_000)

    # -------------------------------------------------------------- work

    def _read(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        def question(cursor: Connection) -> list[tuple[Any, ...]]:
            return cursor.execute(sql, parameters or []).fetchall()

        return self._corridor.database.read(question)

    def _jobs(self) -> None:
        [row] = self._read(
            "SELECT count(*) FILTER (status = 'queued'), count(*) FILTER (status = 'running'),"
            " date_diff('millisecond', min(created_at) FILTER (status = 'queued'), ?::TIMESTAMP)"
            " FROM ops.jobs WHERE status IN ('queued', 'running')",
            [_now()],
        )
        metrics.gauge("marquee.jobs.queued", row[0])
        metrics.gauge("marquee.jobs.running", row[1])
        metrics.gauge("marquee.jobs.queue.age", max((row[2] or 0) / 1000, 0.0))

    def _folder(self) -> None:
        pending = self._settings.data_dir / "pending"
        if not self._settings.watch_folder or not pending.is_dir():
            metrics.gauge("marquee.folder.pending", 0)
            metrics.gauge("marquee.folder.age", 0)
            return
        ages = []
        for path in pending.iterdir():
            if not path.name.startswith((".", "~$")) and path.is_file():
                ages.append(time.time() - path.stat().st_mtime)
        waits = self._waits(ages)
        metrics.gauge("marquee.folder.pending", len(ages))
        metrics.gauge("marquee.folder.age", waits)

    def _waits(self, ages: list[float]) -> float:
        """For how long something has waited since this was looked at: a file may be old when it is brought."""
        if not ages:
            self._behind.pop("folder", None)
            return 0.0
        since = self._behind.setdefault("folder", time.monotonic())
        return time.monotonic() - since

    def _storage(self) -> None:
        files = self._corridor.database.files()
        metrics.gauge("marquee.database.size", files.database)
        metrics.gauge("marquee.database.wal.size", files.wal)
        metrics.gauge("marquee.database.spilled", files.spilled)
        found = self._corridor.database.read(memory.memory)
        metrics.gauge("marquee.database.memory.usage", found.duckdb)
        metrics.gauge("marquee.database.memory.limit", found.limit)
        metrics.gauge("marquee.memory.children", found.children)

    def _records(self) -> None:
        names = [name for (name,) in self._read("SELECT name FROM ops.datasets")]
        counts = {(n,): self._read(f"SELECT count(*) FROM main.{ident(n)}")[0][0] for n in names}
        metrics.gauges("marquee.records", counts)
        held = self._read(
            "SELECT u.dataset, count(*) FROM ops.quarantine q JOIN ops.uploads u USING (upload_id)"
            " GROUP BY u.dataset"
        )
        metrics.gauges("marquee.quarantine.rows", {(name,): rows for name, rows in held})
        [(open_,)] = self._read(
            "SELECT count(*) FROM ops.uploads WHERE status IN ('received', 'previewed', 'importing')"
        )
        metrics.gauge("marquee.uploads.open", open_)

    def _searching(self) -> None:
        behind, ages = {}, {}
        for dataset in self._corridor.registry.all():
            searching = self._search.known(dataset)
            if searching is None:
                continue
            acts = searching.follower.behind(searching.engine.mark())
            behind[(dataset.name,)] = float(acts)
            key = f"index {dataset.name}"
            if acts:
                since = self._behind.setdefault(key, time.monotonic())
                ages[(dataset.name,)] = time.monotonic() - since
            else:
                self._behind.pop(key, None)
                ages[(dataset.name,)] = 0.0
        metrics.gauges("marquee.search.behind", behind)
        metrics.gauges("marquee.search.behind.age", ages)

    def _quality(self) -> None:
        rows = self._read(
            "SELECT d.name, count(i.dataset) FROM ops.datasets d LEFT JOIN ops.quality_incidents i"
            " ON i.dataset = d.name AND i.status != 'resolved' GROUP BY d.name ORDER BY 2 DESC"
        )  # 0 where none is open: that is known, and ends the alert
        metrics.gauges("marquee.quality.incidents", {(name,): number for name, number in rows})
        # Of the newest counts of each check: the share of values that are good.
        scores = self._read(
            "WITH newest AS (SELECT dataset, check_id, arg_max(counted, act) AS counted,"
            " arg_max(bad, act) AS bad FROM ops.quality_counts GROUP BY ALL)"
            " SELECT dataset, 1 - sum(bad) / sum(counted) FROM newest GROUP BY dataset"
            " HAVING sum(counted) > 0"
        )
        metrics.gauges("marquee.quality.score", {(name,): score for name, score in scores})
        behind = {(consumer, name): acts for consumer, name, acts in self._read(_FEED)}
        metrics.gauges("marquee.feed.behind", behind)

    def _backed_up(self) -> None:
        mine = [one for one in self._backups.all() if not one.foreign]
        metrics.gauge("marquee.backup.count", len(mine))
        metrics.gauge("marquee.backup.expected", self._settings.backup_every_hours * 3_600)
        ages = [_age(one.manifest.made_at) for one in mine if one.manifest]
        tested = [_age(one.test.at) for one in mine if one.test and one.test.ok]
        metrics.gauge("marquee.backup.age", min(ages) if ages else None)
        metrics.gauge("marquee.backup.tested.age", min(tested) if tested else None)
        last = mine[0] if mine else None
        failed = bool(last and (last.error or (last.test and not last.test.ok)))
        metrics.gauge("marquee.backup.test.failed", failed)

    def _certificates(self) -> None:
        found = {(name,): remaining(path) for name, path in self._settings.certificates.items()}
        metrics.gauges("tls.certificate.remaining", found)

    def _audit(self) -> None:
        try:
            self._corridor.database.read(events.verify)
            metrics.gauge("marquee.audit.broken", 0)
        except ChainBroken:
            metrics.gauge("marquee.audit.broken", 1)


def remaining(path: Path) -> float:
    """Seconds until the first certificate of a PEM file ends. Raises OSError, ValueError."""
    decode = getattr(ssl, "_ssl")._test_decode_cert  # what the standard library has for it
    until = ssl.cert_time_to_seconds(str(decode(str(path))["notAfter"]))
    return until - time.time()


def _descriptors() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    return float(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _age(at: Any) -> float:
    made = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return max((_now() - made.replace(tzinfo=None)).total_seconds(), 0.0)
