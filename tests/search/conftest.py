"""A few people whose names are written in many ways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import Workbench
from core.search import facets
from core.settings import Settings

PEOPLE = (
    "name,name_en,aliases,birth_date,occupations,nationality,mbti,description",
    "周杰伦,Jay Chou,周董; Jay; Zhou Jielun,1979-01-18,singer; actor,China,INTJ,Mandopop king",
    "Michael Jordan,,MJ; Air Jordan,1963-02-17,basketball player,United States,ISTP,Chicago Bulls",
    "Bob Dylan,,Robert Zimmerman,1941-05-24,singer; poet,United States,INFP,Wrote Blowin' in the Wind",
    "J. K. Rowling,,Joanne Rowling,1965-07-31,writer,United Kingdom,INFJ,Author of Harry Potter",
    "Beyoncé Knowles,,,1981-09-04,singer,United States,ISFJ,Queen B",
    "Leonardo DiCaprio,,,1974-11-11,actor,United States,ESFP,Titanic",
    "Пётр Чайковский,Pyotr Tchaikovsky,,1840-05-07,composer,Russia,,Swan Lake",
    "Ben Johnson,,,1961,athlete,Canada,,",
)


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    """Facets are counted however busy the machine is; a test of late ones sets its own limit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facets, "SECONDS", 30.0)
        yield


@pytest.fixture(scope="session", name="lasting")
def _lasting(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that knows them, with its index."""
    home = tmp_path_factory.mktemp("people")
    shutil.copyfile(empty_database, home / "m.duckdb")
    (home / "people.csv").write_text("\n".join(PEOPLE), "utf-8")
    with _opened(home / "m.duckdb", home) as workbench:
        workbench.import_file(home / "people.csv")
        workbench.search("")
    return home / "m.duckdb"


def _opened(database: Path, home: Path) -> Workbench:
    settings = Settings(database=database, data_dir=home / "data", datasets_dir=home / "datasets")
    return Workbench.open(settings=settings)


@pytest.fixture(scope="session")
def people(lasting: Path) -> Iterator[Workbench]:
    """A workbench that knows them, for all tests that only ask."""
    with _opened(lasting, lasting.parent) as workbench:
        yield workbench


@pytest.fixture
def changing(lasting: Path, people: Workbench, tmp_path: Path) -> Iterator[Workbench]:
    """One of its own, to change them."""
    people.database.write(lambda c: c.execute("CHECKPOINT"), transaction=False)
    shutil.copyfile(lasting, tmp_path / "m.duckdb")
    with _opened(tmp_path / "m.duckdb", tmp_path) as workbench:
        yield workbench
