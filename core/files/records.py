"""Lines to records without assumptions: the careful parser of delimited text.

A line without a quote is split by the delimiter. A line with quotes follows RFC 4180 where it
can. Where it cannot (a stray quote, a quote that never closes) a cell never swallows what looks
like the rest of the file: the quote is kept as text, and said.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.errors import CellTooLong

PATIENCE = 20_000_000  # characters looked at in vain for the ends of quotes that never close
TRIES = 20  # places where one quoted cell is tried to end
FAILS = 20  # quotes of one text that open no cell, after which the others are text, too
csv.field_size_limit(2**31 - 1)  # the limit on cells is ours, and names the line


@dataclass(frozen=True)
class Dialect:
    """How cells are set apart. `quote` '' is none; `backslash` means \\" inside a quoted cell."""

    delimiter: str
    quote: str = '"'
    backslash: bool = False


@dataclass
class Oddities:
    """What the careful parser met: counts, and the line where each was met first."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, line: int) -> None:
        """Count one more."""
        self.counts[what] = self.counts.get(what, 0) + 1
        self.first.setdefault(what, line)


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

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._failed = 0
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
            self._again = re.compile(f"{delim}{blank}{quote}")
            self._odd = re.compile(f"(?:^|{delim})[{blanks}]+{quote}") if blanks else None

    def split(self, text: str) -> list[str] | None:
        """Cells, or None when a quoted cell does not end in this text."""
        dialect = self.dialect
        if not dialect.quote or dialect.quote not in text:
            return text.split(dialect.delimiter)
        if len(dialect.delimiter) == 1 and not dialect.backslash:
            if self._odd is None or not self._odd.search(text):
                try:
                    return self._plain(text)
                except csv.Error:
                    pass
        return self._walk(text, force=False)

    def force(self, text: str) -> list[str]:
        """Cells of this text; a quote that does not close is text."""
        cells = self._walk(text, force=True)
        assert cells is not None  # nosec B101 (forced walks always end)
        return cells

    def _plain(self, text: str) -> list[str]:
        self._feed.text = text
        return next(self._reader)

    def _walk(self, text: str, *, force: bool) -> list[str] | None:
        cells, place, delim = [], 0, self.dialect.delimiter
        self._failed = 0
        while True:
            cell, place = self._cell(text, place, force)
            if cell is None:
                return None
            cells.append(cell)
            if place >= len(text):
                return cells
            place += len(delim)

    def _cell(self, text: str, place: int, force: bool) -> tuple[str | None, int]:
        if self._failed < FAILS and self._opens.match(text, place):
            found = self._quoted.match(text, place)
            if found is None:
                found = self._loose.match(text, place)
                if found and self._again.search(found[1]):
                    found = None  # another cell opens inside: this quote never closed
                elif not force and (found is None or self._open_at_end(text, found.end())):
                    return None, place
            if found is not None:
                return self._unescape(found[1]), found.end()
            self._failed += 1
        end = text.find(self.dialect.delimiter, place)
        end = len(text) if end < 0 else end
        return text[place:end], end

    def _open_at_end(self, text: str, end: int) -> bool:
        """Whether a quote that seems to close at the very end is half of a doubled one."""
        odd = text.count(self.dialect.quote) % 2 == 1
        return end >= len(text) and odd and not self.dialect.backslash

    def _unescape(self, body: str) -> str:
        quote = self.dialect.quote
        if not self.dialect.backslash:
            return body.replace(quote + quote, quote)
        escaped = rf"\\([{re.escape(quote)}\\])|{re.escape(quote)}{{2}}"
        return re.sub(escaped, lambda found: found[1] or quote, body)


class Records:
    """Iterates (line number, cells) over numbered physical lines; blank lines are left out.

    `width` is the usual number of cells, used only to judge where a broken quote ends. A cell of
    more than `max_cell` characters raises CellTooLong with its line.
    """

    def __init__(
        self,
        lines: Iterable[str],
        dialect: Dialect,
        *,
        width: int = 0,
        max_cell: int = 1_000_000,
        start: int = 1,
        oddities: Oddities | None = None,
    ) -> None:
        self.oddities = Oddities() if oddities is None else oddities
        self.chars = 0  # read so far
        self.gap = 0  # blank lines right above the record that was given last
        self.text = ""  # of that record
        self._lines = iter(lines)
        self._ahead: deque[str] = deque()
        self._splitter = Splitter(dialect)
        self._quote, self._delimiter = dialect.quote, dialect.delimiter
        self._backslash = dialect.backslash
        self._width, self._max, self._line = width, max_cell, start
        self._patience = PATIENCE

    @property
    def line(self) -> int:
        """The line behind the record that was given last."""
        return self._line

    def split(self, text: str) -> list[str] | None:
        """Cells of a text, as a record's are."""
        return self._splitter.split(text)

    def split_by(self, delimiter: str, text: str) -> list[str] | None:
        """Cells of a text by another delimiter."""
        return Splitter(Dialect(delimiter, self._quote, self._backslash)).split(text)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        gap = 0
        while True:
            raw = self._next()
            if raw is None:
                return
            line = self._line
            self._line += 1
            self.chars += len(raw)
            text = raw.rstrip("\r\n")
            if not text or (text.isspace() and self._blank(text)):
                self.oddities.add("blank", line)
                gap += 1
                continue
            if "\0" in text:
                self.oddities.add("nul", line)
            self.text, self.gap, gap = text, gap, 0
            cells = self._splitter.split(text)
            if cells is None:
                cells = self._join(raw, text, line)
            if len(text) > self._max:
                self._check(cells, line)
            yield line, cells

    def _blank(self, text: str) -> bool:
        # A line of tabs in a tab-separated file is a row of empty cells, as `,,,` is elsewhere.
        return self._width != 1 and self._delimiter not in text

    def _next(self) -> str | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def _join(self, raw: str, text: str, line: int) -> list[str]:
        """A quoted cell goes on: take the lines it spans, or decide that its quote is text."""
        taken: list[str] = []
        size, quotes, tries = len(raw), raw.count(self._quote), 0
        while size <= self._max + len(raw) and self._patience > 0:
            more = self._next()
            if more is None:
                break
            taken.append(more)
            size += len(more)
            found = more.count(self._quote)
            quotes += found
            # A cell that began is still open while the number of quotes is odd.
            if not found or (quotes % 2 and not self._backslash):
                continue
            tries += 1
            cells = self._splitter.split((raw + "".join(taken)).rstrip("\r\n"))
            if cells is not None and self._believable(cells, taken, text):
                self._line += len(taken)
                self.text = (raw + "".join(taken)).rstrip("\r\n")
                self.chars += size - len(raw)
                self.oddities.add("multiline", line)
                self._check(cells, line)
                return cells
            if cells is not None or tries >= TRIES:
                break
        self._ahead.extendleft(reversed(taken))
        self._patience -= size
        self.oddities.add("unclosed", line)
        return self._splitter.force(text)

    def _believable(self, cells: list[str], taken: list[str], text: str) -> bool:
        """Whether the joined lines are one record rather than several behind a lost quote."""
        if self._width < 2:
            return True
        alone = [self._splitter.split(each.rstrip("\r\n")) for each in taken]
        whole = sum(each is not None and len(each) == self._width for each in alone)
        if len(cells) == self._width:
            return whole < 3 or whole < len(taken) * 0.8
        if len(self._splitter.force(text)) == self._width:
            return False
        return whole == 0

    def _check(self, cells: list[str], line: int) -> None:
        longest = max(map(len, cells), default=0)
        if longest > self._max:
            raise CellTooLong(
                f"the record at line {line:,} has a cell of {longest:,} characters "
                f"(limit {self._max:,})",
                line=line,
                limit=self._max,
            )
