"""Another look at the list: a grid whose cells are typed into and whose heads sort everything; figures; one record beside it."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from core.datasets.model import Dataset, Field
from core.records.filters import read
from core.records.statistics import FieldStatistics
from pages import _state
from pages._errors import guard
from pages._formats import number, plain, text
from pages._grid import grid
from pages._html import draw, table
from pages._records.filters import Asked, again

EDITS = "_record-edits"


def cells(dataset: Dataset, names: list[str], rows: list[dict[str, Any]], now: Asked) -> None:
    """The page as a grid. A cell that is typed into is saved at once; Ctrl+Z takes it back."""
    may = _state.may("records.edit")
    shown = [_column(dataset, dataset.field(n), may) for n in names]
    made = [
        grid.Row(
            str(row["record_id"]),
            number(now.size * (now.page - 1) + place),
            {n: _text(row[n]) for n in names},
        )
        for place, row in enumerate(rows, start=1)
    ]
    edits: list[tuple[str, int]] = st.session_state.setdefault(f"{EDITS}-{dataset.name}", [])
    acts = grid.draw(
        shown,
        made,
        key=f"records-{dataset.name}",
        label="Records",
        height=560,
        hint="Click a head to sort all records, a number to see the record. What is typed is saved at once; Ctrl+Z undoes it.",
        sort=now.sort,
        undo=bool(edits),
        opens=True,
    )
    for act in acts:
        _act(dataset, {str(r["record_id"]): r for r in rows}, now, act, edits)
    if acts:
        st.rerun()


def _column(dataset: Dataset, field: Field, may: bool) -> grid.Column:
    choices = field.choices if field.type == "text" else ()
    return grid.Column(
        field.name,
        field.label,
        pinned=field.name == dataset.title_field,
        editable=may,
        sorts=True,
        link=field.format == "url",
        right=field.type in ("integer", "number"),
        choices=tuple(choices),
    )


def _text(value: Any) -> str | None:
    if value is None or value == []:
        return None
    return "; ".join(map(str, value)) if isinstance(value, list) else text(value)


def _act(
    dataset: Dataset,
    rows: dict[str, dict[str, Any]],
    now: Asked,
    act: dict[str, Any],
    edits: list[tuple[str, int]],
) -> None:
    noun, kind = _state.workbench().records, act["kind"]
    if kind == "sort":
        name = act["column"]
        again(sort=f"-{name}" if now.sort == name else name)
    elif kind == "open":
        _state.set_params(peek=act["row"])
    elif kind == "undo" and edits:
        record_id, version = edits.pop()
        with guard():
            noun.undo_edit(dataset.name, record_id, version)
    elif kind in ("edit", "paste"):
        cells_ = act.get("cells") or [act]
        for cell in cells_:
            row = rows.get(str(cell["row"]))
            if row is None:
                continue
            field, typed = dataset.field(cell["column"]), (cell.get("text") or "").strip()
            value: Any = typed or None
            if field.type == "list" and typed:
                value = [p.strip() for p in typed.split(";") if p.strip()]
            with guard() as caught:
                done = noun.edit(dataset.name, row["record_id"], {field.name: value})
            if not caught and done["_version"] != row["_version"]:
                edits.append((str(row["record_id"]), int(done["_version"])))


# ------------------------------------------------------------------ figures


def figures(dataset: Dataset, now: Asked) -> None:
    """Values with their counts over all records that fit; a click asks for one of them."""
    found = _state.workbench().records.statistics(
        dataset.name, where=read(now.tree(dataset) or None), search=now.search
    )
    for one in sorted(found, key=lambda s: (not s.top, -s.filled)):
        field = dataset.field(one.field)
        if not one.filled or (not one.top and one.least is None):
            continue
        with st.expander(
            f"{plain(field.label)} · {number(one.filled)}", expanded=bool(field.choices)
        ):
            _figures_of(field, one, now)


def _figures_of(field: Field, one: FieldStatistics, now: Asked) -> None:
    facts = [f"{number(one.empty)} empty", f"about {number(one.distinct)} different"]
    if one.least is not None:
        facts.append(f"{text(one.least)} to {text(one.greatest)}")
    st.caption(plain(" · ".join(facts)))
    if one.bins:
        _bars(one.bins)
    operator = "has" if field.type == "list" else "eq"
    for place, (value, many) in enumerate(one.top):
        label = f"{plain(text(value, 28))} :gray[{number(many)}]"
        if st.button(label, key=f"stat-{field.name}-{place}", type="tertiary"):
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            again(f=[*map(":".join, now.filters), f"{field.name}:{operator}:{shown}"])


def _bars(bins: tuple[int, ...]) -> None:
    most = max(bins) or 1
    bars = "".join(
        f'<span title="{number(n)}" style="flex:1;height:{max(2, round(36 * n / most))}px;'
        'background:color-mix(in srgb, currentColor 45%, transparent);border-radius:2px"></span>'
        for n in bins
    )
    draw(f'<div style="display:flex;gap:2px;align-items:flex-end;height:38px">{bars}</div>')


# ------------------------------------------------------------------ one record beside the list


def panel(dataset: Dataset, rows: list[dict[str, Any]]) -> None:
    """The record that was opened, with the one before and the one after it on this page."""
    ids = [str(row["record_id"]) for row in rows]
    wanted = _state.param("peek")
    at = ids.index(wanted) if wanted in ids else 0
    row = rows[at]
    with st.container(border=True, key="peek"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button(
                "", icon=":material/arrow_upward:", help="The one before", disabled=at == 0
            ):
                _peek(ids[at - 1])
            last = at == len(ids) - 1
            if st.button("", icon=":material/arrow_downward:", help="The next one", disabled=last):
                _peek(ids[at + 1])
            st.space("stretch")
            if st.button("", icon=":material/close:", help="Close", key="peek-close"):
                _peek(None)
        st.subheader(plain(text(row[dataset.title_field])))
        _state.link(
            "records",
            "Open the record",
            icon=":material/open_in_new:",
            dataset=dataset.name,
            record=ids[at],
        )
        told = [
            [escape(f.label), escape(text(row[f.name], 300))]
            for f in dataset.fields
            if row[f.name] not in (None, [], "")
        ]
        table(["", ""], told, tight=(0,))


def _peek(record_id: str | None) -> None:
    _state.set_params(peek=record_id)
    st.rerun()
