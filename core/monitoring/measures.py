"""What a measure is, and which gauges each one sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

GAUGES: dict[str, tuple[str, ...]] = {
    "machine": (
        *("process.memory.usage", "process.memory.peak", "process.cpu.time", "process.uptime"),
        *("process.open_file_descriptor.count", "process.open_file_descriptor.limit"),
        *("system.memory.available", "system.memory.total"),
    ),
    "disk": ("system.filesystem.free", "system.filesystem.total", "marquee.disk.floor"),
    "jobs": ("marquee.jobs.queued", "marquee.jobs.running", "marquee.jobs.queue.age"),
    "folder": ("marquee.folder.pending", "marquee.folder.age"),
    "storage": (
        *("marquee.database.size", "marquee.database.wal.size", "marquee.database.spilled"),
        *("marquee.database.memory.usage", "marquee.database.memory.limit"),
        "marquee.memory.children",
    ),
    "records": ("marquee.records", "marquee.quarantine.rows", "marquee.uploads.open"),
    "search": ("marquee.search.behind", "marquee.search.behind.age"),
    "quality": ("marquee.quality.incidents", "marquee.quality.score", "marquee.feed.behind"),
    "backups": (
        *("marquee.backup.count", "marquee.backup.expected", "marquee.backup.age"),
        *("marquee.backup.tested.age", "marquee.backup.test.failed"),
    ),
    "certificates": ("tls.certificate.remaining",),
    "audit": ("marquee.audit.broken",),
}


@dataclass(frozen=True)
class Measure:
    """One measure: how many seconds lie between two, and all gauges that it sets.

    When it fails they go: an old value would look like one of now, and no alert would say that it cannot be measured.
    """

    name: str
    every: float
    run: Callable[[], None]
    gauges: tuple[str, ...]
