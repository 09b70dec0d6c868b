"""A small list of people with some twice, as somebody would bring it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

PEOPLE = """name,name_en,birth_date,gender,nationality,occupations
周杰伦,Jay Chou,1979-01-18,male,Taiwan,singer; composer
周杰倫,Jay Chou,1979,male,Taiwan,singer
Ada Lovelace,,1815-12-10,female,United Kingdom,mathematician
Ada Lovelase,,1815-12-10,female,United Kingdom,mathematician; writer
Lovelace Ada,,1815-10-12,female,,mathematician
Grace Hopper,,1906-12-09,female,United States,computer scientist
Grace Kelly,,1929-11-12,female,United States,actor
Alan Turing,,1912-06-23,male,United Kingdom,mathematician
John Smith,,1912-06-23,male,United Kingdom,actor
"""


@pytest.fixture
def people(wb: Workbench, tmp_path: Path) -> Workbench:
    """A workbench with those people."""
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    wb.import_file(path)
    return wb


@pytest.fixture
def named(people: Workbench) -> Callable[[str], str]:
    """The id of the record with that name."""

    def find(name: str) -> str:
        rows = list(people.records("celebrities", where={"name": name}).rows())
        return str(rows[0]["record_id"])

    return find
