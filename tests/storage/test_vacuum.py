"""The room of removed rows is taken back when it is a quarter of all, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from core import Workbench
from core.settings import Settings
from core.storage.duckfile import vacuum
from core.storage.duckfile.database import Database, open_database
from core.storage.duckfile import sizes

ROWS = 600_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path) as found:
        found.write(lambda c: c.execute("CREATE TABLE numbers AS FROM range(280_000) r(i)"))
        found.write(lambda c: c.execute("CHECKPOINT"), transaction=False)
        more = f"INSERT INTO numbers FROM range(280_000, {ROWS})"  # the third row group stays a small one
        found.write(lambda c: c.execute(more))
        yield found


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    found = open_database(folder / "m.duckdb", Settings(database=folder / "m.duckdb"))
    yield found
    found.release()


def held(database: Database, *, share: float) -> int:
    """Rows that take room in the file after so many were removed."""

    def remove(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"DELETE FROM numbers WHERE hash(i) % 100 < {100 * share}")
        vacuum.decide(connection)
        connection.execute("CHECKPOINT")

    database.write(remove, transaction=False)
    sql = "SELECT estimated_size FROM duckdb_tables() WHERE table_name = 'numbers'"
    return int((database.read(lambda c: c.execute(sql).fetchone()) or [0])[0])


def test_a_few_removed_rows_are_left_and_many_make_room(database: Database) -> None:
    assert held(database, share=0.22) == ROWS
    assert held(database, share=0.24) == ROWS
    assert held(database, share=0.6) < 0.7 * ROWS


def test_it_is_known_again_when_the_file_is_opened(tmp_path: Path, database: Database) -> None:
    assert held(database, share=0.22) == ROWS
    database.release()
    with opened(tmp_path) as again:
        assert tasks(again) == 0


def test_imports_and_rollbacks_decide_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vacuum, "MANY", 1)
    monkeypatch.setattr(vacuum, "SHARE", 1)
    monkeypatch.setattr(vacuum, "EVERY", 3)
    settings = Settings(
        database=tmp_path / "m.duckdb", data_dir=tmp_path / "u", datasets_dir=tmp_path / "d"
    )
    file, seen = tmp_path / "a.csv", []
    with Workbench.open(settings=settings) as wb:
        for name in ("Ada", "Grace", "Countess", "Enchantress"):
            file.write_text(f"name,birth_date,aliases\nAda Lovelace,1815-12-10,{name}\n")
            upload = wb.import_file(file)
            seen.append(tasks(wb.database))
        monkeypatch.setattr(vacuum, "SHARE", 0)
        wb.rollback(upload.id)
        seen.append(tasks(wb.database))
    # Nothing was removed; one version was; the third import tidies; the fourth waits; enough was removed.
    assert seen == [vacuum.TASKS, 0, vacuum.TASKS, 0, vacuum.TASKS]


def tasks(database: Database) -> int:
    sql = "SELECT current_setting('max_vacuum_tasks')"
    return int((database.read(lambda c: c.execute(sql).fetchone()) or [0])[0])


def test_what_is_committed_is_not_told_as_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision comes after the commit: whatever becomes of it, the import and the rollback are done."""

    def broken(_connection: duckdb.DuckDBPyConnection) -> list[sizes.Rows]:
        raise duckdb.InterruptException("cancelled a moment too late")

    settings = Settings(
        database=tmp_path / "m.duckdb", data_dir=tmp_path / "u", datasets_dir=tmp_path / "d"
    )
    (tmp_path / "a.csv").write_text("name,birth_date\nAda Lovelace,1815-12-10\n")
    with Workbench.open(settings=settings) as wb:
        monkeypatch.setattr(sizes, "rows", broken)
        upload = wb.import_file(tmp_path / "a.csv")
        assert (upload.status, wb.count("celebrities")) == ("imported", 1)
        assert wb.rollback(upload.id).counts["reversed"] == 1
        assert wb.count("celebrities") == 0
