"""A quote other than the double one, held against the whole file.

The first lines propose it. Where all later lines are regular, `probe` has proved it. Otherwise the
careful parser counts what speaks against it, and then the file is read both ways: the quote that
leaves fewer rows of the wrong length is taken, and nobody is told that it is sure.
"""

from __future__ import annotations

from dataclasses import replace

from core.files.table import Decision, Table
from core.files.text.records import Oddities
from core.files.text.splitter import Dialect

USUAL = '"'
_AGAINST = ("stray", "unclosed")
_WRONG = ("short", "long", "unclosed")


def is_doubtful(dialect: Dialect, chosen: str | None, met: Oddities) -> bool:
    """Whether the quote was found, is another than the usual one, and the file speaks against it."""
    found = chosen is None and dialect.quote not in (USUAL, "")
    return found and any(met.counts.get(what) for what in _AGAINST)


def better(mine: tuple[Table, Oddities], usual: tuple[Table, Oddities], mark: str) -> Table:
    """The table of the quote that fits more rows; the usual one when both fit alike."""
    met = mine[1]
    line = min(met.first[what] for what in _AGAINST if met.counts.get(what))
    keeps = _wrong(mine[1]) < _wrong(usual[1])
    taken, other = (mark, USUAL) if keeps else (USUAL, mark)
    why = f"cells of the first lines stand in {mark}, and line {line:,} speaks against it"
    why += f"; with {taken} {_wrong((mine if keeps else usual)[1]):,} rows are of the wrong length"
    why += f", with {other} {_wrong((usual if keeps else mine)[1]):,}"
    table = mine[0] if keeps else usual[0]
    decision = Decision("quote", taken, why, False, other)
    made = [decision if each.name == "quote" else each for each in table.decisions]
    return replace(table, decisions=tuple(made))


def _wrong(met: Oddities) -> int:
    return sum(met.counts.get(what, 0) for what in _WRONG)
