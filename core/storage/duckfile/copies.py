"""A compact copy of one snapshot in another database file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import duckdb

from core.settings import Settings
from core.storage import sealing
from core.storage.duckfile import sealed
from core.storage.duckfile.connecting import FORMAT
from core.storage.sql import ident, literal
from core.storage.store import Connection


@contextmanager
def copied(cursor: Connection, path: Path, settings: Settings) -> Iterator[None]:
    """Copy the cursor's database to `path`. Inside, the cursor sees the very snapshot that is copied.

    Opens and closes the snapshot itself, since another file can only be attached outside of one.
    """
    name = f"copy_{uuid4().hex}"
    alias = ident(name)
    own = cursor.execute("SELECT current_database()").fetchone()
    if sealing.keys(settings):
        sealed.attach(cursor, path, settings, name)
    else:
        version = f"STORAGE_VERSION {literal(FORMAT)}"
        cursor.execute(f"ATTACH {literal(str(path))} AS {alias} ({version})")
    try:
        cursor.execute("BEGIN")
        try:
            yield
            cursor.execute(f"COPY FROM DATABASE {ident(str(own[0]) if own else '')} TO {alias}")
            cursor.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):  # a full disk has ended it already
                cursor.execute("ROLLBACK")
            raise
        cursor.execute(f"CHECKPOINT {alias}")
    finally:
        cursor.execute(f"DETACH {alias}")
