"""A running job: its stage, rows and speed, and the button that stops it. The page stays free."""

from __future__ import annotations

import streamlit as st

from core.ingest.uploads import Upload
from core.jobs.table import Job
from core.ingest.previewing import PreviewHandle
from pages import _state
from pages._errors import guard, show_stored
from pages._formats import count, number

SMALL = 3_000_000  # bytes: what is below is looked at while the page waits
STAGES = {
    "waiting": "Waiting for its turn",
    "reading": "Reading the file",
    "checking": "Cleaning and checking",
    "comparing": "Comparing with the records",
    "writing": "Writing",
    "finishing": "Finishing",
    "finding": "Finding the records",
    "writing the file": "Writing the file",
    "copying the tables": "Copying the tables",
    "copying the files": "Copying the files that are new",
    "testing the backup": "Restoring it, to see that it can be",
}


def latest(upload_id: str) -> Job | None:
    """The newest job of an upload."""
    found = _state.workbench().jobs(upload_id, limit=1)
    return found[0] if found else None


def running(upload_id: str) -> bool:
    """Draw the progress when something runs. True: there is nothing else to show now."""
    job = latest(upload_id)
    if job is None or not job.active:
        return False
    watch(upload_id)
    return True


@st.fragment(run_every=0.5)
def watch(upload_id: str) -> None:
    """Redrawn twice a second without the rest of the page; ends with a redraw of everything."""
    with guard():
        job = latest(upload_id)
        if job is None or not job.active:
            st.rerun()
        assert job is not None  # nosec B101
        bar(job)
        if st.button("Cancel", icon=":material/stop_circle:", key="cancel-job"):
            _state.workbench().jobs.cancel(upload_id)
            st.rerun()


def bar(job: Job) -> None:
    """Stage and figures over a bar."""
    stage = STAGES.get(job.stage or "waiting", job.stage or "")
    facts = []
    if job.rows_total:
        facts.append(
            f"{number(min(job.rows_done, job.rows_total))} of {count(job.rows_total, 'row')}"
        )
    if job.rate >= 1:
        facts.append(f"{number(int(job.rate))} rows/s")
    st.progress(min(job.share, 1.0), text=" · ".join([f"**{stage}**", *facts]))


def standing_of(upload: Upload) -> PreviewHandle | None:
    """The last preview, also where cells were fixed since; made first if need be (then None for a big file)."""
    wb = _state.workbench()
    if wb.uploads.stands(upload.id) and not running(upload.id):
        return wb.uploads.standing(upload.id)
    return preview_of(upload)


def preview_of(upload: Upload) -> PreviewHandle | None:
    """The preview: at once for a small file, by a background job for a big one (then None)."""
    wb = _state.workbench()
    if running(upload.id):
        return None
    at_once = wb.uploads.at_hand(upload.id) or (upload.size or 0) <= SMALL
    job = latest(upload.id)
    failed = not at_once and job is not None and job.kind == "preview" and job.status == "failed"
    if failed and job and job.error:
        show_stored(job.error)
    if failed or upload.status == "cancelled":  # what somebody stopped does not begin by itself
        if not st.button("Look at every row", type="primary", icon=":material/play_arrow:"):
            return None
    if at_once:
        with st.spinner("Looking at every row …"):
            return wb.preview(upload.id)
    wb.jobs.preview(upload.id)
    watch(upload.id)
    return None
