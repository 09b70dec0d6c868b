"""Delimited text through the careful parser, to Parquet: bounded memory, nothing dropped."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, zip_longest
from pathlib import Path

from core.errors import TooManyColumns, TooManyRows
from core.files.cache import cache_key, derive
from core.files.dialect import Sniffed
from core.files.parquet import (
    BATCH,
    BATCH_CHARS,
    PartWriter,
    load_summary,
    save_summary,
    select_parts,
)
from core.files.records import Oddities, Records
from core.files.source import Source
from core.files.table import Decision, Table, unique_names

_SAID = {
    "blank": "Blank lines left out: {n}, the first at line {line}.",
    "unclosed": "Quotes that never close, kept as text: {n}, the first at line {line}.",
    "short": "Rows with too few cells: {n}, the first at line {line}; the missing ones are empty.",
    "long": "Rows with too many cells: {n}, the first at line {line}; what is over is kept in "
    "extra columns from {extra!r} on.",
    "nul": "Rows with NUL characters: {n}, the first at line {line}.",
}


def build(table: Table, source: Source, text: Path, sniffed: Sniffed, reason: str) -> Table:
    """`table` (all but its cells decided) with every record of `text` parsed in Python."""
    key = cache_key(
        text,
        "careful",
        sniffed.dialect,
        table.columns,
        table.first_line,
        source.settings.max_cell_chars,
    )
    folder = derive(
        source.cache_dir / f"{key}.cells", lambda path: _write(path, table, source, text, sniffed)
    )
    summary = load_summary(folder)
    width, total = _whole(summary["width"]), _whole(summary["rows"])
    names, notes = unique_names([*table.columns, *[""] * (width - len(table.columns))])
    oddities = Oddities(**summary["oddities"])  # type: ignore[arg-type]
    extra = names[len(table.columns)] if width > len(table.columns) else ""
    way = Decision("parser", "careful", reason)
    return replace(
        table,
        columns=names,
        sql=select_parts(folder, width),
        decisions=(*(d for d in table.decisions if d.name != "parser"), way),
        notes=(*table.notes, *notes, *_notes(oddities, extra)),
        total=total,
        _careful=None,
    )


def _whole(value: object) -> int:
    return int(str(value))


def _notes(oddities: Oddities, extra: str) -> list[str]:
    return [
        said.format(n=f"{oddities.counts[what]:,}", line=f"{oddities.first[what]:,}", extra=extra)
        for what, said in _SAID.items()
        if what in oddities.counts
    ]


def _write(folder: Path, table: Table, source: Source, text: Path, sniffed: Sniffed) -> None:
    skip = table.first_line - 1
    with text.open(encoding="utf-8-sig", newline="") as lines, PartWriter(folder) as writer:
        records = Records(
            islice(lines, skip, None),
            sniffed.dialect,
            width=max(sniffed.width, len(table.columns)),
            max_cell=source.settings.max_cell_chars,
            start=table.first_line,
        )
        batches = _Batches(writer, len(table.columns), source, records.oddities)
        for line, cells in records:
            batches.add(line, cells, records.chars)
        batches.flush()
    oddities = {"counts": records.oddities.counts, "first": records.oddities.first}
    save_summary(folder, {"width": batches.width, "rows": writer.rows, "oddities": oddities})


class _Batches:
    """Rows of any length, evened out and handed to the writer in batches."""

    def __init__(self, writer: PartWriter, width: int, source: Source, oddities: Oddities) -> None:
        self.width, self._named = width, width
        self._writer, self._oddities = writer, oddities
        self._limit, self._max_rows = source.settings.max_columns, source.settings.max_rows
        self._lines: list[int] = []
        self._rows: list[list[str]] = []
        self._since = 0

    def add(self, line: int, cells: list[str], chars: int) -> None:
        if len(cells) != self._named:
            self._uneven(line, cells)
        self._lines.append(line)
        self._rows.append(cells)
        if len(self._rows) >= BATCH or chars - self._since > BATCH_CHARS:
            self.flush()
            self._since = chars

    def _uneven(self, line: int, cells: list[str]) -> None:
        while len(cells) > self._named and not cells[-1]:
            cells.pop()  # DuckDB takes empty cells behind the last column as nothing, too
        if len(cells) < self._named:
            self._oddities.add("short", line)
        elif len(cells) > self._named:
            self._oddities.add("long", line)
            self.width = max(self.width, len(cells))
            if self.width > self._limit:
                raise TooManyColumns(
                    f"line {line:,} has {self.width:,} cells (limit {self._limit:,})", line=line
                )

    def flush(self) -> None:
        if not self._rows:
            return
        if self._writer.rows + len(self._rows) > self._max_rows:
            raise TooManyRows(f"more than {self._max_rows:,} rows", limit=self._max_rows)
        first = self._rows[0]
        self._rows[0] = first + [""] * (self.width - len(first))
        self._writer.write(self._lines, list(zip_longest(*self._rows, fillvalue="")))
        self._lines, self._rows = [], []
