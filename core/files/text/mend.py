"""Rows with the wrong number of cells, evened out where one small slip explains it.

A row is mended only when the slip (a delimiter lost, doubled or of another kind) gives exactly
the table's columns and its cells then look like those of the other rows. Every mended row is
counted and said; `mend=False` leaves such rows as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.files.shape.header import column_kinds, kind, valueless

OTHERS = (",", ";", "\t", "|", " ")
PLACES = 6  # quotes of one row that are looked at
ROWS = 300  # that a profile is made of
ENOUGH = 5  # rows that a profile needs
Split = Callable[[str], list[str] | None]
SplitBy = Callable[[str, str], list[str] | None]  # by this sign, that text


@dataclass(frozen=True)
class Profile:
    """What the cells of each column usually are: a kind ('' for any text), and ever or never filled."""

    kinds: tuple[str, ...]
    never: tuple[bool, ...]
    always: tuple[bool, ...]

    def misfits(self, cells: Sequence[str]) -> float:
        """How badly a row fits: one for a cell of another kind or where none ever is."""
        bad = 0.0
        for column, cell in enumerate(cells[: len(self.kinds)]):
            if not cell.strip():
                bad += 0.5 * self.always[column]
            elif self.never[column] or self.kinds[column] not in ("", kind(cell)):
                bad += 1
        return bad


def profile_of(rows: Sequence[Sequence[str]], width: int) -> Profile | None:
    """The profile of the rows that are exactly `width` cells wide; None when they are too few."""
    good = [row for row in rows if len(row) == width][: ROWS + 1]
    if good and valueless(good[0]):
        good = good[1:]  # most likely the names
    if len(good) < ENOUGH or width < 3:
        return None
    found = column_kinds(good, width)
    return Profile(
        kinds=tuple(name for name, _ in found),
        never=tuple(count == 0 for _, count in found),
        always=tuple(count == len(good) for _, count in found),
    )


class Mender:
    """Mends rows of one table. `split` gives the cells of a text, `other` those by another sign."""

    def __init__(self, width: int, delimiter: str, quote: str, profile: Profile | None) -> None:
        self.width, self.delimiter, self.quote = width, delimiter, quote
        self.profile = profile
        mark, delim = re.escape(quote), re.escape(delimiter)
        blank = " " if delimiter != " " else ""
        # A quote in the middle of a cell, where a delimiter would make it open one; and two cells
        # in quotes without one between them.
        self._before = re.compile(
            f"(?<=[^{delim[-1:]}{mark}{blank}\\\\]){mark}(?=[^{delim[-1:]}{mark}\\s])"
        )
        self._between = re.compile(f"(?<=[^{delim[-1:]}{mark}\\s]){mark}{mark}(?=[^{mark}\\s])")

    def suspects(self, text: str) -> bool:
        """Whether a quote stands in the middle of a cell, though the row may be of the right length."""
        return self.quote in text and self._before.search(text) is not None

    def row(self, text: str, cells: list[str], split: Split, other: SplitBy) -> list[str] | None:
        """The cells as they were meant, or None when no slip explains the row."""
        if self.profile is None:
            return None
        now = self.profile.misfits([*cells, *[""] * (self.width - len(cells))][: self.width])
        tries = [(self._lost(text, split), 0.5 if len(cells) == self.width else 0.0)]
        if len(cells) > self.width:
            tries = [*tries, (self._doubled(cells), 1.0)]
        elif len(cells) < self.width:
            tries = [*tries, (self._of_another_kind(text, other), 2.0)]
        for made, better in tries:
            if now < better:
                continue  # nothing fits so much better than this
            best = min(made, key=self.profile.misfits, default=None)
            if best is not None and self.profile.misfits(best) <= now - better:
                return best
        return None

    def names(
        self, text: str, cells: list[str], split: Split, other: SplitBy | None = None
    ) -> list[str] | None:
        """The same for the row of names, which fits no profile: one slip, or nothing."""
        for made in self._lost(text, split):
            return made
        if other is not None and len(cells) == 1:
            for sign in (each for each in OTHERS if each != self.delimiter and each in text):
                found = other(sign, text)
                if found is not None and len(found) == self.width and valueless(found):
                    return found
        kept = [cell for cell in cells if cell.strip()]
        return kept if len(cells) > self.width and len(kept) == self.width else None

    def _lost(self, text: str, split: Split) -> Iterator[list[str]]:
        if not self.quote:
            return
        places = [m.start() for _, m in zip(range(PLACES), self._before.finditer(text))]
        places += [m.start() + 1 for _, m in zip(range(PLACES), self._between.finditer(text))]
        for place in places:
            made = split(text[:place] + self.delimiter + text[place:])
            if made is not None and len(made) == self.width:
                yield made

    def _doubled(self, cells: list[str]) -> Iterator[list[str]]:
        if len(cells) != self.width + 1:
            return
        for place, cell in enumerate(cells):
            if not cell:
                yield cells[:place] + cells[place + 1 :]

    def _of_another_kind(self, text: str, other: SplitBy) -> Iterator[list[str]]:
        for sign in OTHERS:
            if sign != self.delimiter and text.count(sign) >= self.width - 1:
                made = other(sign, text)
                if made is not None and len(made) == self.width and self._typical(made):
                    yield made

    def _typical(self, cells: Sequence[str]) -> bool:
        """Whether the cells are of the right kinds where columns have one, in two places at least."""
        kinds = self.profile.kinds if self.profile else ()
        typed = [(name, cell) for name, cell in zip(kinds, cells, strict=True) if name]
        return len(typed) >= 2 and all(kind(cell) == name for name, cell in typed)
