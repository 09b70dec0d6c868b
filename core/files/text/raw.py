"""The first lines of a delimited file as they stand, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from core.files.table import RawLine
from core.files.text.careful import mended
from core.files.text.outline import Outline
from core.files.text.parsed import TextParsing
from core.files.text.records import Records

SHOWN = 60  # lines
WIDTH = 300  # characters of a line
AHEAD = 100_000  # characters looked at for them


def raw_lines(lines: Sequence[str], parsing: TextParsing, outline: Outline) -> tuple[RawLine, ...]:
    """The first lines, and those kept aside below the table."""
    shown = lines[:SHOWN]
    starts = _starts(lines, parsing)
    made, row, fate = [], 0, "blank"
    for number, text in enumerate(shown, 1):
        text = text.rstrip("\r\n")
        if number in starts:
            fate = outline.fate(number) if starts[number] else "blank"
            row += fate == "row"
        elif number < parsing.start:
            fate = "preamble" if text.strip() else "blank"
        elif not text.strip():
            fate = "blank" if fate != "continued" and fate != "row" else fate
            made.append(RawLine(number, text[:WIDTH], "blank"))
            continue
        elif fate in ("row", "continued"):
            fate = "continued"
        made.append(RawLine(number, text[:WIDTH], fate, row if fate in _ROWS else None))
    below = [RawLine(n, t[:WIDTH], "footer") for n, t in outline.footer if n > len(shown)]
    return (*made, *below)


_ROWS = ("row", "continued")


def _starts(lines: Sequence[str], parsing: TextParsing) -> dict[int, bool]:
    """The lines where records begin, and whether they hold anything."""
    taken: list[str] = []
    size = 0
    for text in lines[parsing.start - 1 : SHOWN + 2_000]:
        taken.append(text)
        size += len(text)
        if len(taken) > SHOWN and size > AHEAD:
            break
    found = {}
    for line, cells in mended(
        Records(taken, parsing.dialect, width=parsing.width, start=parsing.start), parsing
    ):
        if line > SHOWN:
            break
        found[line] = any(cells)
    return found
