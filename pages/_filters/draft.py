"""A filter while somebody puts it together: groups of conditions, some of them without a value yet.

It is kept in the address as the tree that API, command line and notebook take (`core/records/filters.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Union, cast

from core.datasets.model import Dataset
from core.errors import BadQuery
from core.records import filters as trees
from core.records.filters import All, Condition, Filter, Not, Operator, Some

LONGEST = 8_000  # characters of a filter in the address


@dataclass(frozen=True)
class Leaf:
    """One condition. `value` is a text or a list of texts; empty while it is not filled in."""

    field: str
    op: str
    value: Any = ""


@dataclass(frozen=True)
class Group:
    """Conditions and groups of which all or one must hold; `negated`: not so."""

    joint: Literal["all", "any"] = "all"
    negated: bool = False
    parts: tuple[Node, ...] = ()


Node = Union[Leaf, Group]


def of(node: Filter | None) -> Group:
    """A filter as groups; a condition alone is a group of one."""
    made = _node(node) if node is not None else Group()
    return made if isinstance(made, Group) else Group(parts=(made,))


def _node(node: Filter) -> Node:
    if isinstance(node, Condition):
        return Leaf(node.field, node.op, node.value)
    if isinstance(node, Not):
        inner = _node(node.part)
        if isinstance(inner, Group):
            return Group(inner.joint, not inner.negated, inner.parts)
        return Group("any", True, (inner,))
    joint: Literal["all", "any"] = "all" if isinstance(node, All) else "any"
    return Group(joint, False, tuple(map(_node, trees.parts(node))))


def tree(node: Node) -> Filter:
    """The filter as it stands, conditions without a value included."""
    if isinstance(node, Leaf):
        return Condition(field=node.field, op=cast(Operator, node.op), value=node.value)
    parts = tuple(map(tree, node.parts))
    made: Filter = All(all=parts) if node.joint == "all" else Some(any=parts)
    return Not(part=made) if node.negated else made


def read(address: str) -> Group:
    """The groups of an address; none when it makes no sense."""
    try:
        return of(trees.read(address) if address else None)
    except BadQuery:
        return Group()


def written(group: Group) -> str:
    """The groups for the address; empty when there is no condition."""
    if not group.parts:
        return ""
    data = tree(group).model_dump(by_alias=True)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def leaves(node: Node) -> Iterator[Leaf]:
    """Every condition."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part)


def fault(dataset: Dataset, leaf: Leaf) -> str:
    """Why a condition cannot be asked; empty when it can."""
    if leaf.value in ("", [], ()):
        return "no value yet"
    try:
        trees.where(dataset, tree(leaf))
    except BadQuery as error:
        return error.detail
    return ""


def asked(dataset: Dataset, group: Group) -> dict[str, Any] | None:
    """What can be asked already, as data: conditions that lack a value or do not fit are left out."""
    kept = _fitting(dataset, group)
    return tree(kept).model_dump(by_alias=True) if kept is not None else None


def _fitting(dataset: Dataset, node: Node) -> Node | None:
    if isinstance(node, Leaf):
        return None if fault(dataset, node) else node
    kept = [part for part in (_fitting(dataset, p) for p in node.parts) if part is not None]
    return Group(node.joint, node.negated, tuple(kept)) if kept else None
