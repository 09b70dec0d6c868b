"""A question to the records as it stands in a URL: filters, sort, fields, cursor."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from core.datasets.model import Dataset
from core.datasets.tables import columns
from core.errors import BadQuery
from core.records import filters, operands
from core.records.filters import All, Condition, Filter
from core.records.languages import bare
from core.records.query import OPERATORS, encode_cursor

RESERVED = ("q", "sort", "fields", "filters")
PAGED = (*RESERVED, "limit", "cursor", "count")
HIDDEN = ("_key",)  # how records are matched inside


@dataclass(frozen=True)
class Question:
    """What was asked. `order` has the record id last, so that it is total."""

    where: tuple[tuple[str, str, Any], ...]
    search: str | None
    order: tuple[str, ...]
    fields: tuple[str, ...]
    tree: Filter | None = None

    @property
    def condition(self) -> Filter | Sequence[tuple[str, str, Any]]:
        """All of the filters, with the tree if there is one."""
        if self.tree is None:
            return self.where
        flat = tuple(Condition(field=f, op=o, value=v) for f, o, v in self.where)
        return All(all=(*flat, self.tree))

    @property
    def fetched(self) -> list[str]:
        """The columns to fetch: those asked for, and those that a cursor is made of."""
        extra = [bare(name) for name in self.order]
        return list(dict.fromkeys([*self.fields, *extra]))

    def cursor(self, last: dict[str, Any]) -> str:
        """Where the next page begins, bound to this question."""
        return self._mark + encode_cursor([last[bare(name)] for name in self.order])

    def after(self, cursor: str | None) -> str | None:
        """What a cursor says. Raises BadQuery when it belongs to another question."""
        if cursor is None:
            return None
        if not cursor.startswith(self._mark):
            raise BadQuery("this cursor does not belong to this question")
        return cursor[len(self._mark) :]

    @property
    def _mark(self) -> str:
        asked = repr((self.condition, self.search, self.order)).encode("utf-8", "replace")
        return f"{zlib.crc32(asked):08x}."


def parse(request: Request, dataset: Dataset, reserved: Sequence[str] = PAGED) -> Question:
    """The question in the query string; what is not `reserved` is a filter. Raises BadQuery naming it."""
    given = request.query_params
    where = [_filter(dataset, k, v) for k, v in given.multi_items() if k not in reserved]
    order = _names(given.get("sort"))
    for name in order:
        _column(dataset, bare(name))
    if "record_id" not in [bare(name) for name in order]:
        order.append("record_id")
    fields = _names(given.get("fields")) or [n for n in columns(dataset) if n not in HIDDEN]
    for name in fields:
        _column(dataset, name)
    names = tuple(dict.fromkeys(fields))
    tree = filters.read(given.get("filters"))
    return Question(tuple(where), given.get("q"), tuple(order), names, tree)


def _names(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def dataset_type(dataset: Dataset, name: str) -> str:
    """The type of a field; system columns count as text."""
    return dataset.field(name).type if name in dataset.field_names else "text"


def _column(dataset: Dataset, name: str) -> None:
    if name not in columns(dataset) or name in HIDDEN:
        known = ", ".join(n for n in columns(dataset) if n not in HIDDEN)
        raise BadQuery(f"{dataset.name} has no field {name!r}", hint=f"Fields: {known}.")


def _filter(dataset: Dataset, key: str, text: str) -> tuple[str, str, Any]:
    name, dot, operator = key.partition(".")
    _column(dataset, name)
    kind = dataset_type(dataset, name)
    if not dot:
        operator = "has" if kind == "list" else "eq"
    if operator not in OPERATORS:
        raise BadQuery(
            f"there is no operator {operator!r}", hint=f"Operators: {', '.join(OPERATORS)}."
        )
    if "\0" in text:
        raise BadQuery(f"{key}: the value holds a NUL character")
    if operator == "has" and kind != "list":
        raise BadQuery(f"{key}: {name} is no list", hint="Use contains.")
    if operator in ("eq", "ne", "lt", "le", "gt", "ge"):
        return name, operator, _typed(key, kind, text)
    return name, operator, text


def _typed(key: str, kind: str, text: str) -> Any:
    if kind == "list":
        raise BadQuery(f"{key}: a list cannot be compared", hint="Use has, contains or empty.")
    return operands.fit(key, kind, "eq", text)


def prune(row: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Only what was asked for."""
    return {name: row[name] for name in fields}
