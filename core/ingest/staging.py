"""An upload as a typed table in the in-memory `staging` database, with the doubles of the file found.

A staged table is a cache: the raw file and the plan make it again. Its `rowid` is the row's number
(from 0), because a CREATE TABLE AS keeps the order of the file.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from datetime import date

import duckdb

from core.datasets import vocabulary
from core.datasets.model import Dataset
from core.errors import BadMapping
from core.files.reader import is_refusal
from core.files.table import Table
from core.ingest import checks, lookups, recipe
from core.ingest.compiler import Compiled, compile_plan, compile_values
from core.ingest.plan import Plan, Step, default_steps
from core.ingest.types import ANY, OVER_12, numeric_date
from core.storage.sql import ident, literal

_CATALOGUE_LOCK = threading.Lock()  # two creations of one type at once would conflict
SAMPLE = 20_000
HEAD = "head"  # the first rows of the file, as long as it is being staged
KEYS = 2_500_000  # rows whose keys are held against each other at once
MAX_DATES = 1_000  # dates of one name looked at when the file has several rows of that name


@dataclass(frozen=True)
class Staged:
    """A staged upload. Tables: `rows` all rows, `doubles` (row, rule, other), `matches`, `met`."""

    upload_id: str
    dataset: Dataset
    plan: Plan
    steps: tuple[Step, ...]
    table: Table
    compiled: Compiled
    seen: tuple[str, ...] = ()  # fields whose values are looked up
    number: str = "s.rowid + 1"  # SQL for a row's number in the file, for an alias `s`

    def _name(self, prefix: str) -> str:
        return f"staging.{ident(prefix + '_' + self.upload_id.replace('-', ''))}"

    @property
    def rows(self) -> str:
        """Quoted name of the staged rows."""
        return self._name("u")

    @property
    def doubles(self) -> str:
        """Quoted name of rows that are set aside for another row's or record's sake."""
        return self._name("d")

    @property
    def matches(self) -> str:
        """Quoted name of (row, record_id, rank, _c0, ...): rows that meet a record."""
        return self._name("m")

    @property
    def met(self) -> str:
        """Quoted name of a copy of the records that rows may meet, made where they are few of many."""
        return self._name("r")

    @property
    def line(self) -> str:
        """SQL for a row's place in the file, for an alias `s` of the staged rows."""
        return f"coalesce(s._line, {self.table.first_line} + s.rowid)"


def stage(
    cursor: duckdb.DuckDBPyConnection, upload_id: str, dataset: Dataset, plan: Plan, table: Table
) -> Staged:
    """Read, clean, type and check the whole file. Raises BadMapping, or the reader's FileErrors."""
    check_mapping(dataset, plan)
    steps = plan.recipe if plan.recipe is not None else default_steps(dataset, set(plan.fields()))
    rows = _head(cursor, plan, table)
    steps = (*steps, *_orders(cursor, dataset, plan, steps))
    seen = lookups.choose(cursor, dataset, plan, HEAD, rows) if rows == SAMPLE else ()
    staged = _run(cursor, _compile(upload_id, dataset, plan, steps, table, seen))
    settled = _settle(cursor, staged)
    if settled:  # the head was silent, the whole file is not
        steps = (*steps, *settled)
        staged = _run(cursor, _compile(upload_id, dataset, plan, steps, staged.table, seen))
    cursor.execute(f"DROP TABLE {HEAD}")
    find_doubles(cursor, staged)
    return staged


def check_mapping(dataset: Dataset, plan: Plan) -> None:
    """Every field that a row must have needs a column. Raises BadMapping."""
    needed = [f for f in dataset.fields if f.required or f.name in dataset.key.fields]
    missing = [f.label for f in needed if f.name not in plan.fields()]
    if not missing:
        return
    columns = ", ".join(f"“{c.column}”" for c in plan.mapping[:8])
    raise BadMapping(
        f"no column of the file goes to {' or '.join(missing)}, which every record needs",
        hint=f"Choose the column for it; the file has {columns}"
        f"{' and more' if len(plan.mapping) > 8 else ''}.",
    )


def _head(cursor: duckdb.DuckDBPyConnection, plan: Plan, table: Table) -> int:
    """Keep the first rows of the mapped columns; how many there are, at most SAMPLE."""
    columns = [f"c{i}" for i in sorted(plan.fields().values())]
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
    return _count(cursor, HEAD)


def _compile(
    upload_id: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
    table: Table,
    seen: tuple[str, ...],
) -> Staged:
    today, width = date.today().isoformat(), len(table.columns)
    compiled = compile_plan(dataset, plan, steps, table.sql, width, today, seen)
    return Staged(upload_id, dataset, plan, steps, table, compiled, seen)


