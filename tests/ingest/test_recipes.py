"""Recipes: table steps on an upload, undone and redone, saved, bound to a source, replayed on the next file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import BadRecipe, Conflict, NotFound, WrongState
from core.ingest.recipes import undoing
from core.ingest.uploads import Upload

Csv = Callable[..., Path]
SET = "celebrities"
LINES = (
    "First,Last,Sex,Born,Note",
    " Ann ,Bee,1,3.4.1990,x",
    "Bob,Cee,2,5.6.1991,",
    "Cid,Dee,,bad,y",
    ",,1,1.1.2000,z",
)
STEPS: list[dict[str, Any]] = [
    {"op": "trim"},
    {"op": "join", "columns": ["First", "Last"], "value": " ", "into": ["Whole"]},
    {"op": "map", "columns": ["Sex"], "values": {"1": "female", "2": "male"}},
    {"op": "dates", "columns": ["Born"], "value": "DD.MM.YYYY"},
    {"op": "filter", "value": "not is_empty([Whole])"},
]
CHOICES: dict[str | int, str | None] = {"Whole": "name", "First": "drop", "Last": "drop"}


@pytest.fixture
def upload(wb: Workbench, csv_file: Csv) -> Upload:
    """With the steps, and mapped."""
    upload = wb.receive(csv_file(*LINES), source_name="monthly")
    return wb.uploads.plan(upload.id, table_steps=STEPS, choices=CHOICES)


def names(wb: Workbench) -> list[Any]:
    return sorted(r["name"] for r in wb.records(SET).rows())


def test_the_steps_run_before_the_columns_go_to_fields(wb: Workbench, upload: Upload) -> None:
    preview = wb.preview(upload.id)
    assert (preview.counts.rows, preview.counts.new, preview.counts.rejected) == (3, 2, 1)
    done = wb.commit(upload.id)
    found = {r["name"]: (r["gender"], r["birth_date"]) for r in wb.records(SET).rows()}
    assert found == {"Ann Bee": ("female", "1990-04-03"), "Bob Cee": ("male", "1991-06-05")}
    (row,) = wb.uploads.quarantine(done.id)
    assert (row.line, row.cells["Whole"]) == (4, "Cid Dee")
    assert wb.check(deep=True).findings == ()


def test_what_a_step_does_is_told(wb: Workbench, upload: Upload) -> None:
    found = wb.uploads.effects(upload.id)
    assert (found.looked, found.whole) == (4, True)
    assert [e.cells for e in found.table] == [1, 3, 3, 3, 0]
    assert found.table[0].examples == (("First", " Ann ", "Ann"),)
    assert ("Sex", "1", "female") in found.table[2].examples
    assert found.table[4].rows == 1
    preview = wb.preview(upload.id)
    fields = wb.uploads.effects(upload.id, steps=preview.recipe).fields
    assert len(fields) == len(preview.recipe) and {e.cells for e in fields} >= {0}


def test_a_step_is_switched_off_moved_and_removed_while_others_run(
    wb: Workbench, upload: Upload
) -> None:
    off = [{**s, "off": s["op"] == "map"} for s in STEPS]
    wb.uploads.plan(upload.id, table_steps=off)
    draft = wb.uploads.draft(upload.id)
    assert draft.sample[0][2] == "1" and draft.table.names[-1] == "Whole"
    assert {c.column: c.choice for c in draft.mapping}["Whole"] == "name"
    assert wb.uploads.effects(upload.id).table[2].off
    wb.uploads.plan(upload.id, table_steps=[STEPS[1], STEPS[0]])
    assert wb.uploads.draft(upload.id).sample[0][-1] == "Ann Bee"
    wb.uploads.plan(upload.id, table_steps=[])
    assert "Whole" not in wb.uploads.draft(upload.id).table.names


def test_a_step_on_a_field_can_be_off(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name,mbti", "Ann,intj"))
    steps = [s.model_copy(update={"off": s.op == "upper"}) for s in wb.preview(upload.id).recipe]
    wb.uploads.plan(upload.id, steps=steps)
    preview = wb.preview(upload.id)
    assert preview.counts.rejected == 1
    assert [s.off for s in preview.recipe if s.op == "upper"] == [True]
    wb.uploads.undo(upload.id)
    assert wb.preview(upload.id).counts.rejected == 0


def test_changes_are_undone_and_redone(wb: Workbench, upload: Upload) -> None:
    before = wb.uploads.get(upload.id).plan
    wb.uploads.plan(upload.id, choices={"Note": "description"})
    changed = wb.uploads.get(upload.id).plan
    wb.uploads.plan(upload.id, confirmed=True)  # is no change
    assert wb.uploads.undoable(upload.id) == undoing.Changes(2, 0)
    assert wb.uploads.undo(upload.id).plan == before
    assert wb.uploads.undo(upload.id).plan.table_steps == ()
    with pytest.raises(WrongState, match="nothing to undo"):
        wb.uploads.undo(upload.id)
    wb.uploads.redo(upload.id)
    assert wb.uploads.redo(upload.id).plan.mapping == changed.mapping
    wb.uploads.undo(upload.id)
    wb.uploads.plan(upload.id, mode="insert")  # what was undone is gone now
    with pytest.raises(WrongState, match="nothing to redo"):
        wb.uploads.redo(upload.id)
    wb.commit(upload.id)
    with pytest.raises(WrongState):
        wb.uploads.undo(upload.id)


def test_a_fixed_row_has_its_made_columns_anew(wb: Workbench, upload: Upload) -> None:
    done = wb.commit(upload.id)
    wb.uploads.requeue(done.id, {3: {"First": "Sid", "Born": "1992-01-02"}})
    assert names(wb) == ["Ann Bee", "Bob Cee", "Sid Dee"]
    assert wb.check(deep=True).findings == ()


# ------------------------------------------------------------------ saved


def test_a_recipe_is_replayed_on_the_next_file_of_its_source(
    wb: Workbench, upload: Upload, csv_file: Csv
) -> None:
    wb.recipes.save(upload.id, "  Monthly  list ", source="monthly")
    following = csv_file("First,Last,Sex,Born,Note", "Eve,Fox,1,7.8.1993,", name="next.csv")
    other = wb.receive(following, source_name="another")
    assert other.plan.table_steps == ()
    done = wb.import_file(following, source_name="monthly")
    assert done.plan.saved == "Monthly list" and done.counts.new == 1
    (eve,) = wb.records(SET).rows()
    assert (eve["name"], eve["gender"], eve["birth_date"]) == ("Eve Fox", "female", "1993-08-07")
    assert wb.recipes.drift(done.id) is not None


def test_other_columns_are_told_and_taken_for_the_old(
    wb: Workbench, upload: Upload, csv_file: Csv
) -> None:
    wb.recipes.save(upload.id, "Monthly", source="monthly")
    path = csv_file("First,Surname,Sex,Born,City", "Eve,Fox,1,7.8.1993,Rome", name="next.csv")
    fresh = wb.receive(path, source_name="monthly")
    notes = wb.uploads.draft(fresh.id).table.notes
    assert "Join “First” + “Last”" in notes[0] and "no column “Last”" in notes[0]
    drift = wb.recipes.drift(fresh.id)
    assert drift and drift.new == ("Surname", "City")
    assert {g.column: g.proposal for g in drift.gone} == {"Last": "Surname", "Note": None}
    wb.recipes.adapt(fresh.id, {"Last": "Surname"})
    assert wb.commit(fresh.id).counts.new == 1 and names(wb) == ["Eve Fox"]


def test_without_a_recipe_the_last_file_of_the_source_is_what_it_is_held_against(
    wb: Workbench, csv_file: Csv
) -> None:
    wb.import_file(csv_file("name,born", "Ann,1990"), source_name="s")
    path = csv_file("full name,born", "Bob,1991", name="b.csv")
    drift = wb.recipes.drift(wb.receive(path, source_name="s").id)
    assert drift and [(g.column, g.proposal) for g in drift.gone] == [("name", "full name")]
    same = csv_file("name,born", "Bob,1991", name="c.csv")
    found = wb.recipes.drift(wb.receive(same, source_name="s").id)
    assert found and not found.any


def test_it_goes_out_and_comes_in_as_json(wb: Workbench, upload: Upload, csv_file: Csv) -> None:
    text = wb.recipes.of(upload.id, "Mine").as_json()
    assert json.loads(text)["table_steps"][0] == {"op": "trim"}
    saved = wb.recipes.put(text)
    assert saved.name == "Mine" and saved.source is None
    with pytest.raises(Conflict, match="Mine"):
        wb.recipes.put(text)
    wb.recipes.put(text, replace=True)
    wb.recipes.put(text, "Other", source="s")
    assert wb.recipes.bind(SET, "mine", "s").source == "s"
    assert [(s.name, s.source) for s in wb.recipes()] == [("Mine", "s"), ("Other", None)]
    path = csv_file(*LINES, name="again.csv")
    done = wb.import_file(path, recipe=json.loads(text), force=True)
    assert done.counts.new == 2
    wb.recipes.remove(SET, "Mine")
    with pytest.raises(NotFound, match="Mine"):
        wb.recipes.get(SET, "Mine")
    kinds = [e.kind for e in wb.history.events(limit=20)]
    assert kinds.count("recipe.saved") == 3 and "recipe.removed" in kinds


def test_another_recipe_is_used_for_an_upload_and_that_is_undone(
    wb: Workbench, upload: Upload, csv_file: Csv
) -> None:
    wb.recipes.save(upload.id, "Monthly")
    fresh = wb.receive(csv_file(*LINES, name="again.csv"), force=True)
    assert wb.recipes.apply(fresh.id, "monthly").plan.saved == "Monthly"
    assert wb.preview(fresh.id).counts.new == 2
    assert wb.uploads.undo(fresh.id).plan.table_steps == ()


def test_spellings_are_clustered(wb: Workbench, csv_file: Csv) -> None:
    lines = ["name,city", "A,New York", "B,New York", "C,york  new", "D,Nwe York", "E,Rome"]
    upload = wb.receive(csv_file(*lines))
    (found,) = wb.uploads.spellings(upload.id, "city")
    assert (found.to, found.rows) == ("New York", 1)
    (near,) = wb.uploads.spellings(upload.id, "city", "nearest")
    assert {v for v, _ in near.values} >= {"New York", "Nwe York"}
    values = {v: found.to for v, _ in found.values if v != found.to}
    wb.uploads.plan(upload.id, table_steps=[{"op": "merge", "columns": ["city"], "values": values}])
    assert [row[1] for row in wb.uploads.draft(upload.id).sample][:3] == ["New York"] * 3


# ------------------------------------------------------------------ bad input


def test_a_recipe_that_empties_everything_is_told_and_nothing_is_lost(
    wb: Workbench, upload: Upload
) -> None:
    wb.uploads.plan(upload.id, table_steps=[*STEPS, {"op": "filter", "value": "1 = 2"}])
    for act in (wb.preview, wb.commit):
        with pytest.raises(BadRecipe, match="no row of people.csv is left.*1 = 2"):
            act(upload.id)
    assert names(wb) == []
    wb.uploads.undo(upload.id)
    assert wb.commit(upload.id).counts.new == 2


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"op": "regex", "columns": ["First"], "value": "(?<=a)b"}, "does not compile"),
        ({"op": "compute", "value": "getenv('HOME')", "into": ["x"]}, "cannot be called"),
        ({"op": "trim", "columns": ["Nobody"]}, "no column “Nobody”"),
    ],
)
def test_a_step_that_cannot_run_changes_nothing(
    wb: Workbench, upload: Upload, step: dict[str, Any], said: str
) -> None:
    before = wb.uploads.get(upload.id).plan
    with pytest.raises(BadRecipe, match="step 6|step 1") as caught:
        wb.uploads.plan(upload.id, table_steps=[*STEPS, step])
    assert said in caught.value.detail
    assert wb.uploads.get(upload.id).plan == before


@pytest.mark.parametrize(
    "text", ["nonsense", "[]", "{}", '{"dataset": "celebrities", "nonsense": 1}']
)
def test_what_is_no_recipe_is_refused(wb: Workbench, text: str) -> None:
    with pytest.raises(BadRecipe):
        wb.recipes.put(text, "x")


def test_a_pattern_of_a_field_that_does_not_compile_is_refused(
    wb: Workbench, csv_file: Csv
) -> None:
    upload = wb.receive(csv_file("name", "Ann"))
    step = {"op": "regex", "field": "name", "value": "(?=A)"}
    with pytest.raises(BadRecipe, match="step 1"):
        wb.uploads.plan(upload.id, steps=[step])
