"""Columns that steps made of others, when a cell of the others is fixed later: in a row that comes back from quarantine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.cleaning.shaping import kind as k, registry
from core.cleaning.shaping.step import TableStep
from core.errors import BadRecipe
from core.files.table import Table


def _makers(steps: Sequence[TableStep]) -> list[TableStep]:
    """Steps that make columns row by row; what looks at all rows cannot be told of a few."""
    return [s for s in steps if not s.off and registry.kind(s.op).makes]


def _inputs(step: TableStep) -> set[str]:
    if step.op != "compute":
        return set(step.columns)
    words = re.findall(r"\[([^\]]+)\]|([^\W\d]\w*)", step.value or "")
    return {a.strip() or b for a, b in words}


def stale(steps: Sequence[TableStep], changed: set[str]) -> list[str]:
    """The columns to make anew when somebody changed these: made of one of them, and not typed over."""
    found: list[str] = []
    for step in _makers(steps):
        touched = {c.casefold() for c in (*changed, *found)}
        if touched & {c.casefold() for c in _inputs(step)} and not changed & set(step.into):
            found += step.into
    return found


def anew(table: Table, steps: Sequence[TableStep]) -> Table:
    """The table whose empty cells of made columns are made of the others. The columns stay what they are."""
    sql, names = table.sql, list(table.names)
    for step in _makers(steps):
        others = [n if n not in step.into else f"\0{n}" for n in names]
        try:
            change = registry.kind(step.op).apply(step, others)
        except BadRecipe:
            continue  # a later step dropped or renamed what it was made of
        if change.windows:
            continue
        made = {names.index(n): text for n, text in change.added if n in names}
        cells = [
            f"coalesce({k.cell(i)}, {made[i]}) AS c{i}" if i in made else f"c{i}"
            for i in range(len(names))
        ]
        sql = f"SELECT _line, {', '.join(cells)} FROM ({sql})"
    return replace(table, sql=sql)
