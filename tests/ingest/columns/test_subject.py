"""Tables of things that have a name, brought to a dataset of people: told, by their columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

Csv = Callable[..., Path]


@pytest.mark.parametrize(
    ("head", "row", "severity"),
    [
        ("Name,Year,Genre,Director", "Amélie,2001,romance,Jeunet", "warning"),
        ("Name,Founded,Country,Industry", "Apple,1976,US,tech", "warning"),
        ("Name,Release date,Studio", "Amélie,2001-04-25,UGC", "warning"),
        ("Name,Product,Price", "Mug,x,3", "warning"),
        ("Name,Country,Population", "Paris,FR,2000000", "info"),
        ("Name,Species,Breed,Born", "Rex,dog,boxer,2015", "info"),
        ("Name,Born,Country,Genre", "Ann Ames,1990,US,pop", None),
        ("Name,Team,Goals", "Ann Ames,Reds,3", None),
        ("Name,MBTI,Agent,Pet", "Ann Ames,INTJ,x,dog", None),
        ("Name,Gender,Founded", "Ann Ames,female,1990", None),
        ("First Name,Last Name,Owner", "Ann,Ames,x", None),
        ("Name,Country", "Ann Ames,US", None),
        ("Name", "Ann Ames", None),
    ],
)
def test_what_the_columns_say(
    wb: Workbench, csv_file: Csv, head: str, row: str, severity: str | None
) -> None:
    problems = wb.preview(csv_file(head, row, name="p.csv")).problems
    assert [p.severity for p in problems if p.rule == "subject"] == [severity][: bool(severity)]


def test_a_file_that_is_called_after_things(wb: Workbench, csv_file: Csv) -> None:
    found = wb.preview(csv_file("Name,Artist", "Bad,Jackson", name="songs.csv")).problems
    (problem,) = [p for p in found if p.rule == "subject"]
    assert problem.severity == "warning" and "songs.csv" in problem.expected
    others = wb.preview(csv_file("Name,Role", "Ann,x", name="films of actors.csv")).problems
    assert [p for p in others if p.rule == "subject"] == []
