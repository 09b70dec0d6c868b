"""The database: one instance per file, one writer, readers that see what was committed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import Cancelled, DatabaseBroken, DatabaseLocked, DiskFull, StorageError
from core.settings import Settings
from core.storage.ddl import checkpoint
from core.storage.duckfile import connecting, space
from core.storage.duckfile.database import Database, open_database
from core.storage.faults import translate
from core.storage.store import transaction

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.database, settings)
    opened.write(lambda c: c.execute("CREATE TABLE t (n INTEGER)"))
    yield opened
    opened.release()


def numbers(database: Database) -> list[int]:
    with database.reader() as cursor:
        return [row[0] for row in cursor.execute("SELECT n FROM t ORDER BY rowid").fetchall()]


# ---------------------------------------------------------------- the writer


def test_a_task_is_one_transaction(database: Database) -> None:
    def task(connection: Any) -> str:
        connection.execute("INSERT INTO t VALUES (1)")
        with database.reader() as cursor:  # not yet to be seen
            assert cursor.execute("SELECT count(*) FROM t").fetchone() == (0,)
        connection.execute("INSERT INTO t VALUES (2)")
        return "done"

    assert database.write(task) == "done"
    assert numbers(database) == [1, 2]


class _Odd(BaseException):
    pass


@pytest.mark.parametrize("error", [ValueError("no"), StorageError("no"), _Odd("no")])
def test_an_exception_rolls_back_and_reaches_the_caller(
    database: Database, error: BaseException
) -> None:
    def task(connection: Any) -> None:
        connection.execute("INSERT INTO t VALUES (1)")
        raise error

    with pytest.raises(type(error)) as caught:
        database.write(task)
    assert caught.value is error
    database.write(lambda c: c.execute("INSERT INTO t VALUES (2)"))
    assert numbers(database) == [2]


def test_a_failing_statement_rolls_back_the_ones_before(database: Database) -> None:
    def task(connection: Any) -> None:
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("SELECT nothing FROM nowhere")

    with pytest.raises(duckdb.CatalogException):
        database.write(task)
    database.write(lambda c: c.execute("INSERT INTO t VALUES (2)"))
    assert numbers(database) == [2]


def test_tasks_run_one_after_the_other(database: Database) -> None:
    inside, most = 0, 0

    def task(connection: Any) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        row = connection.execute("SELECT coalesce(max(n), 0) FROM t").fetchone()
        connection.execute("INSERT INTO t VALUES (?)", [row[0] + 1])
        inside -= 1

    threads = [
        threading.Thread(target=lambda: [database.write(task) for _ in range(10)]) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert numbers(database) == list(range(1, 61))


def test_a_write_inside_a_write_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match="write inside a write"):
        database.write(lambda c: database.write(lambda d: None))
    assert database.write(lambda c: 5) == 5


def test_a_task_may_open_its_own_transactions(database: Database) -> None:
    def task(connection: Any) -> None:
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(ValueError):
            with transaction(connection):
                connection.execute("INSERT INTO t VALUES (2)")
                raise ValueError
        connection.execute("CHECKPOINT")

    database.write(task, transaction=False)
    assert numbers(database) == [1]


def test_a_checkpoint_waits_for_a_gap_between_readers(database: Database) -> None:
    """DuckDB refuses a CHECKPOINT while a reader is older than the last write."""
    end = threading.Event()

    def read() -> None:
        while not end.is_set():
            numbers(database)

    def task(connection: Any) -> bool:
        connection.execute("UPDATE t SET n = n + 1")
        return checkpoint(connection)

    database.write(lambda c: c.execute("INSERT INTO t VALUES (1)"))
    reader = threading.Thread(target=read)
    reader.start()
    done = [database.write(task, transaction=False) for _ in range(40)]
    end.set()
    reader.join()
    assert all(done)


def test_a_reader_that_stays_does_not_stop_the_writer(database: Database) -> None:
    database.write(lambda c: c.execute("INSERT INTO t VALUES (1)"))
    with database.reader() as cursor:
        cursor.execute("BEGIN; SELECT * FROM t").fetchall()
        database.write(lambda c: c.execute("UPDATE t SET n = 2"))
        done = database.write(lambda c: checkpoint(c, patience=0.05), transaction=False)
        assert not done
        assert cursor.execute("SELECT n FROM t").fetchall() == [(1,)]
    assert numbers(database) == [2]


def test_a_closed_database_refuses(settings: Settings) -> None:
    database = open_database(settings.database, settings)
    database.release()
    with pytest.raises(StorageError, match="was closed"):
        database.write(lambda c: None)
    with pytest.raises(StorageError, match="was closed"):
        with database.reader():
            pass
    database.close()  # harmless
    database.release()


def test_closing_finishes_the_queue_and_keeps_nobody_waiting(settings: Settings) -> None:
    """Writers that come while the database closes are served or refused; none waits for ever."""
    database = open_database(settings.database, settings)
    database.write(lambda c: c.execute("CREATE TABLE t (n INTEGER)"))
    served, refused = [], []
    begun = threading.Barrier(9)

    def work() -> None:
        begun.wait()
        for _ in range(200):
            try:
                database.write(lambda c: served.append(1))
            except StorageError:
                refused.append(1)
                return

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.wait()
    database.release()
    for thread in threads:
        thread.join(timeout=10)
    assert not any(thread.is_alive() for thread in threads)
    assert refused


# ---------------------------------------------------------------- one instance


def test_one_instance_for_one_file(settings: Settings, tmp_path: Path) -> None:
    first = open_database(settings.database, settings)
    other = tmp_path / "link.duckdb"
    other.symlink_to(settings.database)
    folder = tmp_path / "folder"
    folder.symlink_to(settings.database.parent, target_is_directory=True)
    ways = [
        other,
        folder / settings.database.name,
        settings.database.parent / ".." / settings.database.parent.name / settings.database.name,
        Path(os.path.relpath(settings.database)),
    ]
    opened = [open_database(way, settings) for way in ways]
    assert all(database is first for database in opened)
    for database in opened:
        database.release()
    assert first.write(lambda c: 1) == 1  # one user is left
    first.release()
    with pytest.raises(StorageError):
        first.write(lambda c: 1)
    again = open_database(settings.database, settings)
    assert again is not first
    again.release()


HOLD = """
import sys
from pathlib import Path
from core.settings import Settings
from core.storage.duckfile.database import open_database
path = Path(sys.argv[1])
open_database(path, Settings(database=path, data_dir=path.parent / "d"))
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_told_who_holds_the_file(settings: Settings) -> None:
    command = [sys.executable, "-c", HOLD, str(settings.database)]
    settings.database.parent.mkdir(parents=True)
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(DatabaseLocked) as caught:
            open_database(settings.database, settings)
        other.stdin.close()
    assert str(settings.database) in caught.value.detail
    if sys.platform == "linux":
        assert f"process {other.pid} (" in caught.value.detail
        assert "-c" in caught.value.detail
    assert "page or API" in caught.value.hint
    open_database(settings.database, settings).release()  # free again


