"""Tables of very many columns: their cells go through the layers as one list, with the same result."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core import Workbench
from core.cleaning import compiler

ODD = ["", " ", '"', "\\", "é\u0301", "a,b", "line\nend", "'", "{}", "null", "\u2028", "\\N"]


def _file(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_more_than_a_thousand_columns_are_kept(wb: Workbench, tmp_path: Path) -> None:
    names = [f"answer {n}" for n in range(1_200)]
    rows = [
        [f"Ann {chr(65 + n)}ell", "1990-01-02", *(str(n * i) for i in range(1_200))]
        for n in range(20)
    ]
    path = _file(tmp_path / "wide.csv", [["name", "birth_date", *names], *rows])
    assert wb.import_file(path).counts.new == 20
    found = wb.sql("SELECT _extra->>'answer 1199' FROM celebrities ORDER BY name").fetchall()
    assert [row[0] for row in found] == [str(n * 1_199) for n in range(20)]


def test_a_wide_table_gives_what_a_narrow_one_does(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["name", "born", "no field", 'a "key"', "empty"]]
    rows += [[f"Ann {chr(65 + n)}ell", "1990", odd, odd[::-1], ""] for n, odd in enumerate(ODD)]
    rows += [["", "1990", "kept for the repair", "x", ""]]
    path = _file(tmp_path / "a.csv", rows)

    def kept() -> tuple[list[object], list[object]]:
        upload = wb.import_file(path, force=True)
        found = wb.sql("SELECT name, _extra FROM celebrities ORDER BY name").fetchall()
        cells = [row.cells for row in wb.quarantine(upload.id)]
        wb.rollback(upload.id)
        return found, cells

    narrow = kept()
    monkeypatch.setattr(compiler, "WIDE", 2)
    assert kept() == narrow and len(narrow[0]) == len(ODD)
