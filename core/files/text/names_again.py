"""Rows that are the names again, anywhere in a text: files that were put one behind the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.files import scratch
from core.files.text.outline import Outline
from core.files.text.parsed import Parsed

LONGEST = 1 << 16  # bytes of a line of names that is looked for


def header_line(lines: Sequence[str], outline: Outline) -> bytes:
    """The bytes of the line of names, to be looked for further down; none where there is no such line."""
    if len(outline.header) != 1 or outline.width < 2 or outline.header[0] > len(lines):
        return b""
    line = lines[outline.header[0] - 1].rstrip("\r\n").encode("utf-8")
    return line if len(line) < LONGEST else b""


def left_out(outline: Outline, parsed: Parsed) -> Outline:
    """The outline without the rows that are the names again in every column."""
    if len(outline.header) != 1 or outline.width < 2 or outline.width > parsed.width:
        return outline
    same = " AND ".join(f"coalesce(trim(c{n}), '') = ?" for n in range(outline.width))
    names = [name.strip() for name in outline.columns[: outline.width]]
    sql = (
        f"SELECT _line FROM ({parsed.sql()}) WHERE {same} AND _line BETWEEN ? AND ?"
        " ORDER BY _line"
    )
    with scratch.looking() as connection:
        cursor = connection.execute(sql, [*names, outline.first_line, outline.last_line])
        found = {int(line) for (line,) in cursor.fetchall()} - set(outline.again)
    if not found:
        return outline
    return replace(
        outline, again=tuple(sorted({*outline.again, *found})), rows=outline.rows - len(found)
    )
