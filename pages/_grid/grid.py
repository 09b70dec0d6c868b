"""The grid on a page: rows in, one act of the user out. What becomes of the act is the page's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
import streamlit as st

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "marquee_grid",
    css=(_HERE / "grid.css").read_text("utf-8"),
    js=(_HERE / "grid.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Column:
    """A column: its id, its heads, whether it stays in view, can be typed into, sorts, and what it allows."""

    id: str
    label: str
    note: str = ""
    pinned: bool = False
    editable: bool = False
    sorts: bool = False
    alike: bool = False
    link: bool = False
    right: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row: its id, what stands at its head, its texts, and what is wrong with them."""

    id: str
    head: str
    cells: Mapping[str, str | None]
    marks: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    whole: Sequence[dict[str, Any]] = ()
    fixed: Sequence[str] = ()


def draw(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    key: str,
    label: str = "Rows",
    height: int = 480,
    hint: str = "",
    sort: str | None = None,
    undo: bool | None = None,
    redo: bool = False,
    opens: bool = False,
    lit: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Draw it; what somebody just did, in order, as {"kind": edit, paste, all, undo, redo, sort or open, ...}."""
    data: dict[str, Any] = {
        "columns": [asdict(c) for c in columns],
        "rows": [asdict(r) for r in rows],
        "label": label,
        "height": height,
        "hint": hint,
        "sort": sort,
        "undo": undo,
        "redo": redo,
        "opens": opens,
        "lit": list(lit),
    }
    # Data that is the same is not drawn anew: what somebody types meanwhile stays. An act is answered by new data,
    # even where it is what stood there before: a text that was refused.
    data["answered"] = answered = int(st.session_state.get(f"_answered-{key}", 0))
    data["stamp"] = hashlib.sha256(orjson.dumps(data)).hexdigest()[:16]
    found = _component(key=key, data=data, on_acts_change=_nothing)
    acts = [dict(act) for act in found.get("acts") or () if act["at"] > answered]
    if acts:
        st.session_state[f"_answered-{key}"] = max(act["at"] for act in acts)
    return acts


def _nothing() -> None:
    """A trigger needs somebody who is told."""
