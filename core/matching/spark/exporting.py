"""The Parquet that a job on Spark reads: one row a record with its blocks, and the words of the names."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from core.matching.model import Comparison, Level, Model, Words

TABLES = ("called", "letters", "name_sizes", "nicks")
_SIGNED = "CASE WHEN {0} >= 9223372036854775808 THEN ({0}::HUGEINT - 18446744073709551616)::BIGINT ELSE {0}::BIGINT END"


def export(
    cursor: duckdb.DuckDBPyConnection,
    model: Model,
    people: int,
    folder: Path,
    spark: dict[str, Any],
) -> None:
    """Write what `blocking.block(meet=False)` and `scoring.ready` left, the model, and how Spark is reached."""
    folder.mkdir(parents=True)
    _write(cursor, _people(model), folder / "people.parquet")
    words = "SELECT word, text, role, keys, reads, people FROM words"
    _write(cursor, words, folder / "words.parquet")
    # Spark has no numbers without a sign: the marks keep their bits.
    marks = ", ".join(f"{_SIGNED.format(name)} AS {name}" for name in ("signs", "near"))
    placed = f"SELECT name, place, word, long, initial, {marks} FROM name_words"
    _write(cursor, placed, folder / "name_words.parquet")
    for name in TABLES:
        _write(cursor, f"FROM {name}", folder / f"{name}.parquet")
    said = {"model": asdict(model), "people": people, "spark": spark}
    (folder / "job.json").write_text(json.dumps(said), "utf-8")


def model_of(data: dict[str, Any]) -> Model:
    """The model that `export` wrote, to the last digit."""
    comparisons = tuple(
        Comparison(c["field"], c["kind"], tuple(Level(**v) for v in c["levels"]))
        for c in data["comparisons"]
    )
    return Model(**{**data, "comparisons": comparisons, "words": Words(**data["words"])})


def _people(model: Model) -> str:
    """SELECT of the records: values, weights, and the numbers of their blocks. A pair beside the blocks is a block of two."""
    columns = "".join(f", c{i}, w{i}" for i in range(len(model.comparisons)))
    return f"""WITH every AS (
            SELECT rule::INTEGER AS rule, h, n FROM opened
            UNION ALL SELECT -1, row_number() OVER (ORDER BY l, r)::UBIGINT, unnest([l, r]) FROM pairs
        ), numbered AS (SELECT n, dense_rank() OVER (ORDER BY rule, h) AS block FROM every),
        listed AS (SELECT n, list(DISTINCT block) AS blocks FROM numbered GROUP BY n)
        SELECT n, most{columns}, coalesce(blocks, []::BIGINT[]) AS blocks FROM people LEFT JOIN listed USING (n) ORDER BY n"""


def _write(cursor: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    reader = cursor.execute(sql).to_arrow_reader(100_000)
    import pyarrow.parquet as pq  # loads pandas, where it is

    with pq.ParquetWriter(path, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