# ---------------------------------------------------------------- broken files


@pytest.mark.parametrize("content", [b"name,age\nA,1\n" * 2_000, b"x", os.urandom(20_000)])
def test_a_file_that_is_no_database(settings: Settings, content: bytes) -> None:
    settings.database.parent.mkdir(parents=True)
    settings.database.write_bytes(content)
    with pytest.raises(DatabaseBroken) as caught:
        open_database(settings.database, settings)
    assert str(settings.database) in caught.value.detail
    assert settings.database.read_bytes() == content


def test_a_database_with_damaged_blocks(settings: Settings) -> None:
    open_database(settings.database, settings).release()
    content = bytearray(settings.database.read_bytes())
    content[12_288:] = b"\xff" * (len(content) - 12_288)
    settings.database.write_bytes(content)
    with pytest.raises(DatabaseBroken):
        open_database(settings.database, settings)


def test_a_folder_and_a_path_below_a_file(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DatabaseBroken):
        open_database(tmp_path, settings)
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatabaseBroken):
        open_database(tmp_path / "file" / "m.duckdb", settings)


def test_a_failed_start_can_be_tried_again(settings: Settings) -> None:
    settings.database.parent.mkdir(parents=True)
    settings.database.write_bytes(b"no database")
    with pytest.raises(DatabaseBroken):
        open_database(settings.database, settings)
    settings.database.unlink()
    open_database(settings.database, settings).release()


# ---------------------------------------------------------------- words for errors


def test_a_path_with_lock_in_its_name_is_not_locked(settings: Settings) -> None:
    path = settings.database.parent / "clock" / "block.duckdb"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database at all")
    with pytest.raises(DatabaseBroken):
        open_database(path, settings)


