"""sqlite-utils: rows from the csv module, checked by pydantic, inserted into SQLite."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlite_utils

from benchmarks.peers.person import measured, valid


def load(file: Path, folder: Path) -> tuple[int, int]:
    """Rows written, and rows in quarantine."""
    seen = [0]

    def rows() -> Iterator[dict[str, Any]]:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                seen[0] += 1
                found = valid(row)
                if found is not None:
                    yield found

    database = sqlite_utils.Database(folder / "people.db")
    database["people"].insert_all(rows(), batch_size=5_000)
    written = database["people"].count
    database.close()
    return written, seen[0] - written


if __name__ == "__main__":
    measured(load)
