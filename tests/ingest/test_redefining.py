"""A dataset that changes: renamed fields keep values and history, what a change does is said, a copy, a deletion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.datasets.model import Dataset, from_dict
from core.errors import BadDataset, Conflict, InputError, NotFound

Csv = Callable[..., Path]
OLD: dict[str, Any] = {
    "name": "things",
    "key": {"fields": ["code"]},
    "fields": [
        {"name": "code", "required": True},
        {"name": "size", "type": "integer", "max": 9},
        {"name": "tags", "type": "list"},
    ],
    "rules": [{"kind": "needs", "fields": ["size", "code"]}],
}


def changed(**fields: dict[str, Any]) -> Dataset:
    data = {**OLD, "fields": [fields.get(f["name"], f) for f in OLD["fields"]]}
    return from_dict(data)


def renamed_size() -> Dataset:
    data = {
        **OLD,
        "fields": [
            OLD["fields"][0],
            {"name": "width", "type": "integer", "max": 9},
            OLD["fields"][2],
        ],
    }
    return from_dict({**data, "rules": [{"kind": "needs", "fields": ["width", "code"]}]})


@pytest.fixture
def things(wb: Workbench, csv_file: Csv) -> list[str]:
    """Two imports and an edit: the ids of the uploads."""
    wb.datasets.save(from_dict(OLD))
    first = wb.import_file(csv_file("code,size,tags", "a,1,x;y", "b,2,", "c,nine,"), "things")
    second = wb.import_file(csv_file("code,size", "a,3", "d,4", name="b.csv"), "things")
    (a,) = wb.records("things", where={"code": "b"}).rows()
    wb.edit("things", a["record_id"], {"size": 5})
    return [first.id, second.id]


def test_a_renamed_field_keeps_its_values_and_its_history(wb: Workbench, things: list[str]) -> None:
    told = wb.datasets.changes(renamed_size(), {"size": "width"})
    assert "size is called width" in told[0].what and not any(c.refused for c in told)
    wb.datasets.save(renamed_size(), replace=True, renamed={"size": "width"})
    found = {r["code"]: r["width"] for r in wb.records("things").rows()}
    assert found == {"a": 3, "b": 5, "d": 4}
    (a,) = wb.records("things", where={"code": "a"}).rows()
    fields = [c.fields for c in wb.history("things", a["record_id"])]
    assert {"width": (1, 3)} in fields and not any("size" in f for f in fields)
    assert wb.check(deep=True).findings == ()
    # A row in quarantine, taking back, and the next file of the same kind go on with the new name.
    wb.uploads.requeue(things[0], {3: {"size": "7"}})
    assert wb.uploads.problems(things[0])[0].field == "width"
    wb.rollback(things[1])
    found = {r["code"]: r["width"] for r in wb.records("things").rows()}
    assert found == {"a": 1, "b": 5, "c": 7}
    assert wb.check(deep=True).findings == ()


@pytest.mark.parametrize(
    ("renamed", "said"),
    [
        ({"size": "weight"}, "weight is no field that comes"),
        ({"code": "width"}, "code is no field that goes"),
        ({"nothing": "width"}, "nothing is no field"),
    ],
)
def test_what_cannot_be_renamed_is_refused_and_nothing_changes(
    wb: Workbench, things: list[str], renamed: dict[str, str], said: str
) -> None:
    with pytest.raises(BadDataset, match=said):
        wb.datasets.save(renamed_size(), replace=True, renamed=renamed)
    assert wb.datasets.changes(renamed_size(), renamed)[-1].refused
    assert wb.datasets.get("things") == from_dict(OLD)


def test_without_saying_so_values_do_not_move(wb: Workbench, things: list[str]) -> None:
    with pytest.raises(BadDataset, match="values do not move"):
        wb.datasets.save(renamed_size(), replace=True)


def test_a_definition_is_tried_before_it_is_saved(
    wb: Workbench, things: list[str], csv_file: Csv
) -> None:
    stricter = changed(size={"name": "size", "type": "integer", "max": 3})
    tried = wb.datasets.try_out(stricter)
    assert (tried.rows, tried.refused) == (3, 2)
    assert [(b.field, b.rule, b.rows) for b in tried.broken] == [("size", "max", 2)]
    sample = csv_file("Code,Size", "x,1", "y,50", ",2", name="sample.csv")
    tried = wb.datasets.try_out(stricter, sample)
    assert (tried.rows, tried.refused) == (3, 2)
    assert tried.columns == (("Code", "code"), ("Size", "size"))
    assert wb.datasets.get("things") == from_dict(OLD)


def test_what_a_change_does_is_said(wb: Workbench, things: list[str]) -> None:
    new = from_dict(
        {**OLD, "rules": [], "fields": [*OLD["fields"][:2], {"name": "colour", "choices": ["red"]}]}
    )
    told = [c.what for c in wb.datasets.changes(new)]
    assert any(t.startswith("colour comes") for t in told)
    assert any(t.startswith("tags goes; its values are kept") for t in told)


def test_a_copy_is_ones_own(wb: Workbench) -> None:
    copied = wb.datasets.copy("celebrities", "friends", title="Friends")
    assert copied.origin == "user" and wb.datasets.get("friends").label == "Friends"
    with pytest.raises(Conflict):
        wb.datasets.copy("celebrities", "friends")


def test_a_dataset_goes_with_its_data_after_its_name_was_typed(
    wb: Workbench, things: list[str], csv_file: Csv
) -> None:
    wb.import_file(csv_file("name", "Ann", name="p.csv"))
    with pytest.raises(InputError, match="is not the name"):
        wb.datasets.remove("things", typed="Things")
    with pytest.raises(Conflict, match="comes with Marquee"):
        wb.datasets.remove("celebrities", typed="celebrities")
    assert wb.datasets.remove("things", typed="things") == 3
    with pytest.raises(NotFound):
        wb.datasets.get("things")
    assert [u.dataset for u in wb.uploads()] == ["celebrities"]
    assert wb.records.count("celebrities") == 1 and wb.check(deep=True).findings == ()
    assert wb.history.events(limit=1)[0].kind == "dataset.removed" and wb.history.verify()
    wb.datasets.save(from_dict(OLD))
    assert wb.records.count("things") == 0
