"""Counts beside the hits: for each field its values among the hits, as if the field itself were not filtered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from core.errors import BadQuery, SearchUnavailable
from core.records.filters import All, Condition, Filter, Some, both
from core.search.engine import Counted, Engine
from core.search.plan import Plan
from core.search.results import Bucket, Facet
from core.search.tokens import fold

LISTED = 20  # values of a facet
MOST = 5_000  # values of a facet that are looked through for a text
SECONDS = 0.2  # after which no more is counted: what is missing is marked


def counted(
    engine: Engine, plan: Plan, wanted: Sequence[str], filters: Filter | None
) -> dict[str, Facet]:
    """The facets. Those of fields that no filter speaks of are counted in one pass."""
    layout = engine.layout
    known = [name for name in wanted if name in layout.values or name in layout.numbers]
    if len(known) < len(wanted):
        unknown = next(name for name in wanted if name not in known)
        raise BadQuery(f"{unknown!r} has no values that are counted")
    groups: dict[str, tuple[Filter | None, list[str]]] = {}
    for name in known:
        rest = without(filters, name)
        groups.setdefault(repr(rest), (rest, []))[1].append(name)
    found: dict[str, Facet] = {}
    began = time.monotonic()
    for rest, names in groups.values():
        if time.monotonic() - began > SECONDS:
            found |= {name: _late(engine, name, name in layout.numbers) for name in names}
            continue
        dates = [n for n in names if n in layout.numbers]
        values = {n: LISTED for n in names if n not in dates}
        try:
            answer = engine.values(replace(plan, filters=rest, sort=None), values, dates)
        except SearchUnavailable as error:
            if error.extra.get("reason") not in ("slow", "busy"):
                raise
            found |= {name: _late(engine, name, name in dates) for name in names}
            continue
        for name in names:
            found[name] = _facet(engine, name, answer[name], filters, name in dates)
    return {name: found[name] for name in known}


def inside(
    engine: Engine, plan: Plan, name: str, text: str, filters: Filter | None, limit: int
) -> Facet:
    """The values of one facet that hold a text, the most frequent first. Raises BadQuery for dates and numbers."""
    if name not in engine.layout.values or name in engine.layout.numbers:
        raise BadQuery(f"{name!r} has no values that are counted")
    plan = replace(plan, filters=without(filters, name), sort=None)
    answer = engine.values(plan, {name: MOST}, ())[name]
    fits = [each for each in answer.buckets if fold(text) in fold(each[0])]
    others = answer.others + sum(count for _, count in fits[limit:])
    return _facet(engine, name, Counted(tuple(fits[:limit]), others), filters, False)


def without(node: Filter | None, field: str) -> Filter | None:
    """The filter without its conditions on one field, as far as they are joined by "and"."""
    if node is None or _only(node, field):
        return None
    if isinstance(node, All):
        return both(*(without(part, field) for part in node.all))
    return node


def _only(node: Filter, field: str) -> bool:
    if isinstance(node, Condition):
        return node.field == field
    if isinstance(node, (All, Some)):
        held = node.all if isinstance(node, All) else node.any
        return bool(held) and all(_only(part, field) for part in held)
    return False


def _late(engine: Engine, name: str, dated: bool) -> Facet:
    title = engine.layout.label(name)
    return Facet(name, title, "histogram" if dated else "values", timed_out=True)


def _facet(
    engine: Engine, name: str, answer: Counted, filters: Filter | None, dated: bool
) -> Facet:
    title = engine.layout.label(name)
    if dated:
        decades = [(int(float(value)), count) for value, count in answer.buckets]
        return Facet(name, title, "histogram", tuple(_decade(*each) for each in decades))
    chosen = _chosen(filters, name)
    buckets = tuple(Bucket(v, n, v in chosen) for v, n in answer.buckets)
    return Facet(name, title, "values", buckets, answer.others)


def _decade(year: int, count: int) -> Bucket:
    first = year - year % 10
    return Bucket(f"{first}s", count, start=_year(first), end=_year(first + 9))


def _year(year: int) -> str:
    return f"{year:04d}" if year >= 0 else f"-{-year:04d}"


def _chosen(node: Filter | None, field: str) -> set[str]:
    if isinstance(node, Condition) and node.field == field:
        return {
            str(v) for v in (node.value if isinstance(node.value, (list, tuple)) else [node.value])
        }
    if isinstance(node, (All, Some)):
        held = node.all if isinstance(node, All) else node.any
        return {value for part in held for value in _chosen(part, field)}
    return set()
