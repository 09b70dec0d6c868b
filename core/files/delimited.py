"""Delimited text (CSV, TSV and relatives) to a Table.

One set of decisions, two ways to the cells. The fast way lets DuckDB parse, told everything so
that it decides nothing; it is taken only when `probe` proved that both ways give the same cells.
The careful way parses every record in Python (`records`) and keeps what is irregular.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

import duckdb

from core.errors import BadOverride, CellTooLong, EmptyFile, HeaderOnly, TooManyColumns
from core.files import encoding
from core.files.cache import cache_key, derive, sql_path
from core.files.careful import build
from core.files.dialect import Sniffed, sniff
from core.files.header import find_header
from core.files.probe import Probe, probe
from core.files.records import Records
from core.files.source import Source
from core.files.table import Decision, Table, unique_names

HEAD = 1 << 20  # characters looked at for the decisions
LONG_LINE = 64 << 20  # characters; no table has such a line
CHECKED = 20  # rows compared between both ways before the fast one is trusted


@dataclass(frozen=True)
class Layout:
    """Where the table is in the text: its columns, and the lines around it (1-based)."""

    columns: tuple[str, ...]
    first_line: int
    sample: tuple[list[str], ...]
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...]
    plain: bool  # the sample's rows all fit the columns, right below a header of one line


def read_delimited(source: Source) -> Table:
    """Decide everything, then choose the way. Raises FileError of many kinds."""
    coded = encoding.decide_encoding(source.path, source.overrides.encoding)
    text = _as_utf8(source, coded)
    lines, whole = _head(text)
    skip = source.overrides.skip or 0
    if source.overrides.header:
        skip = source.overrides.header - 1
    body = lines[skip:]
    if not any(line.strip("\ufeff \t\r\n\0") for line in body):
        if skip and any(line.strip() for line in lines[:skip]):
            raise BadOverride(f"nothing stands below line {skip:,}; the file ends before")
        raise EmptyFile(f"{source.filename!r} holds nothing but blanks")
    sniffed = sniff(body, source.overrides.delimiter, source.overrides.quote)
    layout = _lay_out(source, body, sniffed, skip, whole)
    found = probe(text, sniffed.dialect)
    if found.longest > LONG_LINE:
        raise CellTooLong(f"a line has {found.longest:,} bytes", limit=LONG_LINE)
    return _table(source, text, (coded, *sniffed.decisions), sniffed, layout, found)


def _as_utf8(source: Source, coded: Decision) -> Path:
    name = str(coded.value)
    if name in ("utf-8", "utf-8-sig") and source.overrides.encoding is None:
        return source.path
    key = cache_key(source.path, "utf8", name)
    target = source.cache_dir / f"{key}.txt"
    return derive(target, lambda path: encoding.to_utf8(source.path, path, name))


def open_text(path: Path) -> TextIO:
    """UTF-8 text whose lines keep the line ends they have (LF, CRLF or CR)."""
    return path.open(encoding="utf-8-sig", newline="")


def _head(path: Path) -> tuple[list[str], bool]:
    """The first lines, and whether they are all."""
    lines: list[str] = []
    size = 0
    with open_text(path) as file:
        while size < HEAD:
            line = file.readline(LONG_LINE)
            if not line:
                return lines, True
            if len(line) >= LONG_LINE:
                raise CellTooLong(
                    f"line {len(lines) + 1:,} has more than {LONG_LINE:,} characters",
                    line=len(lines) + 1,
                )
            lines.append(line)
            size += len(line)
    return lines, False


def _lay_out(source: Source, body: list[str], sniffed: Sniffed, skip: int, whole: bool) -> Layout:
    limit = source.settings.max_cell_chars
    records = Records(body, sniffed.dialect, width=sniffed.width, max_cell=limit, start=skip + 1)
    placed = list(records)
    if not whole and len(placed) > 1:
        placed.pop()  # it may have been cut
    rows = [cells for _, cells in placed]
    header, first, decision = _header(source, placed, sniffed.width)
    names = rows[header] if header is not None else []
    sample = rows[first:]
    if not sample and whole:
        raise HeaderOnly(f"{source.filename!r}: {len(names)} column names and nothing below")
    width = len(names) or sniffed.width
    if width > source.settings.max_columns:
        raise TooManyColumns(
            f"{width:,} columns (limit {source.settings.max_columns:,})", columns=width
        )
    columns, notes = unique_names([*names, *[""] * (width - len(names))][:width])
    first_line = placed[first][0] if first < len(placed) else placed[-1][0] + 1
    above = placed[header][0] - 1 if header is not None else first_line - 1
    decisions = (_preamble(above, source, body), decision)
    plain = header is None or first_line == placed[header][0] + 1
    plain = plain and all(_fits(row, width) for row in sample)
    return Layout(columns, first_line, tuple(sample[:CHECKED]), decisions, tuple(notes), plain)


def _header(
    source: Source, placed: Sequence[tuple[int, list[str]]], width: int
) -> tuple[int | None, int, Decision]:
    """(index of the header or None, index of the first row, the decision; its value is a line)."""
    wanted = source.overrides.header
    if wanted == 0:
        start = 0 if source.overrides.skip is not None else _first_full(placed, width)
        return None, start, Decision("header", 0, "chosen by the user")
    if wanted is not None:
        if not placed or placed[0][0] != wanted:
            raise BadOverride(f"line {wanted} cannot be the header: nothing stands there")
        return 0, 1, Decision("header", wanted, "chosen by the user")
    found = find_header([cells for _, cells in placed], width)
    line = 0 if found.header is None else placed[found.header][0]
    runner_up = "none" if line else f"line {placed[found.first][0]}"
    decision = Decision("header", line, found.evidence, found.sure, runner_up)
    return found.header, found.first, decision


def _first_full(placed: Sequence[tuple[int, list[str]]], width: int) -> int:
    return next((i for i, (_, cells) in enumerate(placed) if len(cells) >= width), 0)


def _fits(row: Sequence[str], width: int) -> bool:
    return len(row) >= width and not any(row[width:])


def _preamble(above: int, source: Source, body: Sequence[str]) -> Decision:
    if source.overrides.skip is not None:
        return Decision("skip", above, "chosen by the user")
    if not above:
        return Decision("skip", 0, "the table begins on the first line")
    first = next((line.strip() for line in body[:above] if line.strip()), "")[:80]
    what = f"beginning with {first!r}" if first else "all blank"
    return Decision("skip", above, f"lines above the table, {what}")


def _table(
    source: Source,
    text: Path,
    decisions: tuple[Decision, ...],
    sniffed: Sniffed,
    layout: Layout,
    found: Probe,
) -> Table:
    ends = Decision("line_end", found.line_end, "all lines end alike" if not found.reason else "")
    reason = found.reason or ("" if layout.plain else "rows differ in length")
    if not reason and found.longest > source.settings.max_cell_chars:
        reason = "it holds very long lines"
    table = Table(
        format="csv",
        columns=layout.columns,
        decisions=(*decisions, ends, *layout.decisions),
        sql="",
        first_line=layout.first_line,
        row_name="line",
        notes=layout.notes,
    )

    def careful(why: str = "DuckDB refused a line") -> Table:
        return build(table, source, text, sniffed, why)

    if reason:
        return careful(reason)
    sql = fast_sql(text, sniffed, layout)
    if not _agrees(sql, layout):
        return careful("DuckDB reads its first rows differently")
    way = Decision("parser", "fast", f"all {found.lines:,} lines are regular")
    return replace(
        table,
        sql=sql,
        decisions=(*table.decisions, way),
        total=found.lines - layout.first_line + 1,
        _careful=careful,
    )


def fast_sql(path: Path, sniffed: Sniffed, layout: Layout) -> str:
    """DuckDB's parser, told everything.

    `new_line` is left out on purpose: given together with `strict_mode` and `skip`, DuckDB 1.5
    returns no rows for CRLF files. `max_line_size` bounds what one line may take.
    """
    width, dialect = len(layout.columns), sniffed.dialect
    names = [f"c{i}" for i in range(width)]
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    quote = _literal(dialect.quote)
    return (
        f"SELECT NULL::BIGINT AS _line, {', '.join(names)} FROM read_csv({sql_path(path)}, "
        f"auto_detect = false, header = false, skip = {layout.first_line - 1}, "
        f"columns = {{{types}}}, delim = {_literal(dialect.delimiter)}, quote = {quote}, "
        f"escape = {quote}, comment = '', nullstr = '', null_padding = false, "
        "strict_mode = true, ignore_errors = false, compression = 'none', encoding = 'utf-8', "
        "hive_partitioning = false, union_by_name = false, max_line_size = 8000000, buffer_size = 32000000)"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _agrees(sql: str, layout: Layout) -> bool:
    width = len(layout.columns)
    wanted = [[*row[:width]] for row in layout.sample]
    table = Table("csv", layout.columns, (), sql, 1, "line")
    try:
        return list(islice(table.rows(limit=len(wanted)), len(wanted))) == wanted
    except duckdb.Error:
        return False
