"""JSON to a Table: array, objects one after the other (JSON lines), envelope, or one object."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO, cast

import orjson

from core.errors import BadOverride, BrokenFile, CellTooLong, EmptyFile, TooManyColumns
from core.files import encoding
from core.files.cache import cache_key, derive
from core.files.flatten import TooDeep, flatten, is_flat
from core.files.json_items import DEPTH, Met, Number, Reader
from core.files.parquet import (
    BATCH,
    BATCH_CHARS,
    PartWriter,
    load_summary,
    save_summary,
    select_parts,
)
from core.files.source import Source
from core.files.table import Decision, Table, unique_names

MAX_VALUE = 512 << 20  # characters of one value (an item, or a whole envelope)


@dataclass
class Shape:
    """How the file holds its items."""

    name: str = "array"
    evidence: str = ""
    key: str | None = None
    runner_up: str | None = None
    sure: bool = True
    metadata: dict[str, Any] = field(default_factory=dict)


def read_json(source: Source) -> Table:
    """Read the whole file. Raises BrokenFile with line and column, EmptyFile, and limits."""
    coded = _encoding(source)
    settings = source.settings
    key = cache_key(
        source.path,
        "json",
        coded.value,
        source.overrides.list_key,
        settings.max_columns,
        settings.max_cell_chars,
        settings.max_rows,
    )
    folder = derive(
        source.cache_dir / f"{key}.cells", lambda path: _write(path, source, str(coded.value))
    )
    return _table(folder, coded)


def _encoding(source: Source) -> Decision:
    if source.overrides.encoding is not None:
        return encoding.decide_encoding(source.path, source.overrides.encoding)
    with source.path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return encoding.decide_encoding(source.path)
    if 0 in head[:2]:
        return Decision("encoding", "utf-16-be" if head[0] == 0 else "utf-16-le", "zero bytes")
    return Decision("encoding", "utf-8-sig", "JSON is UTF-8")


def _table(folder: Path, coded: Decision) -> Table:
    summary = load_summary(folder)
    shape = Shape(**cast(dict[str, Any], summary["shape"]))
    columns, notes = unique_names(cast(list[str], summary["columns"]))
    decisions = [coded, Decision("shape", shape.name, shape.evidence)]
    if shape.key is not None or shape.name == "envelope":
        decisions.append(
            Decision("list_key", shape.key, shape.evidence, shape.sure, shape.runner_up)
        )
    decisions.append(Decision("parser", "careful", "every item was checked by the rules of JSON"))
    return Table(
        format="json",
        columns=columns,
        decisions=tuple(decisions),
        sql=select_parts(folder, len(columns)),
        first_line=1,
        row_name="item",
        metadata=shape.metadata,
        notes=(*notes, *cast(list[str], summary["notes"])),
        total=int(str(summary["rows"])),
    )


def _write(folder: Path, source: Source, codec: str) -> None:
    if codec == encoding.MIXED:
        codec = "utf-8-sig"
    with source.path.open(encoding=codec, newline="") as stream, PartWriter(folder) as writer:
        shape = Shape()
        reader = Reader(cast(TextIO, stream), MAX_VALUE)
        cells = _Cells(writer, source)
        for item in _items(reader, shape, source):
            cells.add(item, reader)
        cells.flush()
    columns = list(cells.columns) or ["column_1"]
    notes = _notes(reader.met)
    summary = {"columns": columns, "rows": writer.rows, "shape": vars(shape), "notes": notes}
    save_summary(folder, summary)


def _notes(met: Met) -> list[str]:
    if not met.duplicates:
        return []
    return [
        f"{met.duplicates:,} keys stand twice in one object, the first is {met.first_duplicate}; "
        "the last value counts."
    ]


# ------------------------------------------------------------------ shape


def _items(reader: Reader, shape: Shape, source: Source) -> Iterator[Any]:
    rows = source.settings.max_rows
    first = reader.peek()
    if not first:
        raise EmptyFile(f"{source.filename!r} holds nothing but blanks")
    if first == "[":
        shape.name, shape.evidence = "array", "it is a list of items"
        yield from reader.array(rows)
        reader.end()
    elif first == "{":
        value = reader.value()
        if reader.peek():
            shape.name, shape.evidence = "lines", "objects stand one after the other"
            reader.item = 1
            yield value
            yield from reader.objects(rows)
        else:
            for item in _single(value, shape, source.overrides.list_key):
                reader.size = len(orjson.dumps(item))  # of the item, no more of the envelope
                yield item
    else:
        shape.name, shape.evidence = "value", "it is a single value"
        value = reader.value()
        reader.end()
        yield value


def _single(value: dict[str, Any], shape: Shape, wanted: str | None) -> Iterable[Any]:
    """A file of one object: an envelope around a list of objects, or one row."""
    lists = {key: inner for key, inner in value.items() if _is_list_of_objects(inner)}
    key: str | None
    if wanted is not None:
        if not isinstance(value.get(wanted), list):
            found = ", ".join(repr(key) for key, inner in value.items() if isinstance(inner, list))
            raise BadOverride(f"{wanted!r} holds no list; lists are under: {found or 'no key'}")
        key = wanted
    elif lists:
        key = max(lists, key=lambda name: len(lists[name]))
    else:
        key = _only_empty_list(value)
        if key is None:
            shape.name, shape.evidence = "object", "it is one object: one row"
            return [value]
    items: list[Any] = value.pop(key)
    others = sorted((k for k in lists if k != key), key=lambda k: -len(lists[k]))
    shape.name, shape.key = "envelope", key
    shape.sure = wanted is not None or not others
    shape.runner_up = others[0] if others else None
    shape.evidence = (
        "chosen by the user" if wanted else f"{key!r} holds a list of {len(items):,} objects"
    )
    shape.metadata = {name: plain(inner) for name, inner in value.items()}
    return items


def _only_empty_list(value: dict[str, Any]) -> str | None:
    empty = [key for key, inner in value.items() if inner == []]
    scalars = [key for key, inner in value.items() if inner != [] and not isinstance(inner, dict)]
    return empty[0] if len(empty) == 1 and not scalars else None


def _is_list_of_objects(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and sum(isinstance(item, dict) for item in value) >= 0.9 * len(value)
    )


def plain(value: Any) -> Any:
    """A value whose numbers are text as typed, for metadata (which is shown, not computed with)."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


