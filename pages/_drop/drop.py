"""The drop zone on a page: files go to the API in chunks, and the page is told when one is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.ingest.transfers import Transfer
from pages import _state
from pages._formats import size

_HERE = Path(__file__).parent
TICKET = "_drop-ticket"
_component = st.components.v2.component(
    "marquee_drop",
    css=(_HERE / "drop.css").read_text("utf-8"),
    js=(_HERE / "drop.js").read_text("utf-8"),
)


def draw(options: Mapping[str, Any], unfinished: Sequence[Transfer], *, key: str = "drop") -> bool:
    """Draw it; whether a file arrived since the last time. `options` are those of a transfer."""
    if TICKET not in st.session_state:
        st.session_state[TICKET] = _state.workbench().transfers.ticket()
    data = {
        "url": "/api/v1",
        "ticket": st.session_state[TICKET],
        "options": {k: v for k, v in options.items() if v not in (None, "")},
        "most": _state.workbench().settings.max_file_mb * 1_000_000,
        "unfinished": [
            {
                "name": t.filename,
                "share": t.received / t.size,
                "told": f"{size(t.received)} of {size(t.size)} are here",
            }
            for t in unfinished
        ],
    }
    found = _component(key=key, data=data, on_done_change=_nothing)
    seen = int(st.session_state.get(f"_done-{key}", 0))
    done = int(found.get("done") or 0)
    st.session_state[f"_done-{key}"] = max(seen, done)
    return done > seen


def _nothing() -> None:
    """A trigger needs somebody who is told."""
