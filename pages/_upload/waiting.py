"""The queue on the page: one line per file with its stage, what can be done with it, and with all of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.ingest.queue import Entry
from pages import _state
from pages._errors import guard
from pages._formats import count, number, plain, size
from pages._progress import STAGES

SHOWN = 50
LOOKS = {
    "asks": ("What are these rows?", "orange", ":material/help:"),
    "waiting": ("Waiting for its turn", "gray", ":material/hourglass_top:"),
    "working": ("At work", "blue", ":material/autorenew:"),
    "ready": ("Ready", "violet", ":material/task_alt:"),
    "imported": ("Imported", "green", ":material/check_circle:"),
    "rolled_back": ("Taken back", "gray", ":material/undo:"),
    "failed": ("Failed", "red", ":material/error:"),
    "cancelled": ("Cancelled", "gray", ":material/cancel:"),
}


def draw() -> None:
    """Nothing where nothing is queued; redrawn each second while something runs."""
    entries = _state.workbench().queue()
    if not entries:
        return
    st.subheader("In the queue")
    if any(e.state in ("waiting", "working") for e in entries):
        _live()
    else:
        _all(entries)


@st.fragment(run_every=1.0)
def _live() -> None:
    entries = _state.workbench().queue()
    _all(entries)
    if not any(e.state in ("waiting", "working") for e in entries):
        st.rerun()  # the rest of the page shows what became of them


def _all(entries: list[Entry]) -> None:
    states = [e.state for e in entries]
    busy = states.count("waiting") + states.count("working")
    parts = [f"{number(states.count(s))} {_word(s)}" for s in LOOKS if s in states]
    st.caption(f"{count(len(entries), 'file')}: {', '.join(parts)}")
    _acts_on_all(states, busy)
    with st.container(key="queue"):
        for entry in entries[:SHOWN]:
            _line(entry)
    if len(entries) > SHOWN:
        st.caption(f"{number(len(entries) - SHOWN)} more are not shown")


def _word(state: str) -> str:
    return "to be placed" if state == "asks" else LOOKS[state][0].lower()


def _acts_on_all(states: Sequence[str], busy: int) -> None:
    queue, ready, failed = (
        _state.workbench().queue,
        states.count("ready"),
        states.count("failed"),
    )
    with st.container(horizontal=True, gap="small"):
        if ready and _state.may("uploads.import"):
            label = f"Import {count(ready, 'ready file')}"
            if st.button(label, type="primary", icon=":material/publish:", key="queue-import"):
                _imported(ready)
        if failed and st.button("Retry what failed", icon=":material/refresh:", key="queue-retry"):
            _done(queue.retry)
        if busy and st.button("Cancel all", icon=":material/stop_circle:", key="queue-cancel"):
            _done(queue.cancel)
        if len(states) > busy and st.button(
            "Clear the list",
            icon=":material/clear_all:",
            key="queue-clear",
            help="What is imported stays imported; what is not is discarded.",
        ):
            _done(queue.discard)


def _done(act: object, *arguments: object) -> None:
    with guard() as caught:
        act(*arguments)  # type: ignore[operator]
    if not caught:
        st.rerun()


def _imported(ready: int) -> None:
    with guard() as caught:
        queue = _state.workbench().queue
        ordered = len(queue.import_())
        if left := sum(entry.state == "ready" for entry in queue()):
            _state.flash(
                f"{ordered} of {ready} were ordered; {left} wait: no more of yours may be at once"
            )
    if not caught:
        st.rerun()


def _line(entry: Entry) -> None:
    words, colour, icon = LOOKS[entry.state]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(entry.upload.filename)}**", width="content")
            st.caption(_facts(entry), width="content")
            st.badge(words, icon=icon, color=colour)  # type: ignore[arg-type]
            st.space("stretch")
            _acts(entry)
        if entry.state == "working":
            st.progress(min(entry.share, 1.0), text=_speed(entry))
        if entry.state == "failed" and entry.error:
            detail = entry.error.get("detail") or ""
            more = " Open it to see these records, and to agree." if _deletes(entry) else ""
            st.caption(f":red[{plain(entry.error.get('title', ''))}] {plain(detail)}{more}")
        if entry.state == "asks":
            _ask(entry)


def _deletes(entry: Entry) -> bool:
    """Whether it was not imported because many records would be deleted: the list shows none, so its preview asks."""
    return bool(entry.error and entry.error.get("code") == "many_deletions")


def _facts(entry: Entry) -> str:
    upload, counts = entry.upload, entry.upload.counts
    label = _state.workbench().datasets.get(upload.dataset).label
    parts = [] if entry.state == "asks" else [plain(label)]
    if sheet := upload.plan.reading.get("sheet"):
        parts.append(plain(f"sheet {sheet}"))
    parts.append(size(upload.size))
    if counts.rows:
        parts.append(count(counts.rows, "row"))
        wrong = counts.rejected + counts.conflicting
        if wrong:
            parts.append(f":orange[{number(wrong)} with errors]")
    return " · ".join(parts)


def _speed(entry: Entry) -> str:
    parts = [f"{entry.share:.0%}", STAGES.get(entry.stage or "", entry.stage or "")]
    if entry.rate >= 1:
        parts.append(f"{number(int(entry.rate))} rows/s")
    if entry.seconds_left is not None:
        left = int(entry.seconds_left)
        parts.append(f"{left // 60} min left" if left >= 90 else f"{left} s left")
    return " · ".join(filter(None, parts))


def _acts(entry: Entry) -> None:
    it, queue = entry.upload.id, _state.workbench().queue
    if entry.state in ("waiting", "working"):
        if st.button("Cancel", icon=":material/stop_circle:", key=f"q-cancel-{it}"):
            _done(queue.cancel, [it])
        return
    if entry.state in ("ready", "failed", "asks"):
        step = "check" if entry.state == "ready" else "preview" if _deletes(entry) else "read"
        _state.link("upload", "Open", icon=":material/open_in_new:", upload=it, step=step)
    if entry.state in ("imported", "rolled_back"):
        _state.link("history", "Open", icon=":material/open_in_new:", upload=it)
    if entry.state == "ready" and _state.may("uploads.import"):
        if st.button("Import", icon=":material/publish:", key=f"q-import-{it}"):
            _done(queue.import_, [it])
    if entry.state in ("failed", "cancelled"):
        if st.button("Retry", icon=":material/refresh:", key=f"q-retry-{it}"):
            _done(queue.retry, [it])
    taken = entry.state in ("imported", "rolled_back", "cancelled")
    if st.button(
        "Hide" if taken else "Discard",
        icon=":material/visibility_off:" if taken else ":material/delete:",
        key=f"q-discard-{it}",
    ):
        _done(queue.discard, [it])


def _ask(entry: Entry) -> None:
    """No dataset fits: make one of the file, or say which it is."""
    best = entry.proposals[0] if entry.proposals else None
    if best:
        st.caption(f"No dataset fits this file: {plain(best.why)}.")
    it, wb = entry.upload.id, _state.workbench()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if _state.may("datasets.write") and st.button(
            "New dataset from this file", icon=":material/add:", type="primary", key=f"q-new-{it}"
        ):
            with guard() as caught:
                made = wb.uploads.new_dataset(it).dataset
                wb.queue.place(it, made)
            if not caught:
                _state.flash(f"The dataset {made} was made of it")
                st.rerun()
        labels = {p.dataset: p.label for p in entry.proposals}
        chosen = st.selectbox(
            "Or it belongs to",
            list(labels),
            format_func=lambda n: labels[n],
            index=None,
            placeholder="Or it belongs to …",
            label_visibility="collapsed",
            width=230,
            key=f"q-place-{it}",
        )
    if chosen:
        _done(wb.queue.place, it, chosen)
