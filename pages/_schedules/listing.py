"""Schedules as a table, and one with its runs and what can be done with it."""

from __future__ import annotations

from datetime import datetime, timezone
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from core.history.events import now
from core.schedules.model import Run, Schedule
from pages import _state
from pages._errors import guard, show_stored
from pages._formats import count, exact, number, plain
from pages._html import table, when

STATUS = {
    "waiting": "waits for its turn",
    "running": "runs",
    "done": "done",
    "nothing": "nothing new",
    "failed": "failed",
    "cancelled": "cancelled",
}
WHY = {"due": "on time", "missed": "made up for", "asked": "asked for", "retry": "tried again"}


def every() -> None:
    """All of them, or what a schedule is."""
    wb = _state.workbench()
    found = wb.schedules()
    if not found:
        with st.container(border=True):
            st.markdown("**Nothing is imported by itself yet.**")
            st.caption(
                "A schedule looks into a folder, at an address or into a bucket of S3, and imports each file that is new."
            )
        return
    runs = {s.id: wb.schedules.runs(s.id, limit=1) for s in found}
    labels = {d.name: d.label for d in wb.datasets()}
    for schedule in found:
        definition = schedule.definition
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                _state.link(
                    "schedules",
                    f"**{plain(definition.name)}**",
                    icon=":material/schedule:",
                    schedule=schedule.id,
                )
                st.caption(
                    f"{plain(labels.get(definition.dataset, definition.dataset))} · {plain(definition.place.sentence())} · "
                    f"{plain(definition.rhythm.sentence())}",
                    width="content",
                )
                st.space("stretch")
                _badge(schedule, runs[schedule.id])
            if schedule.failures and runs[schedule.id] and (error := runs[schedule.id][0].error):
                st.caption(f":red[{plain(error['title'])}] {plain(error.get('detail', ''))}")


def _badge(schedule: Schedule, runs: list[Run]) -> None:
    last = runs[0] if runs else None
    if last and last.status in ("waiting", "running"):
        st.badge("runs now", icon=":material/autorenew:", color="blue")
    elif schedule.paused:
        st.badge("paused", icon=":material/pause:", color="gray")
    elif schedule.failures:
        words = f"failed, {count(schedule.failures, 'time')} in a row"
        st.badge(words, icon=":material/error:", color="red")
    else:
        st.badge(f"next {ahead(schedule.next_at)}", icon=":material/event:", color="green")


def ahead(at: datetime | None) -> str:
    """in 5 minutes, in 3 hours, in 2 days"""
    if at is None:
        return "never"
    seconds = int((at - now()).total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"in {count(seconds // size, unit)}"
    return "at once" if seconds <= 0 else "in less than a minute"


def one(schedule: Schedule) -> None:
    """What it does, what can be done, and its runs."""
    definition, wb = schedule.definition, _state.workbench()
    _state.link("schedules", "All schedules", icon=":material/arrow_back:")
    st.title(plain(definition.name))
    _acts(schedule)
    zone = ZoneInfo(definition.rhythm.zone)
    runs = wb.schedules.runs(schedule.id, limit=50)
    rows = [
        ["From", escape(definition.place.sentence())],
        ["When", escape(definition.rhythm.sentence())],
        ["Into", escape(wb.datasets.get(definition.dataset).label)],
        ["Recipe", escape(definition.recipe or "the usual one")],
        ["Then", "imported" if definition.act == "import" else "previewed; somebody imports it"],
    ]
    if definition.mode == "replace":
        meant = "all that the file lacks" if definition.confirm_deletions else "at most a tenth"
        rows.append(["Deleted", f"{meant} of what the source brought"])
    if definition.most_rejected < 100:
        rows.append(["Held back", f"above {definition.most_rejected:g} % of rows with errors"])
    if schedule.next_at:
        local = schedule.next_at.replace(tzinfo=timezone.utc).astimezone(zone)
        told = f"{ahead(schedule.next_at)} ({local:%a %d %b %Y, %H:%M} {definition.rhythm.zone})"
        rows.append(["Next run", escape(told)])
    table(["", ""], rows, tight=(0,))
    if runs and runs[0].status in ("waiting", "running"):
        _follow(schedule.id)
    if schedule.failures and runs and runs[0].error:
        show_stored(runs[0].error)
    st.subheader("Runs")
    if not runs:
        st.caption("It has not run yet.")
        return
    _runs(runs)


@st.fragment(run_every=1.0)
def _follow(schedule_id: str) -> None:
    """Until the run is over."""
    run = _state.workbench().schedules.runs(schedule_id, limit=1)[0]
    if run.status not in ("waiting", "running"):
        st.rerun()
    st.info(f"It {STATUS[run.status]} …", icon=":material/autorenew:")


def _runs(runs: list[Run]) -> None:
    rows = []
    for run in runs:
        links = " ".join(
            f'<a href="/history?upload={u}" target="_self">upload {n}</a>'
            for n, u in enumerate(run.uploads[:5], start=1)
        )
        error = escape(run.error.get("detail") or run.error["title"]) if run.error else ""
        rows.append(
            [
                when(run.due_at),
                WHY.get(run.why, run.why),
                STATUS.get(run.status, run.status),
                number(run.files),
                number(run.rows),
                f"{links} {error}".strip(),
            ]
        )
    table(["Due", "", "Result", "Files", "Rows", ""], rows, tight=(0, 1, 2, 3, 4))


def _acts(schedule: Schedule) -> None:
    noun = _state.workbench().schedules
    with st.container(horizontal=True, gap="small"):
        if _state.may("schedules.run"):
            if st.button("Run now", type="primary", icon=":material/play_arrow:"):
                with guard() as caught:
                    noun.run(schedule.id)
                if not caught:
                    st.rerun()
        if not _state.may("schedules.write"):
            return
        words = "Go on" if schedule.paused else "Pause"
        icon = ":material/resume:" if schedule.paused else ":material/pause:"
        if st.button(words, icon=icon):
            noun.pause(schedule.id, on=not schedule.paused)
            st.rerun()
        if st.button("Change", icon=":material/edit:"):
            _state.go("schedules", schedule=schedule.id, edit=1)
        with st.popover("Remove", icon=":material/delete:"):
            st.caption(f"What it imported stays. Made {exact(schedule.created_at)}.")
            if st.button("Remove the schedule", icon=":material/delete:"):
                noun.remove(schedule.id)
                _state.flash("The schedule was removed")
                _state.go("schedules")
