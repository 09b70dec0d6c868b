"""Datasets of any shape are searched: without names, without a key, with numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import Workbench
from core.datasets.model import from_text

BOOKS = """
name = "books"
[[fields]]
name = "heading"
[[fields]]
name = "pages"
type = "integer"
[[fields]]
name = "lent"
type = "boolean"
"""


def test_a_dataset_without_names_is_searched(wb: Workbench, csv_file: Callable[..., Path]) -> None:
    wb.datasets.save(from_text(BOOKS))
    path = csv_file("heading,pages,lent", "War and Peace,1200,yes", "The Old Man,120,no")
    wb.import_file(path, "books")

    def found(text: str) -> list[str]:
        return [hit.record["heading"] for hit in wb.search(text, "books")]

    assert found("peace war") == found("pages:>500") == found("lent:yes") == ["War and Peace"]
    assert found("pages:100..200") == found("old ma") == ["The Old Man"]
    assert [s.text for s in wb.search.suggest("pea", "books")] == ["War and Peace"]
    assert wb.search("", "books", sort="-pages").hits[0].record["pages"] == 1_200
    assert wb.search.check("books").ok
