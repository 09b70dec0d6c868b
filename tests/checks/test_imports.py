"""The contracts of pyproject.toml about imports catch what they are for."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run_local_ci as ci

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("importlinter") is None, reason="import-linter is not installed here"
)
FOR_TYPES = (
    "\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from core import workbench\n"
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in ("core", "api", "pages"):
        ignored = shutil.ignore_patterns("__pycache__", "*.txt", "*.csv", "*.json")
        shutil.copytree(ci.HERE / name, folder / name, ignore=ignored)
    shutil.copy(ci.HERE / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ci.LINT_IMPORTS],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_today_they_hold(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert ", 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "text", "contract"),
    [
        ("core/storage/ids.py", "\nimport core.workbench\n", "a room imports only from"),
        ("core/files/table.py", FOR_TYPES, "a room imports only from"),
        ("core/files/table.py", "\nimport core.datasets.model\n", "a room imports only from"),
        ("core/newroom/__init__.py", "", "a room imports only from"),
        ("pages/home.py", "\nimport api.errors\n", "the doors stand on core"),
        ("core/errors.py", "\nimport api.errors\n", "the doors stand on core"),
        ("core/records/query.py", "\nimport streamlit\n", "core knows no web framework"),
        ("api/views.py", "\nimport streamlit\n", "the API knows no Streamlit"),
    ],
)
def test_what_breaks_them_is_named(copy: Path, file: str, text: str, contract: str) -> None:
    path = copy / file
    before = path.read_text("utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text((before or "") + text, "utf-8")
    try:
        done = lint(copy)
    finally:
        shutil.rmtree(path.parent) if before is None else path.write_text(before, "utf-8")
    assert done.returncode == 1, done.stdout
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert any(line.startswith(contract) for line in broken) or "newroom" in done.stdout
