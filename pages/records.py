"""The records of a dataset: browse, search, filter, export; one record; the deleted ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars
import streamlit as st

from core.datasets.registry import DEFAULT
from core.datasets.model import Dataset
from core.records import export, exporting
from core.records.filters import read
from core.records.exporting import Format
from pages import _cached, _state
from pages._records import filters as filters_, look, person, record, tools
from pages._records.deleted import draw as deleted
from pages._empty import empty
from pages._errors import guard
from pages._records.filters import SIZES, Asked
from pages._formats import count, number, text
from pages._html import height

GRID = "_grid"
TAKEN: dict[Format, str] = {"csv": "CSV", "xlsx": "Excel", "jsonl": "JSONL", "parquet": "Parquet"}


def main() -> None:
    """The list, or one record when the address bar names one."""
    record_id = _state.param("record")
    if record_id:
        _from_a_search(record_id)
        record.draw(_state.workbench().datasets.get(_state.param("dataset", DEFAULT)), record_id)
        return
    st.title("Records")
    person.paper()
    dataset = _state.pick_dataset()
    view = st.segmented_control(
        "View",
        ["Records", "Deleted"],
        default="Deleted" if _state.param("view") == "deleted" else "Records",
        required=True,
        label_visibility="collapsed",
        key=f"view-{_state.param('view')}",
    )
    if (view == "Deleted") != (_state.param("view") == "deleted"):
        _state.set_params(view="deleted" if view == "Deleted" else None)
        st.rerun()
    if view == "Deleted":
        deleted(dataset)
    else:
        browse(dataset)


def _from_a_search(record_id: str) -> None:
    """Note that a hit of a search was opened, once: the address forgets where it came from."""
    query_id, position = _state.param("from"), _state.whole("at", 0)
    if query_id and position:
        _state.workbench().search.opened(query_id, record_id, position)
    _state.set_params(**{"from": None, "at": None})


def browse(dataset: Dataset) -> None:
    """The table with its questions."""
    everything = _cached.total(dataset.name)
    if not everything:
        empty(dataset)
        return
    now = filters_.asked(dataset)
    filters_.bar(dataset, now)
    tree = now.tree(dataset)
    version, rows = _cached.page(dataset.name, tree, now.search, now.sort, now.size, now.page)
    if now.page == 1 and len(rows) < now.size:
        fitting = len(rows)  # all of them are here, so nothing needs counting
    else:
        fitting = _cached.total(dataset.name, tree, now.search, now.sort)
    pages_ = max(1, -(-fitting // now.size))
    if now.page > pages_:
        filters_.again(page=pages_ if pages_ > 1 else None)
    some = f" of {number(everything)}" if fitting != everything else ""
    st.caption(f"{count(fitting, 'record')}{some}. Select a row to open its record.")
    tools.bar(dataset, now, fitting)
    if rows:
        _body(dataset, rows, now, f"{version}-{now}")
    else:
        st.info(
            "No record fits. Take a filter away, or search for less.", icon=":material/search_off:"
        )
    foot(dataset, now, pages_, fitting)


LOOKS = {"": "Table", "grid": "Grid"}


def _body(dataset: Dataset, rows: list[dict[str, Any]], now: Asked, shown: str) -> None:
    """The page as a table or a grid, with figures on the left and one record on the right where they are asked for."""
    look_, figures = _look()
    peek = _state.param("peek") if look_ == "grid" else ""
    names = tools.columns(dataset)
    widths = [*([2] if figures else []), 7, *([3] if peek else [])]
    parts = list(st.columns(widths, gap="medium")) if len(widths) > 1 else [st.container()]
    if figures:
        with parts.pop(0), guard():
            look.figures(dataset, now)
    if peek:
        with parts.pop():
            look.panel(dataset, rows)
    with parts[0]:
        if look_ == "grid":
            look.cells(dataset, names, rows, now)
        else:
            grid(dataset, rows, shown, names)


def _look() -> tuple[str, bool]:
    """Table or grid, and whether figures stand beside it; both in the address."""
    now, figures = _state.param("look"), bool(_state.param("figures"))
    now = now if now in LOOKS else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.segmented_control(
            "Look",
            list(LOOKS),
            default=now,
            format_func=lambda n: LOOKS[n],
            required=True,
            label_visibility="collapsed",
            key=f"look-{now}",
        )
        beside = st.toggle("Figures", value=figures, key=f"figures-{figures}")
    if (chosen, beside) != (now, figures):
        _state.set_params(look=chosen or None, figures=1 if beside else None, peek=None)
        st.rerun()
    return now, figures


def grid(dataset: Dataset, rows: list[dict[str, Any]], shown: str, names: list[str]) -> None:
    """One page as a table; selecting a row opens the record that was shown there."""
    data: dict[str, list[Any]] = {}
    config: dict[str, Any] = {}
    for field in map(dataset.field, names):
        values = [row[field.name] for row in rows]
        if field.type == "list":
            values = [None if v is None else text(v) for v in values]
        data[field.label] = values
        if field.format == "url":
            config[field.label] = st.column_config.LinkColumn(display_text="open", width="small")
        elif field.name == dataset.title_field:
            config[field.label] = st.column_config.TextColumn(pinned=True)
        elif field.multiline:
            config[field.label] = st.column_config.TextColumn(width="medium")
    data["Changed"] = [row["_updated_at"] for row in rows]
    config["Changed"] = st.column_config.DatetimeColumn(format="distance", width="small")
    # Everything that decides which rows these are is in the key: a selection never outlives them.
    turn = st.session_state.setdefault(GRID, 0)
    event = st.dataframe(
        polars.DataFrame(data, strict=False),
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="single-row",
        height=height(len(rows), 640),
        placeholder="",
        key=f"grid-{turn}-{shown}-{len(names)}",
    )
    picked = event.selection.rows
    if picked and picked[0] < len(rows):
        st.session_state[GRID] = turn + 1
        _state.go("records", **{**_here(), "record": rows[picked[0]]["record_id"]})


def _here() -> dict[str, Any]:
    """The address bar as it is, so that the way back leads to the same list."""
    found: dict[str, Any] = dict(st.query_params.to_dict())
    filters = st.query_params.get_all("f")
    return {**found, **({"f": filters} if filters else {})}


def foot(dataset: Dataset, now: Asked, pages_: int, fitting: int) -> None:
    """Pages on the left, export on the right."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if pages_ > 1:
            page = st.pagination(pages_, default=now.page, key=f"page-{now}-{pages_}")
            if page != now.page:
                filters_.again(page=page)
        size = st.selectbox(
            "Records per page",
            SIZES,
            index=SIZES.index(now.size),
            format_func=lambda s: f"{s} per page",
            key=f"size-{now.size}",
            label_visibility="collapsed",
            width=140,
        )
        st.space("stretch")
        if fitting:
            exports(dataset, now, fitting)
    if size != now.size:
        filters_.again(size=size)


def exports(dataset: Dataset, now: Asked, fitting: int) -> None:
    """What is asked for, as a file. Made when it is clicked; formulas are made harmless."""
    names, separators = export.columns(dataset), dataset.cleaning.list_separators

    def made(kind: Format) -> bytes:
        _state.workbench().records.note_export(dataset.name)
        found = _state.workbench().records(
            dataset.name,
            where=read(now.tree(dataset) or None),
            search=now.search,
            order_by=now.sort,
            fields=names,
        )
        return b"".join(exporting.exported(found, names, kind, separators))

    for name, label in TAKEN.items():
        kind, many = exporting.FORMATS[name], name == "xlsx" and fitting > export.XLSX_ROWS
        told = f"Download {count(fitting, 'record')} as {kind.title}, the extra fields included"
        st.download_button(
            label,
            partial(made, name),
            file_name=f"{dataset.name}.{kind.ending}",
            mime=kind.mime,
            icon=":material/download:",
            on_click="ignore",
            disabled=many,
            help="Too many for one sheet" if many else told,
            key=f"export-{name}",
        )


main()
