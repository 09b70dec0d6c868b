"""The least memory that the settings allow is enough for an ordinary file."""

from __future__ import annotations

from pathlib import Path

from core import Settings, Workbench


def test_a_small_file_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = "".join(f"Base {n},{1900 + n}\n" for n in range(100))
    path.write_text(f"name,birth_date\n{rows}", "utf-8")
    least = Settings(
        database=tmp_path / "m.duckdb", data_dir=tmp_path / "data", memory_limit="150MB", threads=2
    )
    with Workbench.open(settings=least) as wb:
        assert wb.import_file(path, dataset="celebrities").status == "imported"
