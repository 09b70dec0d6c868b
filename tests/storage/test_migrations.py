"""Migrations: in order, once, remembered, and never half."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core.errors import MigrationError
from core.storage import migrations


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the program's first migration."""
    made = tmp_path / "migrations"
    made.mkdir()
    shutil.copy(migrations.FOLDER / "0001_base.sql", made)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.duckdb"


@pytest.fixture
def connection(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(path)) as opened:
        yield opened


def add(folder: Path, number: int, sql: str) -> None:
    (folder / f"{number:04d}_more.sql").write_text(sql, "utf-8")


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {r[0] for r in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def test_the_programs_own_migrations_apply_once(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> None:
    numbers = [m.number for m in migrations.available()]
    assert migrations.apply(connection, path) == numbers == list(range(1, len(numbers) + 1))
    assert migrations.apply(connection, path) == []
    assert sorted(migrations.applied(connection)) == numbers
    assert {"uploads", "events", "event_head", "changes", "jobs"} <= tables(connection)


def test_there_are_no_keys_and_no_indexes(connection: duckdb.DuckDBPyConnection) -> None:
    migrations.apply(connection, None)
    for view in ("duckdb_indexes()", "duckdb_sequences()"):
        assert connection.execute(f"SELECT count(*) FROM {view}").fetchone() == (0,)
    kinds = connection.execute("SELECT DISTINCT constraint_type FROM duckdb_constraints()")
    assert kinds.fetchall() == []


def test_they_run_in_the_order_of_their_numbers(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    add(folder, 3, "INSERT INTO main.log VALUES (3)")
    add(folder, 2, "CREATE TABLE main.log (n INTEGER); INSERT INTO main.log VALUES (2)")
    add(folder, 4, "INSERT INTO main.log SELECT max(n) + 1 FROM main.log")
    assert migrations.apply(connection, None, folder) == [1, 2, 3, 4]
    assert connection.execute("SELECT n FROM log").fetchall() == [(2,), (3,), (4,)]


@pytest.mark.parametrize("there", [True, False])
def test_no_migrations_at_all_are_an_error_and_no_empty_database(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, there: bool
) -> None:
    folder = tmp_path / "lost"
    if there:
        folder.mkdir()
    with pytest.raises(MigrationError, match="there are no migrations in .*lost") as caught:
        migrations.apply(connection, None, folder)
    assert "install it again" in caught.value.hint
    assert tables(connection) == set()


def test_a_gap_is_refused(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    add(folder, 3, "SELECT 1")
    with pytest.raises(MigrationError, match="gap or a double"):
        migrations.apply(connection, None, folder)
    assert tables(connection) == set()


def test_a_double_is_refused(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    (folder / "0001_other.sql").write_text("SELECT 1", "utf-8")
    with pytest.raises(MigrationError, match="gap or a double"):
        migrations.apply(connection, None, folder)


def test_a_strange_name_is_refused(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    (folder / "2-oops.sql").write_text("SELECT 1", "utf-8")
    with pytest.raises(MigrationError, match="2-oops.sql is not named like"):
        migrations.apply(connection, None, folder)


def test_a_changed_migration_is_noticed(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    migrations.apply(connection, None, folder)
    file = folder / "0001_base.sql"
    file.write_text(file.read_text("utf-8") + "-- one more word\n", "utf-8")
    with pytest.raises(MigrationError, match="0001 was changed") as caught:
        migrations.apply(connection, None, folder)
    assert "add a new migration" in caught.value.hint


def test_line_ends_do_not_count_as_a_change(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    migrations.apply(connection, None, folder)
    file = folder / "0001_base.sql"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert migrations.apply(connection, None, folder) == []


def test_a_newer_database_is_refused(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    add(folder, 2, "CREATE TABLE main.later (n INTEGER)")
    migrations.apply(connection, None, folder)
    (folder / "0002_more.sql").unlink()
    with pytest.raises(MigrationError, match="0002, which this program does not know") as caught:
        migrations.apply(connection, None, folder)
    assert "newer version" in caught.value.hint


def test_the_file_is_copied_aside_before_a_change(
    connection: duckdb.DuckDBPyConnection, folder: Path, path: Path
) -> None:
    migrations.apply(connection, path, folder)
    assert not list(path.parent.glob("*.before-*"))  # a new database has nothing to keep
    connection.execute("CREATE TABLE main.mine AS SELECT 42 AS n")
    add(folder, 2, "DROP TABLE main.mine")
    migrations.apply(connection, path, folder)
    with duckdb.connect(str(path) + ".before-0002", read_only=True) as copy:
        assert copy.execute("SELECT n FROM mine").fetchall() == [(42,)]
        assert sorted(migrations.applied(copy)) == [1]


def test_no_change_without_the_copy(
    connection: duckdb.DuckDBPyConnection, folder: Path, path: Path
) -> None:
    migrations.apply(connection, path, folder)
    add(folder, 2, "CREATE TABLE main.later (n INTEGER)")
    (path.parent / f"{path.name}.before-0002").mkdir()
    with pytest.raises(MigrationError, match="no copy could be made"):
        migrations.apply(connection, path, folder)
    assert "later" not in tables(connection)


def test_a_failing_migration_leaves_nothing_of_itself(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    migrations.apply(connection, None, folder)
    add(folder, 2, "CREATE TABLE main.good (n INTEGER)")
    add(folder, 3, "CREATE TABLE main.half (n INTEGER); SELECT * FROM nowhere")
    with pytest.raises(MigrationError, match="migration 0003 failed"):
        migrations.apply(connection, None, folder)
    assert "good" in tables(connection) and "half" not in tables(connection)
    assert sorted(migrations.applied(connection)) == [1, 2]
    add(folder, 3, "CREATE TABLE main.half (n INTEGER)")  # repaired, it goes on
    assert migrations.apply(connection, None, folder) == [3]


def test_a_new_database_has_all_of_them_or_none(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    add(folder, 2, "CREATE TABLE main.good (n INTEGER)")
    add(folder, 3, "SELECT * FROM nowhere")
    with pytest.raises(MigrationError, match="migration 0003 failed"):
        migrations.apply(connection, None, folder)
    assert migrations.applied(connection) == {} and "good" not in tables(connection)


def test_nothing_of_a_change_is_left_in_the_wal(
    connection: duckdb.DuckDBPyConnection, folder: Path, path: Path
) -> None:
    add(folder, 2, "ALTER TABLE ops.jobs ADD COLUMN later INTEGER")
    migrations.apply(connection, path, folder)
    wal = path.with_name(path.name + ".wal")
    assert not wal.exists() or wal.stat().st_size == 0


def test_events_from_before_keep_their_end(tmp_path: Path) -> None:
    """The second migration notes the end of a trail that was there already."""
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(migrations.FOLDER / "0001_base.sql", first)
    with duckdb.connect() as connection:
        migrations.apply(connection, None, first)
        connection.execute("INSERT INTO ops.events (seq, hash) VALUES (1, 'a'), (2, 'b')")
        migrations.apply(connection, None)
        assert connection.execute("FROM ops.event_head").fetchall() == [(2, "b")]
