"""Records on the way out, in every format: a file in pieces, made in bounded memory."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from core.records.export import SEPARATORS, xlsx_file
from core.records.lines import csv_records
from core.records.query import Result

PIECE = 1 << 20  # bytes
GROUP = 50_000  # rows of a Parquet row group
BATCH = 10_000  # rows of a batch of an Arrow stream
Format = Literal["csv", "xlsx", "jsonl", "parquet", "arrow"]
Told = Callable[[int], None]  # rows so far; may raise to stop


@dataclass(frozen=True)
class Kind:
    """A format: its title, the ending of its files, and their media type."""

    title: str
    ending: str
    mime: str


FORMATS: dict[Format, Kind] = {
    "csv": Kind("CSV", "csv", "text/csv"),
    "xlsx": Kind(
        "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "jsonl": Kind("JSON lines", "jsonl", "application/x-ndjson"),
    "parquet": Kind("Parquet", "parquet", "application/vnd.apache.parquet"),
    "arrow": Kind("Arrow stream", "arrows", "application/vnd.apache.arrow.stream"),
}


class Counted(Result):
    """An answer that tells, part by part, how many of its rows were read."""

    def __init__(self, found: Result, told: Told) -> None:
        super().__init__(found._database, found._sql, found._parameters, found._name)
        self._found, self._told = found, told

    def batches(self, names: list[str] | None = None) -> Iterator[list[tuple[Any, ...]]]:
        """As the answer gives them."""
        read = 0
        for batch in self._found.batches(names):
            yield batch
            read += len(batch)
            self._told(read)

    def through(self, select: str) -> Result:
        """The same rows, counted as well."""
        return Counted(self._found.through(select), self._told)


def exported(
    found: Result, names: Sequence[str], format: Format, separators: str = SEPARATORS
) -> Iterator[bytes]:
    """A file of these columns of an answer, in pieces. Cells that act as formulas are made harmless in CSV and Excel.

    Raises InputError when Excel cannot hold it.
    """
    if format == "csv":
        return csv_records(found, names, separators)
    if format == "jsonl":
        return _json_lines(found, names)
    if format == "parquet":
        return _file(lambda path: _parquet(found, names, path))
    if format == "arrow":
        return _arrow(found, names)
    rows = ([row[name] for name in names] for row in found.rows())
    return _file(lambda path: xlsx_file(path, names, rows, separators=separators))


def _json_lines(found: Result, names: Sequence[str]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    options = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    for row in found.rows():
        held.append(orjson.dumps({name: row[name] for name in names}, default=str, option=options))
        size += len(held[-1])
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _parquet(found: Result, names: Sequence[str], path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    schema = _schema(found, names)
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        held: list[dict[str, object]] = []
        for row in found.rows():
            held.append({name: row[name] for name in names})
            if len(held) >= GROUP:
                writer.write_table(pyarrow.Table.from_pylist(held, schema))
                held = []
        writer.write_table(pyarrow.Table.from_pylist(held, schema))


def _arrow(found: Result, names: Sequence[str]) -> Iterator[bytes]:
    """The stream format of Arrow, a batch at a time."""
    import pyarrow

    schema, out = _schema(found, names), io.BytesIO()
    with pyarrow.ipc.new_stream(out, schema) as writer:
        held: list[dict[str, object]] = []
        for row in found.rows():
            held.append({name: row[name] for name in names})
            if len(held) >= BATCH:
                writer.write_batch(pyarrow.RecordBatch.from_pylist(held, schema))
                held = []
                yield _taken(out)
        writer.write_batch(pyarrow.RecordBatch.from_pylist(held, schema))
    yield _taken(out)


def _taken(out: io.BytesIO) -> bytes:
    piece = out.getvalue()
    out.seek(0)
    out.truncate()
    return piece


def _schema(found: Result, names: Sequence[str]) -> Any:
    import pyarrow

    types = found.types()
    return pyarrow.schema([pyarrow.field(n, _arrow_type(types[n])) for n in names])


def _arrow_type(kind: str) -> object:
    import pyarrow

    known = {"BIGINT": pyarrow.int64(), "INTEGER": pyarrow.int32(), "DOUBLE": pyarrow.float64()}
    known |= {"BOOLEAN": pyarrow.bool_(), "TIMESTAMP": pyarrow.timestamp("us")}
    if kind.endswith("[]"):
        return pyarrow.list_(_arrow_type(kind[:-2]))
    return known.get(kind, pyarrow.string())


def _file(write: Callable[[Path], object]) -> Iterator[bytes]:
    """What is written into a file of its own, in pieces; the file goes at the end."""
    with tempfile.TemporaryDirectory(prefix="marquee-export-") as folder:
        path = Path(folder) / "records"
        write(path)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
