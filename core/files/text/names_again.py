"""Rows that are the names again, anywhere in a text: files that were put one behind the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.files import scratch
from core.files.text.outline import Outline
from core.files.text.parsed import Parsed

FIRST = 50  # columns that are compared first: a condition for each of 3,000 takes a second
LISTED = 200  # lines that are left out one by one: bits for all between two of them may be millions
LONGEST = 1 << 16  # bytes of a line of names that is looked for


def header_line(lines: Sequence[str], outline: Outline) -> bytes:
    """The bytes of the line of names, to be looked for further down; none where there is no such line."""
    if len(outline.header) != 1 or outline.width < 2 or outline.header[0] > len(lines):
        return b""
    line = lines[outline.header[0] - 1].rstrip("\r\n").encode("utf-8")
    return line if len(line) < LONGEST else b""


def not_these(lines: Sequence[int]) -> str:
    """The condition that leaves these lines out; of many, one bit for each line from the first to the last.

    DuckDB needs five seconds to read a list of 10,000 numbers, and a join need not keep the rows in order.
    """
    if not lines:
        return ""
    if len(lines) <= LISTED:
        return f" AND _line NOT IN ({', '.join(map(str, lines))})"
    first, last = min(lines), max(lines)
    bits = bytearray(b"0" * (last - first + 1))
    for line in lines:
        bits[line - first] = ord("1")
    held = f"get_bit('{bits.decode()}'::BIT, (_line - {first})::INTEGER)"
    return f" AND CASE WHEN _line BETWEEN {first} AND {last} THEN {held} = 0 ELSE true END"


def left_out(outline: Outline, parsed: Parsed) -> Outline:
    """The outline without the rows that are the names again in every column."""
    if len(outline.header) != 1 or outline.width < 2 or outline.width > parsed.width:
        return outline
    found = _lines(outline, parsed, FIRST)  # of very wide tables, most have no such row at all
    if found and outline.width > FIRST:
        found = _lines(outline, parsed, outline.width)
    found -= set(outline.again)
    if not found:
        return outline
    return replace(
        outline, again=tuple(sorted({*outline.again, *found})), rows=outline.rows - len(found)
    )


def _lines(outline: Outline, parsed: Parsed, columns: int) -> set[int]:
    """The lines of rows that are the names again in the first columns."""
    names = [name.strip() for name in outline.columns[: outline.width][:columns]]
    same = " AND ".join(f"coalesce(trim(c{n}), '') = ?" for n in range(len(names)))
    sql = f"SELECT _line FROM ({parsed.sql()}) WHERE {same} AND _line BETWEEN ? AND ?"
    with scratch.looking() as connection:
        cursor = connection.execute(sql, [*names, outline.first_line, outline.last_line])
        return {int(line) for (line,) in cursor.fetchall()}
