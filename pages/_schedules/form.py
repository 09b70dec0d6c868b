"""The form of a schedule: from where, when, what is done; and which files it would take."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from core.schedules.model import DAYS, Definition, Schedule
from pages import _state
from pages._errors import guard
from pages._formats import count, plain
from pages._html import two
from pages._upload.choose import MODES

KINDS = {"folder": "A folder", "address": "An address", "s3": "S3"}


def draw(schedule: Schedule | None) -> None:
    """New, or changed."""
    old = schedule.definition if schedule else None
    back = {"schedule": schedule.id} if schedule else {}
    _state.link("schedules", "Back", icon=":material/arrow_back:", **back)
    st.title(f"Change {plain(old.name)}" if old else "New schedule")
    left, right = two("schedule", 1, 1)
    with left:
        data: dict[str, Any] = {"name": st.text_input("Name", value=old.name if old else "")}
        data["place"] = _place(old)
        data["rhythm"] = _rhythm(old)
    with right:
        data |= _what(old)
    with st.container(horizontal=True, gap="small"):
        if st.button("Save", type="primary", icon=":material/save:"):
            with guard() as caught:
                saved = _state.workbench().schedules.save(
                    data, replace=schedule.id if schedule else None
                )
            if not caught:
                _state.flash("The schedule is saved")
                _state.go("schedules", schedule=saved.id)
        if st.button("Which files are there?", icon=":material/search:"):
            with guard():
                files = _state.workbench().schedules.try_out({**data, "name": data["name"] or "?"})
                shown = ", ".join(plain(f) for f in files.files[:10])
                told = f"{count(len(files.files), 'file')}: {shown}" if files.files else "None."
                st.info(told, icon=":material/folder_open:")


def _place(old: Definition | None) -> dict[str, Any]:
    was = old.place if old else None
    kind = st.segmented_control(
        "From",
        list(KINDS),
        format_func=lambda k: KINDS[k],
        default=was.kind if was else "folder",
        required=True,
        key="schedule-kind",
    )
    found: dict[str, Any] = {"kind": kind}
    if kind == "folder":
        found["folder"] = st.text_input(
            "Folder on the server",
            value=was.folder if was else "",
            placeholder="/data/incoming",
        )
    else:
        example = "https://example.org/people.csv" if kind == "address" else "s3://bucket/folder/"
        found["url"] = st.text_input("Address", value=was.url if was else "", placeholder=example)
    if kind != "address":
        found["pattern"] = st.text_input(
            "Which files", value=was.pattern if was else "*.csv", help="* matches any characters."
        )
        found["deep"] = st.checkbox("Folders in it, too", value=was.deep if was else False)
    return found


def _rhythm(old: Definition | None) -> dict[str, Any]:
    was = old.rhythm if old else None
    units = ["minutes", "hours", "days", "weeks"]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        every = st.number_input("Every", 1, 1_000, was.every if was else 1, width=130)
        unit = st.selectbox(
            "Unit", units, index=units.index(was.unit if was else "days"), width=160
        )
    found: dict[str, Any] = {"every": int(every), "unit": unit}
    if unit not in ("days", "weeks"):
        return found
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        at = st.time_input("At", value=time.fromisoformat(was.at if was else "03:00"), width=130)
        zones = ["UTC", *sorted(z for z in available_timezones() if "/" in z)]
        zone = was.zone if was else "UTC"
        found["zone"] = st.selectbox(
            "Time zone", zones, index=zones.index(zone) if zone in zones else 0, width=260
        )
    found["at"] = f"{at:%H:%M}"
    found["days"] = st.pills(
        "Only on",
        list(DAYS),
        format_func=lambda d: d[:3].capitalize(),
        selection_mode="multi",
        default=list(was.days) if was else [],
        key="schedule-days",
    )
    return found


def _what(old: Definition | None) -> dict[str, Any]:
    wb = _state.workbench()
    labels = {d.name: d.label for d in wb.datasets()}
    names = list(labels)
    dataset = st.selectbox(
        "Into the dataset",
        names,
        index=names.index(old.dataset) if old and old.dataset in names else 0,
        format_func=lambda n: labels[n],
    )
    saved = [None, *(r.name for r in wb.recipes(dataset))]
    recipe = st.selectbox(
        "Cleaned by",
        saved,
        index=saved.index(old.recipe) if old and old.recipe in saved else 0,
        format_func=lambda r: r or "The usual cleaning",
    )
    modes = list(MODES)
    mode = st.selectbox(
        "What to do with the rows",
        modes,
        index=modes.index(old.mode) if old else 0,
        format_func=lambda m: MODES[m][0],
    )
    act = st.radio(
        "When a file is there",
        ["import", "preview"],
        index=1 if old and old.act == "preview" else 0,
        format_func=lambda a: {"import": "Import it", "preview": "Look at it, and wait for me"}[a],
    )
    most = st.slider(
        "Hold a file back when more rows than this have errors (%)",
        *(0, 100, int(old.most_rejected) if old else 20),
    )
    meant = mode == "replace" and st.checkbox(
        "Also when a file lacks more than a tenth of what its source brought",
        value=old.confirm_deletions if old else False,
        help="Without this such a file waits, because it may be half of a file.",
    )
    catch_up = st.checkbox(
        "Make up for a run that was missed while the server was off",
        value=old.catch_up if old else True,
    )
    told: dict[str, Any] = {"dataset": dataset, "recipe": recipe, "mode": mode, "act": act}
    kept = {"source": old.source, "on_error": old.on_error} if old else {}
    told |= {"most_rejected": most, "catch_up": catch_up, "confirm_deletions": meant}
    return {**kept, **told}
