"""Find anyone: one box that answers while you type, facets beside the hits, each hit with its reasons."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.errors import BadQuery, SearchUnavailable
from core.search.found import Found, Suggestion
from pages import _cached, _search_facets as facets_, _search_hits as hits_, _state
from pages._empty import empty
from pages._errors import guard
from pages._formats import count, number, plain, text
from pages._html import two
from pages._search_analytics import draw as analytics
from pages._search_box import Line, box
from pages._search_export import draw as export
from pages._search_saved import draw as saved, keep

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
    """The box, and the answer."""
    if not _cached.total(dataset.name):
        empty(dataset)
        return
    typed = _ask(dataset)
    chosen = _chosen()
    left, right = two("search", 3, 9)
    with right:
        found = _found(dataset, typed, chosen)
        if found is None:
            return
        query_id = _noted(dataset, typed, found)
        _answer(dataset, typed, found, chosen, query_id)
    with left:
        mark = f"{dataset.name}-{st.session_state.get('_facet_turn', 0)}"
        now = facets_.draw(found.facets, chosen, mark)
        if chosen and st.button("Clear the choices", icon=":material/close:", type="tertiary"):
            now = {}
            st.session_state["_facet_turn"] = st.session_state.get("_facet_turn", 0) + 1
        if now != chosen:
            _state.set_params(f=[f"{n}:{v}" for n, vs in now.items() for v in vs], page=None)
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
        lines = [_line(each) for each in wb.search.suggest(typed, dataset.name)]
    said = box(
        given, typed, given, lines, f"A name, a word, or field:value in {dataset.label}", key
    )
    if said.record:
        _state.go("records", dataset=dataset.name, record=said.record)
    if said.taken and said.typed != given:
        _state.set_params(q=said.typed or None, page=None)
        st.rerun()
    return said.typed if said.taken else typed


def _line(each: Suggestion) -> Line:
    kinds = {"record": "", "search": "searched before", "value": "filter"}
    shown = " · ".join(text(v) for v in each.shown.values() if v and not _is_address(v))
    return Line(each.text, shown, kinds[each.kind], each.query, each.record_id or "")


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _chosen() -> facets_.Chosen:
    found: dict[str, tuple[str, ...]] = {}
    for each in st.query_params.get_all("f"):
        name, _, value = each.partition(":")
        if value:
            found[name] = (*found.get(name, ()), value)
    return found


def tree(dataset: Dataset, chosen: facets_.Chosen) -> dict[str, Any] | None:
    """What is chosen as a filter: one of the values of each field, and all of the fields."""
    parts: list[dict[str, Any]] = []
    for name, values in chosen.items():
        if name not in dataset.field_names:
            continue
        if dataset.field(name).type == "date":
            spans = [v.partition("..") for v in values]
            options: list[dict[str, Any]] = [_between(name, a, b) for a, _, b in spans]
        else:
            options = [{"field": name, "op": "eq", "value": v} for v in values]
        parts.append({"any": options})
    return {"all": parts} if parts else None


def _between(name: str, low: str, high: str) -> dict[str, Any]:
    least = [{"field": name, "op": "ge", "value": low}] if low else []
    most = [{"field": name, "op": "le", "value": high}] if high else []
    return {"all": least + most}


def _found(dataset: Dataset, typed: str, chosen: facets_.Chosen) -> Found | None:
    wb, sort = _state.workbench(), _state.param("sort") or None
    asked: dict[str, Any] = {"filters": tree(dataset, chosen), "sort": sort, "explain": True}
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


def _noted(dataset: Dataset, typed: str, found: Found) -> str:
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
    dataset: Dataset, typed: str, found: Found, chosen: facets_.Chosen, query_id: str
) -> None:
    _said(dataset, found)
    how = _tools(dataset, typed, found, chosen)
    first = 1 + _state.whole("from", 0)
    if not found.hits:
        _nothing(dataset, typed, chosen)
    elif how == "Table":
        hits_.table(dataset, found, query_id, first, f"hits-{found.query.text}-{chosen}-{first}")
    elif how == "Scores":
        hits_.explained(dataset, found)
    else:
        hits_.cards(dataset, found, query_id, first)
    with st.container(horizontal=True):
        if _state.param("page") and st.button("First page", icon=":material/first_page:"):
            _state.set_params(page=None, **{"from": None})
            st.rerun()
        if found.after and st.button("More", icon=":material/arrow_forward:"):
            _state.set_params(page=found.after, **{"from": first - 1 + len(found.hits)})
            st.rerun()
    _elsewhere(typed)


def _said(dataset: Dataset, found: Found) -> None:
    behind = f", {count(found.behind, 'change')} not yet in the index" if found.behind else ""
    seconds = f"{found.seconds * 1000:.0f} ms" if found.seconds < 1 else f"{found.seconds:.1f} s"
    st.caption(f"{count(found.total, 'record')} in {seconds}{behind}")
    for each in found.corrections:
        st.info(
            f"No record has “{plain(each.word)}”: searched for “{plain(each.shown)}” instead.",
            icon=":material/spellcheck:",
        )
    for note in found.notes:
        st.caption(plain(note))


def _tools(dataset: Dataset, typed: str, found: Found, chosen: facets_.Chosen) -> str:
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
        filters = tree(dataset, chosen)
        with st.popover("Keep", icon=":material/bookmark_add:"):
            keep(dataset, typed, filters)
        with st.popover("Export", icon=":material/download:", disabled=not found.total):
            export(dataset, typed, filters, found.total)
    if sort != now:
        _state.set_params(sort=sort or None, page=None)
        st.rerun()
    return str(how)


def _nothing(dataset: Dataset, typed: str, chosen: facets_.Chosen) -> None:
    with st.container(border=True):
        st.markdown("**Nothing was found.**")
        st.caption("Take a choice away at the left." if chosen else "Try fewer or other words.")
        _state.link("records", "Browse all records", dataset=dataset.name)


def _elsewhere(typed: str) -> None:
    """Uploads and datasets whose names have the words, too."""
    words = typed.casefold().split()
    if not words:
        return
    wb = _state.workbench()
    fits = [u for u in wb.uploads(limit=200) if all(w in u.filename.casefold() for w in words)]
    sets = [d for d in wb.datasets() if all(w in f"{d.label} {d.name}".casefold() for w in words)]
    if not fits and not sets:
        return
    st.markdown("**Elsewhere**")
    for upload in fits[:5]:
        _state.link("upload", f"{plain(upload.filename)}: an upload", upload=upload.id)
    for each in sets[:5]:
        _state.link("datasets", f"{plain(each.label)}: a dataset", dataset=each.name)


main()
