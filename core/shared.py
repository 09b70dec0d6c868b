"""The one Workbench of a server process: opened on first use, with its services, and closed once.

Pages and API share it. Nothing here knows a web framework.
"""

from __future__ import annotations

import threading

from core.settings import Settings, load
from core.workbench import Workbench

_lock = threading.Lock()
_workbench: Workbench | None = None


def workbench(settings: Settings | None = None) -> Workbench:
    """The process's Workbench, opened and started by whoever asks first."""
    global _workbench
    with _lock:
        if _workbench is None:
            opened = Workbench.open(settings=settings or load())
            opened.start()
            _workbench = opened
        return _workbench


def close() -> None:
    """Stop the services and let go of the database."""
    global _workbench
    with _lock:
        if _workbench is not None:
            _workbench.close()
            _workbench = None
