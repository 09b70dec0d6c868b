"""What one person may bring in a day, in bytes and rows, and how many imports at once. 0: as much as they like."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from core.errors import TooMany
from core.history import events
from core.settings import Settings
from core.storage.store import Connection


class Staged(Protocol):
    """An upload whose rows are staged in a table."""

    @property
    def rows(self) -> str:
        """The quoted name of the table."""


def check_bytes(connection: Connection, settings: Settings, subject: str) -> None:
    """Raises TooMany when somebody has uploaded today as much as the settings allow."""
    most = settings.day_mb * 1_000_000
    if most and used(connection, subject)[0] >= most:
        raise TooMany(
            f"{settings.day_mb:,} MB a day may be uploaded, and {subject} has done so today",
            hint="Go on tomorrow, or ask for a higher MARQUEE_DAY_MB.",
            seconds=_until_tomorrow(),
        )


def count_rows(connection: Connection, settings: Settings, subject: str, staged: Staged) -> None:
    """In the transaction of an import: count its rows. Raises TooMany, so that nothing of it is imported."""
    most = settings.day_rows
    if not most:
        return
    found = connection.execute(f"SELECT count(*) FROM {staged.rows}").fetchone()
    rows, before = int(found[0]) if found else 0, used(connection, subject)[1]
    if before + rows > most:
        raise TooMany(
            f"{most:,} rows a day may be imported; {subject} has imported {before:,} today, and this file has {rows:,}",
            hint="Import it tomorrow, or ask for a higher MARQUEE_DAY_ROWS.",
            seconds=_until_tomorrow(),
        )
    count(connection, subject, rows=rows)


def count(connection: Connection, subject: str, *, size: int = 0, rows: int = 0) -> None:
    """Add to what somebody brought today; what was before today is forgotten."""
    day = events.now().date()
    connection.execute("DELETE FROM ops.access_used WHERE day < ?", [day])
    connection.execute(
        "INSERT INTO ops.access_used VALUES (?, ?, ?, ?)", [day, subject, size, rows]
    )


def used(connection: Connection, subject: str) -> tuple[int, int]:
    """The bytes and rows that somebody brought today."""
    row = connection.execute(
        "SELECT coalesce(sum(bytes), 0), coalesce(sum(rows), 0) FROM ops.access_used"
        " WHERE day = ? AND subject = ?",
        [events.now().date(), subject],
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def check_imports(connection: Connection, settings: Settings, subject: str, now: int) -> None:
    """Raises TooMany when as many imports of somebody wait or run as may; `now` run in this process without a job."""
    most = settings.imports_at_once
    if not most:
        return
    row = connection.execute(
        "SELECT count(*) FROM ops.jobs WHERE kind = 'import' AND status IN ('queued', 'running') AND actor = ?",
        [subject],
    ).fetchone()
    running = now + (int(row[0]) if row else 0)
    if running >= most:
        raise TooMany(
            f"{most} imports at once are allowed, and {running} of {subject} wait or run",
            hint="Wait for one to end, or cancel one.",
            seconds=10,
        )


def _until_tomorrow() -> int:
    present = events.now()
    night = datetime(present.year, present.month, present.day, 23, 59, 59)
    return max(1, int((night - present).total_seconds()) + 1)
