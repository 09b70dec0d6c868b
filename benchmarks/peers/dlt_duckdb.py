"""dlt: a resource of rows that pydantic checked, run into DuckDB."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.update({"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"})

import dlt  # noqa: E402
import duckdb  # noqa: E402

from benchmarks.peers.person import measured, valid  # noqa: E402


def load(file: Path, folder: Path) -> tuple[int, int]:
    """Rows written, and rows in quarantine. Lists become tables of their own, as dlt does with them."""
    seen = [0]

    @dlt.resource(name="people", write_disposition="append")
    def people() -> Iterator[list[dict[str, Any]]]:
        batch: list[dict[str, Any]] = []
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                seen[0] += 1
                found = valid(row)
                if found is not None:
                    batch.append(found)
                if len(batch) == 5_000:
                    yield batch
                    batch = []
        yield batch

    path = folder / "people.duckdb"
    pipeline = dlt.pipeline(
        "people",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.duckdb(str(path)),
        dataset_name="data",
    )
    pipeline.run(people())
    with duckdb.connect(str(path)) as connection:
        row = connection.execute("SELECT count(*) FROM data.people").fetchone()
    written = int(row[0]) if row else 0
    return written, seen[0] - written


if __name__ == "__main__":
    measured(load)
