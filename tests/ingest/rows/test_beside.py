"""Two columns for one field: the one that is not taken is told where it says something else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.ingest.problems import Problem

Csv = Callable[..., Path]


def told(wb: Workbench, path: Path, **options: object) -> list[Problem]:
    return [p for p in wb.preview(path, **options).problems if p.rule == "beside"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "header, rows, expected",
    [
        ("name,birth_date,DOB", ("Ann,1980-01-02,1981-05-06", "Bo,1970-03-04,4 March 1970"), 1),
        ("name,birth_date,DOB", ("Ann,1980-01-02,1980", "Bo,1970-03-04,"), 0),
        ("name,birth_date,DOB", ("Ann,1980,1980-05-06", "Bo,,1970"), 2),
        ("name,birth year,birthday", ("Ann,1980,May 6", "Bo,1970,May 7"), 2),
        ("name,Stage name,born", ("Ann,Lady A,1980", "Bo,BO,1970"), 1),
        ("name,occupation,occupation 2", ("Ann,singer,Singer", "Bo,poet,actor"), 1),
        ("name,citizenship,country", ("Ann,GB,United Kingdom", "Bo,FR,Spain"), 1),
        ("name,born,manager name", ("Ann,1980,Cy", "Bo,1970,Di"), 0),
        ("name,citizenship,country of residence", ("Ann,GB,FR", "Bo,FR,GB"), 0),
    ],
)
def test_what_the_other_column_says_is_told(
    wb: Workbench, csv_file: Csv, header: str, rows: tuple[str, ...], expected: int
) -> None:
    found = told(wb, csv_file(header, *rows))
    assert [p.count for p in found] == ([expected] if expected else [])


def test_the_row_and_both_values_are_shown(wb: Workbench, csv_file: Csv) -> None:
    (found,) = told(wb, csv_file("name,born,DOB", "Ann,1980,1980", "Bo,1970,1971-05-06"))
    assert (found.field, found.column, found.severity) == ("birth_date", "DOB", "warning")
    assert "“born”" in found.expected
    assert [(e.row, e.found) for e in found.examples] == [(2, "1971-05-06 (taken: 1970)")]


def test_a_field_that_no_column_was_near_enough_for(wb: Workbench, tmp_path: Path) -> None:
    people = [{"name": "Ann", "nationality": {"code": "GB", "label": "United Kingdom"}}]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(people), "utf-8")
    (found,) = told(wb, path)
    assert (found.field, found.column, found.count) == ("nationality", "nationality.label", 1)


def test_of_long_texts_it_is_only_said(wb: Workbench, csv_file: Csv) -> None:
    (found,) = told(
        wb, csv_file("name,description,bio", "Ann,sings,born in Rome", "Bo,acts,is tall")
    )
    assert (found.field, found.severity) == ("description", "info")


def test_what_somebody_chose_is_meant(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,born,DOB", "Ann,1980,1981")
    assert told(wb, path, mapping={"DOB": "extra"}) == []


@pytest.mark.parametrize("header", ['Stage "name"', "stage.name", "stage$name", "stage [name]"])
def test_headers_with_signs(wb: Workbench, csv_file: Csv, header: str) -> None:
    quoted = header.replace('"', '""')
    found = told(wb, csv_file(f'name,born,"{quoted}"', "Ann,1980,Lady A"))
    assert [p.column for p in found] == [header]


@pytest.mark.parametrize(
    ("header", "values", "count"),
    [
        ("Position", ("Forward", "Keeper"), 2),
        ("Poste", ("Directrice", ""), 1),
        ("Position", ("1", "2"), 0),  # of a ranking
        ("Position held", ("Senator", "Mayor"), 0),
        ("Start position", ("left", "right"), 0),
    ],
)
def test_a_position_that_may_be_an_occupation(
    wb: Workbench, csv_file: Csv, header: str, values: tuple[str, str], count: int
) -> None:
    rows = [f"{name} Roth,1980,{value}" for name, value in zip(("Ada", "Bo"), values)]
    found = told(wb, csv_file(f"name,born,{header}", *rows))
    assert [(p.field, p.count) for p in found] == ([("occupations", count)] if count else [])


def test_beside_an_occupation_a_position_is_something_else(wb: Workbench, csv_file: Csv) -> None:
    assert not told(wb, csv_file("name,occupation,Position", "Ada Roth,poet,Chair"))
