"""Many files at once: proposed, looked at in the background, imported, split, and still there after a restart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import DuplicateUpload, NotFound
from core.settings import Settings

PEOPLE = "name,birth_date,mbti\nAda Lovelace,1815-12-10,INTJ\nBob Bad,1960-01-01,XXXX\n"
BOOKS = "title,author,isbn,pages\n" + "".join(
    f"Book {n},Writer {n % 7},978-{n:07d},{n + 90}\n" for n in range(40)
)


@pytest.fixture
def started(wb: Workbench) -> Iterator[Workbench]:
    wb.start()
    yield wb


def settled(wb: Workbench) -> dict[str, str]:
    """File name to state, once nothing runs."""
    end = time.monotonic() + 60
    while any(e.state in ("waiting", "working") for e in wb.queue()):
        assert time.monotonic() < end, wb.queue()
        time.sleep(0.02)
    return {e.upload.filename: e.state for e in wb.queue()}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_files_are_looked_at_and_imported_together(started: Workbench, tmp_path: Path) -> None:
    wb = started
    for n in range(3):
        text = f"name,mbti\nPerson {'ABC'[n]},INTJ\n"
        wb.queue.add(write(tmp_path, f"p{n}.csv", text))
    wb.queue.add(write(tmp_path, "broken.csv", "name,birth_date\n"))
    states = settled(wb)
    assert states == {
        "p0.csv": "ready",
        "p1.csv": "ready",
        "p2.csv": "ready",
        "broken.csv": "failed",
    }
    failed = next(e for e in wb.queue() if e.state == "failed")
    assert failed.error and failed.error["code"] == "header_only"
    assert len(wb.queue.import_()) == 3
    assert list(settled(wb).values()).count("imported") == 3 and wb.count() == 3
    assert wb.queue.retry() == [failed.upload.id]
    settled(wb)
    assert len(wb.queue.discard()) == 4 and wb.queue() == []
    assert wb.uploads.get(failed.upload.id).status == "cancelled" and wb.count() == 3


def test_books_are_not_taken_for_celebrities(started: Workbench, tmp_path: Path) -> None:
    wb = started
    entry = wb.queue.add(write(tmp_path, "books.csv", BOOKS))
    assert entry.state == "asks" and not entry.proposals[0].fits
    assert "Celebrities" in entry.proposals[0].why and wb.jobs(entry.upload.id) == []
    moved = wb.uploads.new_dataset(entry.upload.id)
    assert moved.dataset == "books" and moved.plan.mapping == ()
    wb.queue.place(entry.upload.id, "books")
    assert settled(wb) == {"books.csv": "ready"}
    wb.queue.import_([entry.upload.id])
    settled(wb)
    assert wb.count("books") == 40
    # The next file of that kind is known by its content.
    again = wb.queue.add(write(tmp_path, "more.csv", BOOKS.replace("Book", "Tome")))
    assert again.upload.dataset == "books" and again.proposals[0].fits
    people = wb.queue.add(write(tmp_path, "people.csv", PEOPLE))
    assert people.upload.dataset == "celebrities"


def test_the_queue_outlives_a_restart(settings: Settings, tmp_path: Path) -> None:
    settings.database.parent.mkdir(parents=True)
    with Workbench.open(settings=settings) as wb:  # nothing is started, so nothing runs
        entry = wb.queue.add(write(tmp_path, "people.csv", PEOPLE))
        assert [e.state for e in wb.queue()] == ["waiting"]
    with Workbench.open(settings=settings) as wb:
        wb.start()
        assert settled(wb) == {"people.csv": "ready"}
        assert wb.queue()[0].upload.id == entry.upload.id


def test_what_waits_can_be_cancelled_and_taken_up(wb: Workbench, tmp_path: Path) -> None:
    entry = wb.queue.add(write(tmp_path, "people.csv", PEOPLE))
    assert wb.queue.cancel() == [entry.upload.id]
    assert [e.state for e in wb.queue()] == ["cancelled"]
    assert wb.queue.retry() == []  # all that failed: this one somebody stopped
    assert wb.queue.retry([entry.upload.id]) == [entry.upload.id]
    assert [e.state for e in wb.queue()] == ["waiting"]
    with pytest.raises(NotFound):
        wb.queue.cancel(["0" * 8 + "-0000-7000-8000-" + "0" * 12])


def test_the_same_bytes_are_told_at_once(wb: Workbench, tmp_path: Path) -> None:
    path = write(tmp_path, "people.csv", PEOPLE)
    wb.import_file(path)
    with pytest.raises(DuplicateUpload):
        wb.queue.add(path)
    assert wb.queue() == []


def test_sheets_become_uploads(started: Workbench, tmp_path: Path) -> None:
    wb = started
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["This workbook was made for the meeting"])
    for name, who in (("Actors", "Ada Actor"), ("Singers", "Sam Singer")):
        sheet = book.create_sheet(name)
        sheet.append(["name", "birth_date"])
        for n in range(3):
            sheet.append([f"{who} {'abc'[n]}", f"19{n}0-01-01"])
    book.save(tmp_path / "cast.xlsx")
    entry = wb.queue.add(tmp_path / "cast.xlsx")
    settled(wb)
    peeks = {s.name: s for s in wb.uploads.sheets(entry.upload.id)}
    assert list(peeks) == ["Notes", "Actors", "Singers"]
    assert peeks["Actors"].names == ("name", "birth_date") and peeks["Actors"].rows == 4
    assert not peeks["Notes"].chosen and peeks["Singers"].first[0][0] == "Sam Singer a"
    both = wb.queue.split(entry.upload.id, ["Actors", "Singers"])
    assert len(both) == 2
    settled(wb)
    wb.queue.import_()
    settled(wb)
    assert wb.count() == 6
    with pytest.raises(NotFound, match="no sheet"):
        wb.queue.split(wb.queue.add(tmp_path / "cast.xlsx", dataset="celebrities").upload.id, ["X"])


def test_a_file_moves_to_another_dataset(wb: Workbench, csv_file: object, tmp_path: Path) -> None:
    fields = [{"name": "name", "required": True}, {"name": "town"}]
    wb.datasets.save(from_dict({"name": "towns", "fields": fields, "key": {"fields": ["name"]}}))
    upload = wb.receive(write(tmp_path, "x.csv", "name,town\nAda,London\n"))
    wb.preview(upload.id)
    moved = wb.uploads.move(upload.id, "towns")
    assert (moved.dataset, moved.status) == ("towns", "received")
    wb.preview(upload.id)
    wb.commit(upload.id)
    assert wb.count("towns") == 1 and wb.count("celebrities") == 0
    assert [e.kind for e in wb.history.events(limit=20)].count("upload.moved") == 1
