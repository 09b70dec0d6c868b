"""What is chosen of the facets: in the address, as a filter, and taken out of a filter again."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.records.filters import All, Condition, Filter, Some, both, read
from core.search.band import BAND
from pages._search.facets import Chosen


def chosen() -> Chosen:
    """The choices of the address: f=field:value, several times."""
    return grouped(st.query_params.get_all("f"))


def address(choices: Chosen) -> list[str]:
    """The choices for the address."""
    return [f"{name}:{value}" for name, values in choices.items() for value in values]


def grouped(pairs: list[str]) -> Chosen:
    """field:value, several times, by field."""
    found: Chosen = {}
    for each in pairs:
        name, _, value = each.partition(":")
        if value:
            found[name] = (*found.get(name, ()), value)
    return found


def tree(dataset: Dataset, choices: Chosen, groups: Any = None) -> dict[str, Any] | None:
    """Choices and conditions as one filter: one of the values of each field, all of the fields, and the groups."""
    parts = [_one_of(dataset, name, values) for name, values in choices.items()]
    rest = read(groups)
    whole = both(*parts, *(rest.all if isinstance(rest, All) else (rest,)))
    if whole is None:
        return None
    given: dict[str, Any] = (whole if isinstance(whole, All) else All(all=(whole,))).model_dump(
        by_alias=True
    )
    return given


def _one_of(dataset: Dataset, name: str, values: tuple[str, ...]) -> Filter | None:
    if name not in (*dataset.field_names, BAND):
        return None
    if name != BAND and dataset.field(name).type == "date":
        return Some(any=tuple(_between(name, *value.partition("..")[::2]) for value in values))
    return Some(any=tuple(Condition(field=name, op="eq", value=value) for value in values))


def _between(name: str, low: str, high: str) -> Filter:
    ends = (("ge", low), ("le", high))
    return All(all=tuple(Condition(field=name, op=op, value=v) for op, v in ends if v))


def apart(dataset: Dataset, filters: str | None) -> tuple[list[str], Filter | None]:
    """A kept filter as choices for the address, and what is left of it for the groups."""
    whole = read(filters)
    if whole is None:
        return [], None
    parts = whole.all if isinstance(whole, All) else (whole,)
    pairs, rest, taken = list[str](), list[Filter](), set[str]()
    for part in parts:
        found = _pairs(part) or []
        name, values = _single(found)
        # A second one of the same field would be joined with the first by "or".
        if name not in taken and _one_of(dataset, name, values) == part:
            taken.add(name)
            pairs += found
        else:
            rest.append(part)
    return pairs, both(*rest)


def _single(pairs: list[str]) -> tuple[str, tuple[str, ...]]:
    name, values = next(iter(grouped(pairs).items()), ("", ()))
    return name, values


def _pairs(part: Filter) -> list[str]:
    """A part as choices of one facet; none when it is something else."""
    found = list[str]()
    if not isinstance(part, Some):
        return found
    for option in part.any:
        if isinstance(option, Condition):
            found.append(f"{option.field}:{option.value}")
        elif isinstance(option, All) and option.all:
            ends = [each for each in option.all if isinstance(each, Condition)]
            by = {each.op: each for each in ends}
            low, high = by.get("ge"), by.get("le")
            name = ends[0].field if ends else ""
            found.append(f"{name}:{low.value if low else ''}..{high.value if high else ''}")
        else:
            return []
    return found
