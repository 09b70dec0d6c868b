"""Find anyone: one box that answers while you type, facets beside the hits, each hit with its reasons."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.errors import BadQuery, SearchUnavailable
from core.records.pictures import picture_field
from core.search.results import SearchResult, Suggestion
from pages import _cached, _state
from pages._empty import empty
from pages._errors import guard
from pages._filters import builder, draft
from pages._formats import count, number, plain, text
from pages._html import two
from pages._search import choices, facets, hits
from pages._search.analytics import draw as analytics
from pages._search.box import Line, box, initials
from pages._search.export import draw as export
from pages._search.saved import draw as saved, keep

Filters = dict[str, Any] | None
SIZE = 20
VIEWS = ("Search", "Kept searches", "Analytics")
GIVEN = "_search_given"  # the text of the address in the last run
ASKED = "_search_asked"  # the id and the text of the search that is being typed


def main() -> None:
    """The search, what is kept of it, and how it is used."""
    st.title("Search")
    dataset = _state.pick_dataset()
    now = _state.param("view", VIEWS[0])
    news = sum(one.news for one in _state.workbench().search.saved(dataset.name))
    view = st.segmented_control(
        "View",
        VIEWS,
        default=now if now in VIEWS else VIEWS[0],
        required=True,
        format_func=lambda v: f"{v} · {number(news)} new" if news and v == VIEWS[1] else v,
        label_visibility="collapsed",
        key=f"search-view-{now}",
    )
    if view != now:
        _state.set_params(view=view if view != VIEWS[0] else None)
        st.rerun()
    if view == VIEWS[1]:
        saved(dataset)
    elif view == VIEWS[2]:
        analytics(dataset)
    else:
        search(dataset)


def search(dataset: Dataset) -> None:
    """The box, and the answer; below it what is elsewhere."""
    typed = _ask(dataset)
    if not typed.strip():
        _recent(dataset)
    if _cached.total(dataset.name):
        _records(dataset, typed)
    else:
        empty(dataset)
    if typed.strip():
        _elsewhere(dataset, typed)


def _records(dataset: Dataset, typed: str) -> None:
    chosen = choices.chosen()
    groups = draft.read(_state.param("where"))
    made = builder.draw(dataset, groups, "search")
    if made != groups:
        _state.set_params(where=draft.written(made) or None, page=None, **{"from": None})
        st.rerun()
    filters = choices.tree(dataset, chosen, draft.asked(dataset, groups))
    left, right = two("search", 3, 9)
    with right:
        found = _found(dataset, typed, filters)
        if found is None:
            return
        query_id = _noted(dataset, typed, found)
        _answer(dataset, typed, found, filters, query_id)
    with left:
        mark = f"{dataset.name}-{st.session_state.get('_facet_turn', 0)}"
        now = facets.draw(dataset, found.facets, chosen, (typed, filters), mark)
        if chosen and st.button("Clear the choices", icon=":material/close:", type="tertiary"):
            now = {}
            st.session_state["_facet_turn"] = st.session_state.get("_facet_turn", 0) + 1
        if now != chosen:
            _state.set_params(f=choices.address(now), page=None, **{"from": None})
            st.rerun()


def _ask(dataset: Dataset) -> str:
    """The box; a text that was taken goes into the address, one that is typed only into the answer."""
    wb, given = _state.workbench(), _state.param("q")
    key = f"box-{dataset.name}"
    typed = str((st.session_state.get(key) or {}).get("typed", given))
    if st.session_state.get(GIVEN) != given:  # another address, by a link or by the way back
        st.session_state[GIVEN], typed = given, given
    lines: list[Line] = []
    with guard():
        lines = [_line(dataset, each) for each in wb.search.suggest(typed, dataset.name)]
    said = box(
        given, typed, given, lines, f"A name, a word, or field:value in {dataset.label}", key
    )
    if said.record:
        _state.go("records", dataset=dataset.name, record=said.record)
    if said.taken and said.typed != given:
        _state.set_params(q=said.typed or None, page=None)
        st.rerun()
    return said.typed if said.taken else typed


def _recent(dataset: Dataset) -> None:
    """Your last searches, each a link, while the box is empty."""
    wb = _state.workbench()
    texts = wb.search.history(dataset.name, limit=6)
    if not texts:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Searched before:")
        for each in texts:
            _state.link("search", plain(each), dataset=dataset.name, q=each)
        if st.button("Forget my searches", type="tertiary", icon=":material/history_off:"):
            with guard():
                wb.search.forget()
                _state.flash("Your searches are forgotten", ":material/history_off:")
                st.rerun()


def _line(dataset: Dataset, each: Suggestion) -> Line:
    kinds = {
        "record": "",
        "search": "searched before",
        "value": "filter",
        "correction": "did you mean",
    }
    shown = " · ".join(text(v) for v in each.shown.values() if v and not _is_address(v))
    name = picture_field(dataset)
    has = bool(name and each.shown.get(name))
    picture = f"/pictures/{dataset.name}/{each.record_id}" if has else ""
    letters = initials(each.text) if each.kind == "record" else ""
    where = (each.query, each.record_id or "", picture, letters)
    return Line(each.text, shown, kinds[each.kind], *where)


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _found(dataset: Dataset, typed: str, filters: Filters) -> SearchResult | None:
    wb, sort = _state.workbench(), _state.param("sort") or None
    asked: dict[str, Any] = {"filters": filters, "sort": sort, "explain": True}
    try:
        return wb.search(
            typed,
            dataset.name,
            limit=SIZE,
            facets=True,
            after=_state.param("page") or None,
            **asked,
        )
    except SearchUnavailable as error:
        st.warning(f"{error.title}. {plain(error.detail)}", icon=":material/search_off:")
        st.caption("The Records page searches without the index.")
        _state.link("records", "Open Records", dataset=dataset.name, q=typed)
    except BadQuery as error:
        st.error(f"{plain(error.detail)} {plain(error.hint)}")
    return None


def _noted(dataset: Dataset, typed: str, found: SearchResult) -> str:
    """The id of this search in the log: typing on is the same search."""
    if not typed.strip():
        return ""
    before = st.session_state.get(ASKED, {})
    if before.get("text") == typed and before.get("dataset") == dataset.name:
        return str(before["id"])
    query_id = _state.workbench().search.asked(dataset.name, typed, found, before.get("id"))
    st.session_state[ASKED] = {"id": query_id, "text": typed, "dataset": dataset.name}
    return query_id


def _answer(
    dataset: Dataset, typed: str, found: SearchResult, filters: Filters, query_id: str
) -> None:
    _said(dataset, found)
    how = _tools(dataset, typed, found, filters)
    first = 1 + _state.whole("from", 0)
    if not found.hits:
        _nothing(dataset, filters)
    elif how == "Table":
        columns = hits.columns(dataset)
        key = f"hits-{found.query.text}-{filters}-{first}-{columns}"
        hits.table(dataset, found, columns, query_id, first, key)
    elif how == "Scores":
        hits.explained(dataset, found)
    else:
        hits.cards(dataset, found, query_id, first)
    with st.container(horizontal=True):
        if _state.param("page") and st.button("First page", icon=":material/first_page:"):
            _state.set_params(page=None, **{"from": None})
            st.rerun()
        if found.after and st.button("More", icon=":material/arrow_forward:"):
            _state.set_params(page=found.after, **{"from": first - 1 + len(found.hits)})
            st.rerun()


def _said(dataset: Dataset, found: SearchResult) -> None:
    behind = f", {count(found.behind, 'change')} not yet in the index" if found.behind else ""
    seconds = f"{found.seconds * 1000:.0f} ms" if found.seconds < 1 else f"{found.seconds:.1f} s"
    st.caption(f"{count(found.total, 'record')} in {seconds}{behind}")
    for each in found.corrections:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.info(
                f"“{plain(each.word)}” was hardly found: searched for “{plain(each.shown)}” instead.",
                icon=":material/spellcheck:",
            )
            exact = found.query.exactly(each.word)
            if st.button(
                f"Search for “{plain(each.word)}”", type="tertiary", key=f"as-{each.word}"
            ):
                _state.set_params(q=exact, page=None, **{"from": None})
                st.rerun()
    for note in found.notes:
        st.caption(plain(note))


def _tools(dataset: Dataset, typed: str, found: SearchResult, filters: Filters) -> str:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        how = st.segmented_control(
            "Show as",
            ["Cards", "Table", "Scores"],
            default="Cards",
            required=True,
            label_visibility="collapsed",
            key="search-how",
        )
        sorts = ["", *(f.name for f in dataset.fields if f.type != "list" and not f.multiline)]
        now = _state.param("sort").lstrip("-")
        sort = st.selectbox(
            "Sort by",
            sorts,
            index=sorts.index(now) if now in sorts else 0,
            format_func=lambda n: f"By {dataset.field(n).label}" if n else "Best first",
            label_visibility="collapsed",
            key=f"search-sort-{now}",
            width=180,
        )
        st.space("stretch")
        with st.popover("Keep", icon=":material/bookmark_add:"):
            keep(dataset, typed, filters, sort)
        with st.popover("Export", icon=":material/download:", disabled=not found.total):
            export(dataset, typed, filters, sort, found.total)
    if sort != now:
        _state.set_params(sort=sort or None, page=None)
        st.rerun()
    return str(how)


def _nothing(dataset: Dataset, filters: Filters) -> None:
    with st.container(border=True):
        st.markdown("**Nothing was found.**")
        st.caption("Take a choice or a condition away." if filters else "Try fewer or other words.")
        _state.link("records", "Browse all records", dataset=dataset.name)


def _elsewhere(dataset: Dataset, typed: str) -> None:
    """Records of other datasets, uploads and datasets that have the words, too."""
    found = _state.workbench().search.everywhere(typed, without=dataset.name)
    if not (found.records or found.uploads or found.datasets):
        return
    st.markdown("**Elsewhere**")
    for name, lines in found.records.items():
        label = _state.workbench().datasets.get(name).label
        for line in lines:
            shown = f"{plain(line.text)}: a record of {plain(label)}"
            _state.link("records", shown, dataset=name, record=line.record_id)
    for upload in found.uploads:
        _state.link("upload", f"{plain(upload.filename)}: an upload", upload=upload.id)
    for each in found.datasets:
        _state.link("datasets", f"{plain(each.label)}: a dataset", dataset=each.name)


main()
