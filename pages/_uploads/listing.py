"""How an upload is shown wherever it appears: its badge, its counts, its line in a list."""

from __future__ import annotations

import streamlit as st

from core.ingest.uploads import Counts, Upload
from pages import _state
from pages._formats import count, number, plain, who
from pages._html import aside

# status -> (label, colour, icon)
STATUS = {
    "received": ("not finished", "orange", ":material/pending:"),
    "staged": ("not finished", "orange", ":material/pending:"),
    "previewed": ("waits for your yes", "orange", ":material/pending:"),
    "importing": ("importing", "blue", ":material/sync:"),
    "imported": ("imported", "green", ":material/check:"),
    "rejected": ("refused", "red", ":material/block:"),
    "failed": ("failed", "red", ":material/error:"),
    "rolled_back": ("taken back", "gray", ":material/undo:"),
    "cancelled": ("cancelled", "gray", ":material/close:"),
}
OUTCOMES = {
    "new": "new",
    "changed": "changed",
    "unchanged": "unchanged",
    "repeated": "repeated",
    "conflicting": "conflicting",
    "rejected": "rejected",
    "deleted": "deleted",
}


def badge(upload: Upload) -> None:
    """The state of an upload as a coloured word."""
    label, colour, icon = STATUS[upload.status]
    if upload.kind == "rollback" and upload.status == "imported":
        label = "done"
    st.badge(label, color=colour, icon=icon)  # type: ignore[arg-type]


def title(upload: Upload) -> str:
    """What the line is about."""
    return f"Undo of {upload.filename}" if upload.kind == "rollback" else upload.filename


def summary(upload: Upload) -> str:
    """The counts in one short line."""
    if upload.kind == "rollback":
        found = [f"{count(upload.counts.reversed, 'record')} set back"]
        found += [f"{number(upload.counts.kept)} kept"] if upload.counts.kept else []
        found += [f"{number(upload.counts.failed)} not possible"] if upload.counts.failed else []
        return " · ".join(found)
    if not upload.counts.rows:
        return ""
    named = {k: getattr(upload.counts, k) for k in OUTCOMES}
    told = [f"{number(n)} {OUTCOMES[k]}" for k, n in named.items() if n]
    return " · ".join([count(upload.counts.rows, "row"), *told])


def open_link(upload: Upload) -> None:
    """A link to where the upload can be worked on: its page, or the step where it stands."""
    icon = ":material/undo:" if upload.kind == "rollback" else ":material/description:"
    _state.link("history", plain(title(upload)), icon=icon, upload=upload.id)


def line(upload: Upload, *, dataset: bool = True) -> None:
    """One line in a list of uploads."""
    left, right = st.columns([5, 2], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        open_link(upload)
        badge(upload)
    facts = [summary(upload)]
    if dataset:
        facts.append(upload.dataset)
    left.caption(" · ".join(plain(f) for f in facts if f) or "not imported yet")
    with right:
        aside(upload.created_at, who(upload.actor, upload.door))


def metrics(counts: Counts, *, names: tuple[str, ...] = tuple(OUTCOMES)) -> None:
    """The counts as figures; what is zero and rare is left out."""
    shown = {"rows": counts.rows, **{n: getattr(counts, n) for n in names}}
    rare = {"repeated", "conflicting", "deleted"}
    with st.container(horizontal=True, gap="small"):
        for name, value in shown.items():
            if value or name not in rare:
                st.metric(name.capitalize(), number(value), border=True, width=140)
