"""A birth after the death in the same row is told, wherever the death stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.ingest.problems import Problem

Csv = Callable[..., Path]


def told(wb: Workbench, path: Path) -> list[Problem]:
    return [p for p in wb.preview(path).problems if p.rule == "lifetime"]


@pytest.mark.parametrize(
    "born, died, wrong",
    [
        ("1980-01-02", "1970-02-03", True),
        ("1980", "1979-12-31", True),
        ("1980", "1979", True),
        ("1980-05", "1980-04-30", True),
        ("-0044", "-0100", True),
        ("1980", "1980-01-01", False),
        ("1980-05-06", "1980", False),
        ("-0100", "-0044", False),
        ("1980", "05/06/1970", True),  # day or month first: its year is enough
        ("1980", "05/06/1990", False),
        ("1980", "12th century", False),
        ("1980", "", False),
        ("", "1970", False),
    ],
)
def test_only_what_cannot_be_is_told(
    wb: Workbench, csv_file: Csv, born: str, died: str, wrong: bool
) -> None:
    path = csv_file("name,born,died", f"Ann,{born},{died}", "Bo,1950,1999")
    assert [p.count for p in told(wb, path)] == ([1] if wrong else [])


def test_the_row_and_both_dates_are_shown(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,born,Sterbedatum", "Bo,1950,1999", "Ann,2. Januar 1980,3. Mai 1970")
    (found,) = told(wb, path)
    assert (found.field, found.column, found.severity) == ("birth_date", "born", "warning")
    assert [(e.row, e.found) for e in found.examples] == [
        (2, "1980-01-02 (Sterbedatum: 3. Mai 1970)")
    ]
    assert found.expected == "a date not after the one in “Sterbedatum”"


def test_other_dates_are_no_deaths(wb: Workbench, csv_file: Csv) -> None:
    assert told(wb, csv_file("name,born,place of death,debut", "Ann,1980,1970,1975")) == []
