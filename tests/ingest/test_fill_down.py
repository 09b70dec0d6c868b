"""What stands in the first row of each group only is asked about, and filled down where somebody says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

File = Callable[..., Path]
GROUPS = (
    "country,name,mbti",
    "UK,Ann Lee,INTJ",
    ",Bo Hall,bad",
    ",Cy Dean,INTP",
    "US,Dee Fox,INFJ",
    " ,Ed Kay,INTJ",
)
DOWN = {"op": "fill_down", "field": "nationality", "value": "down"}


def test_the_first_row_of_each_group_is_asked_about(wb: Workbench, csv_file: File) -> None:
    preview = wb.preview(csv_file(*GROUPS))
    (asked,) = preview.questions
    assert (asked.rule, asked.severity, asked.count) == ("first_of_group", "warning", 3)
    empty = next(a["step"] for a in asked.answers if a["step"]["value"] == "empty")
    assert not wb.preview(preview.id, recipe=[*preview.recipe, empty]).questions


def test_filled_down_also_in_quarantine_and_back(wb: Workbench, csv_file: File) -> None:
    preview = wb.preview(csv_file(*GROUPS))
    upload = wb.commit(wb.preview(preview.id, recipe=[*preview.recipe, DOWN]).id)
    (row,) = wb.uploads.quarantine(upload.id)
    assert row.cells["country"] == "UK"
    wb.uploads.requeue(upload.id, {row.row: {"mbti": "ENTP"}})
    found = {r["name"].split()[0]: r["nationality"] for r in wb.records().rows()}
    assert found == {
        **dict.fromkeys(("Ann", "Bo", "Cy"), "United Kingdom"),
        **dict.fromkeys(("Dee", "Ed"), "United States"),
    }
    assert not [f for f in wb.check(deep=True).findings if f.severity == "error"]


@pytest.mark.parametrize(
    "rows",
    [
        ("name,country", "Ann,UK", "Bo,", "Cy,UK", "Dee,"),  # a value that comes again
        ("name,country", "Ann,", "Bo,UK", "Cy,", "Dee,US"),  # the first has none
        ("name,country", "Ann,UK", "Bo,", "Cy,", "Dee,"),  # one value alone
        ("name,tags", "Ann,a", "Bo,", "Cy,b", "Dee,"),  # behind the names, and no known words
    ],
)
def test_what_is_only_missing_here_and_there(
    wb: Workbench, csv_file: File, rows: tuple[str, ...]
) -> None:
    assert "first_of_group" not in {p.rule for p in wb.preview(csv_file(*rows)).problems}


def test_a_column_beside_the_fields_is_told(wb: Workbench, csv_file: File) -> None:
    rows = ("Team,name,mbti", "Reds,Ann,INTJ", ",Bo,INTP", "Blues,Cy,INTJ", ",Dee,INTP")
    (told,) = [p for p in wb.preview(csv_file(*rows)).problems if p.rule == "first_of_group"]
    assert (told.column, told.count, told.answers) == ("Team", 2, [])
