"""The file's lines as they stand, beside the table that they became; one click makes another line the header row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import streamlit as st

from core.files.table import RawLine

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "marquee_lines",
    css=(_HERE / "lines.css").read_text("utf-8"),
    js=(_HERE / "lines.js").read_text("utf-8"),
)
WORDS = {
    "preamble": "above",
    "header": "names",
    "continued": "goes on",
    "blank": "blank",
    "footer": "below",
    "other table": "other table",
}
ASIDE = {"preamble", "blank", "footer", "other table"}
SEEN = "_line-chosen"
_SIGNS = str.maketrans({"\t": "→", "\0": "␀", "\r": "␍", "\u2028": "␤"})


def draw(lines: Sequence[RawLine], *, clickable: bool) -> int | None:
    """Each line with its number and what became of it; the line that was just said to hold the column names."""
    data: dict[str, Any] = {
        "lines": [_line(line) for line in lines],
        "clickable": clickable,
        "label": "Lines of the file",
    }
    data["stamp"] = hashlib.sha256(orjson.dumps(data)).hexdigest()[:16]
    found = _component(key="raw-lines", data=data, on_header_change=_nothing).get("header")
    if not found or found["at"] == st.session_state.get(SEEN):
        return None
    st.session_state[SEEN] = found["at"]
    return int(found["line"])


def _nothing() -> None:
    """A trigger needs somebody who is told."""


def _line(line: RawLine) -> tuple[int, str, str, str]:
    """Its number, how it looks, what became of it, and its text."""
    fate = f"row {line.row:,}" if line.fate == "row" and line.row else WORDS.get(line.fate, "")
    kind = "header" if line.fate == "header" else "aside" if line.fate in ASIDE else ""
    return line.line, kind, fate, line.text.translate(_SIGNS)
