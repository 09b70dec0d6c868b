"""The form of a table step: it is drawn from what its kind takes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from core.cleaning.clusters import METHODS
from core.cleaning.shaping import registry
from core.cleaning.shaping.functions import FUNCTIONS
from core.cleaning.shaping.kind import TableKind
from core.cleaning.shaping.shaped import after
from core.cleaning.shaping.step import TableStep, parse_table_steps
from core.errors import MarqueeError
from core.ingest.uploads import Upload
from pages import _cached, _state
from pages._errors import guard
from pages._formats import count, plain
from pages._html import old_new, table as draw_table

EXPRESSIONS = ("compute", "filter")


def keep(upload: Upload, steps: Sequence[TableStep]) -> None:
    """Keep other table steps and compute everything anew."""
    with guard():
        _state.workbench().uploads.plan(upload.id, table_steps=list(steps))
        st.rerun()


@st.dialog("A step on the columns of the file", width="medium")
def draw(upload: Upload, place: int, step: TableStep | None) -> None:
    """A new step at a place, or another one in place of `step`."""
    ops = list(registry.KINDS)
    op = st.selectbox(
        "What is to be done",
        ops,
        index=ops.index(step.op) if step else 0,
        format_func=lambda o: registry.KINDS[o].title,
        key=f"step-op-{place}",
    )
    kind = registry.KINDS[op]
    st.caption(plain(kind.does))
    names = _names(upload, place)
    same = step if step and step.op == op else None
    given = {"op": op, **_parts(upload, kind, names, same, f"{place}-{op}")}
    _live(upload, place, given)
    if st.button("Keep this step", type="primary", icon=":material/check:", key="keep-step"):
        with guard():
            (made,) = parse_table_steps([given])
            steps = list(upload.plan.table_steps)
            steps[place : place + (step is not None)] = [made]
            _state.workbench().uploads.plan(upload.id, table_steps=steps)
            st.rerun()


def _live(upload: Upload, place: int, given: dict[str, Any]) -> None:
    """What the step would do, while it is being written: some cells before and after."""
    try:
        (made,) = parse_table_steps([given])
        steps = [*upload.plan.table_steps[:place], made]
        found = _state.workbench().uploads.effects(upload.id, table_steps=steps)
    except MarqueeError as error:
        st.caption(f":gray[{plain(error.detail or error.title)}]")
        return
    effect = found.table[place]
    if effect.error:
        st.caption(f":orange[{plain(effect.error)}]")
        return
    looked = (
        count(found.looked, "row") if found.whole else f"the first {count(found.looked, 'row')}"
    )
    what = f"{count(effect.rows, 'row')} taken away" if effect.rows else "nothing changes"
    if effect.cells:
        what = f"{count(effect.cells, 'cell')} changed"
    st.markdown(f":small[**What it does** to {looked}: {what}.]")
    rows = [[escape(c), old_new(old, new, 80)] for c, old, new in effect.examples]
    if rows:
        draw_table(["Column", "Before and after"], rows, tight=(0,))


def _names(upload: Upload, place: int) -> tuple[str, ...]:
    """The columns before the step."""
    table = _cached.draft(upload).table
    return after(table.given or table.names, upload.plan.table_steps[:place])


def _parts(
    upload: Upload, kind: TableKind, names: tuple[str, ...], step: TableStep | None, key: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in kind.parts:
        label = kind.labels.get(part, "")
        if part in ("column", "columns"):
            found["columns"] = _columns(part, kind, names, step, key)
        elif part == "value":
            found["value"] = _value(kind, names, label, step, key)
        elif part == "to":
            found["to"] = st.text_input(label, value=(step and step.to) or "", key=f"to-{key}")
        elif part == "into":
            typed = st.text_input(
                label, value=", ".join(step.into) if step else "", key=f"into-{key}"
            )
            found["into"] = [n.strip() for n in (typed or "").split(",") if n.strip()]
        elif kind.op == "merge":
            found["values"] = _clusters(upload, found["columns"], key)
        else:
            found["values"] = _values(step, key)
    return found


def _columns(
    part: str, kind: TableKind, names: tuple[str, ...], step: TableStep | None, key: str
) -> list[str]:
    present = [c for c in step.columns if c in names] if step else []
    if part == "column" or kind.op == "merge":
        index = names.index(present[0]) if present else None
        one = st.selectbox("Column", names, index=index, placeholder="choose …", key=f"col-{key}")
        return [one] if one else []
    return st.multiselect(
        "Columns",
        names,
        default=present,
        placeholder="every column" if kind.every else "choose …",
        key=f"cols-{key}",
    )


def _value(
    kind: TableKind, names: tuple[str, ...], label: str, step: TableStep | None, key: str
) -> str | None:
    present = step.value if step else None
    if kind.choices:
        options = list(kind.choices)
        index = options.index(present) if present in options else 0
        return st.radio(
            "How", options, index=index, format_func=lambda o: kind.choices[o], key=f"how-{key}"
        )
    if kind.op not in EXPRESSIONS:
        return st.text_input(label, value=present or "", key=f"value-{key}")
    typed = st.text_area(
        label,
        value=present or "",
        placeholder='if [Age] >= 18 then "adult" else "minor"',
        key=f"value-{key}",
    )
    with st.popover("Columns and functions", icon=":material/function:"):
        st.markdown(" ".join(f"`[{n}]`" for n in names))
        for name, function in FUNCTIONS.items():
            takes = ", ".join(function.takes) + (", …" if function.more else "")
            st.markdown(f":small[`{name}({takes})` {plain(function.does)}]")
    return typed


def _values(step: TableStep | None, key: str) -> dict[str, str]:
    text = "\n".join(f"{a} = {b}" for a, b in step.values.items()) if step else ""
    typed = st.text_area(
        "Values, one a line: the value in the file = the value it becomes",
        value=text,
        placeholder="1 = female\n2 = male",
        key=f"values-{key}",
    )
    pairs = [line.partition("=") for line in (typed or "").splitlines() if line.strip()]
    return {a.strip(): b.strip() for a, _, b in pairs}


def _clusters(upload: Upload, columns: list[str], key: str) -> dict[str, str]:
    """Spellings that probably mean the same: which to merge, and what they become."""
    if not columns:
        return {}
    method = st.segmented_control("Found by", METHODS, default=METHODS[0], key=f"method-{key}")
    found = _state.workbench().uploads.spellings(upload.id, columns[0], method or METHODS[0])
    if not found:
        st.caption("No spellings are alike in this way.")
        return {}
    rows = [
        {
            "Merge": True,
            "Spellings": " | ".join(v for v, _ in c.values),
            "Becomes": c.to,
            "Rows": c.rows,
        }
        for c in found[:200]
    ]
    edited = st.data_editor(
        rows,
        hide_index=True,
        disabled=["Spellings", "Rows"],
        key=f"clusters-{key}-{columns[0]}-{method}",
    )
    st.caption(f"{count(len(found), 'cluster')}; the most frequent spelling is proposed.")
    merged: dict[str, str] = {}
    for cluster, row in zip(found, edited):
        if row["Merge"]:
            to = str(row["Becomes"])
            merged |= {v: to for v, _ in cluster.values if v != to}
    return merged