def _run(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> Staged:
    prepare_vocabularies(cursor, staged.compiled.vocabularies)
    _look_up(cursor, staged)
    try:
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
        column, today = f"c{columns[name]}", date.today().isoformat()
        cleaned = compile_values(staged.dataset, staged.compiled, staged.steps, name, column, today)
        lookups.prepare(cursor, name, column, HEAD, cleaned, staged.compiled.words)


def _careful(staged: Staged) -> Staged:
    table = staged.table.careful()
    return _compile(staged.upload_id, staged.dataset, staged.plan, staged.steps, table, staged.seen)


def prepare_vocabularies(cursor: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Give this connection the enum types (words) and variables (spellings) that the SQL speaks of."""
    for name in names:
        words = vocabulary.load(name)
        with _CATALOGUE_LOCK:
            values = ", ".join(literal(word) for word in words)
            cursor.execute(
                f"CREATE TYPE IF NOT EXISTS staging.vocabulary_{name} AS ENUM ({values})"
            )
        cursor.execute(f"SET VARIABLE vocabulary_{name} = {literal(list(words.values()))}")


# ------------------------------------------------------------------ the order of dates


def _orders(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, plan: Plan, steps: tuple[Step, ...]
) -> list[Step]:
    open_ = {
        name: index
        for name, index in plan.fields().items()
        if dataset.field(name).type == "date" and recipe.option(steps, "date_order", name) is None
    }
    if not open_:
        return []
    parts = []
    for index in open_.values():
        for shape in (numeric_date(OVER_12, ANY), numeric_date(ANY, OVER_12), numeric_date()):
            parts.append(f"count(*) FILTER (regexp_full_match(trim(c{index}), '{shape}'))")
    counts = list(cursor.execute(f"SELECT {', '.join(parts)} FROM {HEAD}").fetchone() or [])
    return [
        step
        for i, name in enumerate(open_)
        if (step := decide_order(name, *counts[3 * i : 3 * i + 3]))
    ]


def decide_order(field: str, day_first: int, month_first: int, numeric: int) -> Step | None:
    """The order that the evidence shows, or None when it is truly open.

    `day_first` counts dates with a first number over 12, `month_first` with a second one.
    """
    if day_first == month_first:
        return None
    order = "dmy" if day_first > month_first else "mdy"
    shown, against = max(day_first, month_first), min(day_first, month_first)
    place = "first" if order == "dmy" else "second"
    reason = f"{shown} of {numeric} dates have a number over 12 in {place} place"
    reason += f", {against} in the other" if against else ", none in the other"
    return Step(op="date_order", field=field, value=order, reason=reason)


def _settle(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Step]:
    counts = check_counts(cursor, staged)
    found: dict[str, dict[str, int]] = {}
    for check in staged.compiled.checks:
        if check.field and check.rule in (*checks.EVIDENCE, "date_order"):
            found.setdefault(check.field, {})[check.rule] = counts.get(check.position, 0)
    steps = []
    for field, seen in found.items():
        if seen.get("date_order"):  # 0 or absent: nothing is open
            first, second = (seen.get(rule, 0) for rule in checks.EVIDENCE)
            step = decide_order(field, first, second, first + second + seen["date_order"])
            steps += [step] if step else []
    return steps


def check_counts(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> dict[int, int]:
    """Position of a check to the number of rows that break it."""
    words = staged.compiled.words
    names = ", ".join(f"_p{w}" for w in range(words))
    rows = cursor.execute(f"SELECT {names}, count(*) FROM {staged.rows} GROUP BY ALL").fetchall()
    counts: dict[int, int] = {}
    for *masks, count in rows:
        for check in staged.compiled.checks:
            if masks[check.word] & check.bit:
                counts[check.position] = counts.get(check.position, 0) + int(count)
    return counts


# ------------------------------------------------------------------ doubles within the file


def find_doubles(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Rows whose key stands in an earlier row (rule unique), or could mean several (ambiguous)."""
    cursor.execute(
        f"CREATE OR REPLACE TABLE {staged.doubles}"
        ' ("row" BIGINT, rule VARCHAR, field VARCHAR, other BIGINT)'
    )
    _several(cursor, staged)
    if _count(cursor, "several"):
        cursor.execute(_same_key(staged))
    cursor.execute("DROP TABLE several")
    for field in staged.dataset.fields:
        if field.unique and field.name in staged.compiled.fields:
            cursor.execute(_same_value(staged, field.name))


def _several(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """The keys of several rows, of which one may be another's double, into `several`.

    Part by part, so that the keys of ten million rows need no more memory than those of two.
    """
    cursor.execute("CREATE OR REPLACE TEMP TABLE several (_key VARCHAR)")
    both, related = staged.dataset.key.when_both, ""
    if both and both in staged.compiled.fields:
        # Two rows with two values that do not fit each other are two people, and most are.
        v = f"{ident(both)}::VARCHAR"
        related = f" AND (count(*) > 2 OR count({v}) < 2 OR starts_with(max({v}), min({v})))"
    parts = -(-_count(cursor, staged.rows) // KEYS)
    for part in range(parts):
        only = f" AND hash(_key) % {parts} = {part}" if parts > 1 else ""
        cursor.execute(
            f"INSERT INTO several SELECT _key FROM {staged.rows}"
            f" WHERE NOT _error AND _key IS NOT NULL{only}"
            f" GROUP BY _key HAVING count(*) > 1{related}"
        )


def _same_key(staged: Staged) -> str:
    both = staged.dataset.key.when_both
    field = literal(staged.dataset.title_field)
    if not both or both not in staged.compiled.fields:
        return f"""INSERT INTO {staged.doubles}
            SELECT "row", 'unique', {field}, first_row FROM (
                SELECT s.rowid AS "row", min(s.rowid) OVER (PARTITION BY s._key) AS first_row
                FROM {staged.rows} s JOIN several USING (_key) WHERE NOT s._error)
            WHERE "row" <> first_row"""
    # A missing value, or a year where another row has the day, means the one value that fits it;
    # where several fit, nobody can tell which is meant.
    return f"""INSERT INTO {staged.doubles}
        WITH mine AS (
            SELECT s.rowid AS "row", s._key, s.{ident(both)}::VARCHAR AS value
            FROM {staged.rows} s JOIN several USING (_key) WHERE NOT s._error
        ), known AS (
            SELECT _key, list(DISTINCT value) FILTER (value IS NOT NULL) AS all_values
            FROM mine GROUP BY _key
        ), fitting AS (
            SELECT "row", _key, value, CASE WHEN len(all_values) > {MAX_DATES} THEN NULL
                ELSE list_filter(all_values, lambda v: starts_with(v, coalesce(value, ''))
                     AND len(list_filter(all_values, lambda w: w <> v AND starts_with(w, v))) = 0)
                END AS fits, len(all_values) AS n
            FROM mine JOIN known USING (_key)
        ), decided AS (
            SELECT "row", _key, CASE WHEN n IS NULL THEN '' WHEN fits IS NULL THEN value
                WHEN len(fits) = 1 THEN fits[1] END AS value
            FROM fitting
        ), ranked AS (
            SELECT "row", value, min("row") OVER (PARTITION BY _key, value) AS first_row FROM decided
        )
        SELECT "row", CASE WHEN value IS NULL THEN 'ambiguous' ELSE 'unique' END, {field},
            CASE WHEN value IS NOT NULL THEN first_row END
        FROM ranked WHERE value IS NULL OR "row" <> first_row"""


def _same_value(staged: Staged, name: str) -> str:
    return f"""INSERT INTO {staged.doubles}
        SELECT "row", 'unique', {literal(name)}, first_row FROM (
            SELECT s.rowid AS "row", min(s.rowid) OVER (PARTITION BY s.{ident(name)}) AS first_row
            FROM {staged.rows} s WHERE NOT s._error AND s.{ident(name)} IS NOT NULL)
        WHERE "row" <> first_row AND "row" NOT IN (SELECT "row" FROM {staged.doubles})"""


def _count(cursor: duckdb.DuckDBPyConnection, table: str) -> int:
    row = cursor.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def drop(cursor: duckdb.DuckDBPyConnection, upload_id: str) -> None:
    """Forget what was staged for an upload."""
    hexed = upload_id.replace("-", "")
    for prefix in "udmr":
        cursor.execute(f"DROP TABLE IF EXISTS staging.{ident(f'{prefix}_{hexed}')}")


def there(cursor: duckdb.DuckDBPyConnection) -> set[str]:
    """The ids of the uploads of which something is staged."""
    rows = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'staging'"
        " AND regexp_full_match(table_name, '[udmr]_[0-9a-f]{32}')"
    ).fetchall()
    return {str(uuid.UUID(name[2:])) for (name,) in rows}


def row_count(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """How many rows were staged."""
    return _count(cursor, staged.rows)
