"""pandas reads, pydantic checks row by row, pandas hands the good ones to DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas

from benchmarks.peers.person import measured, valid


def load(file: Path, folder: Path) -> tuple[int, int]:
    """Rows written, and rows in quarantine."""
    frame = pandas.read_csv(file, dtype=str, keep_default_na=False)
    checked = [valid(row) for row in frame.to_dict("records")]
    good = pandas.DataFrame([row for row in checked if row is not None])
    with duckdb.connect(str(folder / "people.duckdb")) as connection:
        connection.register("good", good)
        connection.execute("CREATE TABLE people AS SELECT * FROM good")
    return len(good), len(frame) - len(good)


if __name__ == "__main__":
    measured(load)
