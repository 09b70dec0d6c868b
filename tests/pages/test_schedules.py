"""The page Schedules: made by the form, run, followed."""

from __future__ import annotations

import time
from pathlib import Path

from core import Workbench
from tests.pages.helpers import Open, button, fine, said


def test_a_schedule_by_form(wb: Workbench, open_page: Open, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.csv").write_text("name,mbti\nAda Lovelace,INTJ\n", "utf-8")
    at = fine(open_page("schedules"))
    assert "Nothing is imported by itself yet" in said(at)
    button(at, "New schedule").click().run()
    at.text_input[0].set_value("Nightly").run()
    next(t for t in at.text_input if t.label == "Folder on the server").set_value(str(folder)).run()
    button(at, "Which files are there?").click().run()
    assert "one.csv" in said(at)
    fine(button(at, "Save").click().run())
    assert "Nightly" in said(at) and "every day at 03:00 (UTC)" in said(at)
    wb.schedules.run("Nightly")
    end = time.monotonic() + 60
    while wb.schedules.runs("Nightly")[0].ended_at is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    fine(at.run())
    assert "asked for" in said(at) and wb.count() == 1
    fine(button(at, "Pause").click().run())
    assert wb.schedules.get("Nightly").paused
    assert "paused" in str([b.label for b in at.get("badge")]) + said(fine(open_page("schedules")))


def test_a_missing_folder_is_told_where_it_is_tried(wb: Workbench, open_page: Open) -> None:
    at = open_page("schedules", edit="1")
    next(t for t in at.text_input if t.label == "Folder on the server").set_value("/nowhere").run()
    button(at, "Which files are there?").click().run()
    assert "there is no folder" in " ".join(e.value for e in at.error).replace("\\", "")


def test_large_deletions_are_agreed_to_in_the_form(
    wb: Workbench, open_page: Open, tmp_path: Path
) -> None:
    place = {"kind": "folder", "folder": str(tmp_path)}
    plan = {"name": "Full", "dataset": "celebrities", "place": place, "mode": "replace"}
    made = wb.schedules.save(plan)
    at = fine(open_page("schedules", schedule=made.id, edit="1"))
    next(c for c in at.checkbox if c.label.startswith("Also when a file lacks")).check().run()
    fine(button(at, "Save").click().run())
    assert wb.schedules.get("Full").definition.confirm_deletions
    assert "all that the file lacks" in said(at)
