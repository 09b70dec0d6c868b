"""Where the table of a delimited file is, as decisions in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.files.shape.layout import TablePlace
from core.files.source import Overrides
from core.files.table import Decision


def said(
    found: TablePlace,
    header: Sequence[int],
    first_line: int,
    above: Sequence[tuple[int, str]],
    footer: Sequence[tuple[int, str]],
    widths: Counter[int],
    width: int,
    chosen: Overrides,
) -> tuple[Decision, ...]:
    """skip, header, header_rows, footer and columns, each with its evidence."""
    top = header[0] if header else first_line
    total = sum(widths.values())
    others = [w for w, _ in widths.most_common() if w != width]
    made = [
        Decision("skip", top - 1, _above(above, top, chosen)),
        Decision(
            "header",
            top if header else 0,
            found.evidence,
            found.sure,
            "none" if header else f"line {first_line}",
        ),
    ]
    if header:
        joined = "chosen by the user" if chosen.header_rows else found.joined
        other = str(found.other_rows) if found.other_rows else None
        made.append(Decision("header_rows", found.header_rows, joined, not other, other))
    made.append(Decision("footer", len(footer), _below(footer, chosen)))
    said = f"{widths[width]:,} of {total:,} rows have {width:,} cells"
    made.append(
        Decision(
            "columns",
            width,
            "chosen by the user" if chosen.columns else said,
            widths[width] * 2 >= total,
            str(others[0]) if others else None,
        )
    )
    return tuple(made)


def _above(above: Sequence[tuple[int, str]], top: int, chosen: Overrides) -> str:
    if chosen.skip is not None:
        return "chosen by the user"
    if top == 1:
        return "the table begins on the first line"
    if not above:
        return "lines above the table, all blank" if chosen.header is None else "above the header"
    return f"lines above the table, beginning with {_shown(above)}"


def _shown(lines: Sequence[tuple[int, str]]) -> str:
    return repr(" ".join(lines[0][1].split())[:80])


def _below(footer: Sequence[tuple[int, str]], chosen: Overrides) -> str:
    if chosen.footer is not None:
        return "chosen by the user"
    if not footer:
        return "nothing stands below the table"
    return f"lines below the table, kept aside, beginning with {_shown(footer)}"
