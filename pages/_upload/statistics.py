"""What stands in each column of a file, beside the choice of its field: how full, how many values, which, and how they lie."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.errors import MarqueeError
from core.ingest.uploads import Upload
from core.quality.profile import ColumnProfile, Profile
from pages._formats import number, text
from pages._html import draw as html
from pages._progress import SMALL
from pages._quality import profile

TOP = 3
BARS = 14


def of(upload: Upload) -> Profile | None:
    """The profile of the file: at once for a small file, for a big one when somebody asks."""
    key = f"statistics-{upload.id}"
    if (upload.size or 0) > SMALL and not st.session_state.get(key):
        if st.button(
            "Show what is in each column",
            icon=":material/bar_chart:",
            help="Looks at every row of the file once",
            key=f"ask-{key}",
        ):
            st.session_state[key] = True
            st.rerun()
        return None
    try:
        return profile.of_upload(upload.id)
    except MarqueeError:  # what is wrong with the file is told where it is read
        return None


def draw(found: Profile, place: int) -> None:
    """The column at that place of the file."""
    if place < len(found.columns) and found.rows:
        html(_column(found.columns[place], found.rows))


def _column(c: ColumnProfile, rows: int) -> str:
    share = c.filled / rows
    facts = [f"{_percent(share)} filled", f"{number(c.distinct)} distinct"]
    if c.looks_like:
        facts.append(escape(c.looks_like))
    if c.outliers:
        facts.append(f"{number(c.outliers)} outliers")
    lines = [_fill(share), f'<div class="mq-soft">{" · ".join(facts)}</div>']
    if c.filled and c.smallest is not None:
        low, high = (escape(text(v, 24)) for v in (c.smallest, c.largest))
        lines.append(f'<div class="mq-soft">{low} … {high}</div>' if low != high else "")
    frequent = [(v, n) for v, n in c.top[:TOP] if n > 1]
    if frequent:
        told = ", ".join(f"{escape(text(v, 24))} ({number(n)})" for v, n in frequent)
        lines.append(f'<div class="mq-soft">Often: {told}</div>')
    lines.append(_bars(c))
    inner = "".join(lines)
    return f'<div style="font-size:.8rem;line-height:1.45;overflow-wrap:anywhere">{inner}</div>'


def _percent(share: float) -> str:
    """Never 100 % where something is empty, nor 0 % where something is there."""
    if 0.995 <= share < 1:
        return "more than 99 %"
    return "less than 1 %" if 0 < share < 0.005 else f"{share:.0%}".replace("%", " %")


def _fill(share: float) -> str:
    colour = "#1E9A5A" if share >= 0.9 else "#D08A1E" if share >= 0.5 else "#C4403A"
    rest = "color-mix(in srgb, currentColor 14%, transparent)"
    return (
        f'<div role="img" aria-label="{_percent(share)} filled" style="height:5px;border-radius:3px;background:{rest};'
        f'max-width:14rem;margin:.1rem 0 .2rem"><div style="height:5px;border-radius:3px;width:{100 * share:.1f}%;'
        f'background:{colour}"></div></div>'
    )


def _bars(c: ColumnProfile) -> str:
    """A small histogram, of numbers, years or lengths; nothing where there is one bar."""
    heights = [n for _, n in c.decades] or [b.count for b in c.histogram]
    if len(heights) < 2 or not max(heights):
        return ""
    step = -(-len(heights) // BARS)
    heights = [sum(heights[i : i + step]) for i in range(0, len(heights), step)]
    top = max(heights)
    what = profile.histogram_title(c)
    bars = "".join(
        f'<div title="{number(n)}" style="flex:1;min-width:3px;max-width:12px;height:{max(4 if n else 1, round(100 * n / top))}%;'
        'background:color-mix(in srgb, #7464E6 75%, transparent)"></div>'
        for n in heights
    )
    return (
        f'<div role="img" aria-label="{what}" title="{what}" style="display:flex;align-items:flex-end;gap:1px;height:26px;'
        f'margin-top:.25rem">{bars}</div>'
    )
