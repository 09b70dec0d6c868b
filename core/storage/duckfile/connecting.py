"""Opening a DuckDB file: how DuckDB is set, and why."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import duckdb

from core.settings import Settings
from core.storage import sealing
from core.storage.duckfile import paths, sealed, torn
from core.storage.faults import translate
from core.storage.sql import literal
from core.storage.store import Connection

Config = dict[str, str | bool | int | float | list[str]]

# The format of new files: the first one in which DuckDB compresses text in one attempt instead of trying
# two ways, which halves the work of writing. What is there already keeps its format.
FORMAT = "v1.3.0"

PAGE_ROWS = 1_001  # the largest page, and the row that tells whether there is more


def connect(path: Path, settings: Settings) -> Connection:
    """The connection from which all others of this process are made. Raises DatabaseLocked, DatabaseBroken."""
    known = sealing.for_databases(settings)
    torn.mend(path, known)
    new = not path.exists()
    try:
        # A name in a query is a table, never a variable of the program.
        config: Config = {**_config(settings), "python_enable_replacements": False}
        connection = (
            sealed.opened(path, settings, config)
            if known
            else duckdb.connect(str(path), config=config)
        )
    except duckdb.Error as error:
        raise translate(error, path) from error
    if (
        new
    ):  # it holds data of people: nobody else of this machine reads it, unless its owner lets them
        with suppress(OSError):
            path.chmod(0o600)
    # The file is ours alone now, so what lies there is what a crash left behind.
    paths.clear_temporary(path)
    _set(connection, path, settings)
    return connection


def cursor(root: Connection, settings: Settings) -> Connection:
    """A connection of its own to the same database."""
    found = root.cursor()
    if sealing.keys(settings):
        sealed.use(found)
    return found


def new_file(path: Path, settings: Settings | None = None) -> Connection:
    """A database file to fill, that nobody else knows yet: for a restore or a rebuild."""
    config: Config = {"storage_compatibility_version": FORMAT}
    if settings and sealing.keys(settings):
        connection = sealed.opened(path, settings, _config(settings))
    else:
        connection = duckdb.connect(str(path), config=_config(settings) if settings else config)
    if settings:
        connection.execute(f"SET temp_directory = {literal(str(paths.temporary(path)))}")
    return connection


def _config(settings: Settings) -> Config:
    return {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "storage_compatibility_version": FORMAT,
        # Nothing in a query may fetch code from outside.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }


def _set(connection: Connection, path: Path, settings: Settings) -> None:
    connection.execute(f"SET temp_directory = {literal(str(paths.temporary(path)))}")
    # After the folder: naming one lifts the limit of the one before (DuckDB 1.5).
    connection.execute(f"SET max_temp_directory_size = '{settings.max_temp_mb}MB'")
    connection.execute("SET TimeZone = 'UTC'")
    # A row group is compressed by the thread that filled it, as soon as it is full. DuckDB gathers five
    # by default, which leaves one thread without work at the end of a large import.
    connection.execute("SET write_buffer_row_group_count = 1")
    # A page of records is sorted by its row numbers, and only what is shown is fetched whole; by default
    # that ends at 50 rows.
    connection.execute(f"SET late_materialization_max_rows = {PAGE_ROWS}")
    # A file is read once or twice, and the system has it in its own memory: keeping its bytes here as well
    # pushes pages of the database out. CSV and Parquet are read as fast without.
    connection.execute("SET enable_external_file_cache = false")
    _count_progress(connection)


def _count_progress(connection: Connection) -> None:
    """Progress is only counted when a progress bar is on; it need not be printed.

    In a notebook without ipywidgets DuckDB refuses both: there a job's progress goes by its stages alone.
    """
    with suppress(duckdb.InvalidInputException):
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")
