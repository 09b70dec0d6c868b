"""Lists in JSON where a field holds one text, as APIs write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.records.export import csv_bytes
from core.records.lines import csv_records

Csv = Callable[..., Path]


def imported(wb: Workbench, path: Path) -> list[dict[str, Any]]:
    wb.import_file(path)
    return list(wb.records(order_by="name").rows())


def test_the_texts_of_a_list_are_taken_out_of_it(wb: Workbench, tmp_path: Path) -> None:
    people = [
        {"name": "Ann", "nationality": ["US", "GB"], "birth_date": ["1990"], "tags": ["a", "b"]},
        {"name": "Bo", "nationality": ["GB"], "description": ["one", "two"], "birth_date": []},
        {"name": ["Cy"], "nationality": "FR", "description": []},
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(people), "utf-8")
    preview = wb.preview(path)
    told = {s.field: s.reason for s in preview.recipe if s.op == "unlist"}
    assert told.keys() == {"name", "nationality", "birth_date", "description"}
    assert (
        told["nationality"] == "2 values are lists as programs write them, and the field holds one"
    )
    ann, bo, cy = imported(wb, path)
    assert (ann["nationality"], ann["birth_date"], ann["tags"]) == ("US; GB", "1990", ["a", "b"])
    assert (bo["nationality"], bo["description"]) == ("United Kingdom", "one; two")
    assert (cy["nationality"], cy["description"]) == ("France", None)
    assert wb.check(deep=True).findings == ()


def test_the_same_in_a_text(wb: Workbench, csv_file: Csv) -> None:
    assert imported(wb, csv_file("name,nationality", 'Ann,"[""GB""]"'))[0]["nationality"] == (
        "United Kingdom"
    )


WRITTEN = [
    ("""["a", "b, c"]""", ["a", "b, c"]),
    ("""['a', "b's"]""", ["a", "b's"]),
    (r"""['a, x; y', 'b\'s', None, nan]""", ["a, x; y", "b's"]),
    ("""['a' 'b']""", ["a", "b"]),
    ("""['a'\n 'b']""", ["a", "b"]),
    ("{a,b}", ["a", "b"]),
    ("""{a,"b, c",NULL}""", ["a", "b, c"]),
    ("{}", None),
    ("[]", None),
]


@pytest.mark.parametrize("text, texts", WRITTEN)
def test_lists_of_programs_are_taken_apart(
    wb: Workbench, csv_file: Csv, text: str, texts: list[str] | None
) -> None:
    quoted = text.replace('"', '""')
    path = csv_file("name,tags,birth_date", f'Ann,"{quoted}",1990')
    assert [p.rule for p in wb.preview(path).problems] == []
    assert imported(wb, path)[0]["tags"] == texts


def test_a_list_of_python_where_one_text_belongs(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,nationality", "Ann,['GB']", "Bo,\"['US', 'GB']\"")
    assert [r["nationality"] for r in imported(wb, path)] == ["United Kingdom", "US; GB"]


@pytest.mark.parametrize(
    "field, text",
    [
        ("tags", """[{"id": 1, "name": "actor"}]"""),
        ("tags", """[{'name': 'actor'}, {'name': 'singer'}]"""),
        ("tags", "[actor, singer]"),
        ("description", """{'code': 'GB'}"""),
        ("description", """[{"type": "p", "text": "Hello"}]"""),
    ],
)
def test_objects_are_told(wb: Workbench, csv_file: Csv, field: str, text: str) -> None:
    quoted = text.replace('"', '""')
    preview = wb.preview(csv_file(f"name,{field}", f'Ann,"{quoted}"'))
    assert [(p.rule, p.field, p.severity) for p in preview.problems] == [
        ("structured", field, "warning")
    ]


@pytest.mark.parametrize(
    "tags", [["{a}"], ["x &amp", "b"], ["b", "&#39"], ["['a']"], ["&lt;", "b"]]
)
def test_such_elements_come_back(wb: Workbench, tmp_path: Path, tags: list[str]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"name": "Ann", "tags": tags}, {"name": "Bo"}]), "utf-8")
    wb.import_file(path)
    back = tmp_path / "back.csv"
    back.write_bytes(b"".join(csv_records(wb.records(), ["name", "tags"])))
    assert vars(wb.preview(back).counts)["unchanged"] == 2
    back.write_bytes(b"".join(csv_bytes(["name", "tags"], [["Ann", tags], ["Bo", None]])))
    assert vars(wb.preview(back).counts)["unchanged"] == 2


@pytest.mark.parametrize("text", ["[1]", "[sic]", "[a] b", "[{}]", '["a"', '["a"] b'])
def test_what_is_no_list_of_texts_stays(wb: Workbench, csv_file: Csv, text: str) -> None:
    quoted = text.replace('"', '""')
    assert imported(wb, csv_file("name,description", f'Ann,"{quoted}"'))[0]["description"] == text


def test_a_list_below_the_rows_that_are_looked_at_first(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ingest.staging.SAMPLE", 2)
    rows = ("Ann,GB", "Bo,FR", "Cy,JP", 'Di,"[""GB""]"')
    assert imported(wb, csv_file("name,nationality", *rows))[3]["nationality"] == "United Kingdom"


def test_without_the_step_it_is_told(wb: Workbench, csv_file: Csv) -> None:
    preview = wb.preview(csv_file("name,description", 'Ann,"[""x""]"'), recipe=[])
    assert [(p.rule, p.severity) for p in preview.problems] == [("list", "warning")]
