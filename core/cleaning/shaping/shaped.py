"""A file's table with table steps on it: the same kind of Table, with another SELECT and other columns.

Everything behind it (mapping, preview, import, quarantine, replay) sees the columns as the steps leave them.
Each step is a projection around the one before. Rows keep their line; `_n` numbers them while a step looks at other rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.cleaning.shaping import registry
from core.cleaning.shaping.kind import Change
from core.cleaning.shaping.step import TableStep
from core.errors import BadRecipe
from core.files.table import Table


@dataclass(frozen=True)
class Layer:
    """The columns after some steps, and the SELECT of them over `source`, a placeholder for the SELECT before."""

    names: tuple[str, ...]
    sql: str


def shaped(table: Table, steps: Sequence[TableStep], *, lenient: bool = False) -> Table:
    """The table after the steps. Raises BadRecipe naming a step that does not fit its columns.

    With `lenient`, such a step is left out and told in the notes: a later file of a source may lack a column.
    """
    steps = [s for s in steps if not s.off]
    if not steps:
        return table
    names, notes = table.names, list(table.notes)
    changes: list[tuple[tuple[str, ...], Change]] = []
    for number, step in enumerate(steps, start=1):
        try:
            change = registry.kind(step.op).apply(step, names)
        except BadRecipe as error:
            told = f"step {number} ({step.sentence()}): {error.detail}"
            if not lenient:
                raise BadRecipe(told, hint=error.hint) from error
            notes.append(f"Left out of the recipe, {told}.")
            continue
        after = _names(names, change)
        changes.append((names, change))
        names = after
    return _wrapped(table, names, tuple(notes), changes)


def check(table: Table, steps: Sequence[TableStep]) -> None:
    """Raises BadRecipe for a step that does not fit, those that are switched off included."""
    shaped(table, [s.model_copy(update={"off": False}) for s in steps])


def _wrapped(
    table: Table,
    names: tuple[str, ...],
    notes: tuple[str, ...],
    changes: list[tuple[tuple[str, ...], Change]],
) -> Table:
    fewer = any(change.where for _, change in changes)

    def wrap(sql: str) -> str:
        if fewer:  # a row that goes must not move the lines of those behind it
            cells = ", ".join(f"c{i}" for i in range(len(table.columns)))
            line = f"coalesce(_line, {table.first_line} - 1 + row_number() OVER ())"
            sql = f"SELECT {line} AS _line, {cells} FROM ({sql})"
        for before, change in changes:
            sql = layer(sql, before, change)
        return sql

    def careful() -> Table:
        return _wrapped(table.careful(), names, notes, changes)

    return replace(
        table,
        columns=names,
        given=table.given or table.names,
        notes=notes,
        sql=wrap(table.sql),
        total=None if fewer else table.total,
        _first_sql=wrap(table.first_sql),
        _careful=None if table.is_careful else careful,
        _offsets=None if fewer else table._offsets,
    )


def layer(sql: str, names: Sequence[str], change: Change) -> str:
    """The SELECT after one step, over `sql` with these columns."""
    if change.windows:
        # The place is materialised below the windows, and the rows come back into it.
        sql = f"SELECT *, row_number() OVER () AS _n FROM ({sql})"
    cells = [change.replaced.get(i, f"c{i}") for i in range(len(names)) if i not in change.dropped]
    cells += [text for _, text in change.added]
    told = ", ".join(f"{text} AS c{i}" for i, text in enumerate(cells))
    stays = ""
    if change.where is not None:
        if change.windows:
            sql = f"SELECT * FROM (SELECT *, {change.where} AS _stays FROM ({sql})) WHERE _stays"
        else:
            stays = f" WHERE {change.where}"
    order = " ORDER BY _n" if change.windows else ""
    return f"SELECT _line, {told}\nFROM ({sql}){stays}{order}"


def _names(names: tuple[str, ...], change: Change) -> tuple[str, ...]:
    kept = [change.renamed.get(i, n) for i, n in enumerate(names) if i not in change.dropped]
    return (*kept, *(name for name, _ in change.added))


def after(names: tuple[str, ...], steps: Sequence[TableStep]) -> tuple[str, ...]:
    """The names of the columns after the steps; those that do not fit are left out."""
    for step in steps:
        if step.off:
            continue
        try:
            names = _names(names, registry.kind(step.op).apply(step, names))
        except BadRecipe:
            continue
    return names
