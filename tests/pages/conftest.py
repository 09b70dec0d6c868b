"""Every page is tested through the router, on a real workbench in an empty folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core import Workbench, server
from core.settings import Settings
from tests.pages.helpers import ROUTER, SAMPLES, Open


@pytest.fixture(scope="session", autouse=True)
def _components() -> Iterator[None]:
    """Every AppTest looks through all installed packages for components: once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database and the kept files after the sample came in: copied, it saves the import."""
    home = tmp_path_factory.mktemp("sample")
    with Workbench.open(settings=_settings(home)) as workbench:
        workbench.import_file(SAMPLES / "celebrities.json")
    return home


@pytest.fixture(scope="session")
def messy_home(tmp_path_factory: pytest.TempPathFactory, sample_home: Path) -> Path:
    """The same after the messy file came in as well."""
    home = tmp_path_factory.mktemp("messy")
    shutil.copytree(sample_home, home, dirs_exist_ok=True)
    with Workbench.open(settings=_settings(home)) as workbench:
        workbench.import_file(SAMPLES / "people_messy.csv")
    return home


def _settings(home: Path) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=home / "m.duckdb",
        data_dir=home / "uploads",
        datasets_dir=home / "datasets",
        backup_dir=home / "backups",
    )


@pytest.fixture
def wb(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    empty_database: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workbench]:
    """The workbench that the pages use; with files in it where the test asks for `sample` or `messy`."""
    home = next((f"{n}_home" for n in ("messy", "sample") if n in request.fixturenames), None)
    if home:
        shutil.copytree(request.getfixturevalue(home), tmp_path, dirs_exist_ok=True)
    else:
        shutil.copyfile(empty_database, tmp_path / "m.duckdb")
    monkeypatch.setenv("MARQUEE_DATABASE", str(tmp_path / "m.duckdb"))
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path / "uploads"))
    monkeypatch.setenv("MARQUEE_DATASETS_DIR", str(tmp_path / "datasets"))
    monkeypatch.setenv("MARQUEE_BACKUP_DIR", str(tmp_path / "backups"))
    monkeypatch.setenv("MARQUEE_WATCH_FOLDER", "false")
    monkeypatch.chdir(tmp_path)
    yield server.workbench()
    server.close()
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def sample(wb: Workbench) -> Workbench:
    """The same with the sample in it."""
    return wb


@pytest.fixture
def messy(sample: Workbench) -> str:
    """The same with the messy file in it as well: the id of its upload."""
    return next(u.id for u in sample.uploads() if u.filename == "people_messy.csv")


@pytest.fixture
def open_page(wb: Workbench) -> Open:
    """Open a page with parameters in the address bar, as a deep link does."""

    def open_(name: str = "home", **params: Any) -> AppTest:
        at = AppTest.from_file(ROUTER, default_timeout=60)
        at.run()
        if name != "home":
            at.switch_page(f"{name}.py")
        for key, value in params.items():
            at.query_params[key] = value
        return at.run()

    return open_
