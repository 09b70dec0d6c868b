"""Derived files (transcoded text, Parquet of cells): where they live and how they get there."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
import threading
import time
import uuid
import weakref
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

# Part of every key: raise it when the reader reads differently, and old results are not used.
READER_VERSION = 1
HALF = (
    6 * 3_600.0
)  # seconds after which nobody is at a half derived file any more; two programs may share a folder


@lru_cache(maxsize=1)
def default_dir() -> Path:
    """A folder of this process for derived files, removed at exit."""
    folder = Path(tempfile.mkdtemp(prefix="marquee-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def cache_key(path: Path, *parts: object) -> str:
    """A name for what is derived from `path` with these decisions.

    A stored raw file is named by its hash; any other file is known by place, size and time.
    """
    stat = path.stat()
    identity = (str(path.resolve()), stat.st_size, stat.st_mtime_ns)
    text = repr((READER_VERSION, identity, parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


# Whoever holds one, or waits for it, keeps it: a server derives files without end.
_locks: weakref.WeakValueDictionary[Path, threading.Lock] = weakref.WeakValueDictionary()
_guard = threading.Lock()


def derive(target: Path, make: Callable[[Path], None]) -> Path:
    """`target`, made by `make(temporary path)` when it is not there: complete or absent.

    Works for a file or a folder. Two threads asking for the same thing make it once.
    """
    with _guard:
        lock = _locks.setdefault(target, threading.Lock())
    with lock:
        if target.exists():
            os.utime(target)  # somebody asked for it: see `sweep`
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
        try:
            make(temporary)
            _rename(temporary, target)
        finally:
            _remove(temporary)
    return target


def sweep(folder: Path, seconds: float) -> int:
    """Remove what nobody asked for so long, and what was half derived when a program died.

    What is gone is derived again when somebody asks.
    """
    now = time.time()
    removed = 0
    for path in folder.glob("*"):
        try:
            if now - path.stat().st_mtime > (HALF if path.suffix == ".part" else seconds):
                _remove(path)
                removed += 1
        except OSError:
            pass  # it is gone
    return removed


def _rename(temporary: Path, target: Path) -> None:
    try:
        os.replace(temporary, target)
    except OSError:
        # Another process was faster, and a folder that is there cannot be replaced.
        if not target.exists():
            raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sql_path(path: Path) -> str:
    """The path as a SQL literal that DuckDB takes for exactly this file.

    DuckDB expands `*`, `?` and `[`; inside brackets they stand for themselves.
    """
    text = path.resolve().as_posix()
    escaped = "".join(f"[{char}]" if char in "*?[" else char for char in text)
    return "'" + escaped.replace("'", "''") + "'"
