"""Lines to records without assumptions: the careful parser of delimited text.

A line without a quote is split by the delimiter. A line with quotes follows RFC 4180 where it
can. Where it cannot (a stray quote, a quote that never closes) a cell never swallows what looks
like the rest of the file: the quote is kept as text, and said.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.errors import CellTooLong
from core.files.text.splitter import Dialect, Splitter

MARK = "\ufeff"
MOST_UNCLOSED = 20_000_000  # characters looked at in vain for the ends of quotes that never close
TRIES = 20  # places where one quoted cell is tried to end
LOOSE = 100  # such places of one text that were none, after which each cell is tried once


@dataclass
class Oddities:
    """What the careful parser met: counts, and the line where each was met first."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, line: int) -> None:
        """Count one more."""
        self.counts[what] = self.counts.get(what, 0) + 1
        self.first.setdefault(what, line)


@dataclass(frozen=True)
class Split:
    """A record as it was split: its line, cells and text, and the blank lines above it."""

    line: int
    cells: list[str]
    text: str
    gap: int


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
        self._splitter = Splitter(dialect, width)
        self._quote, self._delimiter = dialect.quote, dialect.delimiter
        self._backslash = dialect.backslash
        self._width, self._max, self._line = width, max_cell, start
        # A quote behind a backslash, unless the cell ends there: "C:\\music\\",
        end = rf"(?!{re.escape(dialect.delimiter)}|[\r\n]|\Z)"
        self._kept = re.compile(rf"\\{dialect.quote}{end}") if dialect.quote else None
        last = rf"[ \t]*(?={re.escape(dialect.delimiter)}|[\r\n]*\Z)"
        self._closes = re.compile(re.escape(dialect.quote) + last)  # what ends a cell in quotes
        self._twice = re.compile(re.escape(dialect.quote * 2) + last)
        self._patience = MOST_UNCLOSED
        self._loose = LOOSE
        self._ends = (dialect.delimiter, dialect.quote, "\r", "\n")
        self._given: Sequence[Split] = ()  # records that were split before

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

    def taken(self) -> tuple[Split, ...]:
        """All records, to be given once more by `again`."""
        return tuple(Split(line, cells, self.text, self.gap) for line, cells in self)

    def again(self, taken: Sequence[Split]) -> Records:
        """These, with records that were split before instead of lines, so that nothing is split twice."""
        self._given = taken
        return self

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for each in self._given:
            self.text, self.gap = each.text, each.gap
            yield each.line, each.cells
        gap = 0
        while True:
            raw = self._next()
            if raw is None:
                return
            line = self._line
            self._line += 1
            self.chars += len(raw)
            if raw[:1] == MARK:  # of a file that was put behind another one
                raw = raw.lstrip(MARK)
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
            elif self._splitter.inner:
                self.oddities.add("inner", line)
            if self._splitter.stray:
                self.oddities.add("stray", line)
            if "\\" in self.text and self._escapes(cells):
                self.oddities.add("backslash", line)
            if len(text) > self._max:
                self._check(cells, line)
            yield line, cells

    def _escapes(self, cells: list[str]) -> bool:
        """Whether a backslash, taken for text, may keep the quote or the delimiter behind it."""
        if self._backslash:
            return False
        over = len(cells) > self._width > 1 and f"\\{self._delimiter}" in self.text
        held = self._splitter.loose and self._kept is not None
        return over or bool(held and self._kept and self._kept.search(self.text))

    def _blank(self, text: str) -> bool:
        # A line of tabs in a tab-separated file is a row of empty cells, as `,,,` is elsewhere.
        return self._width != 1 and self._delimiter not in text

    def _next(self) -> str | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def _join(self, raw: str, text: str, line: int) -> list[str]:
        """A quoted cell goes on: take the lines it spans, or decide that its quote is text."""
        taken: list[str] = []
        size, quotes, tries = len(raw), raw.count(self._quote), 0
        # Whether a quote that was not tried yet may end a cell: one before a delimiter or a line end.
        odd = self._backslash or self._twice.search(raw) is not None
        closes = odd
        while size <= self._max + len(raw) and self._patience > 0:
            more = self._next()
            if more is None:
                break
            taken.append(more)
            size += len(more)
            found = more.count(self._quote)
            quotes += found
            if found and not odd:
                odd = self._twice.search(more) is not None
                closes = closes or odd or self._closes.search(more) is not None
            # A cell that began is still open while the number of quotes is odd.
            if not found or (quotes % 2 and not self._backslash):
                continue
            tries += 1
            if self._loose <= 0 and not self._may_close(more):
                break
            cells = self._splitter.split((raw + "".join(taken)).rstrip("\r\n")) if closes else None
            loose, closes = self._splitter.loose, odd
            if cells is not None and self._believable(cells, taken, text):
                self._splitter.loose = loose  # of this record, and not of its lines alone
                self._line += len(taken)
                self.text = (raw + "".join(taken)).rstrip("\r\n")
                self.chars += size - len(raw)
                self.oddities.add("multiline", line)
                self._check(cells, line)
                return cells
            self._loose -= 1
            if cells is not None or tries >= (TRIES if self._loose > 0 else 1):
                break
        self._ahead.extendleft(reversed(taken))
        self._patience -= size
        self.oddities.add("unclosed", line)
        return self._splitter.force(text)

    def _may_close(self, line: str) -> bool:
        """Whether the first quote of a line may end a cell; asked where many before it did not."""
        behind = line[line.find(self._quote) + 1 :]
        return not behind.strip() or behind.lstrip(" \t").startswith(self._ends)

    def _believable(self, cells: list[str], taken: list[str], text: str) -> bool:
        """Whether the joined lines are one record rather than several behind a lost quote."""
        if self._width < 2:
            return True
        first = len(self._splitter.force(text)) == self._width
        fits = len(cells) == self._width
        if fits and not first and len(taken) < 3:
            return True
        if first and not fits:
            return False
        alone = [self._splitter.split(each.rstrip("\r\n")) for each in taken]
        whole = sum(each is not None and len(each) == self._width for each in alone)
        if fits:
            if first and whole == len(taken):
                self.oddities.add("rows in quotes", self._line - 1)
            return whole < 3 or whole < len(taken) * 0.8
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
