"""JSON to Parquet of text cells, item by item: the careful way, in this process or in a child."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO, cast

from core.files.json import shape as json_shape
from core.files.json.cells import Cells, Child
from core.files.json.encoding import foreign
from core.files.json.items import Met, Reader
from core.files.json.raw import raw_lines
from core.files.parquet import PartWriter, save_summary

MAX_VALUE = 64 << 20  # characters of one item, or of one value beside the list of an envelope
SAID = {
    "duplicate": "Keys that stand twice in one object: {n}, the first is {first}; the last value "
    "counts.",
    "surrogate": "Half characters (surrogates without their other half): {n}, the first is {first}; "
    "they are kept as the escape that was typed.",
    "nul": "NUL characters (\\u0000) in texts: {n}, the first {first}; they are kept.",
}


@dataclass(frozen=True)
class JsonParsing:
    """What to read, and how: plain values that can be sent to a child process.

    `table` is the column path of a list of objects whose objects are the rows, `shape` how the rows
    are held, where a person chose that.
    """

    path: str
    filename: str
    codec: str
    max_rows: int
    max_columns: int
    max_cell_chars: int
    list_key: str | None = None
    table: str | None = None
    shape: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as the request of a child."""
        return asdict(self)


def convert(request: dict[str, Any], folder: Path) -> None:
    """The task of the child process: `request` holds the fields of a JsonParsing and more."""
    gc.disable()  # batches of small objects without cycles, and the process ends soon
    write(JsonParsing(**{name: request[name] for name in JsonParsing.__dataclass_fields__}), folder)


def write(parsing: JsonParsing, folder: Path) -> None:
    """Parts and summary into `folder`. Raises BrokenFile with line and column, and limits."""
    try:
        _write(parsing, folder)
    except UnicodeError as error:  # UTF-16 and UTF-32 without a mark are one, too
        raise foreign(Path(parsing.path), parsing.codec, error) from error


def _write(parsing: JsonParsing, folder: Path) -> None:
    with _open(parsing) as stream:
        shape = json_shape.find_shape(
            Reader(stream, MAX_VALUE),
            parsing.filename,
            parsing.list_key,
            parsing.max_rows,
            parsing.shape,
        )
    with _open(parsing) as stream, PartWriter(folder) as writer:
        reader = Reader(stream, MAX_VALUE)
        cells = Cells(writer, parsing.max_columns, parsing.max_cell_chars)
        child = Child(parsing.table, cells.columns) if parsing.table is not None else None
        starts: list[int | None] = []
        for item in json_shape.items(reader, shape, parsing.max_rows):
            before = cells.rows
            if child is None:
                cells.add(item, reader.item, reader.size)
            else:
                for row in child.rows(item, reader.item):
                    cells.add_row(row, reader.item, reader.size)
            if len(reader.spans) > len(starts):
                starts.append(before + 1 if cells.rows > before else None)
        cells.flush()
    save_summary(
        folder,
        {
            "columns": list(cells.columns) or ["column_1"],
            "rows": writer.rows,
            "shape": shape.as_dict(),
            "notes": notes(reader.met),
            "regions": [] if child else cells.regions(),
            "raw": [list(asdict(line).values()) for line in _raw(parsing, reader, starts)],
        },
    )


def _open(parsing: JsonParsing) -> TextIO:
    return cast(TextIO, open(parsing.path, encoding=parsing.codec, newline="\n"))


def _raw(parsing: JsonParsing, reader: Reader, starts: list[int | None]) -> Iterator[Any]:
    with _open(parsing) as stream:
        yield from raw_lines(stream, reader.spans, starts, reader.item)


def notes(met: Met) -> list[str]:
    """What was met, in sentences."""
    return [
        said.format(n=f"{met.counts[what]:,}", first=met.first[what])
        for what, said in SAID.items()
        if what in met.counts
    ]
