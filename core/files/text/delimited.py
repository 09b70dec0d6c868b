"""Delimited text (CSV, TSV and relatives) to a Table.

One set of decisions, two ways to the cells. The fast way lets DuckDB parse, told everything so
that it decides nothing; it is taken only when `probe` proved that both ways give the same cells.
The careful way parses every record in Python (`records`) and keeps what is irregular.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

import duckdb

from core.errors import BadOverride, CellTooLong, TooManyColumns
from core.files.cache import cache_key, derive
from core.files.encodings import decoding, dos_end, encoding, mojibake
from core.files.source import Source
from core.files.table import Decision, Table, unique_names
from core.files.text import escape_proof, names_again, quote_proof
from core.files.text.blocks import Block, Blocks
from core.files.text.careful import mended
from core.files.text.careful_said import doubted, mend_said, notes_on
from core.files.text.dialect import Sniffed, sniff
from core.files.text.line_ends import NEWLINE, decide_line_end, line_offsets
from core.files.text.mend import profile_of
from core.files.text.outline import Outline, lay_out
from core.files.text.parsed import TextParsing, parse
from core.files.text.probe import Probe, probe
from core.files.text.raw import raw_lines
from core.files.text.records import Oddities, Records, Split
from core.files.text.stretches import read_csv_sql

HEAD = 1 << 18  # characters looked at for the decisions
LONG_LINE = 16 << 20  # characters; no table has such a line
SUSPECTS = 2_000  # lines in which text that was decoded wrongly is looked for
CHECKED = 20  # rows compared between both ways before the fast one is trusted
STRAYS = 20  # quotes of the first lines that never close, behind which the file is read in a child
FOOT = 64 << 10  # bytes at the end that are looked through for notes and totals


@dataclass(frozen=True)
class _Head:
    """The first lines of the text, and what was decided by looking at them."""

    text: Path
    lines: tuple[str, ...]
    whole: bool  # they are all there are
    start: int  # the first line of them that is read, from 1
    sniffed: Sniffed
    parsing: TextParsing
    records: tuple[Split, ...]  # of these lines
    decisions: tuple[Decision, ...]
    ended: str  # a note on how the text ends


def read_delimited(source: Source) -> Table:
    """Decide everything, then choose the way. Raises FileError of many kinds."""
    likely = encoding.at_first_sight(source.path, source.overrides.encoding)
    if likely is None:
        return _read(source, encoding.decide_encoding(source.path, source.overrides.encoding))
    # Whether all of it is UTF-8 is looked at beside everything else, which takes as long.
    with ThreadPoolExecutor(max_workers=1) as pool:
        looking = pool.submit(encoding.first_bad_utf8, source.path)
        table, failure = None, None
        try:
            table = _read(source, likely)
        except Exception as error:  # may be for the encoding's sake
            failure = error
        bad = looking.result()
    if bad is not None:
        return _read(source, encoding.decide_encoding(source.path))
    if table is None:
        assert failure is not None  # nosec B101 (there is a table, or there was an error)
        raise failure
    return table


def _read(source: Source, coded: Decision) -> Table:
    text = _as_utf8(source, coded, bool(source.overrides.repair))
    text, ended = dos_end.without(text, source.cache_dir)
    ends = decide_line_end(text, source.overrides.line_end)
    lines, whole = _head(text, str(ends.value))
    decisions = (coded, encoding.mark(source.path), *_repair(source, lines), ends)
    skip = source.overrides.skip or 0
    if source.overrides.header:
        skip = source.overrides.header - 1
    body = lines[skip:]
    if not any(line.strip("\ufeff \t\r\n\0") for line in body):
        if skip and any(line.strip() for line in lines[:skip]):
            raise BadOverride(f"nothing stands below line {skip:,}; the file ends before")
        return _nothing(source, decisions)
    chosen = source.overrides
    sniffed = sniff(body, chosen.delimiter, chosen.quote, chosen.escape)
    parsing, records = _parsing(source, text, str(ends.value), body, sniffed, skip)
    head = _Head(text, tuple(lines), whole, skip + 1, sniffed, parsing, records, decisions, ended)
    return _table(source, head)


def _nothing(source: Source, decisions: tuple[Decision, ...]) -> Table:
    return Table(
        format="csv",
        columns=(),
        decisions=decisions,
        sql="SELECT NULL::BIGINT AS _line WHERE false",
        first_line=1,
        row_name="line",
        notes=(f"The file has {source.path.stat().st_size:,} bytes and holds nothing but blanks.",),
        total=0,
    )


def _as_utf8(source: Source, coded: Decision, repair: bool) -> Path:
    name = str(coded.value)
    if name in ("utf-8", "utf-8-sig") and source.overrides.encoding is None and not repair:
        return source.path
    # Where a person chose the encoding, a byte that it does not have is an error; else it was said.
    strict = source.overrides.encoding is not None
    key = cache_key(source.path, "utf8", name, repair, strict)
    target = source.cache_dir / f"{key}.txt"
    return derive(target, lambda path: decoding.to_utf8(source.path, path, name, repair, strict))


def _repair(source: Source, lines: list[str]) -> tuple[Decision, ...]:
    """What could be mended in the text, offered; nothing when nothing looks decoded wrongly."""
    if source.overrides.repair is not None:
        return (Decision("repair", source.overrides.repair, "chosen by the user"),)
    count, was, better = mojibake.suspects(lines[:SUSPECTS])
    if not count:
        return ()
    lines_ = f"{count:,} lines look" if count > 1 else "one line looks"
    why = f"{lines_} decoded wrongly: {was!r} may have been {better!r}; left as it is"
    return (Decision("repair", False, why, False, "true"),)


def open_text(path: Path, line_end: str = "any") -> TextIO:
    """UTF-8 text whose lines keep the line ends they have."""
    return path.open(encoding="utf-8-sig", newline=NEWLINE.get(line_end, ""))


def _head(path: Path, line_end: str) -> tuple[list[str], bool]:
    """The first lines, and whether they are all."""
    lines: list[str] = []
    size = 0
    with open_text(path, line_end) as file:
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
        return lines, not file.read(1)


def _parsing(
    source: Source,
    text: Path,
    line_end: str,
    body: list[str],
    sniffed: Sniffed,
    skip: int,
) -> tuple[TextParsing, tuple[Split, ...]]:
    width = source.overrides.columns or sniffed.width
    limit = source.settings.max_cell_chars
    records = Records(body, sniffed.dialect, width=width, max_cell=limit, start=skip + 1)
    taken = records.taken()
    doubtful = records.oddities.counts.get("unclosed", 0) > STRAYS
    rows = [each.cells for each in taken]
    profile = None if source.overrides.mend is False else profile_of(rows, width)
    dialect = sniffed.dialect
    return TextParsing(str(text), dialect, line_end, skip + 1, width, profile, doubtful), taken


# ------------------------------------------------------------------ which way


def _table(source: Source, head: _Head) -> Table:
    outline = lay_out(_blocks(head), source, head.parsing.width)
    names = names_again.header_line(head.lines, outline)
    found = probe(head.text, head.sniffed.dialect, outline.width, outline.first_line, names)
    if found.longest > LONG_LINE:
        raise CellTooLong(f"a line has {found.longest:,} bytes", limit=LONG_LINE)
    _check_width(source, outline)
    reason = found.reason or _irregular(source, head, outline, found)
    if reason:
        return _careful(source, head, reason)
    sql = fast_sql(head.text, head.sniffed, outline)
    first = fast_sql(head.text, head.sniffed, outline, few=True)
    if not _agrees(first, outline):
        return _careful(source, head, "DuckDB reads its first rows differently")
    table = _assembled(source, head, outline, sql)
    way = Decision("parser", "fast", f"all {found.lines:,} lines are regular")
    return replace(
        table,
        decisions=(*table.decisions, way),
        total=found.lines - outline.first_line + 1,
        _careful=lambda: _careful(source, head, "DuckDB refused a line"),
        _first_sql=first,
    )


def _blocks(head: _Head) -> list[Block]:
    """The outline of the first lines; the last record is left out when it may have been cut."""
    parsing, blocks = head.parsing, Blocks()
    records = Records((), parsing.dialect, width=parsing.width).again(head.records)
    taken = [(line, cells, records.gap) for line, cells in mended(records, parsing)]
    if not head.whole and len(taken) > 1:
        taken.pop()
    for line, cells, gap in taken:
        if gap or not any(cells):
            blocks.blank()
        if any(cells):
            blocks.add(line, cells)
    return blocks.close()


def _check_width(source: Source, outline: Outline) -> None:
    width, limit = len(outline.columns), source.settings.max_columns
    if width > limit:
        raise TooManyColumns(f"{width:,} columns (limit {limit:,})", columns=width)


def _irregular(source: Source, head: _Head, outline: Outline, found: Probe) -> str:
    """Why the fast way cannot be taken; '' when it can."""
    chosen = source.overrides
    if not outline.plain:
        return "rows differ in length"
    if found.longest > source.settings.max_cell_chars:
        return "it holds very long lines"
    if chosen.footer or chosen.line_end not in (None, found.line_end):
        return "chosen by the user"
    if chosen.footer is None and _foot(head, outline):
        return "notes or totals stand below the table"
    return ""


def _foot(head: _Head, outline: Outline) -> bool:
    """Whether the last lines of a long file hold more than data; of a short one it is known."""
    if head.whole:
        return False
    with head.text.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - FOOT))
        lines = file.read().decode("utf-8", "replace").splitlines(keepends=True)[1:]
    rows = [cells for _, cells in Records(lines, head.parsing.dialect, width=head.parsing.width)]
    return outline.foot_of(rows) < len(rows)


def _assembled(source: Source, head: _Head, outline: Outline, sql: str) -> Table:
    """The table with all that both ways know."""
    return Table(
        format="csv",
        columns=outline.columns,
        decisions=(*head.decisions, *head.sniffed.decisions, *outline.decisions),
        sql=sql,
        first_line=outline.first_line,
        row_name="line",
        notes=(
            *([head.ended] if head.ended else ()),
            *unique_names(outline.columns)[1],
            *_names_again_note(outline),
        ),
        tables=outline.tables,
        raw=raw_lines(head.lines, head.parsing, outline),
        _offsets=_offsets(source, head),
    )


def _names_again_note(outline: Outline) -> list[str]:
    count = len(outline.again)
    where = f"{count:,}, the first at line {outline.again[0]:,}" if count else ""
    return [f"Rows that hold the names again, left out: {where}."] if count else []


def _offsets(source: Source, head: _Head) -> Callable[[], Iterator[int]] | None:
    """Where each line begins in the file as it came; None when it was mended."""
    name = str(head.decisions[0].value)
    if source.overrides.repair:
        return None
    return lambda: line_offsets(source.path, name, head.parsing.line_end)


# ------------------------------------------------------------------ the careful way


def _careful(source: Source, head: _Head, reason: str) -> Table:
    table, met = _parsed(source, head, reason)
    mark = head.sniffed.dialect.quote
    if quote_proof.is_doubtful(head.sniffed.dialect, source.overrides.quote, met):
        usual = _parsed(source, _with(source, head, quote=quote_proof.USUAL), reason)
        return quote_proof.better((table, met), usual, mark)
    if escape_proof.is_doubtful(head.sniffed.dialect, source.overrides.escape, met):
        escaped = _parsed(source, _with(source, head, escape="\\"), reason)
        return escape_proof.better((table, met), escaped)
    return table


def _with(
    source: Source, head: _Head, quote: str | None = None, escape: str | None = None
) -> _Head:
    """The same first lines, their cells in another quote, or with another sign that keeps it."""
    body, chosen = list(head.lines[head.start - 1 :]), source.overrides
    sniffed = sniff(body, chosen.delimiter, quote or chosen.quote, escape or chosen.escape)
    parsing, records = _parsing(
        source, head.text, head.parsing.line_end, body, sniffed, head.start - 1
    )
    return replace(head, sniffed=sniffed, parsing=parsing, records=records)


def _parsed(source: Source, head: _Head, reason: str) -> tuple[Table, Oddities]:
    """The table of all records, and what was odd about them."""
    parsed = parse(head.parsing, source)
    outline = lay_out(list(parsed.blocks), source, head.parsing.width)
    _check_width(source, outline)
    outline = names_again.left_out(outline, parsed)
    width = len(outline.columns)
    names = "".join(f", c{i}" for i in range(min(width, parsed.width)))
    names += "".join(f", '' AS c{i}" for i in range(parsed.width, width))
    sql = (
        f"SELECT _line{names} FROM ({parsed.sql()}) "
        f"WHERE _line BETWEEN {outline.first_line} AND {outline.last_line}"
        + names_again.not_these(outline.again)
    )
    table = _assembled(source, head, outline, sql)
    oddities = outline.oddities(parsed.oddities)
    extra = table.names[outline.width] if width > outline.width else ""
    decisions = (doubted(d, oddities, source.overrides) for d in table.decisions)
    table = replace(
        table,
        decisions=(
            *decisions,
            *mend_said(source.overrides, parsed.oddities.counts.get("mended", 0)),
            Decision("parser", "careful", reason),
        ),
        notes=(*table.notes, *notes_on(oddities, extra)),
        total=outline.rows,
    )
    return table, oddities


# ------------------------------------------------------------------ the fast way


def fast_sql(path: Path, sniffed: Sniffed, outline: Outline, few: bool = False) -> str:
    """The SELECT that lets DuckDB parse the whole table; with `few`, for a look at its beginning."""
    width = len(outline.columns)
    inner = read_csv_sql(path, sniffed.dialect, width, outline.first_line - 1, few)
    return f"SELECT NULL::BIGINT AS _line, {inner.removeprefix('SELECT ')}"


def _agrees(sql: str, outline: Outline) -> bool:
    width = len(outline.columns)
    wanted = [[*row[:width]] for row in outline.sample[:CHECKED]]
    table = Table("csv", outline.columns, (), sql, 1, "line")
    try:
        return list(islice(table.rows(limit=len(wanted)), len(wanted))) == wanted
    except duckdb.Error:
        return False
