"""A workbench with a person in it who is to be forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import Workbench
from core.privacy import scrubbing
from core.settings import Settings

PEOPLE = """name,birth_date,description,source
Ada Quillfeather,1987-03-12,collects barometers,press
Bo Marsh,1990-05-06,paints,press
Cy Park,1971-11-02,walks,press
"""


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    shutil.copyfile(empty_database, tmp_path / "m.duckdb")
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=tmp_path / "m.duckdb",
        data_dir=tmp_path / "raw",
        datasets_dir=tmp_path / "datasets",
        backup_dir=tmp_path / "backups",
        watch_folder=False,
    )


@pytest.fixture
def wb(settings: Settings, tmp_path: Path) -> Iterator[Workbench]:
    with Workbench.open(settings=settings) as opened:
        opened.import_file(file_in(tmp_path, PEOPLE))
        yield opened


@pytest.fixture
def without_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the free blocks of the file, which take most of the time; `found_in` looks for these."""
    monkeypatch.setattr(scrubbing, "blocks", lambda database, dataset: None)


def file_in(folder: Path, text: str, name: str = "people.csv") -> Path:
    place = folder / "brought"
    place.mkdir(exist_ok=True)
    path = place / name
    path.write_text(text, "utf-8")
    return path


def ada(wb: Workbench) -> str:
    return str(next(wb.records(where={"name": "Ada Quillfeather"}).rows())["record_id"])
