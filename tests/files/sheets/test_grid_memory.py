"""A sheet in memory answers what SQL answers, whatever part it is asked for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from core.files.books.book import Facts
from core.files.books.places import Area
from core.files.sheets import grid as grid_module
from core.files.sheets.grid import Grid, finish
from core.files.sheets.grid_write import GridWriter
from core.files.sheets.summary import SUMMARY, SheetSummary, Summary

LIMITS = {
    "max_rows": 10_000,
    "max_columns": 100,
    "max_cell_chars": 100,
    "max_unpacked": 1_000_000,
}


def sheet(folder: Path, dice: random.Random) -> Path:
    """Cells at random places, with blank rows and columns among them."""
    folder.mkdir()
    writer = GridWriter(folder, LIMITS, Area(1, 1, 1 << 30, 100))
    for line in sorted(dice.sample(range(1, 40), dice.randint(1, 25))):
        columns = sorted(dice.sample([1, 2, 3, 5, 6, 9], dice.randint(1, 5)))
        writer.add((line, columns, [dice.choice(["x", "7", ""]) or "y" for _ in columns]))
    writer.close()
    listed = [SheetSummary("S", 1, 1, False)]
    summary = Summary(listed, 0, "", None, writer.columns, writer.rows, Facts())
    (folder / SUMMARY).write_text(summary.to_json(), encoding="utf-8")
    finish(folder)
    return folder


@pytest.mark.parametrize("seed", range(12))
def test_both_give_the_same(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    folder = sheet(tmp_path / "s", dice)
    with Grid(folder) as kept, monkeypatch.context() as patch:
        patch.setattr(grid_module, "KEPT", 0)
        with Grid(folder) as asked:
            for _ in range(25):
                top, left = dice.randint(1, 40), dice.randint(1, 9)
                area = Area(top, left, top + dice.randint(0, 40), left + dice.randint(0, 9))
                assert kept.used(area) == asked.used(area)
                assert kept.count(area) == asked.count(area)
                for limit, last in ((3, False), (3, True), (100, False)):
                    assert kept.rows(area, limit, last=last) == asked.rows(area, limit, last=last)
                for most in (1, 3, 50):
                    assert kept.runs(area, most) == asked.runs(area, most)
