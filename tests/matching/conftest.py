"""A small list of people with some twice, as somebody would bring it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import Workbench
from core.settings import Settings

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


def settings_in(home: Path) -> Settings:
    """The settings of an installation in that folder."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=home / "m.duckdb",
        data_dir=home / "data",
        datasets_dir=home / "datasets",
        backup_dir=home / "backups",
    )


@pytest.fixture(scope="session")
def people_home(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A folder with the database and the kept files after they came in: copied, it saves the import."""
    home = tmp_path_factory.mktemp("people")
    settings = settings_in(home)
    shutil.copyfile(empty_database, settings.database)
    with Workbench.open(settings=settings) as workbench:
        workbench.import_file([PEOPLE.encode()], filename="people.csv")
    return home


@pytest.fixture
def people(tmp_path: Path, people_home: Path) -> Iterator[Workbench]:
    """A workbench with those people."""
    home = tmp_path / "people"
    shutil.copytree(people_home, home)
    with Workbench.open(settings=settings_in(home)) as workbench:
        yield workbench


@pytest.fixture
def named(people: Workbench) -> Callable[[str], str]:
    """The id of the record with that name."""

    def find(name: str) -> str:
        rows = list(people.records("celebrities", where={"name": name}).rows())
        return str(rows[0]["record_id"])

    return find
