"""Several values in one are told: the end of a list in words, values with a slash, two countries in one cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

Csv = Callable[..., Path]


def told(wb: Workbench, path: Path) -> list[tuple[str | None, str, int]]:
    rules = [(p.field, p.severity, p.count) for p in wb.preview(path).problems]
    return [r for r, p in zip(rules, wb.preview(path).problems) if p.rule == "several"]


SEVERAL = [
    ("occupations", "singer, actor and writer"),
    ("occupations", "singer, actor, and writer"),
    ("occupations", "Sänger, Maler und Autor"),
    ("occupations", "cantante, actor y escritor"),
    ("occupations", "歌手、演员和导演"),
    ("occupations", "singer/actor"),
    ("occupations", "singer / film actor"),
    ("tags", "rock, pop & folk"),
    ("nationality", "US; GB"),
    ("nationality", "German, French"),
    ("nationality", "French-American"),
    ("nationality", "UK/US"),
    ("nationality", "France and Spain"),
]
ONE = [
    ("occupations", "singer; research and development"),
    ("occupations", "research and development"),
    ("occupations", "actor, andrologist"),
    ("tags", "rock, R&B"),
    ("tags", "AC/DC; he/him"),
    ("tags", "https://example.org/abc"),
    ("nationality", "Bosnia and Herzegovina"),
    ("nationality", "Guinea-Bissau"),
    ("nationality", "Trinidad and Tobago"),
    ("nationality", "France and Freedonia"),
    ("description", "singer, actor and writer / poet"),
]


@pytest.mark.parametrize("field, text", SEVERAL)
def test_several_in_one_are_told(wb: Workbench, csv_file: Csv, field: str, text: str) -> None:
    path = csv_file(f"name,{field}", f'Ann,"{text}"')
    assert told(wb, path) == [(field, "warning", 1)]


@pytest.mark.parametrize("field, text", ONE)
def test_one_is_not(wb: Workbench, csv_file: Csv, field: str, text: str) -> None:
    assert told(wb, csv_file(f"name,{field}", f'Ann,"{text}"')) == []
