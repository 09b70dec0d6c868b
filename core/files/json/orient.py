"""Rows that a JSON file holds in another way than as a list of objects.

    keyed    {"Q1": {"name": "Ann"}, "Q2": {"name": "Bo"}}         one object a row, under its key
    columns  {"name": {"0": "Ann", "1": "Bo"}, "born": {...}}      one object, or list, a column
    split    {"columns": ["name"], "data": [["Ann"], ["Bo"]]}      names in one list, rows in another
    rows     [["name", "born"], ["Ann", "1990"]]                   a list of lists

All but the last are how pandas writes a frame (orient="index", "columns", "split"); the first is also how
many APIs answer, the last how spreadsheets on the web do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

KEY = "key"  # the column that keeps the key of a keyed row
ALIKE = 0.6  # share of an object's keys that most of the others have, too
REMEMBERED = 5_000  # sets of keys
FEW = 10  # rows under keys that look like words: fewer may be parts of one record
LABELS = ("name", "label", "key", "field", "title", "id")  # of an object that describes a column
_ID = re.compile(r".*\d")


@dataclass
class Alike:
    """Whether objects under different keys are rows of one table."""

    objects: int = 0
    outer: Counter[bool] = field(default_factory=Counter)  # keys that look like ids, or not
    inner: Counter[str] = field(default_factory=Counter)  # key of an object to how many have it
    shapes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    places: bool = True  # the keys count 0, 1, 2 ...

    def add(self, key: str, value: Mapping[str, Any]) -> None:
        """Count one object."""
        self.places = self.places and key == str(self.objects)
        self.objects += 1
        self.outer[_ID.match(key) is not None] += 1
        shape = tuple(value)
        if len(self.shapes) < REMEMBERED or shape in self.shapes:
            self.shapes[shape] += 1
            self.inner.update(shape)

    @property
    def alike(self) -> bool:
        """Whether the objects have most of their keys in common, and have keys at all."""
        common = {key for key, n in self.inner.items() if 2 * n > self.objects}
        shared = sum(n * len(common & set(shape)) for shape, n in self.shapes.items())
        return bool(common) and shared >= ALIKE * self.inner.total()

    @property
    def ids(self) -> float:
        """Share of the keys that look like ids: with a digit in them."""
        return self.outer[True] / max(1, self.objects)

    @property
    def inner_ids(self) -> float:
        """The same of the keys of the objects."""
        return sum(_ID.match(key) is not None for key in self.inner) / max(1, len(self.inner))


def of_objects(seen: Alike) -> tuple[str, str, bool] | None:
    """(shape, evidence, sure) for an object whose values are objects; None when it is one row."""
    if seen.objects == 1 and seen.ids == 1 and len(seen.inner) > 1:
        return "keyed", "its only key looks like an id and holds an object", seen.places
    if seen.objects < 2 or not seen.alike:
        return None
    rows = len(seen.inner)
    if seen.inner_ids >= 0.8 and (seen.ids < 0.5 or set(seen.inner) == _count(rows)):
        return "columns", f"each of {seen.objects:,} keys is a column of {rows:,} values", True
    said = f"each of {seen.objects:,} keys holds an object, and the objects have the same keys"
    if seen.ids < 0.8 and rows > 3 * seen.objects:
        return "columns", f"each of {seen.objects:,} keys is a column of {rows:,} values", False
    return "keyed", said, seen.ids >= 0.8 or seen.objects >= FEW


def of_lists(lengths: Iterable[int]) -> tuple[str, str, bool] | None:
    """(shape, evidence, sure) for an object whose values are lists of plain values."""
    known = list(lengths)
    if len(known) < 2 or len(set(known)) > 1 or known[0] < 2:
        return None
    said = f"each of {len(known):,} keys holds a list of {known[0]:,} values: a column"
    return "columns", said, known[0] >= 5


class Split(NamedTuple):
    """The key of the list that names the columns, the key of the rows, and the names."""

    key: str
    rows: str
    names: list[str]


def split(values: Mapping[str, Any]) -> Split | None:
    """The list that names the columns of another list, when there is one; `values` are beginnings of lists."""
    lists = {key: value for key, value in values.items() if isinstance(value, list) and value}
    for key, texts in lists.items():
        names = _named(texts)
        for rows, inner in lists.items():
            if rows != key and all(isinstance(r, list) and len(r) == len(names) for r in inner):
                return Split(key, rows, names)
    return None


def _named(columns: list[Any]) -> list[str]:
    """The names in a list of texts, or of objects that describe a column each; [] when it is none."""
    if all(isinstance(text, str) for text in columns):
        return columns
    if not all(isinstance(column, dict) for column in columns):
        return []
    for label in LABELS:
        names = [column.get(label) for column in columns]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return [str(name) for name in names]
    return []


def has_header(rows: list[Any]) -> bool:
    """Whether the first of these lists names the columns: different words, and no value among them."""
    if len(rows) < 2 or not isinstance(rows[0], list):
        return False
    first = rows[0]
    if not first or not all(type(cell) is str and cell.strip() for cell in first):
        return False
    return len(set(first)) == len(first) and not any(any(c.isdigit() for c in n) for n in first)


def listed(row: Any, names: list[str] | None) -> Any:
    """A row that is a list, as an object with these names, or with column_1, column_2, ..."""
    if not isinstance(row, list):
        return row
    names = names or []
    more = (f"column_{n + 1}" for n in range(len(names), len(row)))
    return dict(zip(chain(names, more), row))


def keyed(key: str, value: Any, numbered: bool) -> dict[str, Any]:
    """A row with its key beside it, unless the keys only count the rows."""
    row = dict(value) if isinstance(value, dict) else {"value": value}
    if numbered:
        return row
    name = next(n for n in (KEY, f"_{KEY}", *(f"{KEY}_{i}" for i in range(2, 99))) if n not in row)
    return {name: key, **row}


def turned(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of columns: lists of one length, or objects with one key a row."""
    if all(isinstance(column, list) for column in data.values()):
        for n in range(max(map(len, data.values()), default=0)):
            yield {name: column[n] for name, column in data.items() if n < len(column)}
        return
    columns = {name: column for name, column in data.items() if isinstance(column, dict)}
    keys = dict.fromkeys(key for column in columns.values() for key in column)
    numbered = set(keys) == _count(len(keys))
    for key in keys:
        row = {name: column[key] for name, column in columns.items() if key in column}
        yield keyed(key, row, numbered)


def _count(many: int) -> set[str]:
    return {str(n) for n in range(many)}
