"""Vocabularies: folding, loading, suggesting, and what is refused."""

from __future__ import annotations

import ast
import csv
import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from core.characters.words import word
from core.datasets import vocabulary
from core.errors import BadDataset

ROOT = vocabulary.FOLDER.parents[2]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, "utf-8")
    return path


@given(st.text())
def test_folding_leaves_no_edges(text: str) -> None:
    folded = word(text)
    assert folded == folded.strip()
    assert "  " not in folded and "." not in folded
    assert word(f"  {text}\t") == folded


@pytest.mark.parametrize(
    "text, folded",
    [("U.S.A.", "usa"), (" New  Zealand ", "new zealand"), ("ＵＫ", "uk"), ("中国", "中国")],
)
def test_folding(text: str, folded: str) -> None:
    assert word(text) == folded


def kept(name: str, folder: Path | None = None) -> tuple[str, ...]:
    """The spellings that are kept, each once, sorted."""
    return tuple(sorted(set(vocabulary.load(name, folder).values())))


BUILT_IN = [p for p in sorted(vocabulary.FOLDER.glob("*.csv")) if "." not in p.stem]


@pytest.mark.parametrize("path", BUILT_IN, ids=lambda p: p.stem)
def test_built_in_words_are_folded_and_mean_one_thing(path: Path) -> None:
    words = vocabulary.load(path.stem)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert word(row["word"]) == row["word"]
        assert words[row["word"]] == row["canonical"]
    for canonical in kept(path.stem):
        assert words[word(canonical)] == canonical


def test_a_users_vocabulary_and_its_change(tmp_path: Path) -> None:
    path = write(tmp_path, "colours", "word,canonical\nRouge,Red\nblau,Blue\n")
    assert vocabulary.load("colours", tmp_path) == {
        "rouge": "Red", "blau": "Blue", "red": "Red", "blue": "Blue"
    }  # fmt: skip
    assert kept("colours", tmp_path) == ("Blue", "Red")
    path.write_text("word,canonical\nvert,Green\n", "utf-8")
    os.utime(path, ns=(1, 1))
    assert kept("colours", tmp_path) == ("Green",)


def test_a_users_vocabulary_goes_first(tmp_path: Path) -> None:
    write(tmp_path, "genders", "word,canonical\nw,woman\n")
    assert vocabulary.load("genders", tmp_path)["w"] == "woman"
    assert "woman" not in kept("genders")


@pytest.mark.parametrize(
    "text, why",
    [
        ("", "first line"),
        ("a,b\n1,2\n", "first line"),
        ("word,canonical\n", "no words"),
        ("word,canonical\nred\n", "line 2"),
        ("word,canonical\n,Red\n", "line 2"),
        ("word,canonical\nx,Red\nX.,Blue\n", "line 3: 'x' means 'Red' and 'Blue'"),
        ("word,canonical\nred,Rouge\nr,Red\n", "'Red' is a spelling to keep"),
        ('word,canonical\n"red,Red\n', "colours.csv"),
    ],
)
def test_broken_vocabularies(tmp_path: Path, text: str, why: str) -> None:
    write(tmp_path, "colours", text)
    with pytest.raises(BadDataset, match=why):
        vocabulary.load("colours", tmp_path)


def test_a_vocabulary_that_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "colours.csv").write_bytes(b"word,canonical\n\xff,Red\n")
    with pytest.raises(BadDataset, match="colours.csv"):
        vocabulary.load("colours", tmp_path)


@pytest.mark.parametrize("name", ["colours", "../secrets", "", "a/b", "Genders"])
def test_unknown_vocabularies(name: str) -> None:
    with pytest.raises(BadDataset):
        vocabulary.load(name)


def test_suggestions() -> None:
    assert vocabulary.suggest("countries", "Germny") == "Germany"
    assert vocabulary.suggest("countries", "germany") == "Germany"
    assert vocabulary.suggest("countries", "Middle Earth") is None


def test_no_suggestion_between_two(tmp_path: Path) -> None:
    write(tmp_path, "places", "word,canonical\nabcdefghij1,One\nabcdefghij2,Two\n")
    assert vocabulary.suggest("places", "abcdefghij3", tmp_path) is None
    assert vocabulary.suggest("places", "abcdefghij1x", tmp_path) == "One"


def imported(module: str, seen: set[str]) -> set[str]:
    """All modules that this one needs, itself included; packages' own __init__ aside."""
    if module in seen:
        return seen
    seen.add(module)
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    if module.startswith("core.") and path.is_file():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            for name in names:
                imported(name, seen)
    return seen


@pytest.mark.parametrize("module", ["core.datasets.vocabulary", "core.ingest.columns.mapping"])
def test_no_database_is_needed(module: str) -> None:
    needed = imported(module, set())
    assert "core.datasets.model" in needed
    assert "duckdb" not in needed
    assert "duckdb" in imported("core.storage.duckfile.database", set())
