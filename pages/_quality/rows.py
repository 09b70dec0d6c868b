"""The rows of one check, and their repair with the new score before it is done."""

from __future__ import annotations

from html import escape

import polars
import streamlit as st

from core.datasets.model import Dataset
from core.errors import InputError
from core.quality.repair import FoundValue, Projected
from core.records.query import Result
from pages import _state
from pages._quality import figures
from pages._errors import guard
from pages._formats import count, number, plain, text
from pages._html import height, table

SHOWN = 1_000  # rows of a check on the page
SEEN = "_repair"


def draw(dataset: Dataset, check: str, source: str | None) -> None:
    """What the check counts, its rows, and the repair of its values."""
    _state.link(
        "quality", "All checks", icon=":material/arrow_back:", dataset=dataset.name, source=source
    )
    if ":" in check:
        found, bad = _of_measure(dataset, check, source)
    else:
        found, bad = _of_own(dataset, check)
    records = list(found.rows())
    if not records:
        st.success("No record is left here.", icon=":material/check_circle:")
        return
    shown = f" The first {number(SHOWN)} are shown." if bad > SHOWN else ""
    st.caption(f"{count(bad, 'record')}. Select a row to open its record.{shown}")
    _grid(dataset, records, check)
    if source is None:
        _repair(dataset, check)


def _of_measure(dataset: Dataset, check_id: str, source: str | None) -> tuple[Result, int]:
    quality = _state.workbench().quality
    found = quality.rows(check_id, dataset=dataset.name, limit=SHOWN, source=source)
    score = quality.source(dataset.name, source) if source else figures.of_dataset(dataset)
    check = score.check(check_id)
    if check is None:
        return found, 0
    st.subheader(check.title)
    table(
        ("Score", "Bad", "Of", "Dimension", "Expected"),
        [
            (
                f"<b>{figures.points(check.score)}</b>",
                *(number(check.bad), number(check.counted)),
                *(check.dimension, escape(check.expected[:300])),
            )
        ],
        tight=(0, 1, 2, 3),
    )
    return found, check.bad


def _of_own(dataset: Dataset, check_id: str) -> tuple[Result, int]:
    quality = _state.workbench().quality
    own = next((c for c in quality.checks(dataset.name) if c.id == check_id), None)
    if own is None:
        raise InputError("this check was deleted")
    st.subheader(own.title)
    last = quality.results(dataset.name).get(own.id)
    return quality.rows(own, dataset=dataset.name, limit=SHOWN), last.bad if last else 0


def _grid(dataset: Dataset, records: list[dict[str, object]], check: str) -> None:
    names = sorted(
        dataset.field_names,
        key=lambda n: (n != dataset.title_field, f":{n}" not in f"{check}:" + ":"),
    )
    data = {dataset.field(n).label: [text(r[n], 300) for r in records] for n in names}
    turn = st.session_state.setdefault("_quality_grid", 0)
    version = _state.workbench().datasets.version(dataset.name)
    event = st.dataframe(
        polars.DataFrame(data, strict=False),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=height(len(records), 460),
        key=f"quality-rows-{check}-{version}-{turn}",
    )
    picked = event.selection.rows
    if picked and picked[0] < len(records):
        st.session_state["_quality_grid"] = turn + 1
        _state.go("records", dataset=dataset.name, record=records[picked[0]]["record_id"])


# ------------------------------------------------------------------ the repair


def _repair(dataset: Dataset, check: str) -> None:
    quality = _state.workbench().quality
    field = None if ":" in check else _field_of(dataset, check)
    try:
        values = quality.values(dataset.name, check, field=field)
    except InputError as error:
        st.caption(f"{plain(error.detail)}. {plain(error.hint)}" if error.hint else "")
        return
    st.subheader("Repair")
    st.caption(
        "Say what a value should be. The new score is shown before anything is written. A repair is one import "
        "of these records, and can be taken back in the history."
    )
    fixes = _fixes(values, f"{check}-{_state.workbench().datasets.version(dataset.name)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = st.button("Show the new score", icon=":material/calculate:", disabled=not fixes)
    if asked:
        st.session_state.pop(SEEN, None)
        with guard(), st.spinner("Counting …"):
            seen = quality.project(dataset.name, check, fixes, field=field)
            st.session_state[SEEN] = (check, fixes, seen)
    kept = st.session_state.get(SEEN)
    if kept and kept[:2] == (check, fixes):
        _confirm(dataset, check, fixes, field, kept[2])


def _field_of(dataset: Dataset, check: str) -> str | None:
    own = next((c for c in _state.workbench().quality.checks(dataset.name) if c.id == check), None)
    if own is None or own.field:
        return None
    names = [f.name for f in dataset.fields if f.type != "list"]
    return str(st.selectbox("Field to repair", names, format_func=lambda n: dataset.field(n).label))


def _fixes(values: list[FoundValue], key: str) -> dict[str, str | None]:
    frame = polars.DataFrame(
        {
            "Value": [v.value or "(empty)" for v in values],
            "Records": [v.count for v in values],
            "Should be": [v.suggestion for v in values],
            "Repair": [v.suggestion is not None for v in values],
        },
        schema={
            "Value": polars.String,
            "Records": polars.Int64,
            "Should be": polars.String,
            "Repair": polars.Boolean,
        },
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["Value", "Records"],
        height=height(len(values), 320),
        key=f"fixes-{key}",
    )
    rows = zip(values, edited["Should be"].to_list(), edited["Repair"].to_list())
    return {v.value: wanted.strip() for v, wanted, yes in rows if yes and wanted and wanted.strip()}


def _confirm(
    dataset: Dataset,
    check: str,
    fixes: dict[str, str | None],
    field: str | None,
    seen: Projected,
) -> None:
    before, after = figures.points(seen.before.total), figures.points(seen.after.total)
    with st.container(border=True):
        st.markdown(
            f"**The score would be {after}** instead of {before}"
            + (f" ({seen.points:+.2f} points)" if seen.points is not None else "")
            + f". {count(seen.records, 'record')} would be changed."
        )
        if st.button(
            f"Repair {count(seen.records, 'record')}",
            type="primary",
            icon=":material/build:",
            disabled=not seen.records,
        ):
            with guard() as caught:
                done = _state.workbench().quality.repair(dataset.name, check, fixes, field=field)
            if not caught:
                st.session_state.pop(SEEN, None)
                _state.flash(f"{count(seen.records, 'record')} repaired.")
                if done:
                    _state.go("history", upload=done.id)
                st.rerun()
