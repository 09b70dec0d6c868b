"""Memory that was freed goes back to the system.

glibc keeps what a program frees until the top of a heap happens to be free, so a server would stay as large
as its largest moment. DuckDB asked glibc to let go after every query until 1.5.2; its builds with jemalloc
do not since 1.5.3 (duckdb/duckdb#23253), although most of what it allocates is still glibc's.
"""

from __future__ import annotations

import ctypes
import sys


def give_back() -> bool:
    """Give free pages of every heap back. About a millisecond; False where there is nothing to do so with."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is None:  # another C library, which lets go by itself
        return False
    trim(ctypes.c_size_t(0))
    return True
