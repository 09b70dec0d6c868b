"""What the careful parser met in a delimited text, in words."""

from __future__ import annotations

from dataclasses import replace

from core.files.source import Overrides
from core.files.table import Decision
from core.files.text.records import Oddities

_SAID = {
    "blank": "Blank lines left out: {n}, the first at line {line}.",
    "empty": "Rows of empty cells left out: {n}, the first at line {line}.",
    "unclosed": "Quotes that never close, kept as text: {n}, the first at line {line}.",
    "mended": "Rows mended, where a delimiter was lost, doubled or another one: {n}, the first at "
    "line {line}.",
    "inner": "Cells that begin with a word in quotes and go on, kept with their quotes: {n}, the first "
    "at line {line}.",
    "rows in quotes": "Cells in quotes that hold what looks like whole rows: {n}, the first at line "
    "{line}; if the quote is a mark of its own, read the file with quote=''.",
    "short": "Rows with too few cells: {n}, the first at line {line}; the missing ones are empty.",
    "long": "Rows with too many cells: {n}, the first at line {line}; what is over is kept in "
    "extra columns from {extra!r} on.",
    "trimmed": "Rows with empty cells behind the last column, left out: {n}, the first at line {line}.",
    "nul": "Rows with NUL characters: {n}, the first at line {line}.",
}


def doubted(decision: Decision, met: Oddities, chosen: Overrides) -> Decision:
    """The quote is not sure where cells in it hold what may be rows."""
    count = met.counts.get("rows in quotes", 0)
    if decision.name != "quote" or not count or chosen.quote is not None:
        return decision
    why = f"{decision.evidence}; but line {met.first['rows in quotes']:,} may be several rows"
    return replace(decision, evidence=why, sure=False, runner_up="none")


def mend_said(chosen: Overrides, rows: int) -> tuple[Decision, ...]:
    """What is said of rows that were evened out."""
    if chosen.mend is not None:
        return (Decision("mend", chosen.mend, "chosen by the user"),)
    if not rows:
        return ()
    count = f"{rows:,} rows have" if rows > 1 else "one row has"
    why = f"{count} the table's cells but for one slip with a delimiter"
    return (Decision("mend", True, why, False, "left as they stand"),)


def notes_on(oddities: Oddities, extra: str) -> list[str]:
    """Sentences for a person; `extra` is the first column of what is over."""
    return [
        said.format(n=f"{oddities.counts[what]:,}", line=f"{oddities.first[what]:,}", extra=extra)
        for what, said in _SAID.items()
        if oddities.counts.get(what)
    ]
