"""The file's lines as they stand, beside the table that they became."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.files.table import RawLine
from pages._html import draw

STYLE = """<style>
.mq-raw {max-height: 420px; overflow: auto; border-radius: .5rem; font-size: .8rem; line-height: 1.5;
  border: 1px solid color-mix(in srgb, currentColor 18%, transparent)}
.mq-raw table {border-collapse: collapse; width: 100%}
.mq-raw td {padding: .1rem .5rem; vertical-align: top; white-space: nowrap}
.mq-raw .n {text-align: right; opacity: .5; user-select: none; font-variant-numeric: tabular-nums}
.mq-raw .f {font-size: .72rem; opacity: .8; user-select: none}
.mq-raw .t {font-family: "Source Code Pro", ui-monospace, monospace; white-space: pre; width: 100%}
.mq-raw .header {background: rgba(116, 100, 230, .16); font-weight: 600}
.mq-raw .aside {background: color-mix(in srgb, currentColor 7%, transparent)}
.mq-raw .aside .t {opacity: .6}
</style>"""
WORDS = {
    "preamble": "above",
    "header": "names",
    "continued": "goes on",
    "blank": "blank",
    "footer": "below",
    "other table": "other table",
}
ASIDE = {"preamble", "blank", "footer", "other table"}
_SEEN = str.maketrans({"\t": "→", "\0": "␀", "\r": "␍", "\u2028": "␤"})


def raw(lines: Sequence[RawLine]) -> None:
    """Each line with its number and what became of it."""
    rows, last = [], 0
    for line in lines:
        if line.line > last + 1 and last:
            rows.append('<tr class="aside"><td class="n">⋮</td><td></td><td></td></tr>')
        last = line.line
        rows.append(_row(line))
    draw(f'{STYLE}<div class="mq-raw"><table>{"".join(rows)}</table></div>')


def _row(line: RawLine) -> str:
    word = f"row {line.row:,}" if line.fate == "row" and line.row else WORDS.get(line.fate, "")
    kind = "header" if line.fate == "header" else "aside" if line.fate in ASIDE else ""
    shown = escape(line.text.translate(_SEEN))
    return (
        f'<tr class="{kind}"><td class="n">{line.line:,}</td><td class="f">{escape(word)}</td>'
        f'<td class="t">{shown}</td></tr>'
    )
