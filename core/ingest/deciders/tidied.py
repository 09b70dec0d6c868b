"""The texts of a column as a decider sees them: tidied, in the case of the field, without words for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb

from core.cleaning import recipe
from core.cleaning.plan import Column, Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field

MANY = 2_000  # different texts of a column that are looked at
_BEFORE = frozenset({"tidy", "empty_words", "error_cells", "upper", "lower"})


def source(head: str, column: Column, field: Field, steps: tuple[Step, ...]) -> str:
    """SQL of a SELECT of `x`, the cleaned text of each row of the head; one layer a step."""
    sql = f"SELECT c{column.index} AS x FROM {head}"
    for step in steps:
        if step.op in _BEFORE and step.field in (None, field.name):
            cleaned = recipe.text_step(field, step, "x", recipe.kept(steps, field.name))
            sql = f"SELECT {cleaned} AS x FROM ({sql})"
    return sql


def columns(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
    wanted: Callable[[Field], bool],
) -> Iterator[tuple[Field, dict[str, int]]]:
    """The mapped fields that are wanted, each with the texts of its column (`counted`); none where a recipe is set."""
    if plan.recipe is not None:
        return
    for column in plan.mapping:
        if column.field in dataset.field_names and wanted(field := dataset.field(column.field)):
            yield field, counted(cursor, head, column, field, steps)


def counted(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    column: Column,
    field: Field,
    steps: tuple[Step, ...],
) -> dict[str, int]:
    """The different texts of a column, the most frequent first, each with its number of rows."""
    # Empty ones are left out here: a WHERE is pushed through all layers, and planning it takes 20 times as long.
    rows = cursor.execute(
        f"SELECT x, count(*) AS n FROM ({source(head, column, field, steps)})"
        f" GROUP BY x ORDER BY n DESC, x LIMIT {MANY + 2}"
    ).fetchall()
    return dict([row for row in rows if row[0]][:MANY])
