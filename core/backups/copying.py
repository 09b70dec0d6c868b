"""Copying the tables of one snapshot: to Parquet parts, or into a compact DuckDB file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import duckdb

from core.backups.folder import Folder, intact, move_in, sync
from core.backups.manifest import Manifest, Part, TableCopy
from core.datasets.model import Dataset
from core.datasets.tables import kept
from core.files.cache import sql_path
from core.integrity.files import sha256
from core.settings import Settings
from core.storage import catalog, keeping
from core.storage.duckfile import copies, paths
from core.storage.sql import ident, literal

APPEND_ONLY = (("history", "changes"), ("ops", "events"))
PARQUET = "FORMAT parquet, COMPRESSION zstd"
MOST_PARTS = 30  # of one table; then it is written as one again


@dataclass
class Copied:
    """The tables, how many bytes no earlier backup had, and files of those that were found damaged."""

    tables: list[TableCopy]
    written: int = 0
    file: Part | None = None
    doubtful: set[Path] = field(default_factory=set)


def name_of(schema: str, name: str) -> str:
    """The quoted, qualified name."""
    return f"{ident(schema)}.{ident(name)}"


def contents(cursor: duckdb.DuckDBPyConnection, source: str) -> tuple[int, str]:
    """How many rows, and a hash of them in whatever order they stand."""
    row = cursor.execute(
        f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0)::VARCHAR FROM {source} t"
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "0")


def tables(cursor: duckdb.DuckDBPyConnection) -> list[TableCopy]:
    """Every table of the database with its count and contents."""
    found = []
    for table in shapes(cursor):
        n, hashed = contents(cursor, name_of(table.schema_name, table.name))
        found.append(table.model_copy(update={"rows": n, "contents": hashed}))
    return found


def shapes(cursor: duckdb.DuckDBPyConnection, database: str | None = None) -> list[TableCopy]:
    """Every table with its columns, of the cursor's database or of another that is attached."""
    found = catalog.shapes(cursor, ("main", "ops", "history"), database)
    return [
        TableCopy(schema_name=s.schema, name=s.name, columns=s.columns, rows=0, contents="")
        for s in found
    ]


def to_parquet(
    cursor: duckdb.DuckDBPyConnection,
    folder: Folder,
    making: Path,
    earlier: Manifest | None,
    key: str = "",
) -> Copied:
    """Each table as Parquet; of what only grows, just what came since the `earlier` backup. `key`: its name."""
    before = {(t.schema_name, t.name): t for t in earlier.tables} if earlier else {}
    copied = Copied([])
    for table in tables(cursor):
        place = (table.schema_name, table.name)
        parts: list[Part] = []
        if place in APPEND_ONLY and place in before:
            parts = _still_so(cursor, folder, making, table, before[place], copied, key)
        first = sum(part.rows for part in parts)
        if first < table.rows or not parts:
            part, size = _export(cursor, folder, making, table, first, key=key)
            parts.append(part)
            copied.written += size
        copied.tables.append(table.model_copy(update={"parts": tuple(parts)}))
    return copied


def _still_so(
    cursor: duckdb.DuckDBPyConnection,
    folder: Folder,
    making: Path,
    table: TableCopy,
    before: TableCopy,
    copied: Copied,
    key: str,
) -> list[Part]:
    """The parts of an earlier backup that hold exactly what the first rows are now.

    A part whose file is not what was written is written anew from its rows, which mostly gives the same
    bytes: then the earlier backups have it back as well.
    """
    kept: list[Part] = []
    source = f"SELECT * FROM {name_of(table.schema_name, table.name)} WHERE rowid >="
    if before.columns != table.columns or len(before.parts) >= MOST_PARTS:
        return []
    for part in before.parts:
        first, last = part.first, part.first + part.rows
        if part.key != key or first != sum(p.rows for p in kept):
            break
        if contents(cursor, f"({source} {first} AND rowid < {last})") != (part.rows, part.contents):
            break
        if not intact(folder.part(part), part.sha256, part.size):
            copied.doubtful.add(folder.part(part))
            part, size = _export(cursor, folder, making, table, first, last, key)
            copied.written += size
        kept.append(part)
    done = sum(p.rows for p in kept)
    whole = done + contents(cursor, f"({source} {done})")[0] == table.rows
    return kept if whole else []


def _export(
    cursor: duckdb.DuckDBPyConnection,
    folder: Folder,
    making: Path,
    table: TableCopy,
    first: int,
    last: int | None = None,
    key: str = "",
) -> tuple[Part, int]:
    """The rows from `first` up to `last` as a part, and how many bytes were not there yet."""
    temporary = making / f"{uuid4().hex}.parquet"
    source = f"SELECT * FROM {name_of(table.schema_name, table.name)}"
    source += f" WHERE rowid >= {first}" if first or last else ""
    source += f" AND rowid < {last}" if last else ""
    whole = not first and not last
    rows, hashed = (table.rows, table.contents) if whole else contents(cursor, f"({source})")
    secret = f", ENCRYPTION_CONFIG {{footer_key: {literal(key)}}}" if key else ""
    cursor.execute(f"COPY ({source}) TO {literal(str(temporary))} ({PARQUET}{secret})")
    sha, size = sha256(temporary), temporary.stat().st_size
    part = Part(
        path=f"parts/{sha[:2]}/{sha}",
        sha256=sha,
        size=size,
        rows=rows,
        first=first,
        contents=hashed,
        key=key,
    )
    final = folder.part(part)
    if intact(final, sha, size):
        temporary.unlink()
        return part, 0
    move_in(temporary, final)
    return part, size


def to_duckdb(
    cursor: duckdb.DuckDBPyConnection, making: Path, name: str, settings: Settings
) -> Copied:
    """A compact copy in one file. Opens and closes the snapshot itself."""
    path = making / paths.COPY
    with copies.copied(cursor, path, settings):
        found = tables(cursor)
    sync(path)
    size = path.stat().st_size
    part = Part(path=f"{name}/{paths.COPY}", sha256=sha256(path), size=size)
    return Copied(found, size, part)


def declared(table: TableCopy, datasets: dict[str, Dataset]) -> str:
    """SQL for the columns of a table with how each is kept, which DuckDB does not tell of itself."""
    fixed = keeping.OF_TABLES.get((table.schema_name, table.name), {})
    dataset = datasets.get(table.name) if table.schema_name == "main" else None
    return ", ".join(
        f"{ident(n)} {kind}{kept(dataset, n) if dataset else fixed.get(n, '')}"
        for n, kind in table.columns.items()
    )


def reading(paths: list[Path], key: str = "") -> str:
    """SQL: the rows of these Parquet files, which are encrypted with the key of that name."""
    secret = f", encryption_config = {{footer_key: {literal(key)}}}" if key else ""
    return f"read_parquet([{', '.join(sql_path(p) for p in paths)}]{secret})"
