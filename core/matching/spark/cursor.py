"""A cursor that runs the SQL of `scoring` and `wording` on Spark: written for DuckDB, translated, each table kept as Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlglot
from pyspark.cloudpickle import register_pickle_by_value
from pyspark.sql import SparkSession
from pyspark.sql.types import BooleanType, DoubleType, IntegerType
from sqlglot import exp

from core.matching.spark import measures

FUNCTIONS: dict[str, tuple[Any, Any]] = {
    "hamming": (measures.hamming, IntegerType()),
    "levenshtein_bytes": (measures.levenshtein, IntegerType()),
    "damerau_levenshtein": (measures.damerau_levenshtein, IntegerType()),
    "jaro_similarity": (measures.jaro, DoubleType()),
    "jaro_winkler_similarity": (measures.jaro_winkler, DoubleType()),
    "regexp_full_match": (measures.whole, BooleanType()),
}


def translate(sql: str) -> str:
    """A statement or an expression of DuckDB as Spark has it."""
    return str(sqlglot.parse_one(sql, read="duckdb").transform(_fit).sql("spark"))


def _fit(node: exp.Expression) -> exp.Expression:
    """What Spark calls otherwise, or measures otherwise."""
    if isinstance(node, exp.ArrayOverlaps):
        return exp.Anonymous(this="arrays_overlap", expressions=[node.this, node.expression])
    if isinstance(node, exp.Levenshtein):
        return exp.Anonymous(this="levenshtein_bytes", expressions=[node.this, node.expression])
    if isinstance(node, exp.JarowinklerSimilarity):
        named = [node.this, node.expression]
        return exp.Anonymous(this="jaro_winkler_similarity", expressions=named)
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "strlen":
        return exp.Anonymous(this="octet_length", expressions=node.expressions)
    return node


class Cursor:
    """Execute and fetch, as `scoring.weigh` does: tables are made, added to, dropped, and asked."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self._spark, self._folder, self._made = spark, folder, 0
        self._parts: dict[str, list[str]] = {}
        self._rows: list[Any] = []
        register_pickle_by_value(measures)
        for name, (function, gives) in FUNCTIONS.items():
            spark.udf.register(name, function, gives)

    def load(self, name: str, path: str) -> None:
        """A table from Parquet."""
        self._spark.read.parquet(path).createOrReplaceTempView(name)

    def execute(self, sql: str) -> Cursor:
        """Run one statement."""
        tree = sqlglot.parse_one(sql, read="duckdb").transform(_fit)
        if isinstance(tree, exp.Drop):
            self._spark.catalog.dropTempView(tree.find(exp.Table).name)
        elif isinstance(tree, exp.Create) and tree.expression is None:
            self._parts[tree.find(exp.Table).name] = []
        elif isinstance(tree, (exp.Create, exp.Insert)):
            self._keep(tree.this.name, tree.expression, adding=isinstance(tree, exp.Insert))
        else:
            self._rows = [tuple(row) for row in self._spark.sql(tree.sql("spark")).collect()]
        return self

    def _keep(self, name: str, select: exp.Expression, *, adding: bool) -> None:
        self._made += 1
        path = str(self._folder / f"{name}-{self._made}")
        self._spark.sql(select.sql("spark")).write.parquet(path)
        parts = [*(self._parts.get(name, ()) if adding else ()), path]
        self._parts[name] = parts
        self._spark.read.parquet(*parts).createOrReplaceTempView(name)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    def parts(self, name: str) -> list[str]:
        """The folders with the Parquet of a table."""
        return self._parts.get(name, [])
