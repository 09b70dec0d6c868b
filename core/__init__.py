"""Marquee's core: everything a notebook needs, and no web framework.

from core import Workbench
with Workbench.open() as wb:
    wb.import_file("people.csv")
    wb.records("celebrities").pl()

What is named here is loaded when it is asked for: a child process that parses one file should not
load the database and all rooms first.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.datasets.model import Dataset
    from core.errors import MarqueeError
    from core.settings import Settings
    from core.workbench import Workbench

__version__ = "0.1.0"
__all__ = ["Dataset", "MarqueeError", "Settings", "Workbench"]

_ROOMS = {
    "Dataset": "core.datasets.model",
    "MarqueeError": "core.errors",
    "Settings": "core.settings",
    "Workbench": "core.workbench",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'core' has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
