"""What DuckDB loads when the first parameter is bound, loaded beside other work.

To find out whether a parameter is one of its values, DuckDB imports pandas: once per process, up to a
second. It begins when a database is opened, so that it is over when a file is received and hashed.
"""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress

NAME = "pandas"


def warm_up() -> threading.Thread | None:
    """Begin loading, unless it is loaded. Not a daemon: a process never ends in the middle of it."""
    if NAME in sys.modules:
        return None
    thread = threading.Thread(target=_load, name="marquee-warm-up", daemon=False)
    thread.start()
    return thread


def _load() -> None:
    with suppress(Exception):  # DuckDB does without it, or says itself what is wrong
        importlib.import_module(NAME)
