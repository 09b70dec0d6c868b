"""Items of JSON to rows of text cells, in batches; and the lists of objects found on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from core.errors import CellTooLong, TooManyColumns
from core.files.json.flatten import Lists, Names, flatten, is_flat
from core.files.parquet import BATCH, BATCH_CHARS, PartWriter

SHAPES = 2_000  # sets of keys looked at for the columns of a list
PARENT = "_item"  # the first column of a child table: the number of the item that the row is of
_KEYS = ("id", "_id", "uuid", "key", "name", "title", "full name", "full_name")  # tell items apart


@dataclass
class InnerList:
    """A list of objects that items hold: how many objects, under which column names."""

    rows: int = 0
    columns: dict[str, None] = field(default_factory=dict)
    shapes: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, inner: list[Any]) -> None:
        """Count the elements of one item's list."""
        self.rows += len(inner)
        if len(self.shapes) > SHAPES:
            return
        for item in inner:
            keys = tuple(item) if isinstance(item, dict) else ("value",)
            nested = isinstance(item, dict) and any(isinstance(v, dict) for v in item.values())
            if nested or keys not in self.shapes:
                self.shapes.add(keys)
                self.columns.update(dict.fromkeys(flatten(item)))


class Cells:
    """Items flattened and written in batches; columns in the order they are first seen."""

    def __init__(self, writer: PartWriter, max_columns: int, max_cell_chars: int) -> None:
        self.columns: dict[str, None] = {}
        self.found: dict[str, InnerList] = {}
        self._writer, self._max_columns, self._max_chars = writer, max_columns, max_cell_chars
        self._places: list[int] = []
        self._rows: list[dict[str, str]] = []
        self._known: set[str] = set()
        self._names = Names()
        self._chars = 0

    @property
    def rows(self) -> int:
        """Rows taken so far."""
        return self._writer.rows + len(self._rows)

    def add(self, item: Any, place: int, size: int) -> None:
        """One item as a row; `size` is at least as many characters as it has."""
        self.add_row(item if is_flat(item, self._known) else self._flat(item), place, size)

    def add_row(self, row: dict[str, str], place: int, size: int) -> None:
        """A row that is flat already."""
        if not row.keys() <= self.columns.keys():
            self._grow(row)
        if size > self._max_chars:  # only then can a cell be too long
            self._check(row, place)
        self._chars += size
        self._rows.append(row)
        self._places.append(place)
        if len(self._rows) >= BATCH or self._chars > BATCH_CHARS:
            self.flush()

    def _flat(self, item: Any) -> dict[str, str]:
        lists: Lists = {}
        row = flatten(item, lists, self._names)
        for name, inner in lists.items():
            self.found.setdefault(name, InnerList()).add(inner)
        return row

    def _check(self, row: dict[str, str], place: int) -> None:
        longest = max((len(text) for text in row.values() if text), default=0)
        if longest > self._max_chars:
            raise CellTooLong(
                f"item {place:,} has a cell of {longest:,} characters (limit {self._max_chars:,})",
                item=place,
            )

    def _grow(self, row: dict[str, str]) -> None:
        for name in row:
            self.columns.setdefault(name)
        if len(self.columns) > self._max_columns:
            raise TooManyColumns(
                f"{len(self.columns):,} different keys (limit {self._max_columns:,})",
                columns=len(self.columns),
            )

    def flush(self) -> None:
        """Write what was taken."""
        names = list(self.columns) or ["column_1"]
        self._writer.write(self._places, _transposed(self._rows, names))
        self._places, self._rows, self._chars = [], [], 0

    def regions(self) -> list[tuple[str, int, list[str]]]:
        """(column, rows, columns) of every list of objects found in the items."""
        return [(name, found.rows, list(found.columns)) for name, found in self.found.items()]


class Child:
    """The objects of one list in every item, as rows of their own that name their item."""

    def __init__(self, path: str, columns: dict[str, None]) -> None:
        self._path = path
        self._names, self._own = Names(), Names()
        columns[PARENT] = None

    def rows(self, item: Any, number: int) -> Iterator[dict[str, str]]:
        """The rows of one item: its number, what tells it apart, and the child's own values."""
        lists: Lists = {}
        parent = flatten(item, lists, self._names)
        told = {PARENT: str(number)}
        for name, text in parent.items():
            if name.casefold() in _KEYS:
                told[f"{PARENT}.{name}"] = text
        for element in lists.get(self._path, ()):
            own = flatten(element, None, self._own)
            yield told | {_free(name): text for name, text in own.items()}


def _free(name: str) -> str:
    return f"{name}_" if name.startswith(PARENT) else name


def _transposed(rows: list[dict[str, str]], names: list[str]) -> list[Any]:
    if len(names) > 1:
        try:  # when every row has every key, twice as fast
            return list(zip(*map(itemgetter(*names), rows), strict=True))
        except KeyError:
            pass
    return [[row.get(name) for row in rows] for name in names]
