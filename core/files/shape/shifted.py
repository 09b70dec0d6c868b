"""Names that stand one column too far left: the first column has none, as in files that R writes.

`name,born` above `1,Ann,1950`: every row has one cell more than there are names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.files.shape.header import compare
from core.files.shape.layout import TablePlace

MOSTLY = 0.9  # share of the rows that have a cell more


def beside_numbers(
    found: TablePlace, rows: Sequence[Sequence[str]], widths: Counter[int]
) -> TablePlace:
    """The names, moved by one column where the first one counts the rows or tells them apart."""
    wide = len(found.names) + 1
    full = [row for row in rows if len(row) == wide]
    few = not full or widths[wide] < MOSTLY * (widths.total() - 1)
    if found.header is None or wide < 3 or few:
        return found
    firsts, lasts = [row[0].strip() for row in full], [row[-1].strip() for row in full]
    if not all(firsts) or len(set(firsts)) < len(firsts) or not all(lasts):
        return replace(found, sure=False) if any(lasts) else found
    moved = ("", *found.names)
    if firsts in ([str(n + start) for n in range(len(firsts))] for start in (0, 1)):
        why = "the first column has no name: it counts the rows"
        return replace(found, names=moved, evidence=f"{found.evidence}; {why}")
    if compare(moved, full).score > compare(found.names, full).score:
        why = "the first column seems to have no name: the others then fit theirs"
        return replace(found, names=moved, evidence=f"{found.evidence}; {why}", sure=False)
    return replace(found, sure=False)
