"""The score of the file as it is cleaned now, the checks that lower it, and their repair as steps of the recipe."""

from __future__ import annotations

import polars
import streamlit as st

from core.datasets.model import Dataset
from core.ingest.uploads import Upload
from core.quality.filed import FileFix
from core.quality.repair import FoundValue
from core.quality.score import Checked, Score
from pages import _state
from pages._errors import guard
from pages._formats import count, plain
from pages._html import height
from pages._quality import figures

SHOWN = 8
SEEN = "_file-fix"


def draw(upload: Upload, dataset: Dataset) -> None:
    """Nothing where nothing is measured."""
    with guard():
        found = _state.workbench().quality.of_file(upload.id)
        if found.total is None:
            return
        with st.container(border=True):
            st.markdown(f"**Score of the file** {figures.tinted(found.total)} :gray[of 100]")
            told = [f"{d} {s:.1f}" for d, s in found.dimensions.items() if s is not None]
            st.caption(f"As it is cleaned now: {', '.join(told)}.")
            failing = _failing(found)
            for check in failing[:SHOWN]:
                _check(upload, dataset, check)


def _failing(found: Score) -> list[Checked]:
    bad = [c for c in found.checks if c.bad and c.rule != "any"]
    return sorted(bad, key=lambda c: (c.dimension != "validity", -c.bad))


def _check(upload: Upload, dataset: Dataset, check: Checked) -> None:
    label = f"{plain(check.title)}: {count(check.bad, 'row')}"
    if check.dimension != "validity" or dataset.field(check.field or "").type == "list":
        st.caption(label)
        return
    with st.expander(label, key=f"file-check-{check.id}", on_change="rerun") as opened:
        if opened.open:
            _values(upload, check)


def _values(upload: Upload, check: Checked) -> None:
    quality = _state.workbench().quality
    found = quality.file_values(upload.id, check.id)
    if not found:
        st.caption("The rows have no value here that could be replaced.")
        return
    fixes = _fixes(found, f"{upload.id}-{check.id}-{check.bad}")
    if st.button(
        "Show the new score", icon=":material/calculate:", disabled=not fixes, key=f"ask-{check.id}"
    ):
        with guard(), st.spinner("Counting …"):
            seen = quality.project_fix(upload.id, check.id, fixes)
            st.session_state[SEEN] = (check.id, fixes, seen)
    kept = st.session_state.get(SEEN)
    if kept and kept[:2] == (check.id, fixes):
        _confirm(upload, check, fixes, kept[2])


def _fixes(found: list[FoundValue], key: str) -> dict[str, str]:
    frame = polars.DataFrame(
        {
            "Value": [v.value for v in found],
            "Rows": [v.count for v in found],
            "Should be": [v.suggestion for v in found],
        },
        schema={"Value": polars.String, "Rows": polars.Int64, "Should be": polars.String},
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["Value", "Rows"],
        height=height(len(found), 260),
        key=f"file-fixes-{key}",
    )
    wanted = edited["Should be"].to_list()
    return {v.value: to.strip() for v, to in zip(found, wanted) if to and to.strip()}


def _confirm(upload: Upload, check: Checked, fixes: dict[str, str], seen: FileFix) -> None:
    points = f" ({seen.points:+.2f} points)" if seen.points is not None else ""
    st.markdown(
        f"**The score would be {figures.points(seen.after.total)}** instead of"
        f" {figures.points(seen.before.total)}{points}. {count(seen.rows, 'row')} would be changed."
    )
    steps = count(len(fixes), "step")
    if st.button(f"Add {steps} to the recipe", type="primary", icon=":material/build:"):
        with guard() as caught:
            _state.workbench().quality.fix(upload.id, check.id, fixes)
            st.session_state.pop(SEEN, None)
            _state.flash(f"{steps} added")
        if not caught:
            st.rerun()
