"""Putting a restored database in the place of the configured one; the old one is kept beside it.

Three renames cannot be one, so a note beside the database is written first and removed last: a database
is not opened while the note is there, and a restore that was interrupted is simply done again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from core.backups.folder import sync, write
from core.errors import DatabaseLocked
from core.history.events import now
from core.storage.database import is_open, restoring_note

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def must_be_free(database: Path) -> None:
    """Raises DatabaseLocked while this or another process has the database open."""
    locked = DatabaseLocked(
        f"{database} is in use", hint="Stop Marquee, restore, and start it again."
    )
    if is_open(database):  # and never touch the file then: closing it would let go of DuckDB's lock
        raise locked
    if not database.exists():
        return
    if os.name == "nt":
        try:
            os.rename(database, database)
        except OSError as error:
            raise locked from error
        return
    with database.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise locked from error


def swap(new: Path, database: Path) -> Path | None:
    """Put `new` in the place of `database`; gives where the old one is, None when there was none.

    Raises DatabaseLocked when somebody has it open; nothing was changed then.
    """
    must_be_free(database)
    note, kept = restoring_note(database), None
    write(note, str(new))
    if database.exists():
        kept = _free(database.with_name(f"{database.name}.before-restore-{now():%Y%m%dT%H%M%S}"))
        _keep(database, kept)
    # The old log belongs to the old file. Under the new one it would be replayed into it.
    wal = database.with_name(database.name + ".wal")
    if wal.exists():
        base = kept or _free(
            database.with_name(f"{database.name}.before-restore-{now():%Y%m%dT%H%M%S}")
        )
        os.replace(wal, base.with_name(base.name + ".wal"))
    os.replace(new, database)
    sync(database.parent)
    note.unlink()
    sync(database.parent)
    return kept


def _keep(database: Path, kept: Path) -> None:
    try:
        os.link(database, kept)
    except OSError:  # a file system without links
        shutil.copyfile(database, kept)
        sync(kept)
    sync(kept.parent)


def _free(path: Path) -> Path:
    names = [path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 1000))]
    return next(p for p in names if not p.exists())
