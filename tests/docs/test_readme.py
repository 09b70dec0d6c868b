"""What the documents show is run, and what they point at exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCUMENTS += [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "data_uploads" / "README.md"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a people.csv, as a reader of the README has one."""
    shutil.copy(ROOT / "core/datasets/samples/people_messy.csv", tmp_path / "people.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_notebook_example_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.S)
    exec(compile(block, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "MBTI is not one of the allowed values 1" in printed
    assert "'reversed': 26, 'kept': 0" in printed


def test_the_command_line_examples_run(folder: Path) -> None:
    commands = re.findall(r"^ +\.venv/bin/python -m core (.+)$", README, re.M)
    assert [c.split()[0] for c in commands] == ["preview", "import", "uploads"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "core", *command.split()],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
    assert "people.csv" in done.stdout
    assert (folder / "db" / "marquee.duckdb").is_file()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
    paths = re.findall(r"`((?:core|api|pages|db|tests|benchmarks|docs)/[\w/.]+)`", text)
    made_at_run_time = ("db/marquee.duckdb",)
    for path in paths:
        if path not in made_at_run_time:
            assert (ROOT / path).exists(), f"{document.name} speaks of {path}"


def test_every_setting_of_the_readme_exists() -> None:
    from core.settings import Settings

    for name in re.findall(r"MARQUEE_([A-Z_]+)", README):
        assert name.lower() in Settings.model_fields, name
