"""The outline of a file of records: blocks of rows that belong together, and the tables they make.

A block ends at a gap (blank lines, or rows without any text) and where the number of cells changes
for good. Blocks become tables: a block whose first row holds names for the rows below begins one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.files.shape.header import STRONG, compare, filled, kind, valueless
from core.files.shape.preamble import is_labelled

HEAD = 200  # rows kept of a block's beginning
TAIL = 40  # and of its end
MANY = 1_000  # blocks; a file of more is ragged, and what follows is one block
NOTES = 10  # rows at most of what stands above a table and has no names
TITLES = 3  # rows in which the first one of several cells is looked for
FEW_PARTS = 3  # tables of a file; more of one width are sections of one report
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
    begins: tuple[int, bool] = field(default=(0, False), compare=False)  # said of so many rows

    @property
    def width(self) -> int:
        """The number of cells that most rows have."""
        return self.widths.most_common(1)[0][0] if self.widths else 0

    def begins_table(self) -> bool:
        """Whether the first row, below a title at most, holds names for the rows below it."""
        if self.begins[0] != self.rows:  # asked again and again of every block of a file
            self.begins = self.rows, self._begins()
        return self.begins[1]

    def _begins(self) -> bool:
        rows = self.rows_named()
        if len(rows) < 2:
            return False
        names = [cell for cell in rows[0] if cell.strip()]
        if len(names) < 2 or not valueless(names) or 2 * len(set(names)) <= len(names):
            return False
        if len(rows[0]) != self.width or sum(map(is_labelled, rows)) > len(rows) / 2:
            return False
        return compare(rows[0], rows[1:]).score > 0.25

    def rows_named(self) -> list[list[str]]:
        """The rows from the first one on that is no title."""
        rows = [cells for _, cells in self.head]
        titles = next((i for i, row in enumerate(rows[:TITLES]) if filled(row) > 1), 0)
        return rows[titles:]

    @property
    def names(self) -> tuple[str, ...]:
        """The cells of its first row, folded."""
        return tuple(cell.strip().casefold() for row in self.rows_named()[:1] for cell in row)

    @property
    def used(self) -> int:
        """The number of columns up to the last one that holds something."""
        return max(
            (i + 1 for _, row in self.head for i, cell in enumerate(row) if cell.strip()), default=0
        )

    @property
    def is_notes(self) -> bool:
        """Whether it is a few lines of labels and values, or of text, as stand above a table."""
        rows = [cells for _, cells in self.head]
        few = self.rows <= NOTES and not self.begins_table()
        return few or all(filled(row) < 2 or is_labelled(row) for row in rows)


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
    """A table in the file: its blocks, and whether it only may be one (`alike`: of the width of the
    one above; `soft`: and nothing says that its names are others)."""

    blocks: tuple[Block, ...]
    soft: bool = False
    alike: bool = False

    @property
    def rows(self) -> int:
        """All its rows, names and notes among them."""
        return sum(block.rows for block in self.blocks)

    @property
    def weight(self) -> float:
        """How much of a table it is: rows of several cells, and hardly those of prose."""
        return sum(block.rows * (1.0 if block.width > 1 else 0.2) for block in self.blocks)

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
    soft: list[tuple[bool, bool]] = []
    for block in blocks:
        begins = block.begins_table()
        if parts and begins and _is_table(parts[-1], block):
            title = _title(parts[-1])
            alike = block.width == _width(parts[-1])
            soft.append((alike and not title and _goes_on(parts[-1], block), alike))
            parts.append([*title, block])
        elif parts:
            parts[-1].append(block)
        else:
            parts.append([block])
            soft.append((False, False))
    return [Part(tuple(blocks), *s) for blocks, s in zip(parts, soft, strict=True)]


def _is_table(blocks: Sequence[Block], next_: Block) -> bool:
    """Whether these are a table, and no lines above the one that begins with `next_`."""
    return any(
        block.rows >= 2 and block.width >= 2 and not (block.is_notes and block.rows < next_.rows)
        for block in blocks
    )


def _goes_on(blocks: Sequence[Block], block: Block) -> bool:
    """Whether a block of the same width may be more rows of the table, or the same names again."""
    named = [each for each in blocks if each.begins_table()]
    if not named or any(each.names == block.names for each in named):
        return True
    narrow, wide = sorted((block.used, named[-1].used))
    return narrow >= 0.6 * wide and not _other_names(named[-1], block)


def _other_names(above: Block, block: Block) -> bool:
    """Whether the first row holds other names: texts in all columns of values, and none met before."""
    first, *rows = block.rows_named()
    values = [
        column
        for column in range(block.width)
        if sum(kind(row[column]) != "" for row in rows if column < len(row)) >= STRONG * len(rows)
    ]
    met = {cell for row in above.rows_named()[1:] for cell in row}
    full = all(cell.strip() for cell in first) and len(set(first)) == len(first)
    texts = all(kind(first[column]) == "" for column in values)
    return full and bool(values) and texts and not met & set(first)


def _width(blocks: Sequence[Block]) -> int:
    return max(blocks, key=lambda block: block.rows).width


def _title(blocks: list[Block]) -> list[Block]:
    """The line right above a new table, taken from the end of the one before."""
    last = blocks[-1]
    if len(blocks) > 1 and last.rows == 1 and filled(last.head[0][1]) == 1:
        return [blocks.pop()]
    return []


def choose(parts: Sequence[Part], first: bool = False) -> tuple[int, int]:
    """(first, behind the last) of the parts that are read when nobody chose a table.

    With `first`, a person said where the names are, and that is the first of them.

    The first table with what may be more of it, unless another is more than twice as long; tables below it of the same width
    are read along, since they may well be one table with gaps.
    """
    groups = _groups(parts)
    sizes = [sum(parts[n].weight for n in group) for group in groups]
    best = next(i for i, size in enumerate(sizes) if first or 2 * size >= max(sizes))
    return groups[best][0], groups[best][-1] + 1


def _groups(parts: Sequence[Part]) -> list[list[int]]:
    """Parts that may be one table: more rows of it, or sections of one width, as in a printed report."""
    groups: list[list[int]] = []
    sections = len(parts) > FEW_PARTS
    for number, part in enumerate(parts):
        if groups and (part.soft or sections and part.alike):
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups
