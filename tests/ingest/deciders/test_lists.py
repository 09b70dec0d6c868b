"""Lists in JSON where a field holds one text, as APIs write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench

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
    assert told["nationality"] == "2 values are lists in JSON, and the field holds one"
    ann, bo, cy = imported(wb, path)
    assert (ann["nationality"], ann["birth_date"], ann["tags"]) == ("US; GB", "1990", ["a", "b"])
    assert (bo["nationality"], bo["description"]) == ("United Kingdom", "one; two")
    assert (cy["nationality"], cy["description"]) == ("France", None)
    assert wb.check(deep=True).findings == ()


def test_the_same_in_a_text(wb: Workbench, csv_file: Csv) -> None:
    assert imported(wb, csv_file("name,nationality", 'Ann,"[""GB""]"'))[0]["nationality"] == (
        "United Kingdom"
    )


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
