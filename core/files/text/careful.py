"""Delimited text through the careful parser: every record of the file to Parquet, nothing dropped.

The whole file is parsed once, what stands above and below the table included; where the table is
gets decided afterwards, from the outline, so that another decision needs no other pass. Runs in the
sandbox when the file is large.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from core.errors import TooManyColumns, TooManyRows
from core.files.parquet import BATCH, BATCH_CHARS, PartWriter
from core.files.shape.header import valueless
from core.files.text import stretches
from core.files.text.blocks import TAIL, Blocks, Placed
from core.files.text.mend import Mender
from core.files.text.parsed import Part, TextParsing, keep, parsing_of
from core.files.text.records import Oddities, Records
from core.files.text.stretches import Stretch

FOOT = 64 << 10  # bytes in which the last rows of a regular stretch are
NAMES = 60  # records in which column names are looked for


def convert(request: dict[str, Any], folder: Path) -> None:
    """Parse every record into `folder`, with a summary. The task "careful" of the sandbox."""
    folder.mkdir(parents=True, exist_ok=True)
    run = _Pass(parsing_of(request["parsing"]), folder, request)
    run.all()
    keep(folder, run.width, run.blocks.close(), run.oddities, run.parts)


class _Pass:
    """One pass over the file: regular stretches to DuckDB, all else to the careful parser."""

    def __init__(self, parsing: TextParsing, folder: Path, limits: dict[str, Any]) -> None:
        self.parsing, self.folder, self.limits = parsing, folder, limits
        self.path = Path(parsing.path)
        self.width = parsing.width
        self.blocks, self.oddities = Blocks(), Oddities()
        self.parts: list[Part] = []
        self.rows = 0
        self._seen = 0  # records, as far as names are looked for

    def all(self) -> None:
        """From the first line to the last."""
        parsing = self.parsing
        place = stretches.start_of(self.path, parsing.start, parsing.line_end)
        line, size = parsing.start, self.path.stat().st_size
        check = stretches.checker(parsing.dialect, parsing.width, parsing.line_end)
        run: list[Stretch] = []
        with self.path.open("rb") as file:
            while place < size:
                piece = stretches.piece(file, place, line, check)
                if not piece.regular or run and piece.end - run[0].start > stretches.MOST:
                    self._regular(run)
                    run = []
                if piece.regular:
                    run.append(piece)
                    place, line = piece.end, piece.first + piece.lines
                else:
                    place, line = self._careful(piece)
        self._regular(run)

    def _regular(self, run: list[Stretch]) -> None:
        if not run:
            return
        whole = Stretch(
            run[0].start, run[-1].end, run[0].first, sum(each.lines for each in run), True
        )
        target = self.folder / f"regular-{len(self.parts):04d}.parquet"
        long = whole.end - whole.start >= stretches.LEAST
        dialect, width = self.parsing.dialect, self.parsing.width
        if long and stretches.parse_regular(self.path, whole, dialect, width, target):
            self._count(whole.lines)
            self.parts.append(Part(target.name, width, whole.first))
            self.blocks.add_many(whole.first, whole.lines, self._head(whole), self._tail(whole))
        else:
            self._careful(whole)

    def _head(self, stretch: Stretch) -> list[Placed]:
        with stretches.text_from(self.path, stretch.start, self.parsing.line_end) as lines:
            wanted = islice(lines, min(self.blocks.wanted, stretch.lines))
            return list(
                Records(wanted, self.parsing.dialect, width=self.width, start=stretch.first)
            )

    def _tail(self, stretch: Stretch) -> list[Placed]:
        with self.path.open("rb") as file:
            file.seek(max(stretch.start, stretch.end - FOOT))
            lines = file.read(stretch.end - file.tell()).decode("utf-8", "replace").splitlines(True)
        last = lines[1:][-TAIL:]
        first = stretch.first + stretch.lines - len(last)
        return list(Records(last, self.parsing.dialect, width=self.width, start=first))

    def _careful(self, stretch: Stretch) -> tuple[int, int]:
        """Parse records to the end of a stretch; gives where the first one behind it begins."""
        parsing, end = self.parsing, stretch.first + stretch.lines
        folder = self.folder / f"careful-{len(self.parts):04d}"
        with (
            stretches.text_from(self.path, stretch.start, parsing.line_end) as lines,
            PartWriter(folder) as writer,
        ):
            records = Records(
                lines,
                parsing.dialect,
                width=parsing.width,
                max_cell=self.limits["max_cell_chars"],
                start=stretch.first,
                oddities=self.oddities,
            )
            batches = _Batches(writer, self.width, self.limits)
            for line, cells in mended(records, parsing, self._seen):
                self._seen += 1
                self._take(records, line, cells, batches)
                if records.line >= end:
                    break
            batches.flush()
        self.width = batches.width
        self._count(writer.rows)
        self.parts.append(Part(folder.name, self.width))
        behind = max(records.line, end)
        return stretches.skip(self.path, stretch.end, behind - end, parsing.line_end), behind

    def _take(self, records: Records, line: int, cells: list[str], batches: _Batches) -> None:
        if records.gap:
            self.blocks.blank()
        if not any(cells):
            self.blocks.blank()
            self.oddities.add("empty", line)
            return
        if len(cells) > self.parsing.width:
            cells = _trimmed(cells, self.parsing.width)
            if len(cells) == self.parsing.width:
                self.oddities.add("trimmed", line)
        self.blocks.add(line, cells)
        batches.add(line, cells, records.chars)

    def _count(self, rows: int) -> None:
        self.rows += rows
        limit = self.limits["max_rows"]
        if self.rows > limit:
            raise TooManyRows(f"more than {limit:,} rows", limit=limit)


def mended(
    records: Records, parsing: TextParsing, seen: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """The records, those of the wrong length evened out where a slip explains them.

    `seen` says how many came before them in the file.
    """
    if parsing.profile is None:
        yield from records
        return
    width = parsing.width
    mender = Mender(width, parsing.dialect.delimiter, parsing.dialect.quote, parsing.profile)
    for line, cells in records:
        seen += 1
        if any(cells) and (len(cells) != width or mender.suspects(records.text)):
            made = None
            if seen <= NAMES and len(cells) != width and valueless(cells):
                other = records.split_by if seen == 1 else None  # a title may hold signs, too
                made = mender.names(records.text, cells, records.split, other)
            made = made or mender.row(records.text, cells, records.split, records.split_by)
            if made is not None:
                records.oddities.add("mended", line)
                cells = made
        yield line, cells


def _trimmed(cells: list[str], width: int) -> list[str]:
    """Without the empty cells behind the last column, which are nothing."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


class _Batches:
    """Rows of any length, evened out and handed to the writer in batches."""

    def __init__(self, writer: PartWriter, width: int, limits: dict[str, Any]) -> None:
        self.width = width
        self._writer, self._limits = writer, limits
        self._lines: list[int] = []
        self._rows: list[list[str]] = []
        self._since = 0

    def add(self, line: int, cells: list[str], chars: int) -> None:
        if len(cells) > self.width:
            self.width = len(cells)
            self._check(line)
        self._lines.append(line)
        self._rows.append(cells)
        if len(self._rows) >= BATCH or chars - self._since > BATCH_CHARS:
            self.flush()
            self._since = chars

    def _check(self, line: int) -> None:
        limit = self._limits["max_columns"]
        if self.width > limit:
            raise TooManyColumns(
                f"line {line:,} has {self.width:,} cells (limit {limit:,})", line=line
            )

    def flush(self) -> None:
        if not self._rows:
            return
        first = self._rows[0]
        self._rows[0] = first + [""] * (self.width - len(first))
        self._writer.write(self._lines, list(zip_longest(*self._rows, fillvalue="")))
        self._lines, self._rows = [], []
