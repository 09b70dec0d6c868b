"""What there is, what waits, and, at the very beginning, what to do."""

from __future__ import annotations

import streamlit as st

from core.datasets.registry import DEFAULT
from core.errors import DuplicateUpload
from core.ingest.uploads import Upload
from core.workbench import Workbench
from pages import _cached, _progress, _state, _views
from pages._home import analytics, todo, trends
from pages._uploads import listing
from pages._errors import guard
from pages._formats import count, plain
from pages._html import two
from pages._upload.templates import downloads
from pages._upload.choose import SAMPLES

LAST = 6
VIEWS = {"": "Today", "analytics": "Analytics"}
POINTS = (
    (
        ":material/upload_file:",
        "Bring a file",
        "CSV, JSON or Excel, whatever its columns are called.",
    ),
    (
        ":material/difference:",
        "See what would change",
        "Every problem and every difference, before anything happens.",
    ),
    (":material/undo:", "Take it back", "Any import, at any time. Later changes stay."),
)


def main() -> None:
    """Kind when empty, a summary later."""
    wb = _state.workbench()
    counts = {d.name: _cached.total(d.name) for d in wb.datasets()}
    last = wb.uploads(limit=LAST)
    if not last and not any(counts.values()):
        welcome(wb)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Home", width="content")
        st.space("stretch")
        if st.button("Upload a file", type="primary", icon=":material/upload_file:"):
            _state.go("upload")
    if _views.choose(VIEWS) == "analytics":
        analytics.draw()
        return
    worried(wb)
    trends.alerts()
    trends.datasets(wb.datasets(), counts)
    running(wb)
    left, right = two("home", 3, 2)
    with left:
        todo.draw()
        recent(last)
    with right:
        trends.month()


def welcome(wb: Workbench) -> None:
    """Nothing is here yet."""
    st.title("Welcome to Marquee")
    st.markdown(
        "A workbench for data about people. **Nothing is here yet.** How would you like to begin?"
    )
    with st.container(horizontal=True):
        if st.button("Load the sample", type="primary", icon=":material/auto_awesome:"):
            load_sample(wb)
        if st.button("Upload a file", icon=":material/upload_file:"):
            _state.go("upload")
    st.caption(
        "The sample holds about 200 real public figures in several scripts. It can be taken back."
    )
    st.space("small")
    for place, (icon, title, text) in zip(st.columns(3), POINTS):
        with place, st.container(border=True, height="stretch"):
            st.markdown(f"{icon} **{title}**")
            st.caption(text)
    with st.container(border=True):
        st.markdown("**Rather begin with an empty table?** Fill in a template and upload it.")
        downloads(wb.datasets()[0])


def load_sample(wb: Workbench) -> None:
    """Import the sample and show the records."""
    with guard(), st.spinner("Loading about 200 people …"):
        try:
            done = wb.import_file(SAMPLES / "celebrities.json")
            _state.flash(f"{count(done.counts.new, 'person', 'people')} loaded")
        except DuplicateUpload:
            _state.flash("The sample is here already", ":material/info:")
        _state.go("records", dataset=DEFAULT)


def worried(wb: Workbench) -> None:
    """When backups are planned and something is wrong with them, for whoever may see backups."""
    worry = wb.backups.state().worry if _state.may("backups.read") else ""
    if worry:
        with st.container(key="worry"):
            st.warning(f"**{plain(worry)}** The records are safe.", icon=":material/shield:")
            _state.link("backups", "See the backups", icon=":material/shield:")


def running(wb: Workbench) -> None:
    """Jobs of this moment, with their progress."""
    for job in [j for j in wb.jobs(limit=20) if j.active]:
        if job.upload_id is None:
            continue  # a backup has its own page
        with st.container(border=True):
            st.markdown(f"**{plain(wb.uploads.get(job.upload_id).filename)}**")
            _progress.watch(job.upload_id)


def recent(last: list[Upload]) -> None:
    """The newest uploads."""
    if not last:
        return
    st.subheader("Last uploads")
    with st.container(border=True):
        for upload in last:
            listing.line(upload)
    _state.link("history", "The whole history", icon=":material/history:")


main()
