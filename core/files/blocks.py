"""The outline of a file of records: blocks of rows that belong together, and the tables they make.

A block ends at a gap (blank lines, or rows without any text) and where the number of cells changes
for good. Blocks become tables: a block whose first row holds names for the rows below begins one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.files.header import compare, filled, valueless

HEAD = 200  # rows kept of a block's beginning
TAIL = 40  # and of its end
MANY = 1_000  # blocks; a file of more is ragged, and what follows is one block
CHARS = 2_000_000  # of all rows kept; behind that only the last ones are

Placed = tuple[int, list[str]]


@dataclass
class Block:
    """Rows without a gap: their lines (1-based), how many, how wide, the first and the last ones."""

    first: int
    gap: int = 0  # blank lines and rows above it
    last: int = 0
    rows: int = 0
    widths: Counter[int] = field(default_factory=Counter)
    starts: dict[int, int] = field(default_factory=dict)  # first line of each width
    fills: Counter[int] = field(default_factory=Counter)
    head: list[Placed] = field(default_factory=list)
    tail: deque[Placed] = field(default_factory=lambda: deque(maxlen=TAIL))

    @property
    def width(self) -> int:
        """The number of cells that most rows have."""
        return self.widths.most_common(1)[0][0] if self.widths else 0

    def begins_table(self) -> bool:
        """Whether the first row holds names for the rows below it."""
        rows = [cells for _, cells in self.head]
        names = [cell for cell in rows[0] if cell.strip()]
        if self.rows < 2 or len(names) < 2 or not valueless(names):
            return False
        return len(rows[0]) == self.width and compare(rows[0], rows[1:]).score > 0.25


class Blocks:
    """Collects records into blocks; memory stays bounded however long the file is."""

    def __init__(self) -> None:
        self.all: list[Block] = []
        self._gap = 0
        self._chars = 0
        self._width = -1  # of the present block's last row
        self._other: list[Placed] = []  # rows of a new width, not yet known to be for good

    def blank(self) -> None:
        """A blank line, or a row without text."""
        self._gap += 1

    def add(self, line: int, cells: list[str]) -> None:
        """A record that holds something."""
        if self._gap and len(self.all) < MANY or not self.all:
            self._settle()
            self.all.append(Block(line, self._gap))
            self._gap = 0
        elif len(cells) != self._width and self.all[-1].rows >= 3:
            self._odd(line, cells)
            return
        elif self._other:
            self._settle()
        self._keep(self.all[-1], line, cells)
        self._width = len(cells)

    def add_many(self, first: int, rows: int, head: list[Placed], tail: list[Placed]) -> None:
        """Rows of one width without a gap, from line `first` on; only some of them are at hand."""
        for line, cells in head:
            self.add(line, cells)
        block, rest = self.all[-1], rows - len(head)
        block.last = first + rows - 1
        block.rows += rest
        block.widths[self._width] += rest
        block.tail.extend(tail)

    @property
    def wanted(self) -> int:
        """How many of the next rows are kept, or decide where they belong."""
        if self._gap or not self.all:
            return HEAD
        return max(4, HEAD - len(self.all[-1].head))

    def _odd(self, line: int, cells: list[str]) -> None:
        """Three rows of one new width begin a block if the first of them holds names."""
        self._other.append((line, cells))
        if len(self._other) < 3:
            return
        others, self._other = self._other, []
        fresh = Block(others[0][0])
        for place, row in others:
            self._keep(fresh, place, row)
        if len(fresh.widths) == 1 and len(self.all) < MANY and fresh.begins_table():
            self.all.append(fresh)
        else:
            for place, row in others:
                self._keep(self.all[-1], place, row)
        self._width = len(cells)

    def _settle(self) -> None:
        others, self._other = self._other, []
        for place, row in others:
            self._keep(self.all[-1], place, row)

    def _keep(self, block: Block, line: int, cells: list[str]) -> None:
        block.last = line
        block.rows += 1
        block.widths[len(cells)] += 1
        block.starts.setdefault(len(cells), line)
        if len(block.head) < HEAD and self._chars < CHARS:
            self._chars += sum(map(len, cells)) + 8 * len(cells)
            block.head.append((line, cells))
            block.fills[filled(cells)] += 1
        else:
            block.tail.append((line, cells))

    def close(self) -> list[Block]:
        """All blocks; nothing more will come."""
        self._settle()
        return self.all


@dataclass(frozen=True)
class Part:
    """A table in the file: its blocks, and whether it only may be one (same width as the one above)."""

    blocks: tuple[Block, ...]
    soft: bool = False

    @property
    def rows(self) -> int:
        """All its rows, names and notes among them."""
        return sum(block.rows for block in self.blocks)

    @property
    def widths(self) -> Counter[int]:
        """How many rows have how many cells."""
        return sum((block.widths for block in self.blocks), Counter[int]())

    @property
    def width(self) -> int:
        """The number of cells that most of its rows have."""
        widths = self.widths
        return max(widths, key=lambda w: (widths[w] * w, w)) if widths else 0


def parts_of(blocks: Sequence[Block]) -> list[Part]:
    """The tables of a file, in order; what stands above a table or below it belongs to it."""
    parts: list[list[Block]] = []
    soft: list[bool] = []
    for block in blocks:
        begins = block.begins_table()
        if parts and begins and _is_table(parts[-1]):
            title = _title(parts[-1])
            soft.append(block.width == _width(parts[-1]))
            parts.append([*title, block])
        elif parts:
            parts[-1].append(block)
        else:
            parts.append([block])
            soft.append(False)
    return [Part(tuple(blocks), s) for blocks, s in zip(parts, soft, strict=True)]


def _is_table(blocks: Sequence[Block]) -> bool:
    return any(block.rows >= 2 and block.width >= 2 for block in blocks)


def _width(blocks: Sequence[Block]) -> int:
    return max(blocks, key=lambda block: block.rows).width


def _title(blocks: list[Block]) -> list[Block]:
    """The line right above a new table, taken from the end of the one before."""
    last = blocks[-1]
    if len(blocks) > 1 and last.rows == 1 and filled(last.head[0][1]) == 1:
        return [blocks.pop()]
    return []


def choose(parts: Sequence[Part]) -> tuple[int, int]:
    """(first, behind the last) of the parts that are read when nobody chose.

    The first table, unless another is more than twice as long; tables below it of the same width
    are read along, since they may well be one table with gaps.
    """
    groups: list[list[int]] = []
    for number, part in enumerate(parts):
        if part.soft and groups:
            groups[-1].append(number)
        else:
            groups.append([number])
    sizes = [sum(parts[n].rows for n in group) for group in groups]
    best = next(i for i, size in enumerate(sizes) if 2 * size >= max(sizes))
    return groups[best][0], groups[best][-1] + 1
