"""What the documents point at exists, and what exists they speak of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from core.cli.main import EXIT_CODES, app
from core.datasets import model
from core.settings import Settings
from tests.docs.examples import DOCUMENTS, ROOT

MADE_AT_RUN_TIME = ("db/marquee.duckdb", "db/backups")


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
    for path in re.findall(r"`((?:core|api|pages|db|tests|benchmarks|docs)/[\w/.]+)`", text):
        if path not in MADE_AT_RUN_TIME:
            assert (ROOT / path).exists(), f"{document.name} speaks of {path}"


def test_every_setting_of_the_readme_exists() -> None:
    for name in re.findall(r"MARQUEE_([A-Z_]+)", page("README.md")):
        assert name.lower() in Settings.model_fields, name


def test_every_command_is_there() -> None:
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert re.search(rf"`{name}\b", page("docs/cli.md")), name


def test_every_exit_code_is_there() -> None:
    codes = set(re.findall(r"(?:^|[;:] )(\d+) ", EXIT_CODES.replace("\n", " ")))
    assert codes == set(re.findall(r"^\| (\d+) \|", page("docs/cli.md"), re.MULTILINE))


@pytest.mark.parametrize(
    "part", [model.Dataset, model.Field, model.Key, model.Cleaning, model.Rule, model.Search]
)
def test_every_key_of_a_dataset_is_explained(part: type[model.Dataset]) -> None:
    explained = set(re.findall(r"`\[*([a-z_]+)\]*`", page("docs/datasets.md")))
    assert set(part.model_fields) - {"origin"} <= explained
