"""The first lines of a JSON file as they stand, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from core.files.json.items import RAW_LINES, SPANS
from core.files.table import RawLine

SHOWN = 300  # characters of a line
LONGEST = 1 << 16  # characters of the first lines that are looked at


def raw_lines(
    stream: TextIO, spans: Sequence[tuple[int, int]], rows: Sequence[int | None], items: int
) -> Iterator[RawLine]:
    """The first lines with their fate.

    `spans` are the first and last line of the first items, `rows` the first row that each became
    (None: it became none), `items` how many items the file has in all.
    """
    for line, text in _lines(stream):
        if len(spans) == SPANS and line > spans[-1][1]:
            return  # what follows was not noted
        fate, row = _fate(line, spans, rows, len(spans) == items)
        if not text.strip() and not any(first <= line <= last for first, last in spans):
            fate, row = "blank", None
        yield RawLine(line, text[:SHOWN].rstrip("\r\n"), fate, row)


def _lines(stream: TextIO) -> Iterator[tuple[int, str]]:
    left = LONGEST
    for line in range(1, RAW_LINES + 1):
        text = stream.readline(left)
        if not text:
            return
        yield line, text.removeprefix("\ufeff") if line == 1 else text
        left -= len(text)
        if left <= 0 or not text.endswith("\n"):
            return


def _fate(
    line: int, spans: Sequence[tuple[int, int]], rows: Sequence[int | None], whole: bool
) -> tuple[str, int | None]:
    if not spans or line < spans[0][0]:
        return "preamble", None
    if whole and line > spans[-1][1]:
        return "footer", None
    before: int | None = None
    for (first, last), row in zip(spans, rows):
        if line == first:
            return ("other table", None) if row is None else ("row", row)
        if line < first:
            break
        before = row
    return ("other table", None) if before is None else ("continued", before)
