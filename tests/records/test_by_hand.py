"""Records typed by hand, edits undone, versions brought back, statistics, views."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import Workbench
from core.errors import BadValue, InputError, NotFound


@pytest.fixture
def ada(wb: Workbench) -> str:
    return str(wb.records.new("celebrities", {"name": "Ada Lovelace", "mbti": "intj"})["record_id"])


def test_a_record_is_typed_like_a_row_of_a_file(wb: Workbench, ada: str) -> None:
    made = wb.record("celebrities", ada)
    assert (made["mbti"], made["_version"]) == ("INTJ", 1)
    assert wb.history("celebrities", ada)[0].filename == "New record.json"
    with pytest.raises(BadValue) as told:
        wb.records.new("celebrities", {"name": "Bob", "mbti": "XXXX"})
    assert told.value.extra["faults"][0]["field"] == "mbti"
    with pytest.raises(BadValue):
        wb.records.new("celebrities", {"name": "Ada Lovelace"})
    with pytest.raises(InputError):
        wb.records.new("celebrities", {"name": ""})
    with pytest.raises(NotFound):
        wb.records.new("celebrities", {"nope": "x"})
    assert wb.count() == 1
    aliases = wb.records.new("celebrities", {"name": "Jay", "aliases": ["A", "B, C"]})["aliases"]
    assert aliases == ["A", "B, C"]
    wb.rollback(made["_upload_id"])
    assert wb.count() == 1


def test_one_edit_is_undone_and_a_version_comes_back(wb: Workbench, ada: str) -> None:
    wb.edit("celebrities", ada, {"mbti": "ENFP", "description": "first"})
    wb.edit("celebrities", ada, {"description": "second", "tags": ["x", "y"]})
    undone = wb.records.undo_edit("celebrities", ada, 2)
    assert (undone["mbti"], undone["description"], undone["tags"]) == ("INTJ", None, ["x", "y"])
    back = wb.records.back_to("celebrities", ada, 3)
    assert (back["mbti"], back["description"]) == ("ENFP", "second")
    assert wb.records.back_to("celebrities", ada, 3)["_version"] == back["_version"]
    with pytest.raises(NotFound):
        wb.records.back_to("celebrities", ada, 99)
    with pytest.raises(InputError):
        wb.records.undo_edit("celebrities", ada, 1)


def test_statistics_are_of_what_fits(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = "".join(f"P{n},{'INTJ' if n % 3 else 'ISFP'},19{n + 50}-01-01,a;b\n" for n in range(30))
    path.write_text(f"name,mbti,birth_date,tags\n{rows}", "utf-8")
    wb.import_file(path)
    found = {s.field: s for s in wb.records.statistics("celebrities")}
    assert found["mbti"].top == (("INTJ", 20), ("ISFP", 10)) and found["mbti"].empty == 0
    assert found["tags"].top == (("a", 30), ("b", 30)) and found["gender"].empty == 30
    assert str(found["birth_date"].least).startswith("1950")
    few = wb.records.statistics("celebrities", where={"mbti": "ISFP"}, fields=["mbti"])
    assert [(s.field, s.top) for s in few] == [("mbti", (("ISFP", 10),))]


def test_everybody_has_their_own_views(wb: Workbench) -> None:
    other = wb.through("page", "bea")
    wb.records.save_view("celebrities", "Young  ones", {"q": "x", "columns": ["name"]})
    wb.records.save_view("celebrities", "Young ones", {"q": "y"})
    assert [(v.name, v.definition) for v in wb.records.views("celebrities")] == [
        ("Young ones", {"q": "y"})
    ]
    assert other.records.views("celebrities") == []
    wb.records.remove_view("celebrities", "Young ones")
    with pytest.raises(NotFound):
        wb.records.remove_view("celebrities", "Young ones")
    with pytest.raises(InputError):
        wb.records.save_view("celebrities", "x" * 99, {})
