"""Encrypted database files: DuckDB opens one by attaching it to an instance that is in memory alone.

So each connection has to be told which database is meant (`USE`), and nothing else is otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from core.errors import StorageError
from core.settings import Settings
from core.storage import replacing, sealing
from core.storage.duckfile import paths, torn
from core.storage.sql import ident, literal
from core.storage.store import Connection

NAME = "marquee"  # of the attached database
FORMAT = "v1.4.0"  # the first one that can be encrypted


def opened(path: Path, settings: Settings, config: Mapping[str, Any]) -> Connection:
    """A connection to an encrypted file, which is made where there is none. Raises duckdb.Error."""
    connection = duckdb.connect(":memory:", config=dict(config))
    try:
        ready(connection, settings)
        attach(connection, path, settings, NAME)
        use(connection)
        return connection
    except BaseException:
        connection.close()
        raise


def ready(connection: Connection, settings: Settings) -> None:
    """Let an instance write what is encrypted, and read and write encrypted Parquet."""
    connection.execute(f"LOAD {literal(str(sealing.library()))}")
    connection.execute("SET temp_file_encryption = true")
    for key in sealing.keys(settings):
        name, value = sealing.for_parquet(key)
        connection.execute(f"PRAGMA add_parquet_key({literal(name)}, {literal(value)})")


def attach(
    connection: Connection, path: Path, settings: Settings, name: str, *, more: str = ""
) -> None:
    """Attach an encrypted file by the first key that opens it; a new one gets the newest."""
    version = "" if path.exists() else f", STORAGE_VERSION {literal(FORMAT)}"
    for number, key in enumerate(known := sealing.keys(settings)):
        said = f"ENCRYPTION_KEY {literal(sealing.for_database(key))}{version}{more}"
        try:
            connection.execute(f"ATTACH {literal(str(path))} AS {ident(name)} ({said})")
            return
        except duckdb.InvalidInputException as error:
            if "Wrong encryption key" not in str(error) or number == len(known) - 1:
                raise


def use(connection: Connection) -> None:
    """Say to a connection which database is meant."""
    connection.execute(f"USE {ident(NAME)}")


def is_plain(path: Path) -> bool:
    """Whether a file is a database that no key opens."""
    try:
        with duckdb.connect(str(path), read_only=True):
            return True
    except duckdb.CatalogException as error:
        if "encrypted" in str(error):
            return False
        raise


def is_newest(path: Path, settings: Settings) -> bool:
    """Whether the newest key opens a file, and not an older one, or none."""
    if is_plain(path):
        return False
    with duckdb.connect(":memory:") as connection:
        said = literal(sealing.for_database(sealing.keys(settings)[0]))
        try:
            connection.execute(
                f"ATTACH {literal(str(path))} AS it (READ_ONLY, ENCRYPTION_KEY {said})"
            )
            return True
        except duckdb.InvalidInputException:
            return False


def encrypt(
    path: Path, settings: Settings, held: AbstractContextManager[object] = nullcontext()
) -> int:
    """Write a database that nobody has open anew, under the newest key; how many rows were compared.

    The file of before is overwritten once the new one has its name, while it is `held`. Raises StorageError, duckdb.Error.
    """
    torn.mend(path, sealing.for_databases(settings))
    plain = is_plain(path)
    with duckdb.connect(str(path)) if plain else opened(path, settings, {}) as connection:
        connection.execute("CHECKPOINT")  # what is in its log comes into the file
    before = _state(path)
    new = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        count = _copy(path, new, settings)
        new.chmod(0o600)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        with held:
            if _state(path) != before:
                raise StorageError(
                    f"{path} was written to meanwhile; nothing was changed",
                    hint="Stop whatever uses it, and try again.",
                )
            replacing.replace(new, path)
    finally:
        paths.remove(new)
    return count


def _state(path: Path) -> tuple[int, int, bool]:
    there = path.stat()
    return there.st_size, there.st_mtime_ns, path.with_name(path.name + ".wal").exists()


def _copy(path: Path, new: Path, settings: Settings) -> int:
    plain = is_plain(path)
    with duckdb.connect(":memory:") as connection:
        ready(connection, settings)
        if plain:
            connection.execute(f"ATTACH {literal(str(path))} AS old (READ_ONLY)")
        else:
            attach(connection, path, settings, "old")
        attach(connection, new, settings, "new")
        connection.execute("COPY FROM DATABASE old TO new")
        connection.execute("CHECKPOINT new")
        return sum(_same(connection, *place) for place in _tables(connection))


def _tables(connection: Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'old' AND NOT temporary"
    ).fetchall()


def _same(connection: Connection, schema: str, table: str) -> int:
    """The rows of a table, when both files have the same ones. Raises StorageError."""
    place = f"{ident(schema)}.{ident(table)}"
    found = [
        connection.execute(
            f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0) FROM {side}.{place} t"
        ).fetchone()
        for side in ("old", "new")
    ]
    if found[0] is None or found[0] != found[1]:
        raise StorageError(f"{schema}.{table} came out otherwise; nothing was changed")
    return int(found[0][0])
