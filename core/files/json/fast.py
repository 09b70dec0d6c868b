"""The fast way: DuckDB parses, told everything, when `json_regular` proved that it reads the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import StringIO
from itertools import islice
from typing import Any

import duckdb

from core.errors import FileError
from core.files.cache import sql_path
from core.files.json import encoding as json_encoding
from core.files.json.flatten import escaped, flatten
from core.files.json.items import Met, Reader
from core.files.json.lists import ITEMS
from core.files.json.raw import raw_lines
from core.files.json.regular import Checker, merge, usable
from core.files.json.shape import Shape, decisions, several
from core.files.source import Source
from core.files.table import Decision, Table, unique_names

HEAD = 1 << 20  # bytes parsed for the keys and the first rows
SAMPLE = 1_000  # items of them
CHECKED = 20  # rows compared between both ways before the fast one is trusted
SMALL = 256 << 10  # bytes; parsing less takes no time
MAX_KEYS = 200
Again = Callable[[str], Table]


class Irregular(Exception):
    """Why the fast way is not taken."""


class Sample:
    """What the first items tell: their keys, in the order of writing and as first seen."""

    def __init__(self, text: str) -> None:
        self.items: list[dict[str, Any]] = []
        self.order: list[str] = []
        self.columns: dict[str, None] = {}
        self.reader = Reader(StringIO(text), HEAD * 4)
        self.lines = text.lstrip(" \t\r\n")[:1] == "{"
        self._learn(self.reader)

    def learn(self, chunk: bytes) -> bool:
        """Take the keys of these items, too. Whether there were new ones, in the known order."""
        known = len(self.columns)
        text = chunk.decode("utf-8", "replace").strip(" \t\r\n[],")
        reader = Reader(StringIO(text if self.lines else f"[{text}]"), len(text) + 10)
        try:
            self._learn(reader, None)
        except Irregular:
            return False
        return len(self.columns) > known

    def _learn(self, reader: Reader, limit: int | None = SAMPLE) -> None:
        for item in islice(self._read(reader), limit):
            if not isinstance(item, dict) or not merge(self.order, list(item)):
                raise Irregular("items have their keys in different order, or are no objects")
            self.columns.update(dict.fromkeys(item))
            if len(self.items) < CHECKED:
                self.items.append(item)
        if reader.met != Met():
            raise Irregular("it holds doubled keys, half characters or NUL")
        if (
            len({key.casefold() for key in self.order}) < len(self.order)
            or len(self.order) > MAX_KEYS
        ):
            raise Irregular("its keys differ only in case, or are very many")
        if not self.order or not all(map(usable, self.order)):
            raise Irregular("it has no keys, or odd ones")

    def _read(self, reader: Reader) -> Iterable[Any]:
        many = 1 << 60
        try:
            yield from reader.objects(many) if self.lines else reader.array(many)
        except FileError:
            pass  # cut off where the head ends, or broken: the proof will tell

    def rows(self) -> list[list[str]]:
        """The first rows as the careful way reads them."""
        flat = map(flatten, self.items)
        return [[row.get(escaped(key), "") for key in self.columns] for row in flat]


def attempt(source: Source, first: tuple[Decision, ...], again: Again) -> Table:
    """The table behind DuckDB's own parser; `again(why)` reads carefully. Raises Irregular."""
    _check_asked(source, first)
    with source.path.open("rb") as file:
        head = file.read(HEAD).decode("utf-8-sig", "ignore")
    sample = Sample(head)
    if sample.lines and first[1].value:
        raise Irregular("lines of JSON begin with a byte order mark")
    limits = source.settings
    checker = Checker(sample.order, sample.lines, limits.max_cell_chars, sample.learn)
    proof = checker.check(source.path)
    if proof.reason:
        raise Irregular(proof.reason)
    if sample.lines and proof.total < 2:
        raise Irregular("it is one object")
    if proof.total > limits.max_rows or len(sample.columns) > limits.max_columns:
        raise Irregular("it passes a limit")
    table = _table(source, first, sample, proof.total, again)
    if not _agrees(table, sample):
        raise Irregular("DuckDB reads its first rows differently")
    return table


def _check_asked(source: Source, first: tuple[Decision, ...]) -> None:
    if source.path.stat().st_size < SMALL:
        raise Irregular("all items were checked by the rules of JSON")
    if json_encoding.codec_of(first[0]) != "utf-8-sig":
        raise Irregular("it is not UTF-8")
    if source.overrides.table not in (None, 1, ITEMS):
        raise Irregular("another table was chosen")
    if source.overrides.shape is not None:
        raise Irregular("how it holds its rows was chosen")


def _table(
    source: Source, first: tuple[Decision, ...], sample: Sample, total: int, again: Again
) -> Table:
    spans = sample.reader.spans
    with source.path.open(encoding="utf-8-sig", errors="replace", newline="\n") as stream:
        raw = tuple(raw_lines(stream, spans, range(1, len(spans) + 1), total))
    shape = several(1, 2) if sample.lines else Shape()
    columns, notes = unique_names(map(escaped, sample.columns))
    way = Decision("parser", "fast", f"all {total:,} items are flat and regular")
    return Table(
        format="json",
        columns=columns,
        decisions=(*first, *decisions(shape), way),
        sql=_sql(source, sample),
        first_line=1,
        row_name="item",
        notes=tuple(notes),
        total=total,
        raw=raw,
        _careful=lambda: again("DuckDB refused an item"),
    )


def _sql(source: Source, sample: Sample) -> str:
    cells = (f'"{_doubled(key, chr(34))}" AS c{i}' for i, key in enumerate(sample.columns))
    types = ", ".join(f"'{_doubled(key, chr(39))}': 'VARCHAR'" for key in sample.columns)
    shape = "newline_delimited" if sample.lines else "array"
    return (
        f"SELECT NULL::BIGINT AS _line, {', '.join(cells)} FROM read_json("
        f"{sql_path(source.path)}, format = '{shape}', auto_detect = false, "
        f"columns = {{{types}}}, records = 'true', compression = 'uncompressed', ignore_errors = false, "
        "hive_partitioning = false, union_by_name = false, filename = false)"
    )


def _doubled(text: str, quote: str) -> str:
    return text.replace(quote, quote * 2)


def _agrees(table: Table, sample: Sample) -> bool:
    wanted = sample.rows()
    try:
        return list(table._select(len(wanted), 0)) == wanted
    except duckdb.Error:
        return False
