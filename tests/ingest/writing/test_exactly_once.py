"""The ledger row and the rows are one transaction, and the ledger alone refuses a second time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import StorageError, WrongState
from core.history import events
from core.ingest.writing import commit
from core.storage.duckfile import vacuum

Csv = Callable[..., Path]


def test_the_ledger_refuses_a_second_time(wb: Workbench, csv_file: Csv) -> None:
    """Whatever the upload's status says."""
    upload = wb.import_file(csv_file("name", "Ada"))
    with pytest.raises(WrongState, match="already"):
        wb.database.write(lambda c: commit.begin(c, upload.id, 0))


def test_a_failure_at_the_end_leaves_nothing(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event is the last that a commit writes: without it there is no row, no change, no ledger."""
    plain = events.append

    def broken(connection: object, kind: str, *args: object, **more: object) -> None:
        if kind == "upload.imported":
            raise RuntimeError("the power went")
        plain(connection, kind, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(events, "append", broken)
    with pytest.raises(RuntimeError):
        wb.import_file(csv_file("name", "Ada"))
    for table in ("main.celebrities", "history.changes", "ops.ledger", "ops.quarantine"):
        assert wb.database.read(
            lambda c, table=table: c.execute(f"SELECT count(*) FROM {table}").fetchone()
        ) == (0,), table


def test_what_comes_after_the_commit_does_not_undo_it(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = wb.receive(csv_file("name", "Ada"))
    wb.preview(upload.id)

    def gone(*_given: object, **_more: object) -> None:
        raise StorageError("the database is opened anew just now")

    def decided(_connection: object) -> None:
        monkeypatch.setattr(wb.database, "read", gone)

    with monkeypatch.context() as patch:
        patch.setattr(vacuum, "decide", decided)  # the first thing after the commit
        done = wb.commit(upload.id)
    assert (done.status, done.counts.new, done.finished_at is None) == ("imported", 1, False)
    monkeypatch.undo()
    assert wb.upload(upload.id) == done and wb.count() == 1
