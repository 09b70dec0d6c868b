"""DuckDB gives its instance up: the file is opened anew, and what was going on goes on."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core import Workbench
from core.errors import DiskFull, StorageError
from core.settings import Settings
from core.storage.store import Connection

GONE = "FATAL Error: database has been invalidated because of a previous fatal error"


def lose(wb: Workbench) -> None:
    """What a checkpoint on a full disk does to the instance."""

    def task(connection: Connection) -> None:
        connection.execute("CREATE TABLE never (a INTEGER)")
        raise duckdb.FatalException(GONE)

    with pytest.raises(StorageError, match="invalidated") as told:
        wb.database.write(task)
    assert "by itself" in told.value.hint


def well(wb: Workbench, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while wb.database.recovery.reason is not None:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_it_is_opened_anew_and_nothing_committed_is_lost(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    wb.import_file(csv_file("name", "A", "B"))
    staged = wb.receive(csv_file("name", "C", name="c.csv"))
    wb.preview(staged.id)
    lose(wb)
    well(wb)
    assert wb.count() == 2 and wb.verify_events() == 3
    assert wb.sql("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'never'").rows()
    assert wb.commit(staged.id).counts.new == 1  # what was staged is staged again
    assert wb.count() == 3


def test_meanwhile_everybody_gets_a_clear_word(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery, reopen = wb.database.recovery, wb.database._reopen
    full = threading.Event()

    def later() -> None:
        if not full.is_set():
            raise DiskFull("no space")
        reopen()

    monkeypatch.setattr(recovery, "_reopen", later)
    monkeypatch.setattr("core.storage.duckfile.recovery.PAUSE", 0.05)
    lose(wb)
    for act in (wb.count, lambda: wb.database.write(lambda c: None)):
        with pytest.raises(StorageError, match="invalidated") as told:
            act()  # type: ignore[operator]
        assert "free some space" in told.value.hint
    full.set()
    well(wb)
    assert wb.count() == 0


def test_a_job_goes_on_when_the_database_is_back(
    settings: Settings, csv_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.ingest.writing import commit

    real, died = commit.quarantine.keep, threading.Event()

    def dies(*given: Any) -> None:
        if not died.is_set():
            died.set()
            raise duckdb.FatalException(GONE)
        real(*given)

    monkeypatch.setattr(commit.quarantine, "keep", dies)
    monkeypatch.setattr("core.storage.duckfile.recovery.PAUSE", 0.05)
    off = settings.model_copy(update={"watch_folder": False})
    with Workbench.open(settings=off) as wb:
        wb.start()
        upload = wb.receive(csv_file("name", "A"))
        wb.submit(upload.id)
        until, status = time.monotonic() + 60, ""
        while status != "imported":
            assert time.monotonic() < until
            time.sleep(0.1)
            with suppress(StorageError):
                status = wb.upload(upload.id).status
                if status == "failed":  # it was told so, and orders it once more
                    wb.submit(upload.id)
        assert wb.count() == 1


def test_an_answer_that_nobody_lets_go_is_named_and_ends_the_waiting(
    wb: Workbench, csv_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    wb.import_file(csv_file("name", *(f"P{n}" for n in range(5_000))))
    monkeypatch.setattr("core.storage.duckfile.recovery.LEAVING", 0.1)
    monkeypatch.setattr("core.storage.duckfile.recovery.HELD", 0.5)
    told: list[str] = []
    given_up = threading.Event()
    wb.database.recovery.give_up = lambda reason: (told.append(reason), given_up.set())[0]
    with suppress(StorageError, duckdb.Error), wb.database.reader() as cursor:
        half = cursor.execute("SELECT * FROM celebrities").to_arrow_reader(10)
        half.read_next_batch()
        lose(wb)
        assert given_up.wait(30)
        with pytest.raises(StorageError, match="still being read: MainThread, for"):
            wb.count()
        half.close()
        del half
    well(wb)  # it was let go
    assert wb.count() == 5_000 and len(told) == 1


def test_nothing_is_written_when_the_disk_is_nearly_full_but_how_things_ended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [10**12]
    usage = shutil.disk_usage(".")
    monkeypatch.setattr(
        "core.storage.duckfile.space.shutil.disk_usage", lambda path: usage._replace(free=free[0])
    )
    with Workbench.open(settings=settings) as wb:
        assert wb.count() == 0
        free[0] = 100_000_000  # of 200 MB that are kept free
        with pytest.raises(DiskFull, match="100 MB are free"):
            wb.database.write(lambda c: None)
        wb.database.write(lambda c: None, note=True)
        assert wb.count() == 0  # reading goes on


def test_the_place_of_a_temporary_write_that_failed_is_given_back(wb: Workbench) -> None:
    """DuckDB keeps it, on a disk that has no room for the note of how the import ended."""
    spill = Path(f"{wb.database.path}.tmp")

    def task(connection: Connection) -> None:
        spill.mkdir(exist_ok=True)
        (spill / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(bytes(1_000_000))
        where = spill / "duckdb_temp_storage_DEFAULT-0.tmp"
        raise duckdb.IOException(f'Could not write file "{where}": No space left on device')

    with pytest.raises(DiskFull):
        wb.database.write(task)
    well(wb)
    assert not list(spill.glob("*")) and wb.verify_events() == 0


def test_a_disk_that_turned_read_only_is_told_in_plain_words(wb: Workbench) -> None:
    def task(connection: Connection) -> None:
        raise duckdb.TransactionException(
            'Failed to commit: Could not write file "m.duckdb.wal": Read-only file system'
        )

    with pytest.raises(StorageError, match="Read-only") as told:
        wb.database.write(task)
    assert "safe" in told.value.hint and "start Marquee anew" in told.value.hint


@pytest.mark.parametrize("spilled", [True, False])
def test_a_write_that_finds_no_room_gives_temporary_files_back(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch, spilled: bool
) -> None:
    """Else not even the end of the import could be written down, and it would begin again and again."""
    free, usage = [10**12], shutil.disk_usage(".")
    monkeypatch.setattr(
        "core.storage.duckfile.space.shutil.disk_usage", lambda path: usage._replace(free=free[0])
    )
    spill = Path(f"{wb.database.path}.tmp")

    def task(connection: Connection) -> None:
        if spilled:
            spill.mkdir(exist_ok=True)
            (spill / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(bytes(1_000_000))
        free[0] = 0
        raise duckdb.IOException('Could not write file "m.duckdb": No space left on device')

    with pytest.raises(DiskFull):
        wb.database.write(task)
    free[0] = 10**12
    until = time.monotonic() + 15
    while spilled and (spill.exists() or wb.database.recovery.reason):
        assert time.monotonic() < until, "it was not given back"
        time.sleep(0.02)
    assert wb.database.recovery.lost == spilled
    assert wb.records.count() == 0
