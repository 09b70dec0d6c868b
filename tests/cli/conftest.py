"""A clean folder to work in, and the command line as a function."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.cli.main import main
from core.settings import Settings

PEOPLE = """name,birth_date,mbti,aliases
Ada Lovelace,1815-12-10,intj,Countess
周杰伦,1979-01-18,ISFP,Jay; 周董
,1950-01-01,ISTP,
Bob Bad,1960-01-01,XXXX,
"""


@dataclass
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as JSON: the whole of it."""
        return json.loads(self.out)


Marquee = Callable[..., Answer]


@pytest.fixture(scope="session")
def imported_home(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A working folder after people.csv came in: copied, it saves the import."""
    home = tmp_path_factory.mktemp("imported")
    (home / "db").mkdir()
    shutil.copyfile(empty_database, home / "db" / "marquee.duckdb")
    (home / "people.csv").write_text(PEOPLE, "utf-8")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=home / "db" / "marquee.duckdb",
        data_dir=home / "data_uploads",
        datasets_dir=home / "datasets",
        backup_dir=home / "backups",
    )
    with Workbench.open(settings=settings) as workbench:
        workbench.import_file(home / "people.csv")
    return home


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with people.csv in it; the database is where the defaults say."""
    monkeypatch.chdir(tmp_path)
    if "imported" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("imported_home"), tmp_path, dirs_exist_ok=True)
    else:
        (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    return tmp_path


@pytest.fixture
def marquee(folder: Path, capfd: pytest.CaptureFixture[str]) -> Marquee:
    """`marquee("import", "people.csv")` runs a command in this process."""

    def run(*arguments: str) -> Answer:
        capfd.readouterr()
        code = main(arguments)
        out, err = capfd.readouterr()
        return Answer(code, out, err)

    return run


@pytest.fixture
def imported(marquee: Marquee) -> dict[str, Any]:
    """people.csv, imported: the upload."""
    upload: dict[str, Any] = marquee("uploads", "--json").json[0]
    return upload
