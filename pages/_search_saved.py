"""Kept searches: keep one, see what is new in it since you looked, open it again, remove it."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.search.saved import Item, News, Saved
from pages import _state
from pages._errors import guard
from pages._formats import ago, count, number, plain

WORDS = {"new": "found now, not before", "changed": "changed", "gone": "found no more"}


def keep(dataset: Dataset, typed: str, filters: dict[str, Any] | None) -> None:
    """The form that keeps what is searched now."""
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
                    name or "", typed, dataset.name, filters=filters, alert=alert or None
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
    for one in found:
        with st.container(border=True):
            _one(dataset, one)


def _one(dataset: Dataset, one: Saved) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(one.name)}**")
        if one.news:
            st.badge(f"{number(one.news)} new", color="violet")
        st.caption(f"looked at {ago(one.looked_at)}")
        st.space("stretch")
        if st.button("Open", icon=":material/search:", key=f"open-{one.id}"):
            _state.go("search", dataset=dataset.name, q=one.query, f=_choices(one))
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


def _choices(one: Saved) -> list[str]:
    """The choices of the facets that a kept filter was made of."""
    tree = json.loads(one.filters) if one.filters else {"all": []}
    found = []
    for part in tree.get("all", []):
        for option in part.get("any", []):
            if "all" in option:
                low, high = (option["all"] + [{"value": ""}])[:2]
                found.append(f"{low['field']}:{low['value']}..{high['value']}")
            elif "field" in option:
                found.append(f"{option['field']}:{option['value']}")
    return found


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
