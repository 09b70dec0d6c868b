"""The engines that a run can be given, by their names."""

from __future__ import annotations

from core.errors import InputError
from core.matching.engine import Engine
from core.matching.spark.engine import Spark
from core.settings import Settings

DUCKDB, SPARK = "duckdb", "spark"
NAMES = (DUCKDB, SPARK)


def named(name: str, settings: Settings, *, whole: bool) -> Engine | None:
    """The engine of a name; None for DuckDB, which needs none. Raises InputError."""
    if name not in NAMES:
        raise InputError(f"there is no engine {name!r}", hint=f"One of {', '.join(NAMES)}.")
    if name == DUCKDB:
        return None
    if not whole:
        raise InputError(
            "what changed is compared on DuckDB alone", hint="Compare all records on Spark."
        )
    return Spark(
        settings.spark_master, settings.spark_folder, settings.spark_python, settings.spark_conf
    )
