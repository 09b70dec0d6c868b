"""Answers that stay right as long as the data does: kept by scope, database and data version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow
import streamlit as st

from core.ingest.corridor import Draft
from core.ingest.uploads import Upload
from core.records import filters as trees
from core.records.query import Result
from core.storage.ids import check_id
from core.storage.size import TableSize
from pages import _state
from pages._formats import text

Filters = str  # a tree of conditions as JSON (core/records/filters.py); empty for none
Rows = list[dict[str, Any]]
DEEP = 2_000  # records to skip
FEW = 50_000  # ids kept of a search
MANY = 1_000_000  # ids kept of an order; 36 bytes each
NEWEST = "-_updated_at"


def scope() -> str:
    """The database, and who may see its answers: a part of every key."""
    workbench = _state.workbench()
    rules = workbench.services.access.revision if workbench.actor.role != "owner" else 0
    return f"{workbench.actor.scope} {rules} {workbench.settings.database.resolve()}"


def total(dataset: str, filters: Filters = "", search: str = "", sort: str = NEWEST) -> int:
    """How many records fit. With the sort of the page that is shown, a search is done once for both."""
    version = _state.workbench().datasets.version(dataset)
    if search:
        found = _found(scope(), version, dataset, filters, search, sort)
        if len(found) <= FEW:
            return len(found)
    return _total(scope(), version, dataset, filters, search)


@st.cache_data(max_entries=500, show_spinner=False)
def _total(scope_: str, version: int, dataset: str, filters: Filters, search: str) -> int:
    return _state.workbench().records.count(
        dataset, where=trees.read(filters or None), search=search
    )


def page(
    dataset: str, filters: Filters, search: str, sort: str, size: int, number: int
) -> tuple[int, Rows]:
    """The data version and one page of records: their fields, id, version and time of change."""
    version = _state.workbench().datasets.version(dataset)
    return version, _page(scope(), version, dataset, filters, search, sort, size, number)


@st.cache_data(max_entries=200, show_spinner=False)
def _page(
    scope_: str,
    version: int,
    dataset: str,
    filters: Filters,
    search: str,
    sort: str,
    size: int,
    number: int,
) -> Rows:
    wb = _state.workbench()
    fields = ["record_id", *wb.datasets.get(dataset).field_names, "_version", "_updated_at"]
    asked: dict[str, Any] = {
        "where": trees.read(filters or None),
        "search": search,
        "order_by": sort,
    }
    offset = size * (number - 1)
    question = (scope_, version, dataset, filters, search, sort)
    if search and len(found := _found(*question)) <= FEW:
        order = found.slice(offset, size).to_pylist()
    elif offset < DEEP:
        return list(wb.records(dataset, fields=fields, limit=size, offset=offset, **asked).rows())
    elif offset + size <= MANY:
        order = _order(*question).slice(offset, size).to_pylist()
    else:  # whole records would be sorted only to be skipped: sort the ids, then fetch the few
        ids = wb.records(dataset, fields=["record_id"], limit=size, offset=offset, **asked)
        order = [str(r["record_id"]) for r in ids.rows()]
    rows = {r["record_id"]: r for r in _by_id(dataset, order, fields).rows()} if order else {}
    return [rows[i] for i in order if i in rows]


# A search looks at every text, so it is done once: for the count, and for every page of what it found.
@st.cache_resource(max_entries=30, show_spinner=False)
def _found(
    scope_: str, version: int, dataset: str, filters: Filters, search: str, sort: str
) -> pyarrow.ChunkedArray:
    return _ids(dataset, filters, search, sort, FEW + 1)


# A far page needs all that is before it in order, and the next far page the same.
@st.cache_resource(max_entries=4, show_spinner=False)
def _order(
    scope_: str, version: int, dataset: str, filters: Filters, search: str, sort: str
) -> pyarrow.ChunkedArray:
    return _ids(dataset, filters, search, sort, MANY)


def _ids(
    dataset: str, filters: Filters, search: str, sort: str, limit: int
) -> pyarrow.ChunkedArray:
    found = _state.workbench().records(
        dataset,
        where=trees.read(filters or None),
        search=search,
        order_by=sort,
        fields=["record_id"],
        limit=limit,
    )
    column = found.arrow().column(0).cast(pyarrow.string())
    # DuckDB makes room for a million rows, 5 MB, however few it gives: only what is there is kept.
    kept = [pyarrow.concat_arrays(column.chunks)] if column.num_chunks else []
    return pyarrow.chunked_array(kept, pyarrow.string())


def _by_id(dataset: str, ids: Sequence[str], fields: list[str]) -> Result:
    # The ids are our own. Written out, they let DuckDB skip what cannot hold them.
    listed = ", ".join(f"'{check_id(i, 'record')}'::UUID" for i in ids)
    where = f"record_id IN ({listed})"
    return _state.workbench().records(dataset, where=where, fields=fields)


def waiting() -> dict[str, int]:
    """Upload id to rows in quarantine, for all uploads."""
    events = _state.workbench().history.events(limit=1)
    return _waiting(scope(), events[0].seq if events else 0)


@st.cache_data(max_entries=50, show_spinner=False)
def _waiting(scope_: str, seq: int) -> dict[str, int]:
    return _state.workbench().uploads.all_waiting()


def titles(dataset: str, ids: list[str]) -> dict[str, str]:
    """Record id to the record's name, for those that are there."""
    if not ids:
        return {}
    version = _state.workbench().datasets.version(dataset)
    return _titles(scope(), version, dataset, tuple(sorted(set(ids))))


@st.cache_data(max_entries=200, show_spinner=False)
def _titles(scope_: str, version: int, dataset: str, ids: tuple[str, ...]) -> dict[str, str]:
    name = _state.workbench().datasets.get(dataset).title_field
    return {r["record_id"]: text(r[name]) for r in _by_id(dataset, ids, ["record_id", name]).rows()}


def draft(upload: Upload) -> Draft:
    """How an upload was read. The file is read once for every way of reading it."""
    read = _read(*_reading(upload))
    chosen = upload.plan.mapping
    names = tuple(c.column for c in chosen)
    return replace(
        read, upload=upload, mapping=chosen if names == read.table.names else read.mapping
    )


def first_look(upload: Upload) -> Draft:
    """How an upload begins, which takes no time however large it is; a small one is read whole."""
    return replace(_look(*_reading(upload)), upload=upload)


def _reading(upload: Upload) -> tuple[str, str, str]:
    return scope(), upload.id, json.dumps(upload.plan.reading, sort_keys=True)


@st.cache_resource(max_entries=8, show_spinner=False)
def _look(scope_: str, upload_id: str, reading: str) -> Draft:
    return _state.workbench().uploads.draft(upload_id, first=True)


@st.cache_resource(max_entries=8, show_spinner="Reading the file …")
def _read(scope_: str, upload_id: str, reading: str) -> Draft:
    seen = _look(scope_, upload_id, reading)
    return seen if seen.table.whole else _state.workbench().uploads.draft(upload_id)


@st.cache_data(ttl=30, max_entries=8, show_spinner=False)
def table_sizes(scope_: str) -> list[TableSize]:
    """Rows and bytes of every table: looking through all blocks of a large database takes a second."""
    return _state.workbench().engine.tables()
