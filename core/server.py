"""What one server process runs: a Workbench, its background services, and the watched folder.

`Server` is the one place where a process is wired; pages and API share the one of their process. Nothing
here knows a web framework.
"""

from __future__ import annotations

import threading
from types import TracebackType

from core.folder.watcher import Watcher
from core.settings import Settings, load
from core.workbench import Workbench
from core.workbench.policy import Policy


class Server:
    """A workbench with the services of a server. Use it as a context manager, or call `close`."""

    def __init__(self, settings: Settings, policy: Policy | None = None) -> None:
        self.workbench = Workbench.open(settings=settings, policy=policy)
        self.folder = Watcher(self.workbench)

    def start(self) -> None:
        """Start the job worker and the clock, and the watched folder if settings say so."""
        self.workbench.start()
        if self.workbench.settings.watch_folder:
            self.folder.start()

    def close(self) -> None:
        """Stop the services and let go of the database. Harmless when that was done."""
        self.folder.stop()
        self.workbench.close()

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
