"""`pip install .`: the wheel holds every file that the code reads, and works where nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

import core

ROOT = Path(core.__file__).parents[1]
CORE = ROOT / "core"
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "requirements-core.txt")
SAMPLE = "datasets/samples/people_messy.csv"

IN_PYTHON = """
import pathlib, core
assert pathlib.Path(core.__file__).is_relative_to({environment!r}), core.__file__
with core.Workbench.open("m.duckdb") as wb:
    print(wb.import_file("people.csv").counts.new, len(wb.records("celebrities").pl()))
"""


# --- what is in it


def data_files() -> set[Path]:
    """What the package holds beside Python."""
    found = (path for path in CORE.rglob("*") if path.is_file())
    return {p for p in found if p.suffix not in (".py", ".pyc") and "__pycache__" not in p.parts}


def left_out(files: Iterable[Path], patterns: Iterable[str]) -> set[Path]:
    return set(files) - {path for pattern in patterns for path in CORE.glob(pattern)}


def test_every_data_file_is_in_the_package() -> None:
    patterns = CONFIG["tool"]["setuptools"]["package-data"]["core"]
    files = data_files()
    assert {"py.typed", "words.toml", "people_messy.csv", "0001_base.sql", "en.txt"} <= {
        path.name for path in files
    }
    assert left_out(files, patterns) == set()
    assert left_out(files, [p for p in patterns if "sql" not in p]), "nothing would be noticed"


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for path in CORE.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


# --- an empty environment


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """In `folder`, with nothing of this project in the variables; pip keeps its configuration."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MARQUEE_", "PYTHON"))}
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**variables, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=900,
    )


def printed(command: list[str | Path], folder: Path) -> str:
    done = run(command, folder)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def empty_environment(folder: Path) -> Path:
    """Its Python, with pip and no other package; without an index that pip can reach, a skip."""
    if run([sys.executable, "-c", "import ensurepip"], folder.parent).returncode:
        pytest.skip("this Python cannot put pip into a new environment (no ensurepip)")
    printed([sys.executable, "-m", "venv", folder], folder.parent)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    asked = ["download", "--quiet", "--no-deps", "--dest", folder / "probe"]
    tried = run([python, "-m", "pip", *asked, *CONFIG["build-system"]["requires"]], folder.parent)
    if tried.returncode:
        pytest.skip(f"pip reaches no package index: {tried.stderr.strip().splitlines()[-1]}")
    return python


def sources(folder: Path) -> Path:
    """A copy of what the wheel is built from, since building leaves files behind."""
    shutil.copytree(CORE, folder / "core", ignore=shutil.ignore_patterns("__pycache__"))
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.mark.integration
def test_the_installed_wheel_imports_a_file(tmp_path: Path) -> None:
    environment, wheels, desk = (tmp_path / name for name in ("environment", "wheels", "desk"))
    python = empty_environment(environment)
    pip: list[str | Path] = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    printed([*pip, "wheel", "--no-deps", "-w", wheels, sources(tmp_path / "from")], tmp_path)
    (wheel,) = wheels.glob("marquee-*.whl")
    printed([*pip, "install", wheel, "-c", ROOT / "requirements.lock"], tmp_path)

    desk.mkdir()  # an empty folder, far from the sources
    shutil.copy(CORE / SAMPLE, desk / "people.csv")
    code = IN_PYTHON.format(environment=str(environment.resolve()))
    assert printed([python, "-W", "error", "-c", code], desk) == "26 26\n"
    typed = [python, "-W", "error", "-m", "core", "import", "people.csv"]
    assert "26 new" in printed(typed, desk)
    assert (desk / "db" / "marquee.duckdb").is_file()
