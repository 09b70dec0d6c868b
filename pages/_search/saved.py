"""Kept searches: keep one, see what is new in it since you looked, open it again, remove it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.search.saved import Item, News, Saved
from pages import _state
from pages._errors import guard
from pages._filters import draft
from pages._formats import ago, count, number, plain
from pages._search import choices

WORDS = {"new": "found now, not before", "changed": "changed", "gone": "found no more"}


SHOWN = 50  # kept searches on the page at once


def keep(dataset: Dataset, typed: str, filters: dict[str, Any] | None, sort: str) -> None:
    """The form that keeps what is searched now, with its order and its columns."""
    fields = [n for n in st.query_params.get_all("column") if n in dataset.field_names]
    targets = sorted(_state.workbench().settings.alert_targets)
    with st.form("keep", border=False):
        name = st.text_input("Name", value=typed[:100], max_chars=100)
        alert = st.selectbox(
            "Tell me of news",
            ["", *targets],
            format_func=lambda t: t or "On the page",
            help=None if targets else "MARQUEE_ALERT_TARGETS sets up mail, chat and webhooks.",
        )
        if st.form_submit_button("Keep this search", type="primary"):
            with guard():
                _state.workbench().search.save(
                    name or "",
                    typed,
                    dataset.name,
                    filters=filters,
                    fields=fields or None,
                    sort=sort or None,
                    alert=alert or None,
                )
                _state.flash(f"Kept as {name}")
                st.rerun()


def draw(dataset: Dataset) -> None:
    """All of yours in this dataset, each with its news."""
    found = _state.workbench().search.saved(dataset.name)
    if not found:
        with st.container(border=True):
            st.markdown("**You keep no searches yet.**")
            st.caption("Search for something, then choose Keep: later you see what is new in it.")
        return
    for one in _page(found):
        with st.container(border=True):
            _one(dataset, one)


def _page(found: list[Saved]) -> list[Saved]:
    """Those with news first; many are found by their name, and shown page by page."""
    if len(found) <= SHOWN:
        return sorted(found, key=lambda one: not one.news)
    looked = st.text_input("Find a kept search", placeholder="Its name or words") or ""
    words = looked.casefold().split()
    fitting = [s for s in found if all(w in f"{s.name} {s.query}".casefold() for w in words)]
    fitting.sort(key=lambda one: not one.news)
    pages = max(1, -(-len(fitting) // SHOWN))
    number_ = st.pagination(pages, key=f"kept-{looked}-{pages}") if pages > 1 else 1
    st.caption(f"{count(len(fitting), 'kept search', 'kept searches')}")
    return fitting[SHOWN * (number_ - 1) :][:SHOWN]


def _one(dataset: Dataset, one: Saved) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(one.name)}**")
        if one.news:
            st.badge(f"{number(one.news)} new", color="violet")
        st.caption(f"looked at {ago(one.looked_at)}")
        st.space("stretch")
        _state.link(
            "search",
            "Open",
            icon=":material/search:",
            help="The link can be given to others.",
            **_address(dataset, one),
        )
        if st.button("News", icon=":material/fiber_new:", key=f"news-{one.id}"):
            st.session_state[f"news-of-{one.id}"] = True
        if st.button("Remove", icon=":material/delete:", key=f"remove-{one.id}", type="tertiary"):
            with guard():
                _state.workbench().search.remove(one.id)
                _state.flash(f"{one.name} is kept no more", ":material/delete:")
                st.rerun()
    if st.session_state.get(f"news-of-{one.id}"):
        with guard():
            _news(dataset, one, _state.workbench().search.news(one.id))


def _address(dataset: Dataset, one: Saved) -> dict[str, Any]:
    """The search as an address: its words, choices, conditions, order and columns."""
    pairs, rest = choices.apart(dataset, one.filters)
    return {
        "dataset": dataset.name,
        "q": one.query,
        "f": pairs,
        "where": draft.written(draft.of(rest)),
        "sort": one.sort,
        "column": one.fields,
    }


def _news(dataset: Dataset, one: Saved, news: News) -> None:
    if not news.total:
        st.caption("Nothing is new.")
        return
    for kind, items in (("new", news.new), ("changed", news.changed), ("gone", news.gone)):
        if items:
            st.markdown(f"**{count(news.counts[kind], 'record')} {WORDS[kind]}**")
            for item in items[:20]:
                _item(dataset, item)
    if st.button("I have seen these", icon=":material/done_all:", key=f"seen-{one.id}"):
        with guard():
            _state.workbench().search.looked(one.id)
            st.session_state.pop(f"news-of-{one.id}", None)
            st.rerun()


def _item(dataset: Dataset, item: Item) -> None:
    cause = f"by {item.by}" if item.by else ""
    if item.filename:
        cause = f"by the import of {item.filename}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _state.link(
            "records", plain(item.title or "–"), dataset=dataset.name, record=item.record_id
        )
        st.caption(plain(cause))
