"""The few things that Streamlit does not draw: differences, places, and their style.

Everything that comes from data is escaped here. Colours are see-through, so both themes carry them. The CSV that a browser
makes of a table is left out: it would write formulas as they are, and exports do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any, Literal

import streamlit as st

from pages._formats import EMPTY, ago, exact, text

ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" width="64" height="64">
<rect x="1" y="2" width="26" height="24" rx="6" fill="#7464E6"/>
<path d="M7 21V8.5l7 7.5 7-7.5V21" fill="none" stroke="#fff" stroke-width="3.2"
 stroke-linecap="round" stroke-linejoin="round"/></svg>"""

Gap = Literal["small", "medium", "large"]

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 32" width="150" height="32">
<rect x="1" y="4" width="26" height="24" rx="6" fill="#7464E6"/>
<path d="M7 23V10.5l7 7.5 7-7.5V23" fill="none" stroke="#fff" stroke-width="3.2"
 stroke-linecap="round" stroke-linejoin="round"/>
<text x="36" y="23.5" font-family="Source Sans Pro, Source Sans, Segoe UI, Helvetica, Arial, sans-serif"
 font-size="21" font-weight="700" fill="#7464E6">Marquee</text></svg>"""

STYLE = """<style>
[data-testid="stMain"] h1 {padding-top: 0}
.stApp a:focus-visible, [data-testid="stHeader"] :focus-visible {outline: 2px solid #7464E6; outline-offset: 1px}
[data-testid="stLayoutWrapper"]:has(> .st-key-palette) {position: fixed; width: 0; height: 0;
  z-index: 999991}
[data-testid="stElementToolbarButton"]:has([aria-label^="Download as CSV"]) {display: none}
.mq-table {width: 100%; border-collapse: collapse; font-size: 0.9rem; line-height: 1.4}
.mq-table th {text-align: left; font-weight: 600; opacity: .65; padding: .25rem .6rem; white-space: nowrap;
  border-bottom: 1px solid color-mix(in srgb, currentColor 22%, transparent)}
.mq-table td {vertical-align: top; padding: .35rem .6rem; overflow-wrap: anywhere;
  border-bottom: 1px solid color-mix(in srgb, currentColor 11%, transparent)}
.mq-table tr:last-child td {border-bottom: none}
.mq-table .tight {white-space: nowrap; overflow-wrap: normal}
.mq-table .soft, .mq-soft {opacity: .65}
.mq-scroll {overflow-x: auto}
.mq-yes {color: rgb(30, 160, 90); font-weight: 700}
.mq-ask {color: rgb(214, 125, 20); font-weight: 700}
.mq-right {text-align: right; font-size: .87rem; opacity: .65}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] {background: transparent; position: relative; left: -.5rem}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] p {font-weight: 400}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"]:hover {
  background: color-mix(in srgb, currentColor 8%, transparent)}
@media (max-width: 1100px) {
  [class*="st-key-two-"] > * > [data-testid="stHorizontalBlock"],
  [class*="st-key-two-"] > [data-testid="stHorizontalBlock"] {flex-wrap: wrap}
  [class*="st-key-two-"] > * > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"],
  [class*="st-key-two-"] > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] {
    min-width: 100%}}
.mq-old {background: rgba(220, 60, 60, .15); text-decoration: line-through; border-radius: .25rem;
  padding: .05rem .3rem; text-decoration-color: rgba(220, 60, 60, .8)}
.mq-differs {background: rgba(214, 125, 20, .2); border-radius: .25rem; padding: .05rem .3rem}
.mq-new {background: rgba(30, 160, 90, .18); border-radius: .25rem; padding: .05rem .3rem}
.mq-cell {font-family: "Source Code Pro", ui-monospace, monospace; font-size: .85em; border-radius: .25rem;
  background: color-mix(in srgb, currentColor 8%, transparent); padding: .08rem .35rem; white-space: pre-wrap}
</style>"""


UP = """<script>
document.querySelector('[data-testid="stMain"]').scrollTo({top: 0});
</script>"""


def two(name: str, left: int, right: int, gap: Gap = "large") -> Sequence[Any]:
    """Two columns that stand below one another where the window is narrow."""
    with st.container(key=f"two-{name}"):
        return st.columns([left, right], gap=gap)


def draw(html: str) -> None:
    """Put HTML on the page."""
    st.html(html)


def from_the_top(what: str) -> None:
    """Scroll up when something else is shown than a moment ago: the browser would stay where it was."""
    if st.session_state.get("_shown", what) != what:
        st.html(UP, unsafe_allow_javascript=True)
    st.session_state["_shown"] = what


def when(at: datetime | None) -> str:
    """Relative words, the exact time on hover."""
    return f'<span title="{exact(at)}">{ago(at)}</span>'


def height(rows: int, most: int) -> int | Literal["content"]:
    """Of a grid: as high as its rows, up to `most` pixels."""
    return "content" if 38 + 35 * rows <= most else most


def aside(at: datetime | None, by: str) -> None:
    """When and by whom, at the right border, in small."""
    draw(f'<div class="mq-right">{when(at)}<br>{escape(by)}</div>')


def cell(value: Any, limit: int = 120) -> str:
    """A text as it stands in a file."""
    if value is None or value == "":
        return '<span class="mq-soft">empty</span>'
    return f'<span class="mq-cell">{escape(text(value, limit))}</span>'


def old_new(old: Any, new: Any, limit: int = 400) -> str:
    """What was, struck through, and what is."""
    parts = []
    if isinstance(old, list) and isinstance(new, list):
        return _lists(old, new)
    if text(old) != EMPTY:
        parts.append(f'<span class="mq-old">{escape(text(old, limit))}</span>')
    if text(new) != EMPTY:
        parts.append(f'<span class="mq-new">{escape(text(new, limit))}</span>')
    return " → ".join(parts) or EMPTY


def _lists(old: list[Any], new: list[Any]) -> str:
    parts = [escape(str(v)) for v in old if v in new]
    parts += [f'<span class="mq-old">{escape(str(v))}</span>' for v in old if v not in new]
    parts += [f'<span class="mq-new">{escape(str(v))}</span>' for v in new if v not in old]
    return ", ".join(parts) or EMPTY


def table(head: Sequence[str], rows: Iterable[Sequence[str]], tight: Sequence[int] = ()) -> None:
    """A small table of HTML cells; `head` is text, the cells of `rows` are escaped already."""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{_cells(row, tight)}</tr>" for row in rows)
    draw(
        f'<div class="mq-scroll"><table class="mq-table"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(row: Sequence[str], tight: Sequence[int]) -> str:
    return "".join(
        f'<td class="tight">{c}</td>' if i in tight else f"<td>{c}</td>" for i, c in enumerate(row)
    )