def test_errors_are_told_in_our_words() -> None:
    windows = duckdb.IOException(
        'Cannot open file "x": The process cannot access the file because it is being used by '
        "another process."
    )
    assert isinstance(translate(windows, Path("x")), DatabaseLocked)
    full = duckdb.IOException("Could not write file: No space left on device")
    assert isinstance(translate(full), DiskFull)
    assert isinstance(translate(duckdb.InterruptException("Interrupted!")), Cancelled)
    fatal = translate(duckdb.FatalException("database has been invalidated"))
    assert isinstance(fatal, StorageError) and "opens the database again" in fatal.hint
    other = duckdb.BinderException("no")
    assert translate(other) is other


def test_too_little_space_is_refused_beforehand(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 500_000_000})
    monkeypatch.setattr(space.shutil, "disk_usage", lambda path: usage)
    database.check_space(299_000_000)  # 200 MB stay free
    with pytest.raises(DiskFull, match="500 MB are free"):
        database.check_space(301_000_000)


def test_nothing_is_fetched_from_outside(database: Database) -> None:
    with database.reader() as cursor:
        for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert cursor.execute(f"SELECT current_setting('{name}')").fetchone() == (False,)
        found = [1, 2, 3]
        with pytest.raises(duckdb.CatalogException):
            cursor.execute("SELECT * FROM found")
        assert found


def test_what_a_file_held_is_not_kept_in_memory(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "cells.parquet"
    in_memory = "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'"
    with database.reader() as cursor:
        cursor.execute(f"COPY (SELECT range::VARCHAR AS c FROM range(100_000)) TO '{file}'")
        cursor.execute(f"CREATE TEMP TABLE t2 AS SELECT * FROM read_parquet('{file}')")
        assert cursor.execute(in_memory).fetchone() == (0,)


def test_a_readers_interruption_is_a_cancellation(database: Database) -> None:
    with pytest.raises(Cancelled):
        with database.reader() as cursor:
            timer = threading.Timer(0.2, cursor.interrupt)
            timer.start()
            cursor.execute("SELECT count(*) FROM range(10000000000) a WHERE a.range % 7 = 8")
    timer.join()


def _format(path: Path) -> str:
    with duckdb.connect(str(path), read_only=True) as connection:
        sql = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE path IS NOT NULL"
        row = connection.execute(sql).fetchone()
    return str(row[0]) if row else ""


def test_new_files_have_the_faster_format_and_old_ones_keep_theirs(settings: Settings) -> None:
    settings.database.parent.mkdir(parents=True)
    old = settings.database.with_name("old.duckdb")
    with duckdb.connect(str(old), config={"storage_compatibility_version": "v1.0.0"}) as connection:
        connection.execute("CREATE TABLE t AS SELECT i::VARCHAR AS x FROM range(5000) r(i)")
    before = _format(old)
    for path in (old, settings.database):
        database = open_database(path, settings)
        database.write(lambda c: c.execute("CREATE TABLE IF NOT EXISTS t (x VARCHAR)"))
        database.write(lambda c: c.execute("INSERT INTO t VALUES ('one more')"))
        database.release()
    assert (_format(old), _format(settings.database)) == (before, connecting.FORMAT + "+")
    with duckdb.connect(str(old), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (5001,)


def test_text_of_every_kind_comes_back_from_disk(settings: Settings) -> None:
    texts = """SELECT i, CASE i % 8 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN '周杰伦' || i WHEN 3 THEN 'same'
        WHEN 4 THEN repeat('long ', i % 900) || i WHEN 5 THEN chr((1 + i % 50000)::INT) || '😀' WHEN 6 THEN md5(i::VARCHAR)
        ELSE CASE WHEN i % 50000 = 7 THEN repeat(md5(i::VARCHAR), 20000) ELSE lower(hex(i)) END END AS x
        FROM range(260000) r(i)"""
    summed = "SELECT count(x), count(DISTINCT x), bit_xor(hash(i, x, [x])) FROM"
    database = open_database(settings.database, settings)
    database.write(lambda c: c.execute("CREATE TABLE t (i BIGINT, x VARCHAR, l VARCHAR[])"))
    database.write(lambda c: c.execute(f"INSERT INTO t SELECT i, x, [x] FROM ({texts})"))
    given = database.read(lambda c: c.execute(f"{summed} ({texts})").fetchone())
    database.release()
    with duckdb.connect(str(settings.database), read_only=True) as connection:
        kept = connection.execute(f"{summed.replace('[x]', 'l')} t").fetchone()
    assert kept == given
