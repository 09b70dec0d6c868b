"""The part of a run that Spark does: `python -m core.matching.spark.job FOLDER`.

Splink blocks and compares what `exporting` wrote; the words of the names and the sums are the SQL of `wording` and `scoring`,
on the same session. Leaves `scored/` (Parquet) and `done.json` in the folder.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, cast

import duckdb
from pyspark.sql import SparkSession
from splink import Linker, SparkAPI

from core.jobs.progress import Progress
from core.matching import scoring
from core.matching.model import Model
from core.matching.spark import splinks
from core.matching.spark.cursor import Cursor, translate
from core.matching.spark.exporting import TABLES, model_of


def main(folder: Path) -> None:
    """Weigh the pairs of one export."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    said = json.loads((folder / "job.json").read_text("utf-8"))
    model = model_of(said["model"])
    spark = _session(said["spark"], folder)
    try:
        cursor = Cursor(spark, folder / "tables")
        for name in (*TABLES, "words", "name_words"):
            cursor.load(name, str(folder / f"{name}.parquet"))
        pairs = _compare(spark, cursor, model, folder)
        asked = cast(duckdb.DuckDBPyConnection, cursor)
        scoring.weigh(asked, model, said["people"], Progress())
        done = {"pairs": pairs, "scored": cursor.parts("scored"), "spark": spark.version}
        (folder / "done.json").write_text(json.dumps(done), "utf-8")
    finally:
        spark.stop()


def _end_with(parent: int) -> None:
    """End when the process that asked for it is gone: nobody would read the result."""
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(1)


def _session(said: dict[str, Any], folder: Path) -> SparkSession:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(said["master"]).appName("marquee")
    given = {
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        **said["conf"],
    }
    if said["master"].startswith("local"):
        here = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        given = {"spark.sql.shuffle.partitions": "4", **here, **given}
    for name, value in given.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setCheckpointDir(str(folder / "checkpoints"))  # Splink keeps blocks there
    return spark


def _compare(spark: SparkSession, cursor: Cursor, model: Model, folder: Path) -> int:
    """Fill `compared` with what Splink finds and compares. How many pairs."""
    records = spark.read.parquet(str(folder / "people.parquet"))
    api = SparkAPI(
        spark_session=spark, break_lineage_method="parquet", register_udfs_automatically=False
    )
    linker = Linker(api.register(records), splinks.settings(model, translate))
    predicted = linker.inference.predict().physical_name
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE compared AS {splinks.compared(model, predicted)}")
    row = cursor.execute("SELECT count(*) FROM compared").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
