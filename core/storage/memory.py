"""Memory that was freed goes back to the system.

glibc keeps what a program frees until the top of a heap happens to be free, so a server would stay as large
as its largest moment. DuckDB asked glibc to let go after every query until 1.5.2; its builds with jemalloc
do not since 1.5.3 (duckdb/duckdb#23253), although most of what it allocates is still glibc's.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def few_heaps(number: int) -> bool:
    """Let the threads of this process share so many heaps; glibc makes eight for each core.

    Each of them keeps holes (44 MB of 180 after fifty minutes of work). Best before the first thread begins.
    False where there is nothing to do so with.
    """
    allow = _function("mallopt")
    return bool(allow and allow(ctypes.c_int(_ARENA_MAX), ctypes.c_int(max(number, 1))))


def give_back() -> bool:
    """Give free pages of every heap back. About a millisecond; False where there is nothing to do so with."""
    trim = _function("malloc_trim")
    if trim is None:  # another C library, which lets go by itself
        return False
    trim(ctypes.c_size_t(0))
    return True


def _function(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
