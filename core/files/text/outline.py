"""From the blocks of a delimited file to the table in it: columns, lines around it, decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import BadOverride
from core.files.shape.header import filled
from core.files.shape.layout import TablePlace, find_table, footer_start, named
from core.files.shape.shifted import beside_numbers
from core.files.source import Overrides, Source
from core.files.table import Decision, Region
from core.files.text.blocks import TAIL, TITLES, Block, Part, Placed, choose, parts_of
from core.files.text.outline_said import said
from core.files.text.records import Oddities

NOTES = 200  # lines kept aside that are remembered with their text


@dataclass(frozen=True)
class Outline:
    """Where the table is. Lines are 1-based; `columns` are the names as they stand in the file.

    `width` counts the columns without those for what is over. `plain`: every row looked at fits
    the columns, and nothing stands below, so that the fast way may be tried.
    """

    columns: tuple[str, ...]
    width: int
    header: tuple[int, ...]
    first_line: int
    last_line: int
    rows: int
    usual: int
    sample: tuple[list[str], ...]
    preamble: tuple[tuple[int, str], ...]
    footer: tuple[tuple[int, str], ...]
    decisions: tuple[Decision, ...]
    tables: tuple[Region, ...]
    plain: bool
    odd: Oddities
    again: tuple[int, ...] = ()  # lines where the same names stand again

    def fate(self, line: int) -> str:
        """What became of the record that begins on this line."""
        if line in self.header or line in self.again:
            return "header"
        if self.first_line <= line <= self.last_line:
            return "row"
        if any(line == n for n, _ in self.preamble):
            return "preamble"
        if any(line == n for n, _ in self.footer):
            return "footer"
        return "other table"

    def foot_of(self, rows: Sequence[Sequence[str]]) -> int:
        """Index of the first of the file's last rows that is no data; their number when all are."""
        return footer_start(rows, self.width, self.usual)

    def oddities(self, met: Oddities) -> Oddities:
        """What the parser met, and what the rows of this table are short or long of."""
        return Oddities({**met.counts, **self.odd.counts}, {**met.first, **self.odd.first})


def lay_out(blocks: Sequence[Block], source: Source, width: int) -> Outline:
    """The table that is read, as it was found or chosen. Raises BadOverride."""
    chosen = source.overrides
    parts = parts_of(blocks)
    if not parts:
        return _empty()
    first, behind = _which(parts, chosen)
    taken = [block for part in parts[first:behind] for block in part.blocks]
    part = Part(tuple(taken))
    only = len(parts) == 1 or behind - first == len(parts)
    outline = _table(part, chosen, chosen.columns or (width if only else part.width))
    tables = _regions(parts, first, behind) if len(parts) > 1 else ()
    decisions = outline.decisions
    if tables:
        decisions = (*decisions, _table_decision(parts, chosen, first, behind))
    return replace(outline, decisions=decisions, tables=tables, plain=outline.plain and not tables)


def _empty() -> Outline:
    return Outline((), 0, (), 1, 0, 0, 0, (), (), (), (), (), False, Oddities())


# ------------------------------------------------------------------ which table


def _which(parts: Sequence[Part], chosen: Overrides) -> tuple[int, int]:
    if chosen.table is None:
        return choose(parts, first=bool(chosen.header))
    number = chosen.table if isinstance(chosen.table, int) else 0
    if not 1 <= number <= len(parts):
        raise BadOverride(f"there is no table {chosen.table!r}; there are {len(parts)}")
    return number - 1, number


def _regions(parts: Sequence[Part], first: int, behind: int) -> tuple[Region, ...]:
    regions = []
    for number, part in enumerate(parts):
        found = _table(part, Overrides(), part.width)
        where = f"lines {found.header[0] if found.header else found.first_line:,}"
        where += f" to {found.last_line:,}"
        taken = first <= number < behind
        regions.append(Region(number + 1, where, found.rows, found.columns, taken))
    return tuple(regions)


def _table_decision(parts: Sequence[Part], chosen: Overrides, first: int, behind: int) -> Decision:
    if chosen.table is not None:
        return Decision("table", first + 1, "chosen by the user")
    count = len(parts)
    if behind - first > 1:
        why = f"it may be {count} tables: names stand again further down; all were read as one"
        return Decision("table", None, why, False, "table 1 alone")
    why = f"the file holds {count} tables; the others are kept aside"
    return Decision("table", first + 1, why, False, f"table {first + 2 if first == 0 else 1}")


# ------------------------------------------------------------------ the table


def _table(part: Part, chosen: Overrides, width: int) -> Outline:
    placed = _rows(part.blocks)
    rows = [cells for _, cells in placed]
    found = _find(rows, width, chosen, placed)
    found = beside_numbers(found, [row for row in rows[found.first :] if row], part.widths)
    names = list(found.names)
    while len(names) > width and not names[-1].strip():
        names.pop()
    own = chosen.columns or _own_width(part, width, names)
    header = tuple(line for line, cells in placed[_from(found) : found.first] if cells)
    first_line = _first_line(placed, found, part)
    above = tuple((n, _joined(cells)) for n, cells in placed[: _from(found)] if cells)
    data = [(n, cells) for n, cells in placed[found.first :] if cells]
    usual = _usual(placed[found.first :])
    footer = _footer(part.blocks, first_line, own, usual, chosen)
    last_line = _last_line(part, footer)
    widths, starts = _widths(part, above, header, footer)
    total = sum(widths.values())
    most = max(widths, default=own)
    columns = [*names, *[""] * (most - len(names))] if header else _numbered(max(own, most))
    columns = columns[: max(own, most)] + [""] * (own - len(columns))
    again = _again(part, header, names, last_line)
    total -= len(again)
    sample = [cells for n, cells in data if n <= last_line]
    plain = all(len(cells) == own for cells in sample) and not footer and most <= own and not again
    plain = plain and (not header or first_line == header[-1] + 1)
    return Outline(
        columns=tuple(columns),
        width=own,
        header=header,
        first_line=first_line,
        last_line=last_line,
        rows=total,
        usual=usual,
        sample=tuple(sample),
        preamble=above[:NOTES],
        footer=footer[:NOTES],
        decisions=said(found, header, first_line, above, footer, widths, own, chosen),
        tables=(),
        plain=plain,
        odd=_odd(widths, starts, own),
        again=again,
    )


