"""What the first lines tell of quotes other than the double one, and of backslashes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.files.text.splitter import Dialect, Splitter


def encloses(text: str, mark: str, delimiters: Sequence[str]) -> bool:
    """Whether several cells stand in this quote, and it is found (nearly) nowhere else."""
    found = _enclosed(text, mark, delimiters)
    strays = text.count(mark) - sum(each.count(mark) for each in found)
    usual = len(_enclosed(text, '"', delimiters))
    return len(found) >= 2 and strays <= 0.02 * len(found) and usual < len(found)


def _enclosed(text: str, mark: str, delimiters: Sequence[str]) -> list[str]:
    """The cells that stand in this quote, with it."""
    signs = "|".join(map(re.escape, delimiters))
    blank = "" if any(sign.isspace() for sign in delimiters) else r"[^\S\r\n]*"
    body = f"{mark}[^{mark}]*(?:{mark}{mark}[^{mark}]*)*{mark}"
    cell = rf"(?:^|(?<={signs})){blank}({body})(?={blank}(?:{signs}|\r?$))"
    if len(set(map(len, delimiters))) > 1:  # what may stand before a cell is of one length
        cell = cell.replace(f"(?<={signs})", f"(?:{signs})")
    return re.findall(cell, text, re.MULTILINE)


def may_be_quoted(text: str, mark: str, delimiters: Sequence[str]) -> bool:
    """Whether a cell in this quote holds what only a quote lets it hold."""
    return any(
        mark * 2 in cell[1:-1] or any(sign in cell for sign in delimiters)
        for cell in _enclosed(text, mark, delimiters)
    )


def may_be_escaped(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether a backslash stands where it may, or may not, be a sign of the cell."""
    if dialect.backslash:
        return any("\\\\" in line for line in lines)
    sign, splitter = "\\" + dialect.quote, Splitter(dialect)
    held = [line.rstrip("\r\n") for line in lines if dialect.quote and sign in line]
    return any(sign in cell for line in held for cell in splitter.force(line))


def width_kept(lines: Sequence[str], dialect: Dialect) -> int:
    """How many cells rows have when a backslash keeps the delimiter behind it; 0 when it does not.

    It does when all rows that hold such a backslash then are as wide as most rows, and were not before.
    """
    sign = "\\" + dialect.delimiter
    if dialect.backslash or not any(sign in line for line in lines):
        return 0
    # Of a cell in quotes a line may be a part only, and tells no width.
    held = [line.rstrip("\r\n") for line in lines if line.strip()]
    texts = [text for text in held if not dialect.quote or text.count(dialect.quote) % 2 == 0]
    if not any(sign in text for text in texts):
        return 0
    splitter, plain = Splitter(replace(dialect, backslash=True)), Splitter(dialect)
    kept = {text: len(splitter.kept(text)) for text in texts}
    before = {text: len(plain.force(text)) for text in texts}
    (width, count), *_ = Counter(kept.values()).most_common(1)
    better = count > Counter(before.values()).most_common(1)[0][1]
    fits = all(kept[text] == width != before[text] for text in texts if sign in text)
    named = kept[texts[0]] == width  # so does the row of names
    return width if width > 1 and fits and better and named else 0
