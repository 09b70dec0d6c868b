"""What each step of a recipe does: how many cells it changes, which rows it takes away, and some of them before and after.

The first rows of the file go through the steps one by one; a file with no more rows is told exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from core.cleaning.clusters import MOST, Cluster, clusters
from core.cleaning import joined, recipe as recipes, registry, vocabularies
from core.cleaning.plan import Plan
from core.cleaning.shaping import registry as shaping
from core.cleaning.shaping.kind import Change, place
from core.cleaning.shaping.shaped import layer
from core.cleaning.shaping.step import TableStep
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.errors import BadRecipe
from core.files import reader
from core.files.table import Table
from core.ingest import drafting
from core.ingest.corridor import Corridor
from core.storage.sql import ident

ROWS = 20_000  # looked at, unless the whole file is asked for
EXAMPLES = 5


@dataclass(frozen=True)
class Effect:
    """What one step does to the rows that were looked at.

    `step` counts from 0 among its kind. `cells`: cells with another text afterwards, or filled in a new column; None for a
    step that decides how values are read. `examples`: column or field, text before and after. `error`: why it is not run.
    """

    step: int
    sentence: str
    off: bool
    cells: int | None = None
    rows: int = 0
    examples: tuple[tuple[str, str | None, str | None], ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Effects:
    """Of the steps on the table, and of those on fields; `looked` rows, which were the whole file or not."""

    looked: int
    whole: bool
    table: tuple[Effect, ...]
    fields: tuple[Effect, ...]
    columns: tuple[tuple[str, ...], ...]  # before each step on the table, and after all of them


def effects(
    corridor: Corridor,
    upload_id: str,
    steps: Sequence[Step] = (),
    *,
    table_steps: Sequence[TableStep] | None = None,
    rows: int | None = ROWS,
) -> Effects:
    """The effects of an open upload's table steps (or of others that it may get), and of `steps` on its fields.

    Raises the reader's errors.
    """
    draft = drafting.draft(corridor, upload_id)
    raw, plan = drafting.read_raw(corridor, draft.upload), draft.upload.plan
    plan = plan.model_copy(update={"mapping": draft.mapping})
    if table_steps is not None:
        plan = plan.model_copy(update={"table_steps": tuple(table_steps)})
    dataset = corridor.registry.get(plan.dataset)
    with corridor.database.reader() as cursor:
        looked = _load(cursor, raw, rows)
        names, told, columns = raw.names, list[Effect](), [raw.names]
        for number, step in enumerate(plan.table_steps):
            names, effect = _table_step(cursor, names, number, step)
            told.append(effect)
            columns.append(names)
        fields = _field_steps(cursor, dataset, plan, tuple(steps)) if steps else ()
        cursor.execute("DROP TABLE IF EXISTS temp.fx")
    whole = rows is None or looked < rows
    return Effects(looked, whole, tuple(told), fields, tuple(columns))


def spellings(corridor: Corridor, upload_id: str, column: str, method: str) -> list[Cluster]:
    """Clusters of the texts of a column as the table steps leave it, over the whole file. Raises BadRecipe, InputError."""
    table = drafting.draft(corridor, upload_id).table
    at = place(table.names, column)
    with corridor.database.reader() as cursor:
        for each in (table, table.careful()):
            try:
                rows = cursor.execute(
                    f"SELECT c{at} AS v, count(*) AS n FROM ({each.sql}) WHERE nullif(c{at}, '') IS NOT NULL"
                    f" GROUP BY 1 ORDER BY n DESC, v LIMIT {MOST}"
                ).fetchall()
                break
            except duckdb.Error as error:
                if not reader.is_refusal(error) or each.is_careful:
                    raise
    return clusters(dict(rows), method)


def _load(cursor: duckdb.DuckDBPyConnection, raw: Table, rows: int | None) -> int:
    cells = ", ".join(f"c{i}" for i in range(len(raw.columns)))
    for table in (raw, raw.careful()) if not raw.is_careful else (raw,):
        source = f"SELECT {cells} FROM ({table.sql if rows is None else table.first_sql})"
        limit = "" if rows is None else f" LIMIT {rows}"
        try:
            cursor.execute(
                f"CREATE OR REPLACE TEMP TABLE fx AS SELECT row_number() OVER () AS _line, * FROM ({source}{limit})"
            )
            break
        except duckdb.Error as error:
            if not reader.is_refusal(error):
                raise
    row = cursor.execute("SELECT count(*) FROM temp.fx").fetchone()
    return int(row[0]) if row else 0


def _table_step(
    cursor: duckdb.DuckDBPyConnection, names: tuple[str, ...], number: int, step: TableStep
) -> tuple[tuple[str, ...], Effect]:
    told = step.sentence()
    try:
        change = shaping.kind(step.op).apply(step, names)
    except BadRecipe as error:
        return names, Effect(number, told, step.off, error=error.detail)
    if step.off:
        return names, Effect(number, told, True)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE fx_after AS {layer('SELECT * FROM temp.fx', names, change)}"
    )
    effect = _compared(cursor, names, change, number, told)
    cursor.execute("CREATE OR REPLACE TEMP TABLE fx AS FROM temp.fx_after")
    cursor.execute("DROP TABLE temp.fx_after")
    kept = [change.renamed.get(i, n) for i, n in enumerate(names) if i not in change.dropped]
    return (*kept, *(n for n, _ in change.added)), effect


def _compared(
    cursor: duckdb.DuckDBPyConnection,
    names: tuple[str, ...],
    change: Change,
    number: int,
    told: str,
) -> Effect:
    if change.where is not None:
        return _fewer(cursor, names, number, told)
    kept = [i for i in range(len(names)) if i not in change.dropped]
    pairs = [
        (names[i], f"nullif(a.c{i}, '')", f"nullif(b.c{kept.index(i)}, '')")
        for i in change.replaced
    ]
    pairs += [(n, "NULL", f"b.c{len(kept) + j}") for j, (n, _) in enumerate(change.added)]
    cells, examples = 0, list[tuple[str, str | None, str | None]]()
    for name, before, after in pairs:
        differ = f"FROM temp.fx a JOIN temp.fx_after b USING (_line) WHERE {before} IS DISTINCT FROM {after}"
        row = cursor.execute(f"SELECT count(*) {differ}").fetchone() or (0,)
        cells += int(row[0])
        if row[0] and len(examples) < EXAMPLES:
            found = cursor.execute(
                f"SELECT DISTINCT ON (x, y) {before} AS x, {after} AS y {differ} ORDER BY _line LIMIT {EXAMPLES - len(examples)}"
            ).fetchall()
            examples += [(name, x, y) for x, y in found]
    return Effect(number, told, False, cells, 0, tuple(examples))


def _fewer(
    cursor: duckdb.DuckDBPyConnection, names: tuple[str, ...], number: int, told: str
) -> Effect:
    gone = "FROM temp.fx a ANTI JOIN temp.fx_after b USING (_line)"
    row = cursor.execute(f"SELECT count(*) {gone}").fetchone() or (0,)
    text = (
        f"concat_ws(' · ', {', '.join(f'nullif(c{i}, {chr(39) * 2})' for i in range(len(names)))})"
    )
    found = cursor.execute(f"SELECT {text} {gone} ORDER BY _line LIMIT {EXAMPLES}").fetchall()
    examples = tuple(("row", x, None) for (x,) in found)
    return Effect(number, told, False, 0, int(row[0]), examples)


def _field_steps(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, plan: Plan, steps: tuple[Step, ...]
) -> tuple[Effect, ...]:
    """The steps that make a text of another, one after the other over the columns of their fields."""
    runs = recipes.active(steps)
    texts = {n: f"c{i}" for n, i in plan.fields().items()} | joined.texts(plan, runs)
    made = [f"{sql} AS {ident(f't_{name}')}" for name, sql in texts.items()]
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE fx AS SELECT {', '.join(['_line', *made])} FROM temp.fx"
    )
    used = sorted({s.value for s in runs if s.op == "vocabulary" and s.value})
    vocabularies.prepare(cursor, tuple(used))
    return tuple(
        _field_step(cursor, dataset, list(texts), runs, number, step)
        for number, step in enumerate(steps)
    )


def _field_step(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    fields: list[str],
    runs: tuple[Step, ...],
    number: int,
    step: Step,
) -> Effect:
    told = step.sentence(dataset)
    if step.off or registry.kind(step.op).sql is None:
        return Effect(number, told, step.off)
    replaced, pairs = [], []
    for name in (n for n in fields if step.field in (None, n)):
        x = ident(f"t_{name}")
        text = recipes.text_step(dataset.field(name), step, x, recipes.kept(runs, name))
        replaced.append(f"{text} AS {x}")
        pairs.append((dataset.field(name).label, f"nullif(a.{x}, '')", f"nullif(b.{x}, '')"))
    if not replaced:
        return Effect(number, told, False, 0)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE fx_after AS SELECT * REPLACE ({', '.join(replaced)}) FROM temp.fx"
    )
    cells, examples = 0, list[tuple[str, str | None, str | None]]()
    joined_ = "FROM temp.fx a JOIN temp.fx_after b USING (_line)"
    counts = ", ".join(f"count(*) FILTER ({x} IS DISTINCT FROM {y})" for _, x, y in pairs)
    row = cursor.execute(f"SELECT {counts} {joined_}").fetchone() or ()
    for (name, x, y), many in zip(pairs, row):
        cells += int(many)
        if many and len(examples) < EXAMPLES:
            found = cursor.execute(
                f"SELECT DISTINCT ON (x, y) {x} AS x, {y} AS y {joined_} WHERE {x} IS DISTINCT FROM {y}"
                f" ORDER BY _line LIMIT {EXAMPLES - len(examples)}"
            ).fetchall()
            examples += [(name, before, after) for before, after in found]
    cursor.execute("CREATE OR REPLACE TEMP TABLE fx AS FROM temp.fx_after")
    return Effect(number, told, False, cells, 0, tuple(examples))
