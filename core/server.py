"""What one server process runs: a Workbench, its background services, and the watched folder.

`Server` is the one place where a process is wired; pages and API share the one of their process. Nothing
here knows a web framework.
"""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from core import __version__ as VERSION
from core.access import login
from core.beside.host import Host
from core.folder.watcher import Watcher
from core.launch.address import address
from core.monitoring.measures import Measure
from core.monitoring.parts import folder
from core.observe import logs, metrics, scrub
from core.observe.process import Observer
from core.settings import Settings, load
from core.workbench import Workbench
from core.workbench.policy import Policy

log = logs.get("server")


class Server:
    """A workbench with the services of a server. Use it as a context manager, or call `close`."""

    def __init__(self, settings: Settings, policy: Policy | None = None) -> None:
        self._began = time.monotonic()
        self.observer: Observer | None = None
        self.workbench = Workbench.open(settings=settings, policy=policy)
        self.folder = Watcher(self.workbench)
        self.beside = Host(
            settings.database, VERSION, lambda who: self.workbench.through("cli", who)
        )
        watched = folder(
            settings.watch_folder, lambda: self.folder.alive, lambda: self.folder.trouble
        )
        monitor = self.workbench.services.monitor
        monitor.checks.checks.append(watched)
        trouble = ("marquee.folder.trouble",)
        monitor.measures.more.append(Measure("watched folder", 0.0, self._measure_folder, trouble))

    def start(self) -> None:
        """Start the job worker and the clock, the watched folder if settings say so, and the monitoring."""
        monitor = self.workbench.services.monitor
        self.observer = Observer(self.workbench.settings, VERSION)
        self.observer.begin()
        monitor.instance, monitor.slowest = self.observer.instance, self.observer.slowest
        self.workbench.start()
        self._show_first_link()
        if self.workbench.settings.watch_folder:
            self.folder.start()
        monitor.start()
        self.beside.start()
        seconds = round(time.monotonic() - self._began, 2)
        log.say("server.started", version=VERSION, seconds=seconds)

    def _measure_folder(self) -> None:
        metrics.gauge("marquee.folder.trouble", float(self.folder.trouble is not None))

    def _show_first_link(self) -> None:
        """In team mode, while there is no admin: the link by which somebody becomes the first."""
        settings = self.workbench.settings
        link = login.first_link(self.workbench.services.access)
        if link:
            place = settings.public_url or address(settings.host, settings.port)
            print(
                f"\nNobody has an account yet. This link makes the first admin; it works once, and for a day:\n"
                f"{place}/api/session/link/{link}\n",
                file=sys.stderr,
                flush=True,
            )

    def close(self) -> None:
        """Stop the services and let go of the database. Harmless when that was done."""
        self.beside.close()
        self.folder.stop()
        self.workbench.close()
        if self.observer is not None:
            log.say("server.stopped")
            self.observer.end()
            self.observer = None

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


_lock = threading.Lock()
_server: Server | None = None


def workbench(settings: Settings | None = None) -> Workbench:
    """The process's Workbench, opened and started by whoever asks first."""
    global _server
    with _lock:
        if _server is None:
            opened = Server(settings or load())
            opened.start()
            _server = opened
        return _server.workbench


def giving_up(reason: str) -> None:
    """The process ends at once: say so, and write the lines of the log that wait."""
    log.say("server.giving_up", reason=scrub.foreign(reason))
    if _server is not None and _server.observer is not None:
        _server.observer.writing.flush()


def running() -> Workbench | None:
    """The process's Workbench, if somebody asked for it already."""
    return _server.workbench if _server else None


def close() -> None:
    """Stop the services and let go of the database."""
    global _server
    with _lock:
        if _server is not None:
            _server.close()
            _server = None
