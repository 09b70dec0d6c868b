"""Quarantine: the rows that were not imported, as they stood, with place and rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import HeldBack, NotFound

Csv = Callable[..., Path]


def test_rows_are_kept_as_they_stood(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file(
        "Full Name,Type,birth date,note",
        "Good,INTJ,1990,",
        '"  Two ""words"", 周 ", wrong ,31.31.1990,=cmd()',
        ",ENTP,1991,x",
        "Fine,,,",
    )
    upload = wb.import_file(path, mapping={"Type": "mbti"})
    assert (upload.counts.new, upload.counts.rejected) == (2, 2)
    first, second = wb.quarantine(upload.id)
    assert (first.row, first.line, first.status) == (2, 3, "waiting")
    assert first.cells == {
        "Full Name": '  Two "words", 周 ',
        "Type": " wrong ",
        "birth date": "31.31.1990",
        "note": "=cmd()",
    }
    assert sorted(first.rules) == ["birth_date:type", "mbti:choices"]
    assert (second.row, second.line, second.rules) == (3, 4, ("name:required",))
    assert second.cells["Full Name"] == ""


def test_rows_set_aside_for_another_row(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file(
        "name,birth_date,mbti", "A,1990,INTJ", "B,,", "a,1990,ENTP", "C,1990,", "C,1991,", "C,,x"
    )
    upload = wb.import_file(path)
    found = {r.row: (r.rules, r.cells["name"]) for r in wb.quarantine(upload.id)}
    assert found == {
        6: (("mbti:choices",), "C")
    }, "a row for which another one stands does not wait"
    assert (upload.counts.rejected, upload.counts.conflicting, upload.counts.repeated) == (1, 0, 1)


def test_pages_and_order(wb: Workbench, csv_file: Csv) -> None:
    rows = [f"P{n},{'bad' if n % 3 == 0 else ''}" for n in range(1, 31)]
    upload = wb.import_file(csv_file("name,mbti", *rows))
    numbers = [r.row for r in wb.quarantine(upload.id)]
    assert numbers == list(range(3, 31, 3))
    assert [r.row for r in wb.quarantine(upload.id, limit=3, offset=2)] == numbers[2:5]
    assert wb.quarantine(upload.id, status="imported") == []
    assert len(wb.quarantine(upload.id, status=None)) == 10
    assert wb.corridor.waiting(upload.id) == 10


def test_a_clean_file_has_none(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.import_file(csv_file("name", "A"))
    assert wb.quarantine(upload.id) == [] and wb.problems(upload.id) == []


def test_a_refused_file_leaves_nothing(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name,mbti", "A,bad", "B,"), on_error="refuse")
    with pytest.raises(HeldBack, match="1 of 2 rows"):
        wb.commit(upload.id)
    assert wb.upload(upload.id).status == "rejected"
    assert wb.quarantine(upload.id) == [] and wb.count() == 0
    assert [p.rule for p in wb.problems(upload.id)] == ["choices"]  # and it says why


def test_a_rollback_empties_it(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.import_file(csv_file("name,mbti", "A,bad", "B,"))
    wb.rollback(upload.id)
    assert wb.quarantine(upload.id, status=None) == []


@pytest.mark.parametrize("upload", ["x", "00000000-0000-7000-8000-000000000000"])
def test_no_such_upload(wb: Workbench, upload: str) -> None:
    for act in (wb.quarantine, wb.problems):
        with pytest.raises(NotFound):
            act(upload)


def test_the_text_of_a_double_is_read_when_it_is_asked_for(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name,birth_date\nAnn, 1990 \n ANN ,\nAnn,1991\n", "utf-8")
    upload = wb.import_file(path)
    assert wb.sql("SELECT count(*) FROM ops.quarantine WHERE cells IS NULL").fetchall() == [(1,)]
    (row,) = wb.quarantine(upload.id)
    assert (row.row, row.line, row.cells) == (2, 3, {"name": " ANN ", "birth_date": ""})
    wb.original(upload.id).unlink()
    assert wb.quarantine(upload.id) == [row], "once read it is kept"


def test_a_double_whose_file_is_gone_says_so(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name,birth_date\nAnn,1990\nann,\nAnn,1991\n", "utf-8")
    upload = wb.import_file(path)
    wb.original(upload.id).unlink()
    with pytest.raises(NotFound, match="original file"):
        wb.quarantine(upload.id)
