"""The hits: cards or a table, with what was matched marked, and each hit's reasons and score on a click."""

from __future__ import annotations

from html import escape
from typing import Any

import polars
import streamlit as st

from core.datasets.model import Dataset
from core.search.results import Hit, SearchResult, Why
from pages import _state
from pages._formats import plain, text
from pages._html import draw, height

HOW = {
    "same": "as typed",
    "beginning": "begins so",
    "other script": "in another script",
    "nickname": "a nickname",
    "initial": "an initial",
    "joined": "written apart or together",
    "one edit": "one letter differs",
    "two edits": "two letters differ",
    "sounds alike": "sounds alike",
}
STYLE = """<style>
.mq-hit {padding: 0 0 .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent)}
.mq-hit mark {background: color-mix(in srgb, #7464E6 28%, transparent); color: inherit; border-radius: .2rem}
.mq-hit .facts {opacity: .8; font-size: .92rem}
.mq-hit .more {font-size: .92rem; margin-top: .15rem}
.mq-hit .why {font-size: .82rem; opacity: .65; margin-top: .2rem}
</style>"""
SHORT = 220  # characters of a long text, around what was matched


def cards(dataset: Dataset, found: SearchResult, query_id: str, first: int) -> None:
    """One below the other, the best first."""
    draw(STYLE)
    for place, hit in enumerate(found.hits):
        with st.container(key=f"hit-{place}", gap=None):
            _name(dataset, hit, query_id, first + place)
            draw(f'<div class="mq-hit">{_facts(dataset, hit)}</div>')


def _name(dataset: Dataset, hit: Hit, query_id: str, position: int) -> None:
    value, out, at = text(hit.record[dataset.title_field]), list[str](), 0
    for left, right in hit.marks(dataset.title_field):
        out += [plain(value[at:left]), f":violet-background[{plain(value[left:right])}]"]
        at = right
    where: dict[str, Any] = {"from": query_id, "at": position} if query_id else {}
    name = "".join([*out, plain(value[at:])])
    _state.link("records", f"**{name}**", dataset=dataset.name, record=hit.record_id, **where)


def _facts(dataset: Dataset, hit: Hit) -> str:
    facts = [
        marked(hit, f.name)
        for f in dataset.fields
        if f.name != dataset.title_field
        and not f.multiline
        and f.format != "url"
        and hit.record[f.name]
    ][:6]
    long = [f.name for f in dataset.fields if f.multiline and hit.marks(f.name)]
    more = "".join(f'<div class="more">{marked(hit, name)}</div>' for name in long[:2])
    return f'<div class="facts">{" · ".join(facts)}</div>{more}{_why(dataset, hit)}'


def marked(hit: Hit, name: str) -> str:
    """A field's value as HTML, with the matched places marked; a long one is cut around the first."""
    value = hit.record[name]
    if isinstance(value, (list, tuple)):
        return ", ".join(_marked(str(v), hit.marks(name, n)) for n, v in enumerate(value))
    if value is None:
        return ""
    return _marked(value if isinstance(value, str) else text(value), hit.marks(name))


def _marked(value: str, places: list[tuple[int, int]]) -> str:
    start = max(0, places[0][0] - 80) if places and len(value) > SHORT else 0
    end = min(len(value), start + SHORT)
    out, at = ["…" if start else ""], start
    for left, right in places:
        if left >= end:
            break
        out += [escape(value[at:left]), f"<mark>{escape(value[left:min(right, end)])}</mark>"]
        at = min(right, end)
    return "".join([*out, escape(value[at:end]), "…" if end < len(value) else ""])


def _why(dataset: Dataset, hit: Hit) -> str:
    told = [w for w in hit.why if w.how not in ("same", "beginning", "initial")]
    reasons = list(dict.fromkeys(reason(dataset, w) for w in told))
    return f'<div class="why">{"; ".join(map(escape, reasons[:3]))}</div>' if reasons else ""


def reason(dataset: Dataset, why: Why) -> str:
    """“mike” is “Michael” in Name: a nickname"""
    label = dataset.field(why.field).label if why.field in dataset.field_names else why.field
    return f"“{why.word}” found “{why.text}” in {label}: {HOW.get(why.how, why.how)}"


def columns(dataset: Dataset) -> tuple[str, ...]:
    """The fields that the table shows: those of the address, else all of them."""
    given = [name for name in st.query_params.get_all("column") if name in dataset.field_names]
    chosen = st.multiselect(
        "Columns",
        dataset.field_names,
        default=given,
        placeholder="All columns",
        format_func=lambda n: dataset.field(n).label,
        key=f"search-columns-{given}",
        label_visibility="collapsed",
    )
    if chosen != given:
        _state.set_params(column=chosen)
        st.rerun()
    return tuple(given or dataset.field_names)


def table(
    dataset: Dataset,
    found: SearchResult,
    shown: tuple[str, ...],
    query_id: str,
    first: int,
    key: str,
) -> None:
    """As a grid; selecting a row opens its record."""
    data: dict[str, list[Any]] = {}
    for field in map(dataset.field, shown):
        values = [hit.record[field.name] for hit in found.hits]
        if field.type == "list":
            values = [None if v is None else text(v) for v in values]
        data[field.label] = values
    event = st.dataframe(
        polars.DataFrame(data, strict=False),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=height(len(found.hits), 640),
        placeholder="",
        key=key,
    )
    picked = event.selection.rows
    if picked and picked[0] < len(found.hits):
        hit = found.hits[picked[0]]
        where = {"from": query_id, "at": first + picked[0]}
        _state.go("records", dataset=dataset.name, record=hit.record_id, **where)


def explained(dataset: Dataset, found: SearchResult) -> None:
    """Each hit with its reasons and the parts of its score."""
    for place, hit in enumerate(found.hits, start=1):
        with st.expander(f"{place}. {text(hit.record[dataset.title_field])}: {hit.score:.2f}"):
            rows = [{"Part": p.name, "Adds": round(p.value, 3)} for p in hit.parts]
            st.dataframe(polars.DataFrame(rows), hide_index=True, width="content")
            for why in hit.why:
                st.caption(reason(dataset, why))
