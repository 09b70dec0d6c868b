"""What can be gone to, the keys, and the jobs that run, for the component that shows them above every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from core.jobs.table import Job
from pages import _state
from pages._formats import number
from pages._progress import STAGES

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "marquee_palette",
    css=(_HERE / "palette.css").read_text("utf-8"),
    js=(_HERE / "palette.js").read_text("utf-8"),
)
UPLOADS = 12  # the newest ones can be gone to
KINDS = {
    "import": "Import",
    "preview": "Look at every row",
    "backup": "Backup",
    "schedule": "Schedule",
    "export": "Export",
    "matching": "Compare the records",
}
KEYS = (
    (
        "Everywhere",
        (
            ("Ctrl K", "Go to a page, a dataset, an upload; search the records"),
            ("?", "These keys"),
            ("Tab", "The next field or button"),
            ("Esc", "Close what is open"),
        ),
    ),
    (
        "In a grid of rows",
        (
            ("← ↑ → ↓", "Move; also Home, End, Page up, Page down"),
            ("Enter F2", "Edit a cell, or begin to type"),
            ("Delete", "Empty a cell"),
            ("Ctrl C Ctrl V", "Copy and paste, also blocks of a spreadsheet"),
            ("Ctrl Z Ctrl Y", "Undo and redo"),
        ),
    ),
)


def draw(pages: Mapping[str, Sequence[Any]]) -> None:
    """Above every page; while something runs, it is asked for every two seconds, without the rest of the page."""
    targets = [*_pages(pages), *_datasets(), *_uploads()]
    every = 2.0 if _active() else None
    with st.container(key="palette"):
        st.fragment(run_every=every)(_draw)(targets)


def _draw(targets: list[dict[str, Any]]) -> None:
    data = {
        "targets": targets,
        "search": "search",
        "keys": KEYS,
        "jobs": [_told(job) for job in _active()],
    }
    found = _component(key="palette-box", data=data, on_go_change=_nothing)
    target = found.get("go")
    if target and target.get("at") != st.session_state.get("_gone"):
        st.session_state["_gone"] = target["at"]
        if target["page"] in {t["page"] for t in targets} | {"search"}:
            _state.go(target["page"], **target["params"])


def _nothing() -> None:
    """A trigger needs somebody who is told."""


def _pages(pages: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [
        {"label": page.title, "kind": group or "Work", "page": page.url_path or page.title.lower()}
        for group, of_group in pages.items()
        for page in of_group
    ]


def _datasets() -> list[dict[str, Any]]:
    if not _state.may("datasets.read"):
        return []
    return [
        {"label": d.label, "kind": "Records of", "page": "records", "params": {"dataset": d.name}}
        for d in _state.workbench().datasets()
    ]


def _uploads() -> list[dict[str, Any]]:
    if _state.in_part() or not _state.may("uploads.read"):
        return []
    return [
        {"label": u.filename, "kind": "Upload", "page": "history", "params": {"upload": u.id}}
        for u in _state.workbench().uploads(limit=UPLOADS)
        if u.kind == "import"
    ]


def _active() -> list[Job]:
    if _state.in_part() or not _state.may("jobs.read"):
        return []
    return [job for job in _state.workbench().jobs(limit=30) if job.active]


def _told(job: Job) -> dict[str, Any]:
    """A job as the tray says it."""
    named = str(job.options.get("filename") or job.options.get("name") or "")
    if job.upload_id:
        named = _state.workbench().uploads.get(job.upload_id).filename
    label = KINDS.get(job.kind, job.kind.replace("_", " ").capitalize())
    parts = [STAGES.get(job.stage or "waiting", job.stage or "")]
    if 0 < job.share < 1:
        parts.append(f"{job.share:.0%}")
    if job.rate >= 1:
        parts.append(f"{number(int(job.rate))} rows/s")
    if (left := _left(job)) is not None:
        parts.append(f"{left // 60} min left" if left >= 90 else f"{left} s left")
    return {
        "id": job.id,
        "label": f"{label}: {named}" if named else label,
        "told": " · ".join(p for p in parts if p),
        "share": min(job.share, 1.0),
    }


def _left(job: Job) -> int | None:
    """Seconds until it ends, when it goes on as until now."""
    if not 0.02 < job.share < 1 or job.started_at is None:
        return None
    began = job.started_at if job.started_at.tzinfo else job.started_at.replace(tzinfo=UTC)
    return int((datetime.now(UTC) - began).total_seconds() * (1 - job.share) / job.share)
