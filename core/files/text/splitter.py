"""The cells of one record's text: quotes as RFC 4180 has them, where they stand so, else as text.

A line without a quote is split by the delimiter. A quote that closes on its own line, with text behind
it (`"Weird Al" Yankovic`), is text; so is one that never closes.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

FAILS = 20  # quotes of one text that open no cell, after which the others are text, too
WALKED, LONG = 100, 2_000  # texts with odd quotes whose cells are remembered, and their characters
csv.field_size_limit(2**31 - 1)  # the limit on cells is that of Records, which names the line


@dataclass(frozen=True)
class Dialect:
    """How cells are set apart. `quote` '' is none; `backslash` means \\" inside a quoted cell."""

    delimiter: str
    quote: str = '"'
    backslash: bool = False


class _Feed:
    """One text at a time for one csv.reader, which is cheaper than a reader per line."""

    text: str | None = None

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        text, self.text = self.text, None
        if text is None:
            raise StopIteration
        return text


def _one(delimiter: str) -> str:
    return delimiter if len(delimiter) == 1 else ","  # then csv.reader is not asked


class Splitter:
    """Cells of one record's text. The text must not hold its final line end."""

    def __init__(self, dialect: Dialect, width: int = 0) -> None:
        self.dialect = dialect
        self.inner = 0  # cells of the last text that begin with a quoted word and go on
        self.stray = 0  # and those that hold a quote, or begin with another one, unquoted
        self.loose = 0  # and those whose quotes are not as RFC 4180 has them
        self._failed = 0
        self._walked: dict[tuple[str, bool], tuple[list[str] | None, int, int, int]] = {}
        self._escaping = False  # whether a backslash keeps a delimiter, too
        self._width = width
        self._usual = dialect.quote in ('"', "")
        self._runs = dialect.quote == '"' and len(dialect.delimiter) == 1
        delim, quote = re.escape(dialect.delimiter), re.escape(dialect.quote)
        blanks = "".join(char for char in " \t" if char not in dialect.delimiter)
        blank = f"[{blanks}]*" if blanks else ""
        body = (
            rf"[^{quote}\\]*(?:(?:\\.|{quote}{quote})[^{quote}\\]*)*"
            if dialect.backslash
            else f"[^{quote}]*(?:{quote}{quote}[^{quote}]*)*"
        )
        end = rf"{blank}(?={delim}|\Z)"
        if dialect.quote:
            self._opens = re.compile(blank + quote)
            self._feed = _Feed()
            self._reader = csv.reader(
                self._feed, delimiter=_one(dialect.delimiter), quotechar=dialect.quote, strict=True
            )
            self._quoted = re.compile(f"{blank}{quote}({body}){quote}{end}", re.DOTALL)
            self._loose = re.compile(f"{blank}{quote}(.*?){quote}{end}", re.DOTALL)
            self._closes = re.compile(f"{blank}{quote}({body}){quote}(?!{quote})", re.DOTALL)
            self._open = re.compile(f"{blank}{quote}{body}\\Z", re.DOTALL)
            self._again = re.compile(f"{delim}{blank}{quote}")
            self._odd = re.compile(f"(?:^|{delim})[{blanks}]+{quote}") if blanks else None

    def split(self, text: str) -> list[str] | None:
        """Cells, or None when a quoted cell does not end in this text."""
        dialect = self.dialect
        self.inner = self.stray = self.loose = 0
        if not dialect.quote or dialect.quote not in text:
            if not self._usual and '"' in text:
                self._note_strays(text)
            plain = text.split(dialect.delimiter)
            return self._escaped(text, plain) if dialect.backslash and "\\" in text else plain
        if len(dialect.delimiter) == 1 and not dialect.backslash and self._usual:
            if self._odd is None or not self._odd.search(text):
                try:
                    return self._plain(text)
                except csv.Error:
                    pass
        cells = self._walk(text, force=False)
        return self._escaped(text, cells) if cells and dialect.backslash else cells

    def force(self, text: str) -> list[str]:
        """Cells of this text; a quote that does not close is text."""
        cells = self._walk(text, force=True)
        self.loose += 1
        assert cells is not None  # nosec B101 (forced walks always end)
        return cells

    def _escaped(self, text: str, cells: list[str]) -> list[str]:
        """The cells, a delimiter behind a backslash kept in its cell where the row then fits."""
        if len(cells) > self._width > 1:
            kept = self.kept(text)
            return kept if len(kept) == self._width else cells
        return cells

    def kept(self, text: str) -> list[str]:
        """Cells of this text; a delimiter behind a backslash stays in its cell."""
        self._escaping = True
        cells = self.force(text)
        self._escaping = False
        return cells

    def _end(self, text: str, place: int) -> int:
        """Where a cell without quotes ends."""
        end = text.find(self.dialect.delimiter, place)
        while self._escaping and end > place and text[end - 1] == "\\":
            end = text.find(self.dialect.delimiter, end + 1)
        return len(text) if end < 0 else end

    def _bare(self, cell: str) -> str:
        """A cell without quotes around it, what a backslash keeps in it taken for itself."""
        if not self.dialect.backslash or "\\" not in cell:
            return cell
        kept = (self.dialect.quote, *([self.dialect.delimiter, "\\"] if self._escaping else []))
        signs = "|".join(re.escape(sign) for sign in kept if sign)
        return re.sub(rf"\\({signs})", r"\1", cell) if signs else cell

    def _note_strays(self, text: str) -> None:
        """Quotes of the usual kind at the borders of cells speak against another one."""
        cells = text.split(self.dialect.delimiter)
        self.stray += sum(cell.lstrip().startswith('"') for cell in cells)

    def _plain(self, text: str) -> list[str]:
        self._feed.text = text
        return next(self._reader)

    def _walk(self, text: str, *, force: bool) -> list[str] | None:
        self._failed = self.inner = self.stray = self.loose = 0
        if self._runs and not self._escaping:
            return self._remembered(text, force)
        cells, place, delim = [], 0, self.dialect.delimiter
        while True:
            cell, place = self._cell(text, place, force)
            if cell is None:
                return None
            cells.append(cell)
            if place >= len(text):
                return cells
            place += len(delim)

    def _remembered(self, text: str, force: bool) -> list[str] | None:
        """By runs; the line behind a quote that is open is asked for itself, too, and split again later."""
        known = self._walked.get((text, force))
        if known is None:
            if len(self._walked) >= WALKED:
                self._walked.clear()
            cells = self._walk_by_runs(text, force)
            known = (cells, self.inner, self.stray, self.loose)
            if len(text) < LONG:
                self._walked[text, force] = known
        cells, self.inner, self.stray, self.loose = known
        return cells

    def _walk_by_runs(self, text: str, force: bool) -> list[str] | None:
        """The same for a delimiter of one character: all cells up to the next one in quotes at once."""
        cells: list[str] = []
        place, delim = 0, self.dialect.delimiter
        while self._failed < FAILS:
            if self._opens.match(text, place):
                cell, place = self._cell(text, place, force)
                if cell is None:
                    return None
                cells.append(cell)
            else:
                behind = self._again.search(text, place)
                if behind is None:
                    break
                cells += self._plainly(text[place : behind.start()])
                place = behind.start()
            if place >= len(text):
                return cells
            place += len(delim)
        cells += self._plainly(text[place:])
        return cells

    def _plainly(self, text: str) -> list[str]:
        """Cells of a text in which no quote opens one."""
        cells = text.split(self.dialect.delimiter)
        if self.dialect.backslash and "\\" in text:
            return [self._bare(cell) for cell in cells]
        return cells

    def _cell(self, text: str, place: int, force: bool) -> tuple[str | None, int]:
        if self.dialect.quote and self._failed < FAILS and self._opens.match(text, place):
            found = self._quoted.match(text, place)
            if found is None:
                self.loose += 1
                found = self._tolerated(text, place, force)
            if found is not None:
                return self._unescape(found[1]), found.end()
            if not force and not self._goes_on(text, place):
                return None, place
            self._failed += 1
        end = self._end(text, place)
        if not self._usual:
            self.stray += self.dialect.quote in text[place:end] or text[place:end].startswith('"')
        return self._bare(text[place:end]), end

    def _tolerated(self, text: str, place: int, force: bool) -> re.Match[str] | None:
        """A cell in quotes that holds others which are not doubled, unless they belong to other cells."""
        if not force and self._open.match(text, place):
            return (
                None  # as RFC 4180 has it, the cell is open at the end: the next line may close it
            )
        found = self._loose.match(text, place)
        if found is None or self._again.search(found[1]):
            return None  # another cell opens inside: this quote never closed
        first = self._closes.match(text, place)
        if first is not None and first[1] and found[1].count(self.dialect.quote) % 2:
            behind = found[1][first.end(1) - found.start(1) :]
            if self.dialect.delimiter in behind:
                return None  # "Weird Al" Yankovic,5'11",
        return found if force or not self._open_at_end(text, found) else None

    def _goes_on(self, text: str, place: int) -> bool:
        """Whether the cell is text: a quoted word, and more behind it on the same line."""
        first = self._closes.match(text, place)
        if first is None:
            if self._open.match(text, place):
                return False
            found = self._loose.match(text, place)
            return found is not None and self._again.search(found[1]) is not None
        if "\n" in first[1] or "\r" in first[1] or not text[first.end() :].strip():
            return False
        self.inner += 1
        return True

    def _open_at_end(self, text: str, found: re.Match[str]) -> bool:
        """Whether a quote that seems to close at the very end is half of a doubled one, or escaped."""
        if found.end() < len(text):
            return False
        if self.dialect.backslash:
            return (len(found[1]) - len(found[1].rstrip("\\"))) % 2 == 1
        return text.count(self.dialect.quote) % 2 == 1

    def _unescape(self, body: str) -> str:
        quote = self.dialect.quote
        if not self.dialect.backslash:
            return body.replace(quote + quote, quote) if quote in body else body
        escaped = rf"\\([{re.escape(quote)}\\])|{re.escape(quote)}{{2}}"
        return re.sub(escaped, lambda found: found[1] or quote, body)
