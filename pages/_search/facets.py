"""The facets beside the hits: values with their counts to click, decades as bars, and what is chosen."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.datasets.model import Dataset
from core.search.results import Facet
from pages import _charts, _state
from pages._formats import number, plain

SHOWN = 6  # values of a facet before "more"
STYLE = """<style>
.st-key-facets {gap: .1rem}
.st-key-facets [data-testid="stCheckbox"] label {padding: 0; min-height: 1.5rem}
.st-key-facets [data-testid="stMarkdownContainer"] p {font-size: .92rem}
@media (max-width: 1100px) {.st-key-two-search [data-testid="stColumn"]:first-child {order: 2}}
</style>"""
Chosen = dict[str, tuple[str, ...]]
Asked = tuple[str, dict[str, Any] | None]  # text and filter


def draw(
    dataset: Dataset, facets: dict[str, Facet], chosen: Chosen, asked: Asked, mark: str
) -> Chosen:
    """Draw them; gives what is chosen now. `asked` are text and filter, for the search inside a long one."""
    now = dict(chosen)
    with st.container(key="facets", gap="small"):
        st.html(STYLE)
        _all(dataset, facets, chosen, now, asked, mark)
    return {name: values for name, values in now.items() if values}


def _all(
    dataset: Dataset,
    facets: dict[str, Facet],
    chosen: Chosen,
    now: Chosen,
    asked: Asked,
    mark: str,
) -> None:
    for facet in facets.values():
        if not facet.buckets and not facet.timed_out and facet.field not in chosen:
            continue
        st.markdown(f"**{plain(facet.title)}**")
        if facet.timed_out:
            st.caption("Counting took too long.")
        elif facet.kind == "histogram":
            now[facet.field] = _decades(facet, chosen.get(facet.field, ()), mark)
        else:
            now[facet.field] = _values(dataset, facet, chosen.get(facet.field, ()), asked, mark)


def _values(
    dataset: Dataset, facet: Facet, chosen: tuple[str, ...], asked: Asked, mark: str
) -> tuple[str, ...]:
    looked = ""
    if len(facet.buckets) > SHOWN:
        looked = st.text_input(
            f"Values of {facet.title}",
            placeholder="Find a value",
            key=f"facet-find-{facet.field}-{mark}",
            label_visibility="collapsed",
        )
    buckets = facet.buckets
    if looked:  # among all values, not only among those that are listed
        text, filters = asked
        buckets = (
            _state.workbench()
            .search.facets(facet.field, looked, dataset.name, text=text, filters=filters)
            .buckets
        )
        if not buckets:
            st.caption("No value holds this.")
    listed = [b.value for b in buckets[: None if looked else SHOWN]]
    counts = {b.value: b.count for b in buckets}
    kept = [v for v in chosen if v not in listed]
    now = []
    for value in [*kept, *listed]:
        many = f" · {number(counts[value])}" if value in counts else ""
        key = f"facet-{facet.field}-{value}-{mark}"
        if st.checkbox(f"{plain(value)}{many}", value=value in chosen, key=key):
            now.append(value)
    if facet.others and not looked:
        st.caption(f"and {number(facet.others)} with other values")
    return tuple(now)


def _decades(facet: Facet, chosen: tuple[str, ...], mark: str) -> tuple[str, ...]:
    ranges = {b.value: f"{b.start}..{b.end}" for b in facet.buckets}
    names = {span: value for value, span in ranges.items()}
    figure = go.Figure(
        go.Bar(
            x=[b.value for b in facet.buckets],
            y=[b.count for b in facet.buckets],
            hovertemplate="%{x}: %{y:,}<extra></extra>",
        )
    )
    figure.update_yaxes(visible=False)
    _charts.show(figure, f"facet-bars-{facet.field}-{mark}", 110)
    picked = st.multiselect(
        f"Decades of {facet.title}",
        list(ranges.values()) + [c for c in chosen if c not in names],
        default=list(chosen),
        format_func=lambda span: names.get(span, span),
        placeholder="Choose decades",
        key=f"facet-{facet.field}-{mark}",
        label_visibility="collapsed",
    )
    return tuple(picked)
