"""Names that differ by accents are one by the key, which is told where they may be two people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

Csv = Callable[..., Path]


def told(wb: Workbench, path: Path) -> list[str | None]:
    found = [p for p in wb.preview(path).problems if p.rule == "other_accents"]
    assert all(p.severity == "warning" for p in found)
    return [e.found for p in found for e in p.examples]


@pytest.mark.parametrize(
    ("there", "row", "said"),
    [
        ("Nguyễn Dũng", "Nguyễn Dung", True),
        ("Nguyễn Dung", "Nguyễn Dũng", True),
        ("Dũng", "Dung", True),
        ("Dung", "Dũng", True),
        ("José", "Josè", True),
        ("Beyoncé", "Beyonce", False),  # told as kept
        ("Beyonce", "Beyoncé", False),  # it is written in full now
        ("BEYONCÉ", "Beyoncé", False),
        ("Jean-Luc", "Jean Luc", False),
    ],
)
def test_it_is_told(wb: Workbench, csv_file: Csv, there: str, row: str, said: bool) -> None:
    wb.import_file(csv_file("name,birth_date", f"{there},1990", name="a.csv"))
    expected = [f"{row} (there: {there})"] if said else []
    assert told(wb, csv_file("name,mbti", f"{row},INTJ", name="b.csv")) == expected
    assert told(wb, csv_file("name,birth_date", f"{row},1990", name="c.csv")) == []


def test_in_one_file(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,mbti", "Trần Hà,INTJ", "Trần Hạ,INTJ", "Ann,INTJ", "ann,INTJ")
    assert told(wb, path) == ["Trần Hà (there: Trần Hạ)"]
