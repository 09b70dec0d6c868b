"""What is asked of the records: search, filters, sort and page, all of it in the address bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import streamlit as st

from core.datasets.model import Dataset, Field
from core.records.filters import Condition, Operator, both, read
from pages import _state
from pages._cached import NEWEST
from pages._filters import builder, draft
from pages._filters.draft import Group
from pages._formats import plain

SIZES = (25, 50, 100, 200)
WORDS = {
    "contains": "contains",
    "eq": "is",
    "ne": "is not",
    "starts": "starts with",
    "has": "has",
    "ge": "is at least",
    "le": "is at most",
    "empty": "is empty",
}
BY_TYPE = {
    "text": ("contains", "eq", "ne", "starts", "empty"),
    "list": ("has", "contains", "empty"),
    "date": ("eq", "ge", "le", "starts", "empty"),
    "integer": ("eq", "ne", "ge", "le", "empty"),
    "number": ("eq", "ne", "ge", "le", "empty"),
    "boolean": ("eq", "empty"),
}


@dataclass(frozen=True)
class Asked:
    """One question to the records of a dataset: simple filters, and conditions in groups."""

    search: str
    filters: tuple[tuple[str, str, str], ...]
    sort: str
    page: int
    size: int
    groups: Group = Group()

    def tree(self, dataset: Dataset) -> str:
        """All that must hold, as JSON; empty when everything fits."""
        simple = [Condition(field=f, op=cast(Operator, op), value=v) for f, op, v in self.filters]
        whole = both(*simple, read(draft.asked(dataset, self.groups)))
        return whole.model_dump_json(by_alias=True) if whole is not None else ""


def asked(dataset: Dataset) -> Asked:
    """The question of the address bar; what makes no sense there is left out."""
    found = [tuple(f.split(":", 2)) for f in st.query_params.get_all("f")]
    filters = tuple(
        (f[0], f[1], f[2])
        for f in found
        if len(f) == 3 and f[0] in dataset.field_names and f[1] in WORDS
    )
    sort = _state.param("sort", NEWEST)
    if sort.lstrip("-") not in (*dataset.field_names, "_updated_at"):
        sort = NEWEST
    size = _state.whole("size", 50)
    return Asked(
        *(_state.param("q"), filters, sort, _state.whole("page", 1)),
        *(size if size in SIZES else 50, draft.read(_state.param("where"))),
    )


def again(**changes: object) -> None:
    """Ask something else: from the first page, unless a page is named."""
    _state.set_params(**{"page": None, **changes})
    st.rerun()


def bar(dataset: Dataset, now: Asked) -> None:
    """Search, filter, sort."""
    search_, filter_, sort_, down_ = st.columns([6, 3, 4, 1], vertical_alignment="bottom")
    text = search_.text_input(
        "Search",
        value=now.search,
        placeholder="Search in all texts",
        icon=":material/search:",
        key=f"q-{dataset.name}-{now.search}",
        label_visibility="collapsed",
    )
    if (text or "").strip() != now.search:
        again(q=(text or "").strip())
    with filter_.popover("Filter", icon=":material/filter_alt:", width="stretch"):
        _new_filter(dataset, now)
    _sort(dataset, now, sort_, down_)
    _chips(dataset, now)
    made = builder.draw(dataset, now.groups, "records")
    if made != now.groups:
        again(where=draft.written(made) or None)


def _sort(dataset: Dataset, now: Asked, left: object, right: object) -> None:
    names = ["_updated_at", *dataset.field_names]
    current, down = now.sort.lstrip("-"), now.sort.startswith("-")
    with left:  # type: ignore[attr-defined]
        chosen = st.selectbox(
            "Sort by",
            names,
            index=names.index(current),
            format_func=lambda n: (
                "Last changed" if n == "_updated_at" else f"By {dataset.field(n).label}"
            ),
            key=f"sort-{now.sort}",
            label_visibility="collapsed",
        )
    with right:  # type: ignore[attr-defined]
        turned = st.button(
            "",
            icon=":material/arrow_downward:" if down else ":material/arrow_upward:",
            help="Largest first" if down else "Smallest first",
            key="turn",
            width="stretch",
        )
    if chosen != current:
        again(sort=NEWEST if chosen == "_updated_at" else chosen)
    if turned:
        again(sort=current if down else f"-{current}")


def _new_filter(dataset: Dataset, now: Asked) -> None:
    name = st.selectbox(
        "Field", dataset.field_names, format_func=lambda n: dataset.field(n).label, key="f-field"
    )
    field = dataset.field(name)
    operator = st.selectbox(
        "Condition",
        ("eq", "ne", "empty") if field.choices and field.type == "text" else BY_TYPE[field.type],
        format_func=lambda o: WORDS[o],
        key=f"f-op-{name}",
    )
    value = _value(field, operator)
    if st.button("Add the filter", type="primary", disabled=not value, key="f-add"):
        again(f=[*map(":".join, now.filters), f"{name}:{operator}:{value}"])


def _value(field: Field, operator: str) -> str:
    if operator == "empty":
        shown = st.radio("Value", ["yes", "no"], horizontal=True, key="f-empty")
        return "true" if shown == "yes" else "false"
    if field.type == "boolean":
        return str(st.radio("Value", ["true", "false"], horizontal=True, key="f-bool"))
    if field.choices and operator in ("eq", "ne", "has"):
        return str(st.selectbox("Value", field.choices, key=f"f-value-{field.name}"))
    return str(st.text_input("Value", key=f"f-text-{field.name}") or "").strip()


def _chips(dataset: Dataset, now: Asked) -> None:
    if not now.filters and not now.search:
        return
    with st.container(horizontal=True, gap="small"):
        for place, (name, operator, value) in enumerate(now.filters):
            what = f"{dataset.field(name).label} {WORDS[operator]}"
            if operator == "empty":
                what = what if value == "true" else what.replace("is empty", "is not empty")
            else:
                what = f"{what} “{value}”"
            if st.button(plain(what), icon=":material/close:", key=f"chip-{place}-{what}"):
                rest = [f for i, f in enumerate(now.filters) if i != place]
                again(f=[":".join(f) for f in rest] or None)
        words = "Clear all" if now.filters else "Clear the search"
        if st.button(words, icon=":material/close:", type="tertiary", key="clear-all"):
            again(f=None, q=None)
