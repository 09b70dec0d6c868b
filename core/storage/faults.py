"""DuckDB's errors about the file, the disk and memory in Marquee's words."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import duckdb

from core.errors import (
    Cancelled,
    DatabaseBroken,
    DatabaseLocked,
    DiskFull,
    MemoryShort,
    SpillFull,
    StorageError,
)

# How Linux and macOS, and how Windows say it.
_LOCKED = ("Could not set lock", "Conflicting lock", "being used by another process")

UNWRITABLE = (
    "The disk takes nothing any more. What was accepted before is safe, and can be looked at. Let somebody"
    " look at the disk; when it can be written again, start Marquee anew."
)
REOPENS = "Marquee opens the database again by itself; nothing committed is lost."


def is_fatal(error: duckdb.Error) -> bool:
    """Whether the instance is of no use any more."""
    text = str(error)
    lost = isinstance(error, duckdb.FatalException) or "database has been invalidated" in text
    return lost or ("duckdb_temp_storage" in text and os.strerror(errno.ENOSPC) in text)


_KEYS = (
    "Set the key with which it was encrypted: MARQUEE_ENCRYPTION_KEY_FILE, MARQUEE_ENCRYPTION_KEY_COMMAND or"
    " MARQUEE_ENCRYPTION_KEY. Nothing was changed."
)
_ENCRYPT = "Stop Marquee and run `python -m core encrypt`, or take the key out of the settings. Nothing was changed."


def translate(error: duckdb.Error, path: Path | None = None) -> Exception:
    """The error in Marquee's words; others, such as those about a statement, as they are."""
    text = str(error)
    if isinstance(error, duckdb.InterruptException):
        return Cancelled("stopped while the database was working")
    if isinstance(error, duckdb.IOException) and any(words in text for words in _LOCKED):
        pid = re.search(r"PID (\d+)", text)
        who = f"process {pid.group(1)}{_command(int(pid.group(1)))}" if pid else "another process"
        return DatabaseLocked(f"{who} holds {path or 'the database'}")
    if "No space left" in text or os.strerror(errno.ENOSPC) in text:
        return DiskFull(text.splitlines()[0])
    if isinstance(error, duckdb.OutOfMemoryException):
        return _short(text)
    if path is not None and re.search(r"without a key|is not encrypted|Wrong encryption key", text):
        plain = "is not encrypted" in text
        return DatabaseBroken(f"{path}: {_sealed(text)}", hint=_ENCRYPT if plain else _KEYS)
    if path is not None:
        return DatabaseBroken(f"{path}: {text.splitlines()[0]}")
    if any(os.strerror(number) in text for number in (errno.EROFS, errno.EIO)):
        return StorageError(text.splitlines()[0], hint=UNWRITABLE)
    if is_fatal(error):
        return StorageError(text.splitlines()[0], hint=REOPENS)
    return error


def _sealed(text: str) -> str:
    if "is not encrypted" in text:
        return "a key is set, and the database is not encrypted yet"
    why = "no key is set" if "without" in text else "the key that is set does not open it"
    return f"it is encrypted, and {why}"


def _short(text: str) -> StorageError:
    used = re.search(r"/([\d.]+ \w+) used\)", text)
    limit = f"the limit is {used[1]}, and it is used up" if used else text.splitlines()[0]
    return SpillFull(limit) if "max_temp_directory_size" in text else MemoryShort(limit)


def _command(pid: int) -> str:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    words = raw.replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return f" ({words[:80]})" if words else ""
