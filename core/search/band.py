"""A field that no table has: the quality of a record's values, as one of a few words. The index alone knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.datasets.model import Dataset, Field
from core.records.filters import All, Condition, Filter, Not, Some, parts

BAND = "_quality"
LABEL = "Quality"
TYPED = "quality"  # how it is called in a query: quality:good


@dataclass(frozen=True)
class Bands:
    """What makes the band: its words, the best first, and SQL of a record `r` for a dataset and today's date."""

    words: tuple[str, ...]
    sql: Callable[[Dataset, str], str]


def field(words: tuple[str, ...]) -> Field:
    """The field as the parser of queries takes it."""
    return Field.model_construct(name=BAND, title=LABEL, type="text", choices=words)


def named(name: str) -> str:
    """How a field is called in a query."""
    return TYPED if name == BAND else name


def asks(node: Filter | None) -> bool:
    """Whether a filter speaks of the band."""
    if node is None:
        return False
    if isinstance(node, Condition):
        return node.field == BAND
    return any(asks(part) for part in parts(node))


def without_band(node: Filter) -> Filter:
    """The filter as the table can answer it: what speaks of the band holds."""
    if isinstance(node, Condition):
        return All(all=()) if node.field == BAND else node
    made = tuple(map(without_band, parts(node)))
    if isinstance(node, Not):
        return Not(part=made[0]) if not asks(node) else All(all=())
    return All(all=made) if isinstance(node, All) else Some(any=made)
