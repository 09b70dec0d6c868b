"""The parts of a server and how each is looked at."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from core.ingest.corridor import Corridor
from core.jobs.clock import Clock
from core.jobs.worker import Worker
from core.monitoring.health import Check, Checks, Unused, Unwell
from core.search.room import Room
from core.settings import Settings
from core.storage.redis import counting
from core.storage.store import Store


def checks(
    settings: Settings,
    corridor: Corridor,
    worker: Worker,
    clock: Clock,
    search: Room,
) -> Checks:
    """The checks of a workbench; the server adds the folder, the monitoring its probe."""
    return Checks(
        Check("database", lambda: _database(corridor.database)),
        Check("disk", lambda: disk(settings)),
        Check("worker", lambda: _worker(worker)),
        Check("clock", lambda: _alive(clock.alive, "the clock")),
        Check("search", lambda: _search(settings, search), needed=False),
        Check("cache", lambda: _cache(settings), needed=False),
        Check("catalogue", _catalogue, needed=False),
    )


def _database(database: Store) -> None:
    database.recovery.check()
    database.read(lambda c: c.execute("SELECT count(*) FROM ops.datasets").fetchone())


def disk(settings: Settings) -> None:
    """Whether there is space to write. Raises Unwell."""
    free = shutil.disk_usage(there(settings.database.parent)).free
    floor = settings.min_free_mb * 1_000_000
    if free < floor:
        raise Unwell(
            f"{free // 1_000_000:,} MB are free, and {settings.min_free_mb:,} MB are kept free",
            "Free some space; until then nothing is written.",
        )


def there(path: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    path = path.absolute()
    return next(one for one in (path, *path.parents) if one.exists())


def _worker(worker: Worker) -> None:
    _alive(worker.alive, "the worker")


def _alive(alive: bool, what: str) -> None:
    if not alive:
        raise Unwell(f"{what} does not run", "Start the server again; the log says why it ended.")


def _search(settings: Settings, search: Room) -> None:
    if not search.following:
        raise Unwell("nobody keeps the indexes up to date", "Start the server again.")
    if settings.search_url:
        _port(settings.search_url, "the search server")


def _cache(settings: Settings) -> None:
    if settings.redis_url is None:
        raise Unused
    if not counting(settings.redis_url.get_secret_value()).check():
        raise Unwell("Redis does not answer", "Requests are counted in each process until it does.")


def _port(url: str, what: str) -> None:
    place = urlsplit(url)
    default = {"https": 443, "http": 80}.get(place.scheme, 0)
    try:
        with socket.create_connection((place.hostname or "", place.port or default), timeout=1.5):
            pass
    except OSError as error:
        raise Unwell(f"{what} does not answer: {error.strerror or type(error).__name__}") from error


def _catalogue() -> None:
    raise Unused  # the records lie in a file; a lakehouse has a catalogue to look at


def folder(wanted: bool, alive: Callable[[], bool], trouble: Callable[[], str | None]) -> Check:
    """The watched folder, which the server has."""

    def run() -> None:
        if not wanted:
            raise Unused
        _alive(alive(), "the watched folder")
        if told := trouble():
            raise Unwell(told, "Look at the folder's rights and at the space on its disk.")

    return Check("folder", run)
