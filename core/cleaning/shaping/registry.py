"""The kinds of table steps, in the order of a menu."""

from __future__ import annotations

from types import MappingProxyType

from core.cleaning.shaping import columns, rows, texts
from core.cleaning.shaping.kind import TableKind
from core.errors import BadRecipe

KINDS = MappingProxyType({k.op: k for k in (*texts.KINDS, *columns.KINDS, *rows.KINDS)})


def kind(op: str) -> TableKind:
    """The kind of that name. Raises BadRecipe where there is none."""
    if op not in KINDS:
        raise BadRecipe(f"there is no table step {op!r}", hint=f"There are: {', '.join(KINDS)}.")
    return KINDS[op]


def table() -> str:
    """All kinds as a table in Markdown, for the documentation."""
    rows_ = []
    for each in KINDS.values():
        uses = ", ".join("columns" if p == "column" else p for p in each.parts)
        rows_.append(f"| `{each.op}` | {uses} | {each.does} |")
    return "\n".join(["| op | uses | what it does |", "|---|---|---|", *rows_])
