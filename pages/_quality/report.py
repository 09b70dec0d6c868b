"""A profile as one HTML file to send: it holds all plots and needs no internet."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import plotly.io

from core.history.events import now
from core.quality.profile import ColumnProfile, Profile
from pages._quality import profile
from pages._formats import exact, number

_STYLE = """
body {font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c1d26}
h1 {font-size: 1.7rem} h2 {font-size: 1.2rem; margin-top: 2.2rem; border-top: 1px solid #d9dae3; padding-top: 1rem}
table {border-collapse: collapse; font-size: .9rem} td, th {text-align: left; padding: .25rem .7rem .25rem 0}
th {opacity: .65} .pair {display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem}
@media (max-width: 48rem) {.pair {grid-template-columns: minmax(0, 1fr)}}
.soft {opacity: .65; font-size: .9rem}
"""
_COLOUR = "#5A3FD1"


def page(found: Profile) -> bytes:
    """The whole file."""
    parts = [_column(c, found.rows, first=not i) for i, c in enumerate(found.columns)]
    pairs = "".join(
        f"<li>{escape(p.left)} and {escape(p.right)}: {p.correlation:+.2f}, {number(p.rows)} rows with neither</li>"
        for p in found.together
    )
    title = f"Profile of {found.name}"
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1><p class='soft'>{number(found.rows)} rows,"
        f" {number(len(found.columns))} columns, {exact(now())}</p>"
        + (f"<h2>Empty in the same rows</h2><ul>{pairs}</ul>" if pairs else "")
        + "".join(parts)
        + "</body></html>"
    )
    return text.encode()


def _column(c: ColumnProfile, rows: int, *, first: bool) -> str:
    figures = [
        ("Filled", f"{number(c.filled)} of {number(rows)}"),
        ("Distinct", number(c.distinct)),
        ("Smallest", c.smallest or ""),
        ("Largest", c.largest or ""),
        ("Outliers", number(c.outliers)),
        ("Looks like", c.looks_like or c.kind),
        ("Patterns", ", ".join(f"{p} ({number(n)})" for p, n in c.patterns[:5])),
        ("Scripts", ", ".join(f"{s} ({number(n)})" for s, n in c.scripts)),
    ]
    body = "".join(f"<tr><th>{k}</th><td>{escape(v[:200])}</td></tr>" for k, v in figures if v)
    plots = []
    if c.top:
        plots.append(_plot(profile.top(c.top), "Most frequent values", first))
    if c.histogram:
        labels, counts = profile.histogram(c)
        if c.decades:
            labels, counts = [str(d) for d, _ in c.decades], [n for _, n in c.decades]
        bars = go.Figure(go.Bar(x=labels, y=counts))
        plots.append(_plot(bars, profile.histogram_title(c), first and not plots))
    drawn = "".join(f"<div>{p}</div>" for p in plots)
    return f'<h2>{escape(c.name)}</h2><table>{body}</table><div class="pair">{drawn}</div>'


def _plot(figure: go.Figure, title: str, first: bool) -> str:
    figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "xref": "paper"},
        height=330,
        margin={"l": 8, "r": 8, "t": 38, "b": 8},
        colorway=[_COLOUR],
        template="simple_white",
    )
    figure.update_yaxes(automargin=True)
    html = plotly.io.to_html(
        figure,
        full_html=False,
        include_plotlyjs="inline" if first else False,
        config={"displayModeBar": False, "responsive": True},
    )
    return str(html)
