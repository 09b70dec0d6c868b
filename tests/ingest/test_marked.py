"""The quarantine through a workbook and back: the user's own stays as it was, faulty cells are marked, fixes come home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from core import Workbench
from core.errors import InputError, NotFound, WrongState
from core.ingest.uploads import Upload

Csv = Callable[..., Path]
ROWS = [
    ("name", "birth_date", "mbti", "note"),
    ("Ann", "1990", "INTJ", "=1+1"),
    ("Bob", "1991", "bad", "b"),
    ("Cid", "nope", "worse", "c"),
    ("Dan", "1992", "odd", "d"),
]


@pytest.fixture
def own(wb: Workbench, tmp_path: Path) -> Upload:
    """A workbook with a title, formats, another sheet and a formula."""
    book = openpyxl.Workbook()
    page = book.active
    page.title, page["B2"] = "People", "A list of people"
    for line, row in enumerate(ROWS, start=4):
        for place, value in enumerate(row, start=2):
            page.cell(line, place, value)
    page["B4"].fill = PatternFill("solid", start_color="00FF00")
    page.column_dimensions["C"].width = 33
    book.create_sheet("Other")["A1"] = "=SUM(1,2)"
    book.save(tmp_path / "people.xlsx")
    done = wb.import_file(tmp_path / "people.xlsx")
    assert done.counts.rejected == 3
    return done


def names(wb: Workbench) -> list[str]:
    return sorted(str(r["name"]) for r in wb.records("celebrities").rows())


def test_the_own_workbook_is_marked_and_comes_back(
    wb: Workbench, own: Upload, tmp_path: Path
) -> None:
    path = tmp_path / "marked.xlsx"
    assert wb.uploads.quarantine_workbook(own.id, path) == 3
    book = openpyxl.load_workbook(path)
    page = book["People"]
    marked = {c.coordinate for row in page.iter_rows() for c in row if c.comment}
    assert marked == {"D6", "C7", "D7", "D8"}
    assert page["D6"].fill.start_color.rgb == "00FFC7CE" and "MBTI" in page["D6"].comment.text
    kept = [[c.value for c in row[1:5]] for row in page.iter_rows(min_row=4)]
    assert kept == [list(row) for row in ROWS]
    assert (page["B2"].value, page.column_dimensions["C"].width) == ("A list of people", 33)
    assert (
        book["Other"]["A1"].value == "=SUM(1,2)" and page["B4"].fill.start_color.rgb == "0000FF00"
    )
    # Two are repaired, the rows change their places, and a row goes.
    page["D6"], page["C7"], page["D7"] = "ENTP", "1993", "ISFP"
    page.delete_rows(8)
    page.move_range("B6:F6", rows=2)
    book.save(tmp_path / "fixed.xlsx")
    assert wb.uploads.marked_for(tmp_path / "fixed.xlsx") == own.id
    done = wb.uploads.bring_back(own.id, tmp_path / "fixed.xlsx")
    assert (done.counts.new, done.waiting) == (2, 1)
    assert names(wb) == ["Ann", "Bob", "Cid"]
    assert wb.uploads.get(own.id).counts.rejected == 1 and wb.check().findings == ()


def test_of_another_file_a_workbook_is_made(wb: Workbench, csv_file: Csv, tmp_path: Path) -> None:
    done = wb.import_file(csv_file("name,mbti", "Dee,zzz", "=Eff,yyy"))
    path = tmp_path / "q.xlsx"
    wb.uploads.quarantine_workbook(done.id, path)
    book = openpyxl.load_workbook(path)
    page = book.active
    assert [c.value for c in page[3]] == ["'=Eff", "yyy", 2]
    with pytest.raises(InputError, match="none of 2 rows was changed"):
        wb.uploads.bring_back(done.id, path)
    page["B3"] = "INTP"
    book.save(path)
    assert wb.uploads.bring_back(done.id, path).waiting == 1
    assert names(wb) == ["=Eff"]


def test_the_csv_comes_back_the_same_way(wb: Workbench, csv_file: Csv, tmp_path: Path) -> None:
    done = wb.import_file(csv_file("name,mbti", "Dee,zzz", "Eve,yyy"))
    text = b"".join(wb.uploads.quarantine_csv(done.id)).decode("utf-8-sig")
    path = tmp_path / "q.csv"
    path.write_text(text.replace("zzz", "INTJ"), "utf-8")
    assert wb.uploads.bring_back(done.id, path).waiting == 1
    assert names(wb) == ["Dee"]


def test_what_is_no_quarantine_of_this_upload_changes_nothing(
    wb: Workbench, own: Upload, csv_file: Csv, tmp_path: Path
) -> None:
    other = wb.import_file(csv_file("name,mbti", "Dee,zzz"))
    wb.uploads.quarantine_workbook(other.id, tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="another upload"):
        wb.uploads.bring_back(own.id, tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="does not say which rows"):
        wb.uploads.bring_back(own.id, csv_file("name,mbti", "Bob,INTJ", name="plain.csv"))
    clean = wb.import_file(csv_file("name", "Zoe", name="z.csv"))
    with pytest.raises(InputError, match="no row of this upload waits"):
        wb.uploads.quarantine_workbook(clean.id, tmp_path / "none.xlsx")
    assert wb.uploads.marked_for(csv_file("a", "b", name="x.csv")) is None
    assert names(wb) == ["Ann", "Zoe"]


def test_rows_are_discarded_and_wait_again(wb: Workbench, own: Upload) -> None:
    done = wb.uploads.discard(own.id, [2])
    assert (done.counts.rows, done.waiting) == (1, 2)
    assert [r.row for r in wb.uploads.quarantine(own.id)] == [3, 4]
    with pytest.raises(NotFound):
        wb.uploads.requeue(own.id, {2: {"mbti": "INTJ"}})
    assert wb.uploads.discard(own.id).waiting == 0
    with pytest.raises(NotFound, match="no such row"):
        wb.uploads.discard(own.id)
    assert wb.check().findings == ()
    assert wb.uploads.discard(own.id, [2], back=True).waiting == 1
    wb.rollback(own.id)
    with pytest.raises(WrongState):
        wb.uploads.discard(own.id)
