"""Steps that look at other rows, or take rows away: fill down, filter, dedupe."""

from __future__ import annotations

from collections.abc import Sequence

from core.cleaning.shaping import expression, kind as k
from core.cleaning.shaping.kind import Change, TableKind, Values

KEEP = {
    "first": "the first one",
    "last": "the last one",
    "fullest": "the one with the most values",
}


def _fill_down(step: Values, names: Sequence[str]) -> Change:
    made = {}
    for i in k.places(step, names):
        above = f"last_value({k.cell(i)} IGNORE NULLS) OVER (ORDER BY _n ROWS UNBOUNDED PRECEDING)"
        made[i] = above
    return Change(replaced=made, windows=True)


def _filter(step: Values, names: Sequence[str]) -> Change:
    made = expression.compile_expression(step.value or "", names)
    return Change(where=made.condition, windows=made.rows)


def _dedupe(step: Values, names: Sequence[str]) -> Change:
    """Rows that have nothing in any of the columns are nobody's duplicates."""
    cells = [k.cell(i) for i in k.places(step, names)]
    keys = [f"lower(trim({x}))" for x in cells]
    full = " + ".join(f"({k.cell(i)} IS NOT NULL)::INTEGER" for i in range(len(names)))
    order = {"first": "_n", "last": "_n DESC", "fullest": f"({full}) DESC, _n"}[step.value or ""]
    stays = f"row_number() OVER (PARTITION BY {', '.join(keys)} ORDER BY {order}) = 1"
    nothing = f"coalesce({', '.join(cells)}) IS NULL"
    return Change(where=f"{stays} OR {nothing}", windows=True)


KINDS = (
    TableKind(
        "fill_down",
        "Fill down",
        "an empty cell gets the value above it",
        lambda s: f"Fill empty cells from above in {k.called(s.columns)}",
        _fill_down,
        parts=("columns",),
        wrong=k.needs("columns", "a column"),
    ),
    TableKind(
        "filter",
        "Keep rows",
        "rows for which the expression is true stay; the others are not imported",
        lambda s: f"Keep rows where {s.value}",
        _filter,
        parts=("value",),
        labels={"value": "Expression"},
        wrong=k.needs("value", "an expression"),
        rows=True,
    ),
    TableKind(
        "dedupe",
        "Drop duplicate rows",
        "of rows with the same text in the columns, whatever its case, one stays: "
        + ", ".join(KEEP),
        lambda s: f"Of rows with the same {k.called(s.columns)} keep {KEEP.get(s.value or '', s.value)}",
        _dedupe,
        parts=("columns", "value"),
        choices=KEEP,
        wrong=k.first(k.needs("columns", "a column"), k.among(KEEP)),
        rows=True,
    ),
)
