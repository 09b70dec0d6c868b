"""History: the timeline, the audit trail, and one upload with its quarantine and its way back."""

from __future__ import annotations

import pytest

from core import Workbench
from tests.pages.helpers import SAMPLES, Open, button, fine, labels, said


def test_an_empty_history_says_so(open_page: Open) -> None:
    assert "Nothing happened yet" in said(fine(open_page("history")))


def test_the_timeline_holds_imports_undos_and_edits(
    sample: Workbench, messy: str, open_page: Open
) -> None:
    record = next(iter(sample.records(where={"name": "Adele"}).rows()))["record_id"]
    sample.edit("celebrities", record, {"mbti": "INFJ"})
    sample.rollback(messy)
    at = fine(open_page("history"))
    links = [x for x in labels(at, "page_link")]
    assert links == ["Undo of people_messy.csv", "Adele", "people_messy.csv", "celebrities.json"]
    at = fine(open_page("history", kind="edit"))
    assert labels(at, "page_link") == ["Adele"]


def test_the_chain_is_verified_and_a_broken_one_is_told(sample: Workbench, open_page: Open) -> None:
    at = open_page("history", view="audit")
    fine(button(at, "Verify the chain").click().run())
    assert "The chain holds: 2 events" in at.success[0].value
    sample.database.write(lambda c: c.execute("UPDATE ops.events SET actor = 'x' WHERE seq = 1"))
    button(at, "Verify the chain").click().run()
    assert "does not add up" in at.error[0].value


def test_an_upload_tells_its_facts_and_hands_out_its_files(messy: str, open_page: Open) -> None:
    at = fine(open_page("history", upload=messy))
    assert at.title[0].value.replace("\\", "") == "people_messy.csv"
    assert at.metric[0].value == "30"
    assert labels(at, "download_button") == ["Original file", "Problems (CSV)", "Quarantine (CSV)"]
    for tab in ("problems", "quarantine"):
        fine(open_page("history", upload=messy, tab=tab))
    at = fine(open_page("history", upload=messy, tab="reading"))
    assert "<td>semicolon</td>" in said(at)
    assert "Known" not in said(at)


def test_quarantined_rows_are_fixed_and_brought_back(
    sample: Workbench, messy: str, open_page: Open
) -> None:
    at = fine(open_page("history", upload=messy, tab="quarantine"))
    assert button(at, "Bring back fixed rows").disabled
    [editor] = at.get("data_editor")
    place = list(editor.value["Row"]).index(12)
    edits = {"edited_rows": {place: {"Type": "ISTJ"}}, "added_rows": [], "deleted_rows": []}
    at.session_state[editor.key] = edits
    at.run()
    fine(button(at, "Bring back 1 fixed row").click().run())
    counts = sample.upload(messy).counts
    assert (counts.rejected, counts.repeated) == (2, 1)
    assert next(iter(sample.records(where={"name": "Rafael Nadal"}).rows()))["mbti"] == "ISTJ"


def test_a_fixed_row_that_repeats_another_counts_as_brought_back(
    wb: Workbench, open_page: Open
) -> None:
    data = b"name,mbti\nAda,INTX\nBen,INTJ\nAda,INTX\n"
    upload = wb.import_file([data], filename="twice.csv").id
    at = fine(open_page("history", upload=upload, tab="quarantine"))
    [editor] = at.get("data_editor")
    mbti = next(c for c in editor.value.columns if c.strip() == "mbti")
    rows = {place: {mbti: "INTP"} for place in range(2)}
    at.session_state[editor.key] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    at.run()
    fine(button(at, "Bring back 2 fixed rows").click().run())
    assert at.toast[0].value == "2 rows brought back"
    counts = wb.upload(upload).counts
    assert (counts.new, counts.repeated, counts.rejected) == (2, 1, 0)
    assert ("Repeated", "1") in [(m.label, m.value) for m in at.metric]


def test_rows_that_conflicted_are_tried_again_as_they_are(wb: Workbench, open_page: Open) -> None:
    """What was wrong is not in the row: the record had no birth date that told which row is its own."""
    wb.import_file(b"name,birth_date\nAda,\n", filename="a.csv")
    upload = wb.import_file(b"name,birth_date\nAda,1815\nAda,1950\n", filename="b.csv").id
    assert wb.upload(upload).counts.conflicting == 2
    (record,) = [r["record_id"] for r in wb.records().rows()]
    wb.edit("celebrities", record, {"birth_date": "1815"})
    at = fine(open_page("history", upload=upload, tab="quarantine"))
    fine(button(at, "Try 2 rows as they are").click().run())
    assert at.toast[0].value == "2 rows brought back"
    assert wb.count() == 2 and wb.upload(upload).counts.conflicting == 0


def test_an_undo_is_previewed_done_and_can_be_undone(
    sample: Workbench, messy: str, open_page: Open
) -> None:
    before = sample.count()
    at = fine(open_page("history", upload=messy, undo="1"))
    assert [(m.label, m.value) for m in at.metric] == [("Set back", "21"), ("Kept", "0")]
    assert sample.count() == before
    fine(button(at, "Undo now").click().run())
    assert sample.count() == before - 18
    assert sample.upload(messy).status == "rolled_back"
    fine(button(at, "Undo this undo").click().run())
    fine(button(at, "Undo now").click().run())
    assert sample.count() == before and sample.upload(messy).status == "imported"


def test_an_undo_says_what_it_keeps_and_why(sample: Workbench, messy: str, open_page: Open) -> None:
    record = next(iter(sample.records(where={"name": "Adele"}).rows()))["record_id"]
    sample.edit("celebrities", record, {"tags": ["only this"]})
    at = fine(open_page("history", upload=messy, undo="1"))
    assert "Tags stays: local through the notebook has a say in it" in said(at)


def test_an_unfinished_upload_can_be_gone_on_with_or_discarded(
    sample: Workbench, open_page: Open
) -> None:
    upload = sample.receive(SAMPLES / "people_messy.csv").id
    at = fine(open_page("history", upload=upload))
    fine(button(at, "Discard").click().run())
    assert sample.upload(upload).status == "cancelled"
    button(at, "Go on with it").click().run()
    assert at.query_params["step"] == "read"


def test_a_failed_upload_shows_its_error(wb: Workbench, open_page: Open) -> None:
    upload = wb.receive([b""], filename="empty.csv").id
    with pytest.raises(Exception, match="empty"):
        wb.preview(upload)
    at = open_page("history", upload=upload)
    assert not at.exception and "The file is empty" in at.error[0].value


def test_an_upload_that_never_was_is_told(open_page: Open) -> None:
    at = open_page("history", upload="nonsense")
    assert not at.exception and len(at.error) == 1
