"""The life of an upload: which act is possible in which state, and what state it leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import (
    DuplicateUpload,
    FileError,
    HeldBack,
    MarqueeError,
    NotFound,
    StalePreview,
    TooManyRows,
    WrongState,
)
from core.files import reader
from core.ingest import uploads
from core.ingest.uploads import STATUSES, Upload

Csv = Callable[..., Path]


def kinds(wb: Workbench) -> list[str]:
    return [e.kind.removeprefix("upload.") for e in wb.events()][::-1]


def test_received_previewed_imported_rolled_back(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name", "A"))
    assert upload.status == "received" and upload.open
    preview = wb.preview(upload.id)
    seen = wb.upload(upload.id)
    assert (seen.status, seen.counts.new, seen.data_version) == ("previewed", 1, 0)
    assert seen.open and wb.count() == 0 and kinds(wb) == ["received"]
    done = wb.commit(preview.id)
    assert (done.status, done.open) == ("imported", False) and done.finished_at
    wb.rollback(upload.id)
    assert wb.upload(upload.id).status == "rolled_back"
    assert kinds(wb) == ["received", "imported", "rolled_back"]
    assert {wb.upload(u.id).status for u in wb.uploads()} <= set(STATUSES)


def _imported(wb: Workbench, csv_file: Csv) -> Upload:
    return wb.import_file(csv_file("name,mbti", "A,", "B,bad"))


def _rolled_back(wb: Workbench, csv_file: Csv) -> Upload:
    upload = _imported(wb, csv_file)
    wb.rollback(upload.id)
    return wb.upload(upload.id)


@pytest.mark.parametrize("make", [_imported, _rolled_back])
def test_what_is_over_is_not_touched(
    wb: Workbench, csv_file: Csv, make: Callable[[Workbench, Csv], Upload]
) -> None:
    """A preview of it would overwrite the counts and problems of what was done."""
    upload = make(wb, csv_file)
    told = (wb.upload(upload.id), wb.problems(upload.id), wb.events())
    for act in (
        lambda: wb.preview(upload.id),
        lambda: wb.commit(upload.id),
        lambda: wb.plan(upload.id, mode="insert"),
        lambda: wb.submit(upload.id),
        lambda: wb.submit(upload.id, "preview"),
        lambda: wb.cancel(upload.id),
    ):
        with pytest.raises(WrongState):
            act()
    assert (wb.upload(upload.id), wb.problems(upload.id), wb.events()) == told
    assert wb.jobs(upload.id) == []


def test_a_rollback_is_no_import(wb: Workbench, csv_file: Csv) -> None:
    upload = _imported(wb, csv_file)
    rollback = wb.rollback(upload.id).id or ""
    assert (wb.upload(rollback).kind, wb.upload(rollback).target_id) == ("rollback", upload.id)
    for act in (wb.preview, wb.commit, wb.submit, wb.cancel):
        with pytest.raises(WrongState):
            act(rollback)
    with pytest.raises(NotFound):
        wb.original(rollback)


def test_twice_taken_back(wb: Workbench, csv_file: Csv) -> None:
    upload = _rolled_back(wb, csv_file)
    with pytest.raises(WrongState, match="nothing to take back"):
        wb.rollback(upload.id)
    with pytest.raises(WrongState):
        wb.rollback(wb.receive(csv_file("name", "Z", name="z.csv")).id)


def test_cancelled_and_imported_afterwards(wb: Workbench, csv_file: Csv) -> None:
    for number, prepare in enumerate((lambda u: None, lambda u: wb.preview(u))):
        upload = wb.receive(csv_file("name", f"A{number}", name=f"{number}.csv"))
        prepare(upload.id)
        assert wb.cancel(upload.id).status == "cancelled"
        with wb.database.reader() as cursor:
            sql = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'staging'"
            assert cursor.execute(sql).fetchone() == (0,)
        assert wb.count() == number
        for act in (lambda: wb.commit(upload.id), lambda: wb.submit(upload.id)):
            with pytest.raises(WrongState, match=f"{number}.csv was cancelled") as caught:
                act()
            assert "Preview it again" in caught.value.hint
        assert (wb.upload(upload.id).status, wb.count()) == ("cancelled", number)
        wb.preview(upload.id)
        assert wb.commit(upload.id).status == "imported"
        assert wb.count() == number + 1


def test_a_changed_plan_opens_again(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name,mbti", "A,bad", "B,"), on_error="refuse")
    with pytest.raises(HeldBack):
        wb.commit(upload.id)
    assert wb.upload(upload.id).status == "rejected"
    assert kinds(wb) == ["received", "rejected"]
    assert wb.plan(upload.id, on_error="quarantine").open
    assert wb.commit(upload.id).counts.new == 1


def test_a_failed_upload_says_why_and_can_be_tried_again(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("color", "red"))
    with pytest.raises(MarqueeError):
        wb.commit(upload.id)
    failed = wb.upload(upload.id)
    assert failed.status == "failed" and failed.error and failed.error["code"] == "bad_mapping"
    wb.plan(upload.id, choices={"color": "name"})
    done = wb.commit(upload.id)
    assert (done.status, done.error) == ("imported", None)


def test_a_broken_file_keeps_its_bytes(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file('[{"name": "A"', name="half.json")
    upload = wb.receive(path)
    with pytest.raises(FileError):
        wb.preview(upload.id)
    assert wb.upload(upload.id).status == "failed"
    assert wb.original(upload.id).read_bytes() == path.read_bytes()


def test_a_stale_preview_is_not_imported(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name,gender", "A,male", "B,male"))
    wb.preview(upload.id)
    wb.import_file(csv_file("name,gender", "B,female", name="other.csv"))
    with pytest.raises(StalePreview, match="shown were 2 new"):
        wb.commit(upload.id)
    seen = wb.upload(upload.id)
    assert (seen.status, seen.counts.new, seen.counts.changed) == ("previewed", 1, 1)
    assert wb.commit(upload.id).counts.changed == 1  # what is shown now


def test_a_change_that_does_not_matter_is_no_reason(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name", "A"))
    wb.preview(upload.id)
    wb.import_file(csv_file("name", "Z", name="other.csv"))
    assert wb.commit(upload.id).counts.new == 1


def test_the_same_bytes_twice(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name", "A")
    first = wb.import_file(path)
    with pytest.raises(DuplicateUpload) as caught:
        wb.import_file(path)
    assert caught.value.extra["upload_id"] == first.id and "people.csv" in caught.value.detail
    assert len(wb.uploads()) == 1
    again = wb.import_file(path, force=True)
    assert (again.counts.unchanged, again.counts.new) == (1, 0)
    for upload in (again, first):
        wb.rollback(upload.id)
    assert wb.import_file(path).counts.new == 1  # after it was taken back it is welcome


def test_too_many_rows(wb: Workbench, csv_file: Csv) -> None:
    wb.corridor.settings = wb.settings.model_copy(update={"max_rows": 3})
    upload = wb.receive(csv_file("name", *"ABCD"))
    with pytest.raises(TooManyRows):
        wb.commit(upload.id)
    assert wb.upload(upload.id).status == "failed" and wb.count() == 0
    assert wb.import_file(csv_file("name", *"ABC", name="abc.csv")).status == "imported"


def test_the_raw_file_is_gone(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name", "A"))
    wb.original(upload.id).unlink()
    with pytest.raises(NotFound, match="not in"):
        wb.preview(upload.id)


def test_kept_previews_are_few(wb: Workbench, csv_file: Csv) -> None:
    """Staged uploads live in memory: only the last ones are kept, and the first can be seen again."""
    handles = [wb.preview(csv_file("name", f"A{n}", name=f"{n}.csv")) for n in range(7)]
    with wb.database.reader() as cursor:
        sql = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'u%'"
        sql += " AND database_name = 'staging'"
        assert cursor.execute(sql).fetchone() == (4,)
    assert [c.title for c in handles[0].changes()] == ["A0"]
    assert wb.commit(handles[1].id).counts.new == 1


def test_find_filters(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name", "A"))
    second = wb.receive(csv_file("name", "B", name="b.csv"))
    rollback = wb.rollback(first.id).id
    assert [u.id for u in wb.uploads()] == [rollback, second.id, first.id]
    assert [u.id for u in wb.uploads(status="received")] == [second.id]
    assert [u.id for u in wb.uploads(kind="rollback")] == [rollback]
    assert [u.id for u in wb.uploads(target_id=first.id)] == [rollback]
    assert [u.id for u in wb.uploads(limit=1, offset=1)] == [second.id]
    assert wb.uploads(dataset="other") == []
    with pytest.raises(NotFound):
        wb.uploads(target_id="x")


def test_interrupted_without_a_job_is_open_again(wb: Workbench, csv_file: Csv) -> None:
    new, seen = wb.receive(csv_file("name", "A")), wb.receive(csv_file("name", "B", name="b.csv"))
    wb.preview(seen.id)

    def crash(connection: object) -> None:
        for upload in (new, seen):
            uploads.update(connection, upload.id, status="importing")  # type: ignore[arg-type]

    wb.database.write(crash)
    wb.database.write(uploads.reopen_interrupted)
    assert wb.upload(new.id).status == "received" and wb.upload(seen.id).status == "previewed"
    assert wb.commit(new.id).status == "imported"


def test_a_file_is_looked_through_once_for_every_way_of_reading_it(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    read = reader.read
    monkeypatch.setattr(
        reader, "read", lambda *a, **k: looks.append(k.get("delimiter")) or read(*a, **k)
    )
    upload = wb.receive(csv_file("name,mbti", "Ann,INTJ", "Bob,ENFP"))
    wb.draft(upload.id)
    wb.plan(upload.id, choices={"mbti": "tags"})
    wb.plan(upload.id, confirmed=True)
    assert wb.preview(upload.id).counts.new == 2
    assert looks == [None]
    wb.plan(upload.id, reading={"delimiter": ";"})
    assert len(wb.draft(upload.id).table.columns) == 1
    assert set(looks) == {None, ";"}


def test_a_file_that_is_gone_is_not_read_from_memory(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name,mbti", "Ann,INTJ"))
    wb.draft(upload.id)
    wb.original(upload.id).unlink()
    with pytest.raises(NotFound):
        wb.draft(upload.id)
