"""What begins with a text is found as what holds it is: letters, apostrophes and hyphens compared as in names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Łukasz Żal", "lukasz z"),
        ("O’Brian Conan", "o'br"),
        ("Strauß Richard", "STRAUSS"),
        ("Tae‑hyung Kim", "tae-h"),
        ("Σωκράτης", "ΣΩΚΡΑ"),
        ("İbrahim Tatlıses", "ibra"),
        ("Ёлкин Пётр", "елкин пе"),
    ],
)
def test_beginnings_are_folded(
    wb: Workbench, csv_file: Callable[..., Path], stored: str, asked: str
) -> None:
    wb.import_file(csv_file("name,tags", f"{stored},{stored}", "Zzz Other,zzz"))
    for field in ("name", "tags"):
        assert wb.count(where=[(field, "starts", asked)]) == 1
        assert wb.count(where=[(field, "starts", asked[1:])]) == 0
