"""The kinds of cleaning steps. Every module in core/cleaning/steps/ gives its own, and is found by being there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.cleaning import steps
from core.cleaning.kind import Kind
from core.errors import BadRecipe


def by_op(kinds: Iterable[Kind]) -> Mapping[str, Kind]:
    """The kinds by their names, in their order. Raises ValueError where two have the same name."""
    found: dict[str, Kind] = {}
    for kind_ in sorted(kinds, key=lambda k: (k.place, k.op)):
        if kind_.op in found:
            raise ValueError(f"two cleaning steps are called {kind_.op}")
        found[kind_.op] = kind_
    return MappingProxyType(found)


def _kinds() -> Iterable[Kind]:
    for module in pkgutil.iter_modules(steps.__path__):
        yield from importlib.import_module(f"{steps.__name__}.{module.name}").KINDS


KINDS = by_op(_kinds())


def kind(op: str) -> Kind:
    """The kind of that name. Raises BadRecipe where there is none."""
    if op not in KINDS:
        raise BadRecipe(f"there is no cleaning step {op!r}")
    return KINDS[op]


def table() -> str:
    """All kinds as a table in Markdown, for the documentation."""
    rows = [f"| `{k.op}` | {_uses(k)} | {k.does} |" for k in KINDS.values()]
    return "\n".join(["| op | uses | what it does |", "|---|---|---|", *rows])


def _uses(kind_: Kind) -> str:
    field = "field (or none)" if kind_.every else "field"
    return f"{field}, {kind_.uses}" if kind_.uses else field
