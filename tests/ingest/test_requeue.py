"""Rows in quarantine, fixed, come back under the same upload, and nothing else moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import InputError, NotFound, WrongState
from core.ingest import quarantine
from core.ingest.uploads import Upload

pytestmark = pytest.mark.usefixtures("few")
Csv = Callable[..., Path]
SET = "celebrities"
LINES = (
    "name,birth_date,mbti,note",
    "Ann,1990,INTJ,a",  # 1
    "Bob,1991,bad,b",  # 2
    "Cid,1992,worse,c",  # 3
    "Dan,1993,ENTP,d",  # 4
    ",1994,ISFP,e",  # 5
    "ann,1990,odd,f",  # 6: the same person as row 1
)


@pytest.fixture
def upload(wb: Workbench, csv_file: Csv) -> Upload:
    done = wb.import_file(csv_file(*LINES), mapping={"note": "extra"})
    assert [r.row for r in wb.quarantine(done.id)] == [2, 3, 5, 6]
    return done


def the(wb: Workbench, name: str) -> dict[str, Any]:
    (record,) = wb.records(SET, where={"name": name}).rows()
    return record


def total(wb: Workbench, upload: Upload) -> int:
    c = wb.upload(upload.id).counts
    return c.new + c.changed + c.unchanged + c.repeated + c.rejected + c.conflicting


def test_fixed_rows_are_imported(wb: Workbench, upload: Upload) -> None:
    done = wb.requeue(upload.id, {2: {"mbti": " intp "}, 5: {"name": "Eve"}})
    assert (done.counts.new, done.waiting) == (2, 2)
    assert the(wb, "Bob")["mbti"] == "INTP" and the(wb, "Bob")["birth_date"] == "1991"
    assert the(wb, "Eve")["_extra"] == '{"note":"e"}'
    assert {str(the(wb, n)["_upload_id"]) for n in ("Ann", "Bob", "Eve")} == {upload.id}
    counts = wb.upload(upload.id).counts
    assert (counts.rows, counts.new, counts.rejected) == (6, 4, 2) and total(wb, upload) == 6
    assert [r.row for r in wb.quarantine(upload.id)] == [3, 6]
    assert [r.row for r in wb.quarantine(upload.id, status="imported")] == [2, 5]
    assert len(wb.uploads()) == 1
    assert wb.events()[0].kind == "upload.quarantine_imported" and wb.verify_events() == 3


def test_history_names_the_row_of_the_file(wb: Workbench, upload: Upload) -> None:
    wb.requeue(upload.id, {3: {"mbti": "ENFJ"}, 5: {"name": "Eve"}})
    for name, row in (("Cid", 3), ("Eve", 5)):
        (change,) = wb.history(SET, the(wb, name)["record_id"])
        assert (change.row, change.filename) == (row, "people.csv")


def test_a_row_that_meets_a_record_changes_it(wb: Workbench, upload: Upload) -> None:
    done = wb.requeue(upload.id, {6: {"mbti": "ESTJ"}})
    assert (done.counts.changed, done.counts.new) == (1, 0)
    ann = next(wb.records(SET, where={"birth_date": "1990"}).rows())
    assert ann["mbti"] == "ESTJ"
    assert wb.history(SET, ann["record_id"])[0].row == 6
    counts = wb.upload(upload.id).counts
    assert (counts.new, counts.changed, counts.rejected) == (2, 1, 3) and total(wb, upload) == 6


def test_what_is_still_wrong_stays_as_it_was_typed(wb: Workbench, upload: Upload) -> None:
    done = wb.requeue(upload.id, {2: {"mbti": "INTX"}, 3: {"mbti": "ISTP", "name": ""}})
    assert (done.counts.new, done.counts.rejected, done.waiting) == (0, 2, 4)
    two, three = wb.quarantine(upload.id)[:2]
    assert (two.row, two.cells["mbti"], two.rules) == (2, "INTX", ("mbti:choices",))
    assert (three.cells["mbti"], three.rules) == ("ISTP", ("name:required",))
    assert total(wb, upload) == 6 and wb.count(SET) == 2
    wb.requeue(upload.id, {3: {"name": "Cid"}})  # what was typed before still counts
    assert the(wb, "Cid")["mbti"] == "ISTP"


def test_two_fixed_rows_of_one_person(wb: Workbench, upload: Upload) -> None:
    """One of them stands for both, and neither waits any longer."""
    done = wb.requeue(
        upload.id, {2: {"mbti": ""}, 3: {"name": "Bob", "birth_date": "1991", "mbti": ""}}
    )
    assert (done.counts.new, done.counts.repeated, done.waiting) == (1, 1, 2)
    assert total(wb, upload) == 6
    assert wb.check(deep=True).findings == ()


def test_again_and_again(wb: Workbench, upload: Upload) -> None:
    for row, fix in ((2, "ISFP"), (3, "ISFJ")):
        wb.requeue(upload.id, {row: {"mbti": fix}})
    wb.requeue(upload.id, {5: {"name": "Eve"}, 6: {"birth_date": "1999", "mbti": ""}})
    counts = wb.upload(upload.id).counts
    assert (counts.new, counts.rejected, wb.corridor.waiting(upload.id)) == (6, 0, 0)
    parts = wb.sql("SELECT part FROM ops.ledger ORDER BY part").fetchall()
    assert parts == [(0,), (1,), (2,), (3,)]


def test_a_rollback_takes_them_back_too(wb: Workbench, upload: Upload) -> None:
    wb.requeue(upload.id, {2: {"mbti": "INTP"}, 6: {"mbti": "ESTJ"}})
    assert wb.count(SET) == 3
    done = wb.rollback(upload.id)
    assert done.counts == {"reversed": 3, "kept": 0, "failed": 0}
    assert wb.count(SET) == 0


def test_the_recipe_of_the_upload_is_used(wb: Workbench, csv_file: Csv) -> None:
    """Also the date order that the whole file showed, though the fixed row alone shows none."""
    path = csv_file("name,birth_date,mbti", "A,31/12/1990,", "B,30/11/1991,", "C,03/04/1992,bad")
    upload = wb.import_file(path)
    wb.requeue(upload.id, {3: {"mbti": ""}})
    assert the(wb, "C")["birth_date"] == "1992-04-03"


def test_a_replacing_upload_deletes_nothing_now(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,mbti", "A,", "B,", "C,bad")
    upload = wb.import_file(path, mode="replace", source_name="list")
    wb.requeue(upload.id, {3: {"mbti": ""}})
    assert wb.count(SET) == 3 and wb.upload(upload.id).plan.mode == "replace"


def test_an_inserting_upload_still_refuses_what_exists(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.import_file(csv_file("name,mbti", "A,", "B,bad"), mode="insert")
    done = wb.requeue(upload.id, {2: {"name": "A", "mbti": ""}})
    assert (done.counts.rejected, done.waiting) == (1, 1)
    assert wb.quarantine(upload.id)[0].rules == ("name:exists",)


def test_columns_with_hostile_names(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.import_file(csv_file('name,mbti,"a""; DROP TABLE x; --"', "A,bad,1"))
    wb.requeue(upload.id, {1: {"mbti": "", 'a"; DROP TABLE x; --': "2'"}})
    assert wb.count(SET) == 1


def test_what_cannot_be_done(wb: Workbench, upload: Upload, csv_file: Csv) -> None:
    for fixes, error, words in (
        ({1: {"mbti": "INTJ"}}, NotFound, "row 1 is not in"),
        ({99: {}}, NotFound, "row 99 is not in"),
        ({2: {"MBTI": "INTJ"}}, NotFound, "no column 'MBTI'"),
        ({}, InputError, "no rows"),
    ):
        with pytest.raises(error, match=words):
            wb.requeue(upload.id, fixes)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        wb.requeue("x", {2: {}})
    wb.requeue(upload.id, {2: {"mbti": ""}})
    with pytest.raises(NotFound):
        wb.requeue(upload.id, {2: {"mbti": "INTJ"}})  # it is imported already
    other = wb.receive(csv_file("name", "Z", name="z.csv"))
    for status in ("received", "cancelled"):
        with pytest.raises(WrongState, match=status):
            wb.requeue(other.id, {1: {}})
        wb.cancel(other.id)
    wb.rollback(upload.id)
    with pytest.raises(WrongState, match="rolled back"):
        wb.requeue(upload.id, {3: {"mbti": ""}})


def test_a_failure_leaves_everything_as_it_was(
    wb: Workbench, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (wb.upload(upload.id), wb.quarantine(upload.id), wb.verify_events())

    def bug(*given: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(quarantine, "settle", bug)
        with pytest.raises(ZeroDivisionError):
            wb.requeue(upload.id, {2: {"mbti": ""}})
    assert (wb.upload(upload.id), wb.quarantine(upload.id), wb.verify_events()) == before
    assert wb.count(SET) == 2
    with wb.database.reader() as cursor:
        left = cursor.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'staging'"
        )
        assert left.fetchone() == (0,)
    assert wb.requeue(upload.id, {2: {"mbti": ""}}).counts.new == 1
