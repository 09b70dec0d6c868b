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
from tests.pages.helpers import ROUTER, SAMPLES, Open


@pytest.fixture(scope="session", autouse=True)
def _components() -> Iterator[None]:
    """Every AppTest looks through all installed packages for components: once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture
def wb(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workbench]:
    """The workbench that the pages use."""
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
    wb.import_file(SAMPLES / "celebrities.json")
    return wb


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
