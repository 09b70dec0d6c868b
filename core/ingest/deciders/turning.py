"""“Lovelace, Ada” in a column of names: the step `turn` writes “Ada Lovelace”, where the column shows that it is so."""

from __future__ import annotations

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps import turn
from core.datasets.model import Dataset
from core.ingest.columns.evidence import Witness
from core.storage.sql import literal

MOST = 0.8  # share of the values that must have the form; a name of one word (Madonna) has no order
NO_OTHER = 0.9  # share of those with a comma
ONE_WORD = 0.6  # share of the family names that are one word: “Ada Lovelace, Mathematician” has two


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The step for each column of names that is written the other way round.

    Of a recipe that somebody has seen, what is not in it was taken out, or was not there when it ran.
    """
    if plan.recipe is not None:
        return steps
    witness, parts = Witness(dataset), plan.parts()
    fields = plan.fields()
    names = [f.name for f in dataset.fields if witness.names_people(f) and f.name in fields]
    columns = {n: fields[n] for n in names if n not in parts}
    found = [_step(cursor, head, n, fields[n]) for n in _with_commas(cursor, head, columns)]
    return (*steps, *(step for step in found if step))


def _with_commas(
    cursor: duckdb.DuckDBPyConnection, head: str, columns: dict[str, int]
) -> list[str]:
    """The fields with a comma in enough values: only their forms are looked at, which takes longer."""
    counts = [
        f"count(*) FILTER (contains(c{c}, ',')), count(*) FILTER ({_has_order(f'c{c}')})"
        for c in columns.values()
    ]
    if not counts:
        return []
    row = cursor.execute(f"SELECT {', '.join(counts)} FROM {head}").fetchone() or ()
    return [n for n, commas, all_ in zip(columns, row[::2], row[1::2]) if 0 < commas >= MOST * all_]


def _has_order(x: str) -> str:
    return f"(contains({x}, ',') OR contains(trim({x}), ' '))"


def _step(cursor: duckdb.DuckDBPyConnection, head: str, name: str, column: int) -> Step | None:
    x = f"c{column}"
    form = f"CASE WHEN contains({x}, ',') THEN {turn.has_form(x)} ELSE false END"
    counts = cursor.execute(
        f"SELECT count(*) FILTER ({_has_order(x)}), count(*) FILTER (contains({x}, ',')),"
        f" count(*) FILTER ({form}),"
        f" count(*) FILTER (CASE WHEN {form} THEN regexp_full_match({x}, {literal(turn.SINGLE)}) ELSE false END),"
        f" count(*) FILTER (CASE WHEN {form} THEN regexp_full_match({x}, {literal(turn.DATED)}) ELSE false END)"
        f" FROM {head}"
    ).fetchone()
    values, commas, turned, single, dated = counts or (0, 0, 0, 0, 0)
    if not turned or turned < MOST * values or turned < NO_OTHER * commas:
        return None
    if single < ONE_WORD * turned:
        return None
    reason = f"{turned} of {values} names of several words are “Last, First”"
    if dated:
        reason += f"; the years behind {dated} of them are left out"
    return Step(op="turn", field=name, reason=reason)
