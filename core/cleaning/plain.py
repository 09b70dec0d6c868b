"""What a short file needs no cleaning for: columns that were looked at whole, and in which no rule for rare texts applies.

The SELECT of a file with three columns has 240 KB, and to plan it takes longer than to run it. Most of it is for texts that
a short file does not hold: marks that nobody sees, letters beside ASCII, dates in words. What cannot come is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from core.cleaning import recipe
from core.cleaning.plan import Plan
from core.cleaning.readings import reading
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.dates.read import short
from core.storage.planning import as_written
from core.storage.sql import ident

SHAPE = "(?:[!-~]+(?: [!-~]+)*)?"  # printable ASCII, one space between two words
_EMPTYING = {"error_cells", "empty_words"}  # steps that make a text NULL, or leave it as it is


@dataclass(frozen=True)
class Plain:
    """Fields by what is known of all their texts, or nothing."""

    tidy: frozenset[str] = (
        frozenset()
    )  # the column has texts of SHAPE alone, so `tidy` does nothing
    ascii: frozenset[str] = frozenset()  # of those: no step makes another text, only NULL
    dates: frozenset[str] = frozenset()  # of those: every text is a date that the short way reads


NOTHING = Plain()


def find(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> Plain:
    """What holds for every row of `table`, which has all rows of the file, by its columns c0, c1, ..."""
    columns = {n: f"c{i}" for n, i in plan.fields().items() if len(plan.sources(n)) == 1}
    columns = {n: c for n, c in columns.items() if n not in plan.parts()}
    if not columns:
        return NOTHING
    runs = recipe.active(steps)
    kept = {n for n in columns if _only_empty(n, runs)}
    dates = [n for n in kept if dataset.field(n).type == "date"]
    conditions = {("tidy", n): f"regexp_full_match({c}, '{SHAPE}')" for n, c in columns.items()}
    for name in dates:
        read = short(name, reading(dataset.field(name), runs))
        conditions["date", name] = f"{ident(f't_{name}')} IS NULL OR {read} IS NOT NULL"
    texts = "".join(f", nullif({columns[n]}, '') AS {ident(f't_{n}')}" for n in dates)
    asked = ", ".join(f"coalesce(bool_and({c}), true)" for c in conditions.values())
    with as_written(cursor):
        found = cursor.execute(f"SELECT {asked} FROM (SELECT *{texts} FROM {table})").fetchone()
    holds = {key for key, true in zip(conditions, found or ()) if true}
    tidy = frozenset(n for n in columns if ("tidy", n) in holds)
    return Plain(tidy, tidy & kept, frozenset(n for n in tidy & kept if ("date", n) in holds))


def _only_empty(name: str, steps: Iterable[Step]) -> bool:
    """Whether the steps of a field leave a tidy text as it is, or make NULL of it."""
    rounds = recipe.rounds([name], tuple(steps), frozenset({name}))
    return all(step.op in _EMPTYING for round_ in rounds for step in round_.values())
