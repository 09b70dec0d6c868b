r"""A backslash that the first lines do not show: `"The \"Duke\" Wayne"` far down reopens the decision.

The file is then read both ways. Where a backslash keeps the quote behind it, and as many rows fit, it does so;
a cell that only ends in one (`"C:\music\"`) fits better without.
"""

from __future__ import annotations

from dataclasses import replace

from core.files.table import Decision, Table
from core.files.text.records import Oddities
from core.files.text.splitter import Dialect

_WRONG = ("short", "long", "unclosed", "multiline", "inner", "stray")


def is_doubtful(dialect: Dialect, chosen: str | None, met: Oddities) -> bool:
    """Whether nobody said what escapes a quote, and backslashes were met where they may do so."""
    return chosen is None and not dialect.backslash and bool(met.counts.get("backslash"))


def better(plain: tuple[Table, Oddities], escaped: tuple[Table, Oddities]) -> Table:
    """The table in which backslashes are signs of the cells, or the one in which they are text."""
    line = plain[1].first["backslash"]
    keeps = _wrong(escaped[1]) <= _wrong(plain[1])
    taken, other = ("\\", '"') if keeps else ('"', "\\")
    why = f"line {line:,} holds a backslash before a quote or a delimiter; as a part of the text it"
    why += f" leaves {_wrong(plain[1]):,} rows odd, as a sign that keeps what follows {_wrong(escaped[1]):,}"
    decision = Decision("escape", taken, why, False, other)
    table = escaped[0] if keeps else plain[0]
    made = [decision if each.name == "escape" else each for each in table.decisions]
    return replace(table, decisions=tuple(made))


def _wrong(met: Oddities) -> int:
    return sum(met.counts.get(what, 0) for what in _WRONG)
