"""Taking imports back, in any order; tests/faults/machine.py holds all acts together against the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import WrongState
from core.ingest.back import rollback


def people(path: Path, *names: str, mbti: str = "") -> Path:
    path.write_text("name,mbti\n" + "".join(f"{n},{mbti}\n" for n in names), "utf-8")
    return path


def test_later_uploads_and_edits_stay(wb: Workbench, tmp_path: Path) -> None:
    first = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo", "Cy"))
    wb.import_file(people(tmp_path / "b.csv", "Ann", mbti="INTJ"))
    bo = next(r for r in wb.records().rows() if r["name"] == "Bo")
    wb.through("page", "anna").edit("celebrities", bo["record_id"], {"mbti": "ENFP"})
    shown = wb.rollback(first.id, dry_run=True)
    assert [o.title for o in shown.reversed] == ["Cy"]
    reasons = {o.title: o.reason for o in shown.kept}
    assert "anna through the page" in reasons["Bo"] and "b.csv" in reasons["Ann"]
    assert wb.count() == 3, "a dry run changes nothing"
    wb.rollback(first.id)
    assert {r["name"] for r in wb.records().rows()} == {"Ann", "Bo"}


def test_taking_everything_back_gives_the_empty_table(wb: Workbench, tmp_path: Path) -> None:
    uploads = [
        wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo")),
        wb.import_file(people(tmp_path / "b.csv", "Ann", "Cy", mbti="INTJ")),
        wb.import_file(people(tmp_path / "c.csv", "Ann", "Bo", mbti="ENFP")),
    ]
    for upload in [uploads[0], uploads[2], uploads[1]]:
        wb.rollback(upload.id)
    assert wb.count() == 0, "nobody is left who vouches for what was kept"
    with pytest.raises(WrongState):
        wb.rollback(uploads[0].id)


def test_a_rollback_can_be_taken_back(wb: Workbench, tmp_path: Path) -> None:
    first = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo", mbti="INTJ"))
    before = list(wb.records(order_by="name").rows())
    rollback = wb.rollback(first.id)
    assert wb.count() == 0 and rollback.id
    wb.rollback(rollback.id)
    after = list(wb.records(order_by="name").rows())
    ignore = {"_version", "_updated_at"}
    assert [{k: v for k, v in r.items() if k not in ignore} for r in after] == [
        {k: v for k, v in r.items() if k not in ignore} for r in before
    ]
    assert wb.upload(first.id).status == "imported"
    wb.rollback(first.id)
    assert wb.count() == 0


def test_who_restores_what_was_taken_back_is_told_so(wb: Workbench, tmp_path: Path) -> None:
    upload = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo"))
    ids = {r["name"]: r["record_id"] for r in wb.records().rows()}
    for record_id in ids.values():
        wb.delete("celebrities", record_id)
    wb.restore("celebrities", ids["Bo"])
    assert "taken_back" not in wb.history.events(limit=1)[0].details, "its import stands"
    wb.delete("celebrities", ids["Bo"])
    assert wb.rollback(upload.id).counts == {"reversed": 0, "kept": 2, "failed": 0}
    wb.restore("celebrities", ids["Ann"])
    assert wb.history.events(limit=1)[0].details["taken_back"] == ["a.csv"]
    *_, first = wb.history("celebrities", ids["Ann"])
    assert (first.filename, first.taken_back) == ("a.csv", True)
    with pytest.raises(WrongState) as caught:
        wb.rollback(upload.id)
    assert "restored" in str(caught.value.hint) and ": 1." in str(caught.value.hint)


def test_what_came_after_a_deletion_is_not_lost_with_it(wb: Workbench, tmp_path: Path) -> None:
    """Brought back by hand, changed by another import and by hand, and deleted once more."""
    wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo", mbti="INTJ"), source_name="main")
    replacing = wb.import_file(people(tmp_path / "b.csv", "Bo"), source_name="main", mode="replace")
    ann = wb.changes(replacing.id, kind="delete")[0].record_id
    wb.restore("celebrities", ann)
    later = wb.import_file(people(tmp_path / "c.csv", "Ann", mbti="ENFP"))
    wb.edit("celebrities", ann, {"gender": "female"})
    wb.through("page", "anna").delete("celebrities", ann)
    shown = wb.rollback(replacing.id, dry_run=True)
    assert shown.reversed == () and "by anna through the page" in shown.kept[0].reason
    wb.rollback(replacing.id)
    assert wb.count() == 1, "the deletion by hand stands, whatever was taken back"
    record = wb.restore("celebrities", ann)
    assert (record["mbti"], record["gender"]) == ("ENFP", "female")
    assert wb.check(deep=True).findings == ()
    wb.rollback(later.id)
    assert wb.record("celebrities", ann)["mbti"] == "ENFP", "who restored it gave it all its values"


def test_a_rollback_that_counts_again_says_what_it_did(wb: Workbench, tmp_path: Path) -> None:
    upload = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo"))
    back = wb.rollback(upload.id)
    again = wb.rollback(str(back.id))
    wb.rollback(str(again.id))  # so the first one stands
    assert wb.count() == 0
    told = wb.upload(str(back.id))
    assert (told.status, told.counts.reversed) == ("imported", 2)
    assert wb.check(deep=True).findings == ()


def test_an_edit_between_an_import_and_a_row_that_came_back_stays(
    wb: Workbench, tmp_path: Path
) -> None:
    """The upload changed the record twice; somebody else changed it in between."""
    wb.import_file(people(tmp_path / "a.csv", "Ann", mbti="INTJ"))
    path = tmp_path / "b.csv"
    path.write_text("name,mbti,gender\nAnn,ENFP,\nann,ISTP,zzz\n", "utf-8")
    upload = wb.import_file(path)
    ann = next(iter(wb.records().rows()))["record_id"]
    wb.edit("celebrities", ann, {"mbti": "ISFP"})
    wb.requeue(upload.id, {2: {"gender": "female"}})
    assert wb.record("celebrities", ann)["mbti"] == "ISTP"
    wb.rollback(upload.id)
    record = wb.record("celebrities", ann)
    assert (record["mbti"], record["gender"]) == ("ISFP", None)


def test_rows_wait_again_when_a_rollback_is_taken_back(wb: Workbench, tmp_path: Path) -> None:
    upload = wb.import_file(people(tmp_path / "a.csv", "Ann", "", mbti="x"))
    wb.requeue(upload.id, {1: {"mbti": "INTJ"}})
    rollback = wb.rollback(upload.id)
    assert wb.quarantine(upload.id, status=None) == []
    wb.rollback(str(rollback.id))
    assert [(r.row, r.status) for r in wb.quarantine(upload.id, status=None)] == [
        (1, "imported"),
        (2, "waiting"),
    ]


def test_of_two_at_once_both_are_counted(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one looked at the upload before the first one was done."""
    first = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo", "Cy"))
    bo = next(r for r in wb.records().rows() if r["name"] == "Bo")
    wb.edit("celebrities", bo["record_id"], {"mbti": "ENFP"})
    wb.rollback(first.id)
    with monkeypatch.context() as patch:
        patch.setattr(wb.corridor, "upload", lambda _id: first)
        with pytest.raises(WrongState):
            wb.rollback(first.id)
    counts = wb.upload(first.id).counts
    assert (counts.reversed, counts.kept, wb.count()) == (2, 1, 1)


def test_the_sweep_leaves_a_rollback_alone(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo"))
    result = rollback.result

    def later(*given: Any, **more: Any) -> Any:
        wb.corridor.shelf.sweep(0)
        return result(*given, **more)

    monkeypatch.setattr(rollback, "result", later)
    assert wb.rollback(upload.id, dry_run=True).counts["reversed"] == 2