def _again(part: Part, header: Sequence[int], names: Sequence[str], last: int) -> tuple[int, ...]:
    """Where the names stand again at the head of a section, as on printed pages."""
    if len(header) != 1:
        return ()
    folded = [name.strip().casefold() for name in names]
    return tuple(
        line
        for block in part.blocks
        for line, cells in block.head[:TITLES]
        if header[0] < line <= last and [c.strip().casefold() for c in cells] == folded
    )


def _own_width(part: Part, width: int, names: Sequence[str]) -> int:
    """As many columns as there are names, unless most of the rows have more."""
    wider = sum(count for w, count in part.widths.items() if w > len(names))
    return len(names) if names and 2 * wider <= part.rows else max(width, len(names))


def _rows(blocks: Sequence[Block]) -> list[Placed]:
    """The rows kept of the blocks, with an empty one for each gap."""
    placed: list[Placed] = []
    for block in blocks:
        if block.gap and placed:
            placed.append((0, []))
        placed += block.head
    return placed


def _find(
    rows: list[list[str]], width: int, chosen: Overrides, placed: Sequence[Placed]
) -> TablePlace:
    if chosen.header == 0:
        start = 0
        if chosen.skip is None:
            start = next((i for i, row in enumerate(rows) if len(row) >= width), 0)
        return TablePlace(None, start, (), "chosen by the user")
    if chosen.header is not None:
        if placed[0][0] != chosen.header:
            raise BadOverride(f"line {chosen.header} cannot be the header: nothing stands there")
        return named(rows, 0, chosen.header_rows or 1, width)
    return find_table(rows, width, chosen.header_rows)


def _from(found: TablePlace) -> int:
    return found.header if found.header is not None else found.first


def _first_line(placed: Sequence[Placed], found: TablePlace, part: Part) -> int:
    behind = [line for line, cells in placed[found.first :] if cells]
    return behind[0] if behind else part.blocks[-1].last + 1


def _usual(data: Sequence[Placed]) -> int:
    """How many cells of a row are filled, usually; what stands behind a gap may be notes."""
    gap = next((i for i, (_, cells) in enumerate(data) if not cells), len(data))
    counts = sorted(filled(cells) for _, cells in (data[:gap] if gap > 1 else data) if cells)
    return counts[len(counts) // 2] if counts else 0


def _footer(
    blocks: Sequence[Block], first_line: int, width: int, usual: int, chosen: Overrides
) -> tuple[tuple[int, str], ...]:
    """Lines below the table, kept aside."""
    last: list[Placed] = []
    for block in blocks[-TAIL:]:
        kept = [*block.head, *block.tail] if len(block.tail) < TAIL else list(block.tail)
        if block.gap and last:
            last.append((0, []))
        last += [(line, cells) for line, cells in kept if line >= first_line]
    last = last[-2 * TAIL :]
    if chosen.footer is not None:
        held = [place for place in last if place[1]]
        cut = held[max(0, len(held) - chosen.footer) :] if chosen.footer else []
    else:
        at = footer_start([cells for _, cells in last], width, usual)
        cut = last[at:] if at else []
    return tuple((line, _joined(cells)) for line, cells in cut if cells)


def _last_line(part: Part, footer: Sequence[tuple[int, str]]) -> int:
    return footer[0][0] - 1 if footer else part.blocks[-1].last


def _widths(
    part: Part,
    above: Sequence[tuple[int, str]],
    header: Sequence[int],
    footer: Sequence[tuple[int, str]],
) -> tuple[Counter[int], dict[int, int]]:
    """How many rows of data have how many cells, and the first line of each width."""
    widths: Counter[int] = Counter()
    starts: dict[int, int] = {}
    for block in part.blocks:
        widths += block.widths
        for width, line in block.starts.items():
            starts.setdefault(width, line)
    aside = {n for n, _ in above} | set(header) | {n for n, _ in footer}
    known = {n: cells for block in part.blocks for n, cells in (*block.head, *block.tail)}
    for line in aside:
        widths[len(known[line])] -= 1
    starts = {
        w: next((n for n, c in known.items() if len(c) == w and n not in aside), starts[w])
        for w in starts
    }
    return +widths, starts


def _numbered(width: int) -> list[str]:
    return [f"column_{number}" for number in range(1, width + 1)]


def _joined(cells: Sequence[str]) -> str:
    return "\t".join(cells).strip("\t")


def _odd(widths: Counter[int], starts: dict[int, int], width: int) -> Oddities:
    odd = Oddities()
    uneven = {
        "short": [w for w in widths if w < width],
        "long": [w for w in widths if w > width],
    }
    for name, found in uneven.items():
        if found:
            odd.counts[name] = sum(widths[w] for w in found)
            odd.first[name] = min(starts[w] for w in found)
    return odd
