"""A filter as what an index can answer, whichever engine keeps it: a few simple questions joined by and, or, not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from core.records import operands
from core.records.filters import All, Condition, Filter, Not, operator, parts
from core.search.band import BAND
from core.search.documents import last_day, number
from core.search.engine import Unindexed
from core.search.layout import LONG, Layout


@dataclass(frozen=True)
class Ids:
    """Records with one of these ids."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Among:
    """A field of the index has one of these values; with none of them, nothing fits."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class There:
    """A field of the index has a value."""

    field: str


@dataclass(frozen=True)
class Between:
    """A number of the index lies between two; None is no limit, `strict` leaves the limits out."""

    field: str
    low: int | float | None
    high: int | float | None
    strict: bool = False
    real: bool = False  # a number with digits behind the point


@dataclass(frozen=True)
class Both:
    """All of them hold; everything fits when there is none."""

    parts: tuple[Narrow, ...]


@dataclass(frozen=True)
class Either:
    """One of them holds; nothing fits when there is none."""

    parts: tuple[Narrow, ...]


@dataclass(frozen=True)
class Without:
    """It does not hold."""

    part: Narrow


Narrow = Union[Ids, Among, There, Between, Both, Either, Without]
NOTHING = Either(())


def narrow(layout: Layout, node: Filter) -> Narrow:
    """The filter for the index. Raises Unindexed where it has no answer, BadQuery where there is no sense."""
    if isinstance(node, Condition):
        return _condition(layout, node)
    made = tuple(narrow(layout, part) for part in parts(node))
    if isinstance(node, Not):
        return Without(made[0])
    return Both(made) if isinstance(node, All) else Either(made)


def _condition(layout: Layout, condition: Condition) -> Narrow:
    name, op, value = condition.field, operator(layout.dataset, condition), condition.value
    kinds: dict[str, str] = {field.name: field.type for field in layout.dataset.fields}
    kinds |= {BAND: "text"} if layout.bands else {}
    if name == "record_id" and op in ("eq", "in"):
        wanted = value if isinstance(value, (list, tuple)) else (value,)
        return Ids(tuple(str(each) for each in wanted))
    if name not in kinds:
        raise Unindexed(name)
    if op == "empty":
        empty = operands.fit("empty", "boolean", "eq", value)
        return Without(_there(layout, name)) if empty else _there(layout, name)
    if value is None:
        return _null(layout, name, op)
    value = operands.fit(name, kinds[name], op, value)
    if op in ("lt", "le", "gt", "ge") and name in layout.numbers:
        return _range(name, kinds[name], op, value)
    if op in ("eq", "has", "ne", "in"):
        found = _equal(layout, name, kinds[name], op, value)
        return Without(found) if op == "ne" else found
    raise Unindexed(name)


def _null(layout: Layout, name: str, op: str) -> Narrow:
    if op not in ("eq", "ne"):
        return NOTHING
    return Without(_there(layout, name)) if op == "eq" else _there(layout, name)


def _there(layout: Layout, name: str) -> Narrow:
    if name in layout.values:
        return There(f"v_{name}")
    if name in layout.numbers:
        return There(f"n_{name}")
    raise Unindexed(name)


def _equal(layout: Layout, name: str, kind: str, op: str, value: Any) -> Narrow:
    many = value.split(",") if op == "in" and isinstance(value, str) else value
    many = many if isinstance(many, (list, tuple)) else [many]
    if name in layout.values:
        if any(len(str(each)) >= LONG for each in many):
            raise Unindexed(name)  # the index has the beginning alone
        return Among(f"v_{name}", tuple(_text(each) for each in many))
    if name not in layout.numbers:
        raise Unindexed(name)
    numbers = [number(each, kind) for each in many]
    return Either(tuple(Between(f"n_{name}", n, n, real=kind == "number") for n in numbers))


def _range(name: str, kind: str, op: str, value: Any) -> Narrow:
    strict, upwards = op in ("lt", "gt"), op in ("gt", "ge")
    if kind != "date":
        bound = number(value, kind)
        low, high = (bound, None) if upwards else (None, bound)
        return Between(f"n_{name}", low, high, strict, real=kind == "number")
    first, last = number(value, kind), last_day(value)
    # A partial date fits when one of its days does.
    limit = last if op in ("gt", "le") else first
    if upwards:
        return Between(f"m_{name}", limit, None, strict)
    return Between(f"n_{name}", None, limit, strict)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
