"""Numbered SQL files applied in order, each once, each remembered with its checksum.

Applying: CHECKPOINT, copy the file aside, change, CHECKPOINT, verify. The CHECKPOINTs matter: DuckDB
1.5 can replay a WAL wrongly when it holds an ALTER TABLE, so no DDL is ever left in it. A new database has
nothing to lose: it gets all of them in one transaction, which takes a fifth of the time.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.errors import MigrationError
from core.storage.sql import literal

FOLDER = Path(__file__).resolve().parent
_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql\Z")


@dataclass(frozen=True)
class Migration:
    """One SQL file: its number, name, text and sha256."""

    number: int
    name: str
    sql: str
    checksum: str


def available(folder: Path = FOLDER) -> list[Migration]:
    """All migrations of the program, in order. Raises MigrationError when there are none, or on a gap."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE.match(path.name)
        if not match:
            raise MigrationError(f"{path.name} is not named like 0001_name.sql")
        text = path.read_text("utf-8").replace("\r\n", "\n")
        digest = hashlib.sha256(text.encode()).hexdigest()
        found.append(Migration(int(match[1]), match[2], text, digest))
    if not found:  # a database without tables would look like a new one that works
        raise MigrationError(
            f"there are no migrations in {folder}",
            hint="This installation of Marquee is incomplete; install it again.",
        )
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise MigrationError(f"the numbers in {folder.name} have a gap or a double")
    return found


def applied(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """Number to checksum of what this database has; empty for a new one."""
    known = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database()"
        " AND schema_name = 'ops' AND table_name = 'migrations'"
    ).fetchone()
    if not known:
        return {}
    rows = connection.execute("SELECT number, checksum FROM ops.migrations").fetchall()
    return dict(rows)


def apply(
    connection: duckdb.DuckDBPyConnection, path: Path | None, folder: Path = FOLDER
) -> list[int]:
    """Bring the database to the program's state; returns the numbers applied. Raises MigrationError."""
    wanted, have = available(folder), applied(connection)
    _verify(wanted, have)
    todo = [m for m in wanted if m.number not in have]
    if not todo:
        return []
    connection.execute("CHECKPOINT")
    if have and path is not None:
        _copy_aside(path, todo[0].number)
    for step in [[m] for m in todo] if have else [todo]:
        _apply_together(connection, step)
    _verify(wanted, applied(connection))
    return [m.number for m in todo]


def _copy_aside(path: Path, number: int) -> None:
    try:
        shutil.copyfile(path, path.with_name(f"{path.name}.before-{number:04d}"))
    except OSError as error:
        raise MigrationError(
            f"no copy could be made before migration {number:04d}: {error}",
            hint="Make room or allow writing beside the database; nothing was changed.",
        ) from error


def _apply_together(connection: duckdb.DuckDBPyConnection, migrations: list[Migration]) -> None:
    """All of them or none, and nothing of them in the WAL."""
    number = migrations[0].number
    connection.execute("BEGIN")
    try:
        for migration in migrations:
            number = migration.number
            connection.execute(migration.sql)
            # No parameters: the first one that is bound waits for an import, see storage/warm.py.
            values = map(literal, (migration.number, migration.name, migration.checksum))
            connection.execute(
                f"INSERT INTO ops.migrations VALUES ({', '.join(values)}, now()::TIMESTAMP)"
            )
        connection.execute("COMMIT")
    except duckdb.Error as error:
        connection.execute("ROLLBACK")
        raise MigrationError(f"migration {number:04d} failed: {error}") from error
    connection.execute("CHECKPOINT")


def _verify(wanted: list[Migration], have: dict[int, str]) -> None:
    known = {m.number: m.checksum for m in wanted}
    for number, checksum in sorted(have.items()):
        if number not in known:
            raise MigrationError(
                f"the database has migration {number:04d}, which this program does not know",
                hint="Start the newer version of Marquee that made this database.",
            )
        if known[number] != checksum:
            raise MigrationError(
                f"migration {number:04d} was changed after it was applied",
                hint="Restore the file in core/storage/migrations; add a new migration instead.",
            )
