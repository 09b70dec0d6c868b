"""docs/datasets.md: the example loads, and the tables name every key there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.datasets import model
from core.datasets.model import Dataset, from_toml
from core.datasets.templates import template

DOCS = Path(__file__).resolve().parents[2] / "docs" / "datasets.md"


@pytest.fixture
def text() -> str:
    return DOCS.read_text("utf-8")


@pytest.fixture
def example(text: str, tmp_path: Path) -> Dataset:
    blocks = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    path = tmp_path / "authors.toml"
    path.write_text(blocks[0], "utf-8")
    return from_toml(path)


def test_the_example_is_a_dataset(example: Dataset) -> None:
    assert example.name == "authors"
    assert example.key.fields == ("name",)
    assert example.field("genres").on_update == "union"
    assert example.rules[0].kind == "order"
    assert template(example, "csv").startswith(b"\xef\xbb\xbfname,birth_date,")


@pytest.mark.parametrize(
    "part", [model.Dataset, model.Field, model.Key, model.Cleaning, model.Rule]
)
def test_every_key_is_explained(text: str, part: type[model.Dataset]) -> None:
    explained = set(re.findall(r"`\[*([a-z_]+)\]*`", text))
    assert set(part.model_fields) - {"origin"} <= explained
