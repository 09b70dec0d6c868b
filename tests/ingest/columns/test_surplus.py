"""Columns of a file that are no field: kept beside the fields, every time, unless somebody drops them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Dataset, Workbench
from core.datasets.model import to_toml

LINES = ("name,mbti,city", "Ann,INTJ,Rome", "Bo,,", "Cy,XXXX,Paris")
Define = Callable[..., None]


@pytest.fixture
def define(wb: Workbench) -> Define:
    """Say which fields people have, as somebody would by editing the file of the definition."""

    def write(*names: str) -> None:
        fields: list[dict[str, Any]] = [{"name": n} for n in names]
        fields[names.index("name")]["required"] = True
        fields[names.index("mbti")]["choices"] = ["INTJ", "ENFP"]
        key = {"fields": ["name"]}
        dataset = Dataset.model_validate({"name": "people", "fields": fields, "key": key})
        path = wb.settings.datasets_dir / "people.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_toml(dataset), "utf-8")
        wb.registry._seen = ()  # two changes within one tick of the clock

    return write


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def extras(wb: Workbench, dataset: str = "people") -> dict[str, Any]:
    rows = wb.records(dataset).rows()
    return {r["name"]: json.loads(r["_extra"]) for r in rows if r["_extra"]}


@pytest.mark.parametrize("when", ["before it came", "before the preview", "after the preview"])
def test_a_column_whose_field_went_is_kept(
    wb: Workbench, define: Define, tmp_path: Path, when: str
) -> None:
    path = written(tmp_path / "a.csv", *LINES)
    gone = ("name", "mbti")
    define(*gone, *([] if when == "before it came" else ["city"]))
    upload = wb.receive(path, dataset="people")
    if when == "after the preview":
        wb.preview(upload.id)
    define(*gone)
    preview = wb.preview(upload.id)
    shown = {c.title: {f.field: f.new for f in c.fields} for c in preview.changes("new")}
    assert shown == {
        "Ann": {"name": "Ann", "mbti": "INTJ", "_extra": {"city": "Rome"}},
        "Bo": {"name": "Bo"},
    }
    wb.commit(upload.id)
    assert extras(wb) == {"Ann": {"city": "Rome"}}
    wb.requeue(upload.id, {3: {"mbti": "ENFP"}})
    assert extras(wb) == {"Ann": {"city": "Rome"}, "Cy": {"city": "Paris"}}
    again = wb.receive(written(tmp_path / "b.csv", LINES[0], "Ann,,Oslo"), dataset="people")
    (change,) = wb.preview(again.id).changes("changed")
    assert [(f.field, f.old, f.new) for f in change.fields] == [
        ("_extra", {"city": "Rome"}, {"city": "Oslo"})
    ]
    assert wb.check(deep=True).findings == ()


def test_a_column_whose_first_rows_are_empty_is_kept(wb: Workbench, tmp_path: Path) -> None:
    lines = [f"Person {chr(97 + i % 26)}{i},{'Rome' if i == 299 else ''}" for i in range(300)]
    upload = wb.import_file(written(tmp_path / "a.csv", "name,town", *lines))
    assert extras(wb, "celebrities") == {"Person n299": {"town": "Rome"}}
    (town,) = [c for c in upload.plan.mapping if c.column == "town"]
    assert (
        town.reason
        == "no field is like it (the header says city), and its first rows have no values"
    )


def test_what_is_typed_into_an_empty_column_is_kept(
    wb: Workbench, define: Define, tmp_path: Path
) -> None:
    define("name", "mbti")
    path = written(tmp_path / "a.csv", "name,mbti,city", "Ann,XXXX,")
    upload = wb.import_file(path, dataset="people")
    wb.requeue(upload.id, {1: {"mbti": "INTJ", "city": "Rome"}})
    assert extras(wb) == {"Ann": {"city": "Rome"}}


def test_a_column_that_was_dropped_stays_dropped_when_another_field_goes(
    wb: Workbench, define: Define, tmp_path: Path
) -> None:
    define("name", "mbti", "city")
    header = "name,mbti,town,secret"
    upload = wb.receive(written(tmp_path / "a.csv", header, "Ann,INTJ,Rome,x"), dataset="people")
    wb.plan(upload.id, choices={"town": "city", "secret": None}, confirmed=True)
    wb.commit(upload.id)
    define("name", "mbti")
    wb.import_file(written(tmp_path / "b.csv", header, "Bo,ENFP,Oslo,y"), dataset="people")
    assert extras(wb) == {"Bo": {"town": "Oslo"}}
