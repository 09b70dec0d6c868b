"""All that a search found, as a file: a small one at once, a large one by a job that can be watched and stopped."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.jobs.table import Job
from core.records.exporting import FORMATS, Format
from pages import _state
from pages._errors import guard, show_stored
from pages._formats import count, size
from pages._progress import bar

AT_ONCE = 5_000  # records
JOB = "_search_export"  # the id of the job that was ordered here


def draw(
    dataset: Dataset, typed: str, filters: dict[str, Any] | None, sort: str, total: int
) -> None:
    """Which columns, which format; then the file, or how far it is."""
    chosen: Format = st.selectbox("Format", list(FORMATS), format_func=lambda f: FORMATS[f].title)
    given = [n for n in st.query_params.get_all("column") if n in dataset.field_names]
    fields = st.multiselect(
        "Columns",
        dataset.field_names,
        default=given,
        placeholder="All columns",
        format_func=lambda n: dataset.field(n).label,
        key=f"export-columns-{given}",
    )
    wanted: dict[str, Any] = {
        **{"filters": filters, "sort": sort or None, "fields": fields or None},
        "format": chosen,
    }
    if total <= AT_ONCE:
        _small(dataset, typed, wanted, total)
    else:
        _large(dataset, typed, wanted, total)


def _small(dataset: Dataset, typed: str, wanted: dict[str, Any], total: int) -> None:
    def made() -> bytes:
        return b"".join(_state.workbench().search.export(typed, dataset.name, **wanted))

    kind = FORMATS[wanted["format"]]
    st.download_button(
        f"Download {count(total, 'record')}",
        made,
        file_name=f"{dataset.name}.{kind.ending}",
        mime=kind.mime,
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def _large(dataset: Dataset, typed: str, wanted: dict[str, Any], total: int) -> None:
    with guard():
        if st.button(
            f"Write {count(total, 'record')} to a file", type="primary", icon=":material/draft:"
        ):
            job = _state.workbench().search.order_export(typed, dataset.name, **wanted)
            st.session_state[JOB] = job.id
        if st.session_state.get(JOB):
            _watch(dataset.name)


@st.fragment(run_every=1.0)
def _watch(dataset: str) -> None:
    """How far the job is, redrawn every second; at its end the file."""
    wb, job_id = _state.workbench(), st.session_state.get(JOB)
    if not job_id:
        return
    with guard():
        job = wb.search.export_job(job_id)
        if job.active:
            bar(job)
            if st.button("Cancel the export", icon=":material/stop_circle:"):
                wb.search.cancel_export(job_id)
                st.session_state.pop(JOB)
        elif job.status == "done":
            _finished(dataset, job)
        elif job.error:
            show_stored(job.error)


def _finished(dataset: str, job: Job) -> None:
    path = _state.workbench().search.export_file(job.id)
    st.caption(f"{count(job.rows_done, 'record')} in {size(path.stat().st_size)}, kept for a day.")
    address = f"/api/v1/search/exports/{job.id}/file"  # by the API, which streams it from the disk
    st.link_button(f"Download {dataset}{path.suffix}", address, icon=":material/download:")
