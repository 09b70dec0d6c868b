"""An installation to which everything happened that can happen: nothing in it is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import Workbench
from core.ingest.uploads import Upload
from core.settings import Settings

Csv = Callable[..., Path]
FIRST = (
    "name,birth_date,mbti,occupations,nationality,Nick",
    "Ada Lovelace,1815-12-10,INTJ,writer,United Kingdom,Countess",
    "周杰伦,1979,ISFP,singer,Taiwan,",
    "Björk,1965-11-21,INFP,singer,Iceland,bjork",
    "Alan Turing,1912-06-23,INTP,,United Kingdom,",
    "Bob Bad,1960-01-01,XXXX,,,",
    ",1950-01-01,ISTP,,,",
    "Lise Meitner,1878-11-07,,physicist,Austria,",
)
SECOND = (
    "name,birth_date,occupations,description,Nick",
    "Ada Lovelace,1815-12-10,mathematician,The first programmer,Ada",
    "周杰伦,1979-01-18,actor,,Jay",
    "Grace Hopper,1906-12-09,admiral,,",
    "BJÖRK,1965-11-21,actor,“quoted” and “双”,",
)


def lived(wb: Workbench, csv_file: Csv) -> dict[str, Upload]:
    """Imports, edits, deletions, restores, rows brought back, rollbacks, and rollbacks of those."""
    first = wb.import_file(csv_file(*FIRST, name="first.csv"), source_name="main")
    second = wb.import_file(csv_file(*SECOND, name="second.csv"))
    by_name = {r["name"]: str(r["record_id"]) for r in wb.records().rows()}
    ada, alan, lise = by_name["Ada Lovelace"], by_name["Alan Turing"], by_name["Lise Meitner"]
    wb.edit("celebrities", ada, {"mbti": "ENTP", "aliases": ["Countess", "女伯爵"]})
    wb.edit("celebrities", ada, {"description": None, "birth_date": "1815"})
    wb.edit("celebrities", by_name["Grace Hopper"], {"name": "Grace Brewster Hopper"})
    wb.requeue(first.id, {5: {"mbti": "ESTP"}})
    wb.delete("celebrities", alan)
    wb.restore("celebrities", alan)
    wb.edit("celebrities", alan, {"mbti": "INTJ"})
    wb.delete("celebrities", lise)
    third = wb.import_file(
        csv_file("name,mbti", "Ada Lovelace,ISTJ", "Bob Bad,ISFJ", "New One,INTP", name="third.csv")
    )
    back = wb.rollback(third.id)
    again = wb.rollback(str(back.id))
    wb.rollback(second.id)
    replacing = wb.import_file(
        csv_file(*FIRST[:3], name="replacing.csv"), source_name="main", mode="replace"
    )
    wb.rollback(replacing.id)
    fourth = wb.import_file(
        csv_file("name,tags", "Ada Lovelace,x;y", "Alan Turing,z", "Quiet One,", name="4.csv")
    )
    assert again.id
    return {"first": first, "second": second, "third": third, "fourth": fourth}


@pytest.fixture(scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Upload]]:
    home = tmp_path_factory.mktemp("lived")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=home / "m.duckdb",
        data_dir=home / "data",
        datasets_dir=home / "datasets",
    )

    def csv_file(*lines: str, name: str) -> Path:
        path = home / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    with Workbench.open(settings=settings) as workbench:
        uploads = lived(workbench, csv_file)
    return home, uploads


@pytest.fixture
def busy(settings: Settings, _home: tuple[Path, dict[str, Upload]]) -> dict[str, Upload]:
    """The uploads of an installation that lived; it is copied to where the settings say."""
    home, uploads = _home
    settings.database.parent.mkdir(parents=True)
    shutil.copyfile(home / "m.duckdb", settings.database)
    shutil.copytree(home / "data", settings.data_dir)
    return uploads


@pytest.fixture
def wb(settings: Settings, busy: dict[str, Upload]) -> Iterator[Workbench]:
    """The workbench of that installation."""
    with Workbench.open(settings=settings) as workbench:
        yield workbench
