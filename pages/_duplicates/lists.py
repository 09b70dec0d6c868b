"""Clusters, decisions with their merges, and figures."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import polars
import streamlit as st

from core.datasets.model import Dataset
from core.ingest.merges.unwinding import Kept
from core.matching.asking import Cluster
from pages import _charts, _state
from pages._duplicates import export, merge as merge_
from pages._errors import guard
from pages._formats import EMPTY, ago, count, number, text, who
from pages._html import height, table

SHOWN = 200
KEPT = "duplicates-kept"


def clusters(dataset: Dataset) -> None:
    """Records that are likely one person; several are merged at once."""
    share = st.slider("From this probability on", 0.5, 0.999, 0.9, key="duplicates-share")
    export.draw(dataset, share)
    found = _state.workbench().matching.clusters(dataset.name, probability=share)
    if not found:
        st.success("No records are likely to be one person.", icon=":material/check_circle:")
        return
    names = _names(dataset, [r for c in found[:SHOWN] for r in c.records])
    rows = {
        "Records": [len(c.records) for c in found[:SHOWN]],
        "Names": [
            ", ".join(dict.fromkeys(names[r] for r in c.records))[:200] for c in found[:SHOWN]
        ],
        "Weakest link": [round(c.weight, 1) for c in found[:SHOWN]],
    }
    st.caption(f"{count(len(found), 'cluster')}. Select one to look at it and to merge it.")
    event = st.dataframe(
        polars.DataFrame(rows),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=height(min(len(found), SHOWN), 420),
        key=f"clusters-{share}-{_state.workbench().datasets.version(dataset.name)}",
    )
    picked = event.selection.rows
    if picked and picked[0] < len(found):
        _one(dataset, found[picked[0]])


def _names(dataset: Dataset, ids: list[str]) -> dict[str, str]:
    """Of records that are there."""
    rows = _state.workbench().records(
        dataset.name, where=[("record_id", "in", ids)], fields=["record_id", dataset.title_field]
    )
    return {str(r["record_id"]): text(r[dataset.title_field]) for r in rows.rows()}


def _one(dataset: Dataset, cluster: Cluster) -> None:
    wb = _state.workbench()
    records = [wb.record(dataset.name, r) for r in cluster.records[:SHOWN]]
    fields = [f for f in dataset.fields if any(r.get(f.name) for r in records)]
    data = {f.label: [text(r.get(f.name)) for r in records] for f in fields}
    st.dataframe(
        polars.DataFrame(data, strict=False), hide_index=True, height=height(len(records), 300)
    )
    if st.button(f"Merge these {len(records)} …", type="primary", icon=":material/merge:"):
        merge_.dialog(dataset, list(cluster.records[:SHOWN]))


def decisions(dataset: Dataset) -> None:
    """What was decided by whom, and the merges that stand."""
    matching = _state.workbench().matching
    merges = matching.merges(dataset.name)
    if merges:
        st.subheader("Merges")
        for merge in reversed(merges[-SHOWN:]):
            with st.container(horizontal=True, vertical_alignment="center"):
                _state.link(
                    "records",
                    f"{len(merge.records)} records are one",
                    dataset=dataset.name,
                    record=merge.survivor,
                )
                st.space("stretch")
                if st.button("Take apart", icon=":material/call_split:", key=f"unmerge-{merge.id}"):
                    with guard() as caught:
                        done = matching.unmerge(merge.id, dataset=dataset.name)
                        st.session_state[KEPT] = done.kept
                        _state.flash(f"{count(len(done.records), 'record')} are there again")
                    if not caught:
                        st.rerun()
    _conflicts(dataset)
    st.subheader("Decisions")
    found = matching.decisions(dataset.name, limit=1_000)
    if not found:
        st.caption("Nothing was decided yet.")
        return
    names = _names(dataset, list({r for d in found for r in (d.left, d.right)}))
    rows = {
        "One": [names.get(d.left, "(not there)") for d in found],
        "The other": [names.get(d.right, "(not there)") for d in found],
        "Said": [d.verdict for d in found],
        "Holds": [d.holds for d in found],
        "When": [ago(d.at) for d in found],
        "By": [who(d.actor, d.door) for d in found],
        "Weight": [d.weight for d in found],
        "Note": [d.note or "" for d in found],
    }
    st.dataframe(
        polars.DataFrame(rows, strict=False), hide_index=True, height=height(len(found), 500)
    )


def _conflicts(dataset: Dataset) -> None:
    """The fields that kept what a later change said when a merge was taken apart, until another one is."""
    kept: tuple[Kept, ...] = st.session_state.get(KEPT, ())
    if not kept:
        return
    names = _names(dataset, list({k.record_id for k in kept}))
    st.warning(
        f"{count(len(kept), 'field')} kept what a later import or edit said:",
        icon=":material/info:",
    )
    rows = [
        (
            escape(names.get(k.record_id, k.record_id)),
            escape(dataset.field(k.field).label if k.field in dataset.field_names else "Extra"),
            escape(k.why),
        )
        for k in kept[:SHOWN]
    ]
    table(("Record", "Field", "Why"), rows, tight=(1,))


def figures(dataset: Dataset) -> None:
    """How right the model is, by the decisions; and what it thinks of its pairs."""
    found = _state.workbench().matching.figures(dataset.name)
    with st.container(horizontal=True, gap="small"):
        for label, value in (
            ("Pairs", number(found.pairs)),
            ("Waiting", number(found.open)),
            ("Same", number(found.same)),
            ("Different", number(found.different)),
            ("Precision", EMPTY if found.precision is None else f"{found.precision:.0%}"),
            ("Recall", EMPTY if found.recall is None else f"{found.recall:.0%}"),
        ):
            with st.container(border=True, width=150):
                st.metric(label, value)
    st.caption("Precision and recall of the links, by what was decided so far.")
    names = [
        f"{b.low:g} to {b.high:g}" if b.high < 1_000 else f"from {b.low:g}" for b in found.bands
    ]
    figure = go.Figure(
        [
            go.Bar(name="pairs", x=names, y=[b.pairs for b in found.bands]),
            go.Bar(name="decided to be the same", x=names, y=[b.same for b in found.bands]),
            go.Bar(name="decided to differ", x=names, y=[b.decided - b.same for b in found.bands]),
        ]
    )
    figure.update_yaxes(type="log", title="pairs")
    figure.update_xaxes(title="weight in bits")
    _charts.show(figure, "duplicates-bands", 320)
    with st.expander("The model"):
        model = _state.workbench().matching.model(dataset.name)
        for each in model["comparisons"]:
            st.markdown(f"**{dataset.field(each['field']).label}** ({each['kind']})")
            st.dataframe(
                polars.DataFrame(
                    {
                        "level": [v["name"] for v in each["levels"]],
                        "m": [v["m"] for v in each["levels"]],
                        "u": [v["u"] for v in each["levels"]],
                        "bits": [v["weight"] for v in each["levels"]],
                    }
                ),
                hide_index=True,
            )
