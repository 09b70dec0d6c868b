"""Putting a restored database in the place of the configured one; the old one is kept beside it.

Three renames cannot be one, so a note beside the database is written first and removed last: a database
is not opened while the note is there, and a restore that was interrupted is done again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from core.backups.folder import sync, write
from core.errors import DatabaseLocked
from core.history.events import now
from core.storage.duckfile import paths
from core.storage.duckfile.database import is_open
from core.storage.duckfile.paths import restoring_note

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def must_be_free(database: Path) -> None:
    """Raises DatabaseLocked while this or another process has the database open."""
    if database.exists() or is_open(database):
        with held(database):
            pass


@contextmanager
def held(database: Path) -> Iterator[BinaryIO | None]:
    """Nobody can open the database meanwhile: it is ours by DuckDB's own lock. Raises DatabaseLocked.

    Where none is yet, an empty file is held in its place. Windows keeps open files from being renamed, and
    needs no lock. A file system may let go of a lock when any handle of its file is closed: only this
    handle is used.
    """
    locked = DatabaseLocked(
        f"{database} is in use", hint="Stop Marquee, restore, and start it again."
    )
    if is_open(database):  # and never touch the file then: closing it would let go of DuckDB's lock
        raise locked
    if os.name == "nt":
        try:
            if database.exists():
                os.rename(database, database)
        except OSError as error:
            raise locked from error
        yield None
        return
    with os.fdopen(os.open(database, os.O_RDWR | os.O_CREAT, 0o666), "r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise locked from error
        yield file


def swap(new: Path, database: Path) -> Path | None:
    """Put `new` in the place of `database`; gives where the old one is, None when there was none.

    Raises DatabaseLocked when somebody has it open; nothing was changed then.
    """
    note, there = restoring_note(database), database.exists()
    # Held until the new file is in its place: an app that looked for the note before it was written could
    # open the old file otherwise, and what came into that would go with it.
    with held(database) as file:
        try:
            before = noted(database)
            write(note, str(new))
        except BaseException:
            if not there and file is not None and not note.exists():
                database.unlink()
            raise
        if before and before != new:  # of a restore that was interrupted; nobody names it any more
            forget(before)
        aside = _free(database.with_name(f"{database.name}.before-restore-{now():%Y%m%dT%H%M%S}"))
        if there:
            _keep(database, aside, file)
        # The old log belongs to the old file. Under the new one it would be replayed into it.
        if paths.log_of(database).exists():
            os.replace(paths.log_of(database), paths.log_of(aside))
        os.replace(new, database)
    sync(database.parent)
    note.unlink()
    sync(database.parent)
    return aside if there else None


def noted(database: Path) -> Path | None:
    """The file that a restore was putting in place when it was interrupted; only ever one beside it."""
    try:
        name = Path(restoring_note(database).read_text("utf-8")).name
    except (OSError, UnicodeError):
        return None
    return database.with_name(name) if name.startswith(f"{database.name}.new-") else None


def forget(path: Path) -> None:
    """A new file that nobody wants any more goes, with its log."""
    paths.remove(path)


def _keep(database: Path, kept: Path, file: BinaryIO | None) -> None:
    try:
        os.link(database, kept)
    except OSError:  # a file system without links
        with nullcontext(file) if file else database.open("rb") as old, kept.open("wb") as copy:
            shutil.copyfileobj(old, copy)
        sync(kept)
    sync(kept.parent)


def _free(path: Path) -> Path:
    names = [path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 1000))]
    return next(p for p in names if not p.exists())
