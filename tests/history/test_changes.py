"""The history of a record: every version with old and new, and where each value came from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import NotFound

Csv = Callable[..., Path]
SET = "celebrities"


def the(wb: Workbench, name: str) -> str:
    (record,) = wb.records(SET, where={"name": name}).rows()
    return str(record["record_id"])


@pytest.fixture
def lived(wb: Workbench, csv_file: Csv) -> str:
    """A record with a life: imported, changed by a file, edited, deleted and restored."""
    wb.import_file(csv_file("name,gender,tags", "X,male,x", "Ann,female,a;b", name="one.csv"))
    wb.import_file(csv_file("name,nationality,tags", "Ann,China,c", name="two.csv"))
    ann = the(wb, "Ann")
    eva = wb.through("page", "eva")
    eva.edit(SET, ann, {"mbti": "INTJ", "nationality": None})
    eva.delete(SET, ann)
    eva.restore(SET, ann)
    return ann


def test_every_version_is_told(wb: Workbench, lived: str) -> None:
    told = wb.history(SET, lived)[::-1]
    assert [(c.version, c.kind) for c in told] == [
        (1, "insert"),
        (2, "update"),
        (3, "update"),
        (4, "delete"),
        (5, "restore"),
    ]
    whole = {"name": "Ann", "gender": "female", "tags": ["a", "b", "c"], "mbti": "INTJ"}
    assert [c.fields for c in told] == [
        {"name": (None, "Ann"), "gender": (None, "female"), "tags": (None, ["a", "b"])},
        {"nationality": (None, "China"), "tags": (["a", "b"], ["a", "b", "c"])},
        {"nationality": ("China", None), "mbti": (None, "INTJ")},
        {f: (v, None) for f, v in whole.items()},
        {f: (None, v) for f, v in whole.items()},
    ]
    assert [(c.filename, c.row) for c in told] == [
        ("one.csv", 2),
        ("two.csv", 1),
        *[(None, None)] * 3,
    ]
    assert [(c.actor, c.door) for c in told] == [
        *[("local", "notebook")] * 2,
        *[("eva", "page")] * 3,
    ]
    assert [c.at for c in told] == sorted(c.at for c in told)


def test_the_history_of_a_deleted_record_stays(wb: Workbench, lived: str) -> None:
    wb.delete(SET, lived)
    assert [c.kind for c in wb.history(SET, lived)] == [
        *("delete", "restore", "delete", "update", "update", "insert")
    ]
    assert wb.history(SET, lived)[-1].fields["tags"] == (None, ["a", "b"])


def test_sources_name_file_and_row(wb: Workbench, lived: str) -> None:
    """A deletion and its restore give no value: it still comes from whoever gave it first."""
    found = wb.sources(SET, lived)
    assert {f: (s.change.filename, s.change.row) for f, s in found.items()} == {
        "name": ("one.csv", 2),
        "gender": ("one.csv", 2),
        "tags": ("two.csv", 1),
        "mbti": (None, None),
    }
    assert found["mbti"].change.actor == "eva" and found["mbti"].value == "INTJ"


def test_sources_look_through_a_rollback(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name,gender", "Ann,female", name="one.csv"))
    second = wb.import_file(csv_file("name,gender", "Ann,male", name="two.csv"))
    assert wb.sources(SET, the(wb, "Ann"))["gender"].change.filename == "two.csv"
    wb.rollback(second.id)
    gender = wb.sources(SET, the(wb, "Ann"))["gender"]
    assert (gender.value, gender.change.filename) == ("female", "one.csv")


def test_an_unchanged_row_leaves_no_history(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name,gender", "Ann,female", name="one.csv"))
    wb.import_file(csv_file("name,gender", "Ann,", name="two.csv"))
    assert len(wb.history(SET, the(wb, "Ann"))) == 1


def test_an_insert_keeps_no_before(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name,gender", "Ann,female"))
    assert wb.sql("SELECT kind, before FROM history.changes").fetchall() == [("insert", None)]


def test_edits_are_those_by_hand(wb: Workbench, lived: str) -> None:
    assert [c.kind for c in wb.edits()] == ["restore", "delete", "update"]
    assert wb.edits(limit=1)[0].kind == "restore"
    assert wb.edits(dataset="other") == []
    assert wb.edits()[2].fields == {"nationality": ("China", None), "mbti": (None, None)}


def test_deleted_lists_what_is_not_there(wb: Workbench, lived: str) -> None:
    assert wb.deleted(SET) == []
    wb.delete(SET, lived)
    wb.delete(SET, the(wb, "X"))
    names = [c.fields["name"][0] for c in wb.deleted(SET)]
    assert names == ["X", "Ann"]
    assert wb.deleted(SET)[1].version == 6


def test_an_uploads_changes(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name,gender", "A,male", "B,male", name="one.csv"))
    upload = wb.import_file(csv_file("name,gender", "B,female", "C,male", name="two.csv"))
    told = wb.changes(upload.id)
    assert [(c.kind, c.row) for c in told] == [("update", 1), ("insert", 2)]
    assert [c.fields.get("gender") for c in told] == [("male", "female"), (None, "male")]


@pytest.mark.parametrize("record", ["nonsense", "", "00000000-0000-7000-8000-000000000000"])
def test_no_such_record(wb: Workbench, record: str) -> None:
    with pytest.raises(NotFound):
        wb.record(SET, record)
    with pytest.raises(NotFound):
        wb.sources(SET, record)
