"""Changes by hand: checked like an import, versioned, in history, and taken back by a restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import BadValue, NotFound, VersionMismatch, WrongState
from core.settings import Settings

SET = "celebrities"
NASTY = [
    "周杰伦",
    'a "b" \\ c',
    "two\nlines",
    "'; DROP TABLE x; --",
    "é 👩‍👩‍👧 ß",
    "{}",
    "nullish",
    "[x]",
]
STRICT = {
    "name": "strict",
    "fields": [
        {"name": "code", "required": True, "pattern": "[a-z]{2,4}", "max_length": 3},
        {"name": "kind", "choices": ["one", "two"], "case": "lower"},
        {"name": "start", "type": "date", "min": "1900", "max": "today"},
        {"name": "finish", "type": "date"},
        {"name": "size", "type": "integer", "min": 1, "max": 10},
        {"name": "weight", "type": "number"},
        {"name": "good", "type": "boolean"},
        {"name": "labels", "type": "list", "choices": ["a", "b"], "max_length": 2},
        {"name": "mail", "format": "email", "severity": {"format": "error"}},
        {"name": "note", "min_length": 2},
    ],
    "key": {"fields": ["code"]},
    "rules": [
        {"kind": "order", "fields": ["start", "finish"]},
        {"kind": "needs", "fields": ["note", "kind"]},
    ],
}


@pytest.fixture
def ann(wb: Workbench, csv_file: Callable[..., Path]) -> str:
    path = csv_file(
        "name,birth_date,tags,shoe size", 'Ann,1990-05-06,a;b,"4""2"', name="people.csv"
    )
    wb.import_file(path, mapping={"shoe size": "extra"})
    return str(next(wb.records().rows())["record_id"])


@pytest.fixture
def strict(wb: Workbench, csv_file: Callable[..., Path]) -> str:
    wb.save_dataset(from_dict(STRICT))
    wb.import_file(csv_file("code,start,finish,size", "ab,1950,1960,5"), "strict")
    return str(next(wb.records("strict").rows())["record_id"])


# ---------------------------------------------------------------- edit


def test_an_edit_is_cleaned_versioned_and_told(wb: Workbench, ann: str) -> None:
    before = wb.record(SET, ann)
    version = wb.data_version(SET)
    after = wb.edit(
        SET, ann, {"mbti": " intj ", "nationality": "中国", "birth_date": "6 May 1990"}, version=1
    )
    assert (after["mbti"], after["nationality"], after["birth_date"]) == (
        *("INTJ", "China"),
        "1990-05-06",
    )
    assert after["_version"] == 2 and after["_updated_at"] > before["_updated_at"]
    assert after["_created_at"] == before["_created_at"]
    assert after == wb.record(SET, ann)
    assert wb.history(SET, ann)[0].fields == {
        "mbti": (None, "INTJ"),
        "nationality": (None, "China"),
    }
    assert wb.data_version(SET) == version + 1
    event = wb.events()[0]
    assert (event.kind, event.record_id) == ("record.edited", ann)
    assert event.details == {"fields": ["mbti", "nationality"]}


@pytest.mark.parametrize(
    "values", [{}, {"name": "Ann"}, {"name": " Ann ", "tags": "a;b"}, {"tags": ["a", "b"]}]
)
def test_an_edit_that_changes_nothing_makes_no_version(
    wb: Workbench, ann: str, values: dict[str, Any]
) -> None:
    before, events, version = wb.record(SET, ann), wb.events(), wb.data_version(SET)
    assert wb.edit(SET, ann, values) == before == wb.record(SET, ann)
    assert wb.events() == events and wb.data_version(SET) == version
    assert len(wb.history(SET, ann)) == 1


def test_an_old_version_is_refused(wb: Workbench, ann: str) -> None:
    wb.edit(SET, ann, {"mbti": "INTJ"}, version=1)
    for act in (
        lambda: wb.edit(SET, ann, {"mbti": "ENTP"}, version=1),
        lambda: wb.edit(SET, ann, {"mbti": "INTJ"}, version=1),  # even where nothing would change
        lambda: wb.delete(SET, ann, version=1),
        lambda: wb.delete(SET, ann, version=3),
    ):
        with pytest.raises(VersionMismatch) as caught:
            act()
        assert caught.value.extra["version"] == 2
    assert wb.record(SET, ann)["mbti"] == "INTJ"
    assert len(wb.history(SET, ann)) == 2
    wb.delete(SET, ann, version=2)


def test_a_conflict_names_the_fields(wb: Workbench, ann: str) -> None:
    wb.edit(SET, ann, {"mbti": "INTJ"})
    wb.edit(SET, ann, {"description": "x"})
    with pytest.raises(VersionMismatch) as caught:
        wb.edit(SET, ann, {"description": "y"}, version=1)
    assert caught.value.extra["changed"] == ["description", "mbti"]
    assert caught.value.extra["both"] == ["description"]
    assert "changed since: Description, MBTI (last by local, notebook)" in caught.value.detail
    with pytest.raises(VersionMismatch) as caught:
        wb.delete(SET, ann, version=2)
    assert caught.value.extra["changed"] == ["description"]


def test_without_a_version_the_last_one_wins(wb: Workbench, ann: str) -> None:
    wb.edit(SET, ann, {"mbti": "INTJ"})
    assert wb.edit(SET, ann, {"mbti": "ENTP"})["_version"] == 3


def test_texts_are_kept_to_the_letter(wb: Workbench, ann: str) -> None:
    for text in NASTY:
        assert wb.edit(SET, ann, {"description": text})["description"] == text
        wb.edit(SET, ann, {"description": "other"})
        assert wb.history(SET, ann)[0].fields["description"] == (text, "other")


def test_empty_means_empty(wb: Workbench, ann: str) -> None:
    wb.edit(SET, ann, {"mbti": "INTJ", "description": "x"})
    after = wb.edit(SET, ann, {"mbti": None, "description": "  ", "tags": [], "birth_date": "N/A"})
    assert [after[f] for f in ("mbti", "description", "tags", "birth_date")] == [None] * 4


LISTS: list[tuple[Any, Any]] = [
    ("x; y ;x", ["x", "y"]),
    ("x|y", ["x", "y"]),
    ("x, y", ["x", "y"]),
    ("Smith, John; Doe", ["Smith, John", "Doe"]),
    (["Smith, John", "a;b", "c|d"], ["Smith, John", "a;b", "c|d"]),
    (["x", "", "x", " y "], ["x", "y"]),
    (("x",), ["x"]),
    (['say "hi"', "back\\slash", "周"], ['say "hi"', "back\\slash", "周"]),
    ("", None),
    (None, None),
]


def test_lists(wb: Workbench, ann: str) -> None:
    for given, kept in LISTS:
        assert wb.edit(SET, ann, {"tags": given})["tags"] == kept, given


def test_an_edited_name_gets_its_key(
    wb: Workbench, ann: str, csv_file: Callable[..., Path]
) -> None:
    """So that the next file finds the record under its new name, and not under the old one."""
    wb.edit(SET, ann, {"name": "Änn-Marie  SMITH"})
    assert wb.record(SET, ann)["_key"] == "ann marie smith"
    found = wb.import_file(csv_file("name,mbti", "ann marie smith,INTJ", "Ann,ENTP", name="n.csv"))
    assert (found.counts.changed, found.counts.new) == (1, 1)
    assert wb.record(SET, ann)["mbti"] == "INTJ"


def test_without_key_fields_every_edit_changes_the_key(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    wb.save_dataset(from_dict({"name": "loose", "fields": [{"name": "a"}, {"name": "b"}]}))
    wb.import_file(csv_file("a,b", "1,2"), "loose")
    record = next(wb.records("loose").rows())["record_id"]
    wb.edit("loose", record, {"b": "3"})
    again = wb.import_file(csv_file("a,b", "1,3", "1,2", name="n.csv"), "loose")
    assert (again.counts.unchanged, again.counts.new) == (1, 1)


BAD = {
    "required": ({"code": None}, "code", "required"),
    "required, only blanks": ({"code": "  "}, "code", "required"),
    "pattern": ({"code": "AB"}, "code", "pattern"),
    "max_length": ({"code": "abcd"}, "code", "max_length"),
    "min_length": ({"note": "x", "kind": "one"}, "note", "min_length"),
    "choices": ({"kind": "three"}, "kind", "choices"),
    "date": ({"start": "1958-13-01"}, "start", "type"),
    "open date": ({"start": "03/04/1958"}, "start", "date_order"),
    "min date": ({"start": "1899-12-31"}, "start", "min"),
    "max date": ({"start": "2999", "finish": None}, "start", "max"),
    "integer": ({"size": "1.5"}, "size", "type"),
    "min": ({"size": 0}, "size", "min"),
    "max": ({"size": 11}, "size", "max"),
    "number": ({"weight": "heavy"}, "weight", "type"),
    "infinite number": ({"weight": "1e999"}, "weight", "type"),
    "boolean": ({"good": "perhaps"}, "good", "type"),
    "list choices": ({"labels": ["a", "c"]}, "labels", "choices"),
    "list length": ({"labels": "a;b;a;c"}, "labels", "max_length"),
    "format": ({"mail": "nobody"}, "mail", "format"),
    "order": ({"start": "1970"}, None, "order"),
    "order, the other end": ({"finish": "1940"}, None, "order"),
    "needs": ({"note": "text"}, None, "needs"),
}


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workbench, str]]:
    """A record that every edit here fails to change, so one does for all."""
    home = tmp_path_factory.mktemp("strict")
    settings = Settings(database=home / "m.duckdb", data_dir=home / "d", datasets_dir=home / "s")
    with Workbench.open(settings=settings) as wb:
        wb.save_dataset(from_dict(STRICT))
        row = b"code,start,finish,size\nab,1950,1960,5\n"
        wb.import_file(iter([row]), "strict", filename="one.csv")
        yield wb, next(wb.records("strict").rows())["record_id"]


@pytest.mark.parametrize("name", BAD)
def test_bad_values_are_refused(refusing: tuple[Workbench, str], name: str) -> None:
    values, field, rule = BAD[name]
    wb, strict = refusing
    before = wb.record("strict", strict)
    with pytest.raises(BadValue) as caught:
        wb.edit("strict", strict, {**values, "size": values.get("size", 6)})
    faults = caught.value.extra["faults"]
    assert (field, rule) in [(f["field"], f["rule"]) for f in faults]
    assert all(f["title"] and f["expected"] for f in faults)
    assert wb.record("strict", strict) == before
    assert len(wb.history("strict", strict)) == 1


def test_every_fault_is_told_at_once(wb: Workbench, strict: str) -> None:
    with pytest.raises(BadValue) as caught:
        wb.edit("strict", strict, {"code": "ABCDE", "size": 99, "good": "?!", "weight": "1"})
    found = sorted((f["field"], f["rule"]) for f in caught.value.extra["faults"])
    assert found == [
        *[("code", "max_length"), ("code", "pattern"), ("good", "type"), ("size", "max")]
    ]


def test_good_values_of_every_type(wb: Workbench, strict: str) -> None:
    values = {
        "kind": "TWO",
        "start": "31.12.1955",
        "size": " 7 ",
        "weight": "-.5e1",
        "good": "Yes",
        "labels": "b",
        "mail": "a@b.org",
        "note": "with a kind",
    }
    after = wb.edit("strict", strict, values)
    assert {n: after[n] for n in values} == {
        **values,
        "kind": "two",
        "start": "1955-12-31",
        "size": 7,
        "weight": -5.0,
        "good": True,
        "labels": ["b"],
    }
    assert wb.edit("strict", strict, {"good": False, "size": 8, "weight": 0.1})["weight"] == 0.1


def test_rules_look_at_the_whole_record(wb: Workbench, strict: str) -> None:
    """Both ends at once are in order, though each alone would not be."""
    after = wb.edit("strict", strict, {"start": "1970", "finish": "1980"})
    assert (after["start"], after["finish"]) == ("1970", "1980")


def test_an_old_fault_elsewhere_does_not_stop_an_edit(wb: Workbench, strict: str) -> None:
    wb.database.write(lambda c: c.execute("UPDATE strict SET finish = 'long ago', kind = 'nine'"))
    assert wb.edit("strict", strict, {"size": 9})["size"] == 9
    assert wb.edit("strict", strict, {"note": "xx"})["note"] == "xx"


def test_what_is_no_text_is_refused(wb: Workbench, ann: str) -> None:
    for text in ("a\0b", "\ud800", "x\udfff", ["\0"], ["a", "\ud800"]):
        with pytest.raises(BadValue, match="tags holds what is no character"):
            wb.edit(SET, ann, {"tags": text})


def test_fields_that_are_not_there(wb: Workbench, ann: str) -> None:
    for name in ("nosuch", "_version", "record_id", 'name"; DROP TABLE x; --', ""):
        with pytest.raises(NotFound):
            wb.edit(SET, ann, {name: "x"})
    assert wb.record(SET, ann)["_version"] == 1


def test_records_that_are_not_there(wb: Workbench) -> None:
    acts: list[Callable[[str], Any]] = [
        lambda record: wb.edit(SET, record, {"mbti": "INTJ"}),
        lambda record: wb.delete(SET, record),
        lambda record: wb.restore(SET, record),
        lambda record: wb.record(SET, record),
    ]
    for act in acts:
        for record in ("x", "", "00000000-0000-7000-8000-000000000000"):
            with pytest.raises(NotFound):
                act(record)


def test_datasets_that_are_not_there(wb: Workbench, ann: str) -> None:
    with pytest.raises(NotFound):
        wb.edit("nosuch", ann, {})


# ---------------------------------------------------------------- delete and restore


def test_delete_and_restore_keep_everything(wb: Workbench, ann: str) -> None:
    values: dict[str, Any] = {f"{n}": t for n, t in zip(("description", "mbti_reason"), NASTY)}
    wb.edit(SET, ann, {**values, "tags": ['say "hi"', "back\\slash", "周"]})
    before = wb.record(SET, ann)
    assert before["_extra"] and before["_source"] == "people.csv"
    wb.delete(SET, ann)
    assert wb.count(SET) == 0
    after = wb.restore(SET, ann)
    moved = ("_version", "_updated_at")
    assert {k: v for k, v in after.items() if k not in moved} == {
        k: v for k, v in before.items() if k not in moved
    }
    assert after["_version"] == before["_version"] + 2
    assert after["_updated_at"] > before["_updated_at"]


def test_restore_keeps_texts_to_the_letter(wb: Workbench, ann: str) -> None:
    for text in NASTY:
        wb.edit(SET, ann, {"description": text, "aliases": [text, "x"]})
        wb.delete(SET, ann)
        after = wb.restore(SET, ann)
        assert (after["description"], after["aliases"]) == (text, [text, "x"])


def test_restore_keeps_every_type(wb: Workbench, strict: str) -> None:
    wb.edit("strict", strict, {"weight": 0.1, "good": False, "labels": ["a"], "size": 3})
    wb.database.write(
        lambda c: c.execute("UPDATE strict SET size = 9007199254740993, labels = [], weight = 1/3")
    )
    before = wb.record("strict", strict)
    wb.delete("strict", strict)
    after = wb.restore("strict", strict)
    for name in ("code", "start", "finish", "size", "weight", "good", "labels", "kind"):
        assert after[name] == before[name], name


def test_a_deleted_record_is_gone_and_can_be_found_again(wb: Workbench, ann: str) -> None:
    wb.delete(SET, ann)
    for act in (lambda: wb.record(SET, ann), lambda: wb.edit(SET, ann, {"mbti": "INTJ"})):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        wb.delete(SET, ann)
    assert [c.record_id for c in wb.deleted(SET)] == [ann]
    wb.restore(SET, ann)
    assert wb.deleted(SET) == []


def test_only_what_is_deleted_can_be_restored(wb: Workbench, ann: str) -> None:
    with pytest.raises(WrongState, match="not deleted"):
        wb.restore(SET, ann)
    assert wb.record(SET, ann)["_version"] == 1


def test_deleted_twice_the_last_state_comes_back(wb: Workbench, ann: str) -> None:
    wb.delete(SET, ann)
    wb.restore(SET, ann)
    wb.edit(SET, ann, {"mbti": "INTJ"})
    wb.delete(SET, ann)
    assert wb.restore(SET, ann)["mbti"] == "INTJ"
    assert [c.version for c in wb.history(SET, ann)] == [6, 5, 4, 3, 2, 1]
