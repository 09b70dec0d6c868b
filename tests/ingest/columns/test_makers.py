"""Column names of more languages, and lists of people who are called after what they make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import BadMapping

File = Callable[..., Path]


def _choices(wb: Workbench, file: Path) -> list[str | None]:
    return [c.choice for c in wb.preview(file).mapping]


@pytest.mark.parametrize(
    ("header", "rows", "choices"),
    [
        ("Composer,Born", ("Ada Roth,1939", "Eva Pil,1950"), ["name", "birth_date"]),
        ("Author,Country", ("Ada Roth,France", "Eva Pil,Spain"), ["name", "nationality"]),
        ("Osoba,Narozen", ("Ada Roth,1939", "Eva Pil,1950"), ["name", "birth_date"]),
        (
            "Nom,Cognoms,Data de naixement",
            ("Ada,Roth,1939", "Eva,Pil,1950"),
            ["name:given", "name:family", "birth_date"],
        ),
        (
            "Emri,Mbiemri,Datëlindja",
            ("Ada,Roth,1939", "Eva,Pil,1950"),
            ["name:given", "name:family", "birth_date"],
        ),
        ("Vārds,Dzimšanas datums", ("Ada Roth,1939", "Eva Pil,1950"), ["name", "birth_date"]),
        (
            "Name,known_for_department",
            ("Ada Roth,Acting", "Eva Pil,Directing"),
            ["name", "occupations"],
        ),
        ("Name,Firma", ("Ada Roth,Roth AG", "Eva Pil,Pil AG"), ["name", "extra"]),
    ],
)
def test_columns_of_people(
    wb: Workbench, csv_file: File, header: str, rows: tuple[str, ...], choices: list[str]
) -> None:
    assert _choices(wb, csv_file(header, *rows)) == choices


def test_authors_of_books_are_no_rows_of_people(wb: Workbench, csv_file: File) -> None:
    with pytest.raises(BadMapping):
        wb.preview(
            csv_file("Author,Title,Country", "Ada Roth,Big Book,France", "Eva Pil,Old,Spain")
        )


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        ("Name,Born,,Country,Capital", "Ada Roth,1980,,France,Paris", True),
        ("Name,Born,,Country", "Ada Roth,1980,,France", False),  # one column: a spacer
        ("Name,Born,,Country,Capital", "Ada Roth,1980,x,France,Paris", False),  # not empty
    ],
)
def test_two_tables_side_by_side_are_told(
    wb: Workbench, csv_file: File, header: str, row: str, told: bool
) -> None:
    found = wb.preview(csv_file(header, row, row.replace("Ada", "Eva")))
    assert ("side_by_side" in {p.rule for p in found.problems}) == told
