"""A large text that is irregular in places: DuckDB parses the regular stretches of it.

The file is looked at in pieces that end with a line. A piece is regular when `probe` finds nothing
odd in it and every line of it has as many cells as the table; runs of such pieces are parsed by
DuckDB, and only what is between them by the careful parser.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

import duckdb

from core.errors import CellTooLong
from core.files.cache import sql_path
from core.files.text.line_ends import NEWLINE
from core.files.text.probe import regular
from core.files.text.splitter import Dialect

PIECE = 1 << 20  # bytes
LEAST = 4 * PIECE  # a shorter regular run is not worth a file of its own
MOST = 64 * PIECE  # and a longer one is cut, so that little is done again
LONG_LINE = 16 << 20  # bytes; no table has such a line
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Stretch:
    """Bytes of a file that end with a line (or the file), and their lines from `first` on."""

    start: int
    end: int
    first: int
    lines: int
    regular: bool


def piece(file: BinaryIO, place: int, first: int, check: Callable[[bytes], bool]) -> Stretch:
    """The piece that begins at this byte and line. Raises CellTooLong for a line without an end."""
    file.seek(place)
    data = file.read(PIECE)
    ended = len(data) < PIECE
    while not ended and b"\n" not in data:
        if len(data) > LONG_LINE:
            raise CellTooLong(f"line {first:,} has more than {LONG_LINE:,} bytes", line=first)
        more = file.read(PIECE)
        data, ended = data + more, not more
    if not ended:
        data = data[: data.rfind(b"\n") + 1]
    whole = data if data.endswith(b"\n") else data + b"\n"
    return Stretch(place, place + len(data), first, _lines(whole), check(whole))


def _lines(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def checker(dialect: Dialect, width: int, line_end: str) -> Callable[[bytes], bool]:
    """Whether whole lines are regular rows of the table."""
    if line_end == "CR" or len(dialect.delimiter) != 1 or dialect.backslash:
        return lambda data: False
    return lambda data: regular(data, dialect, width)


def start_of(path: Path, line: int, line_end: str) -> int:
    """The byte at which a line (from 1) begins."""
    with path.open("rb") as file:
        place = len(MARK) if file.read(3) == MARK else 0
    return skip(path, place, line - 1, line_end)


def skip(path: Path, place: int, lines: int, line_end: str) -> int:
    """The byte that is so many lines behind this one."""
    if lines:
        with text_from(path, place, line_end) as text:
            place += sum(len(line.encode("utf-8")) for line in islice(text, lines))
    return place


@contextmanager
def text_from(path: Path, place: int, line_end: str) -> Iterator[TextIO]:
    """A UTF-8 text from a byte on, whose lines keep the line ends they have."""
    with path.open("rb") as file:
        file.seek(place)
        with io.TextIOWrapper(file, "utf-8", newline=NEWLINE.get(line_end, "")) as text:
            yield text


def parse_regular(path: Path, stretch: Stretch, dialect: Dialect, width: int, target: Path) -> bool:
    """Let DuckDB parse a regular stretch into a Parquet file c0, c1, ...; False when it refuses."""
    copy = target.with_suffix(".csv")
    with path.open("rb") as file, copy.open("wb") as out:
        file.seek(stretch.start)
        while (left := stretch.end - file.tell()) > 0:
            out.write(file.read(min(PIECE, left)))
    try:
        with duckdb.connect(config={"threads": 2, "memory_limit": "500MB"}) as connection:
            connection.execute(
                f"COPY ({read_csv_sql(copy, dialect, width)}) TO {sql_path(target)}"
                " (FORMAT parquet, COMPRESSION snappy)"
            )
            found = connection.execute(
                f"SELECT count(*) FROM read_parquet({sql_path(target)})"
            ).fetchall()
        return int(found[0][0]) == stretch.lines
    except duckdb.Error:
        return False
    finally:
        copy.unlink()


def read_csv_sql(
    path: Path, dialect: Dialect, width: int, skipped: int = 0, few: bool = False
) -> str:
    """DuckDB's parser, told everything: SELECT c0, c1, ... of regular text.

    DuckDB's own buffers are 16 of the longest lines, which leaves an import no room in the least memory
    that is allowed; `few` takes small ones, for a look at the first rows.

    `new_line` is left out on purpose: given together with `strict_mode` and `skip`, DuckDB 1.5
    returns no rows for CRLF files. `max_line_size` bounds what one line may take.
    """
    names = [f"c{i}" for i in range(width)]
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    quote = _literal(dialect.quote)
    return (
        f"SELECT {', '.join(names)} FROM read_csv({sql_path(path)}, "
        f"auto_detect = false, header = false, skip = {skipped}, "
        f"columns = {{{types}}}, delim = {_literal(dialect.delimiter)}, quote = {quote}, "
        f"escape = {quote}, comment = '', nullstr = '', null_padding = false, "
        "strict_mode = true, ignore_errors = false, compression = 'none', encoding = 'utf-8', "
        "hive_partitioning = false, union_by_name = false, max_line_size = 8000000"
        f", buffer_size = {8_000_000 if few else 32_000_000})"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
