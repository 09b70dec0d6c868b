"""What the tables take: rows that are there, and removed ones that still take room."""

from __future__ import annotations

from pathlib import Path

from core import Workbench
from core.settings import Settings
from core.storage.duckfile import sizes


def test_removed_rows_are_told_apart(tmp_path: Path) -> None:
    settings = Settings(
        database=tmp_path / "m.duckdb", data_dir=tmp_path / "u", datasets_dir=tmp_path / "d"
    )
    file = tmp_path / "a.csv"
    with Workbench.open(settings=settings) as wb:
        for alias in ("Ada", "Countess"):
            people = "".join(f"Person {n},1815-12-10,{alias}\n" for n in range(3_000))
            file.write_text(f"name,birth_date,aliases\n{people}")
            wb.import_file(file)
        found = {one.name: one for one in wb.database.read(sizes.tables)}
    people_, changes = found["main.celebrities"], found["history.changes"]
    assert (people_.rows, people_.removed) == (3_000, 3_000)
    assert (changes.rows, changes.removed) == (6_000, 0)
    assert found["ops.ledger"].rows == 2
