"""The raw file becomes a staged upload: read, cleaned, typed and checked, row by row, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date

import duckdb

from core.cleaning import lookups, plain, recipe as recipes, vocabularies
from core.cleaning.compiler import compile_plan, compile_values
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.files.reader import is_refusal
from core.files.table import Table
from core.ingest import fixing
from core.ingest.columns import exported, needed
from core.ingest.deciders import deciding, empty_column, sampled
from core.ingest.deciders.date_columns import death_columns
from core.ingest.deciders.deciding import HEAD
from core.ingest.fixes import Fix
from core.ingest.rows import duplicates
from core.ingest.rows.staged import Staged, check_counts, row_count
from core.storage.planning import FEW, apart, as_written

SAMPLE = 20_000


def stage(
    cursor: duckdb.DuckDBPyConnection,
    upload_id: str,
    dataset: Dataset,
    plan: Plan,
    table: Table,
    *,
    decided: bool = False,
    apart: Sequence[int] | None = None,
    fixed: Sequence[Fix] = (),
) -> Staged:
    """Read, clean, type and check the whole file. Raises BadMapping, or the reader's FileErrors.

    `decided`: the recipe of the plan has run before, and is run as it stands; then `apart` are the rows
    that were left out. `fixed` are cells that somebody typed anew.
    """
    if not decided:
        needed.check(dataset, plan)
    steps = plan.recipe
    if steps is None:
        steps = exported.steps(dataset, plan, table.format)
    rows = first = _head(cursor, plan, table)
    if not decided and first == SAMPLE != table.total:
        table = _sampled(cursor, dataset, plan, table)
        rows = row_count(cursor, HEAD)
    if not decided:
        steps = deciding.from_head(cursor, dataset, plan, steps)
        if 0 < first < SAMPLE:  # the head is the whole file
            steps = empty_column.without_idle(cursor, HEAD, plan, steps)
    seen = lookups.choose(cursor, dataset, plan, HEAD, rows) if first == SAMPLE else ()
    few = 0 < first <= FEW and first < SAMPLE  # the head is the whole file
    known = plain.find(cursor, HEAD, dataset, plan, steps) if few else None
    staged = _run(cursor, _compile(upload_id, dataset, plan, steps, table, seen, known), few)
    settled = steps if decided else deciding.from_rows(staged, check_counts(cursor, staged))
    if settled != steps:  # the head was silent, the whole file is not
        steps = settled
        # Another reading of dates may have nothing to say of what the first one read, and the careful way may have
        # read other texts than the head has.
        few = few and staged.table is table
        known = plain.find(cursor, HEAD, dataset, plan, steps) if few else None
        compiled = _compile(upload_id, dataset, plan, steps, staged.table, seen, known)
        staged = _run(cursor, compiled, few)
    cursor.execute(f"DROP TABLE {HEAD}")
    fixing.settle(cursor, staged, fixed)
    duplicates.find(cursor, staged, apart)
    return staged


def _head(cursor: duckdb.DuckDBPyConnection, plan: Plan, table: Table) -> int:
    """Keep the first rows of the mapped columns, and of deaths; how many there are, at most SAMPLE."""
    beside = [c for c in death_columns(plan) if not c.field]  # birth dates are held against them
    columns = [f"c{c.index}" for c in (*(m for m in plan.mapping if m.field), *beside)]
    made = f"CREATE OR REPLACE TEMP TABLE {HEAD}"
    try:
        cursor.execute(
            f"{made} AS SELECT {', '.join(columns)} FROM ({table.first_sql}) LIMIT {SAMPLE}"
        )
    except duckdb.Error as error:
        if not is_refusal(error):
            raise
        # The whole file will be read carefully, and settles what its head would have.
        cursor.execute(f"{made} ({', '.join(f'{c} VARCHAR' for c in columns)})")
    return row_count(cursor, HEAD)


def _sampled(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, plan: Plan, table: Table
) -> Table:
    """Let the deciders see the whole of a long file; the table to stage, which is the careful one where it is needed."""
    try:
        sampled.widen(cursor, HEAD, dataset, plan, table, SAMPLE)
    except duckdb.Error as error:
        if not is_refusal(error):
            raise
        table = table.careful()
        sampled.widen(cursor, HEAD, dataset, plan, table, SAMPLE)
    return table


def _compile(
    upload_id: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
    table: Table,
    seen: tuple[str, ...],
    known: plain.Plain | None = None,
) -> Staged:
    today, width = date.today().isoformat(), len(table.columns)
    runs = recipes.active(steps)
    # Two threads would each compile every regular expression.
    source = apart(table.sql) if known else table.sql
    compiled = compile_plan(dataset, plan, runs, source, width, today, seen, known or plain.NOTHING)
    return Staged(upload_id, dataset, plan, steps, table, compiled, seen)


def _run(cursor: duckdb.DuckDBPyConnection, staged: Staged, few: bool) -> Staged:
    vocabularies.prepare(cursor, staged.compiled.vocabularies)
    _look_up(cursor, staged)
    try:
        with as_written(cursor) if few else nullcontext():
            cursor.execute(f"CREATE OR REPLACE TABLE {staged.rows} AS {staged.compiled.sql}")
        return staged
    except duckdb.Error as error:
        if not is_refusal(error):
            raise
    # The fast path met a line that it cannot read faithfully: the careful one reads the whole file.
    careful = _careful(staged)
    cursor.execute(f"CREATE OR REPLACE TABLE {careful.rows} AS {careful.compiled.sql}")
    return careful


def _look_up(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    columns = staged.plan.fields()
    for name in staged.seen:
        column = f"c{columns[name]}"
        runs = recipes.active(staged.steps)
        cleaned = compile_values(staged.dataset, staged.compiled, runs, name, column)
        lookups.prepare(cursor, name, column, HEAD, cleaned, staged.compiled.words)


def _careful(staged: Staged) -> Staged:
    table = staged.table.careful()
    return _compile(staged.upload_id, staged.dataset, staged.plan, staged.steps, table, staged.seen)
