"""What all tests share: no setting of this machine reaches them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as profile

from core import Workbench
from core.settings import Settings

# A busy machine is no fault of what is tested.
profile.register_profile("untimed", deadline=None)
profile.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins, so that nobody waits for it in the end."""
    items.sort(key=lambda item: "faults" not in item.path.parts)


TOGETHER = ("tests/search/elastic/",)  # their server is started once


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadgroup`, tests of one server run in one worker. xdist's own marks do nothing on pytest 9.2."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class Together(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((room for room in TOGETHER if nodeid.startswith(room)), nodeid)

    return Together(config, log)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from the test, not from the developer's environment."""
    for name in list(os.environ):
        if name.startswith("MARQUEE_") and name != "MARQUEE_CHROMIUM":
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation of its own, in a temporary folder."""
    home = tmp_path / "installation"
    return Settings(
        database=home / "db" / "m.duckdb",
        data_dir=home / "data_uploads",
        datasets_dir=home / "datasets",
        backup_dir=home / "backups",
    )


@pytest.fixture(scope="session", name="empty_database")
def _empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and nothing in them: copied, it saves every test the migrations."""
    home = tmp_path_factory.mktemp("empty")
    settings = Settings(
        database=home / "m.duckdb", data_dir=home / "data", datasets_dir=home / "datasets"
    )
    with Workbench.open(settings=settings) as workbench:
        workbench.count()
    return settings.database


@pytest.fixture
def wb(settings: Settings, empty_database: Path) -> Iterator[Workbench]:
    """An open Workbench on an empty database; its services are not started."""
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(empty_database, settings.database)
    with Workbench.open(settings=settings) as workbench:
        yield workbench


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV of the given lines, UTF-8, and gives its path."""

    def write(*lines: str, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write