# ------------------------------------------------------------------ cells


class _Cells:
    """Items flattened and written in batches; columns in the order they are first seen."""

    def __init__(self, writer: PartWriter, source: Source) -> None:
        self.columns: dict[str, None] = {}
        self._writer, self._settings = writer, source.settings
        self._rows: list[dict[str, str]] = []
        self._known: set[str] = set()
        self._chars = 0

    def add(self, item: Any, reader: Reader) -> None:
        row = item if is_flat(item, self._known) else self._flat(item)
        if not row.keys() <= self.columns.keys():
            self._grow(row)
        self._chars += reader.size
        if reader.size > self._settings.max_cell_chars:  # only then can a cell be too long
            self._check(row)
        self._rows.append(row)
        if len(self._rows) >= BATCH or self._chars > BATCH_CHARS:
            self.flush()

    def _flat(self, item: Any) -> dict[str, str]:
        try:
            return flatten(item)
        except (TooDeep, RecursionError):
            raise BrokenFile(
                f"item {self._number():,} is nested deeper than {DEPTH} levels", reason="too deep"
            ) from None

    def _number(self) -> int:
        return self._writer.rows + len(self._rows) + 1

    def _check(self, row: dict[str, str]) -> None:
        longest = max((len(text) for text in row.values() if text), default=0)
        if longest > self._settings.max_cell_chars:
            raise CellTooLong(
                f"item {self._number():,} has a cell of {longest:,} characters "
                f"(limit {self._settings.max_cell_chars:,})",
                item=self._number(),
            )

    def _grow(self, row: dict[str, str]) -> None:
        for name in row:
            self.columns.setdefault(name)
        if len(self.columns) > self._settings.max_columns:
            raise TooManyColumns(
                f"{len(self.columns):,} different keys (limit {self._settings.max_columns:,})",
                columns=len(self.columns),
            )

    def flush(self) -> None:
        start = self._writer.rows + 1
        lines = list(range(start, start + len(self._rows)))
        names = list(self.columns) or ["column_1"]
        self._writer.write(lines, _transposed(self._rows, names))
        self._rows, self._chars = [], 0


def _transposed(rows: list[dict[str, str]], names: list[str]) -> list[Any]:
    if len(names) > 1:
        try:  # when every row has every key, twice as fast
            return list(zip(*map(itemgetter(*names), rows), strict=True))
        except KeyError:
            pass
    return [[row.get(name) for row in rows] for name in names]
