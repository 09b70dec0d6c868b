"""Checks that somebody made: what came of them, their rows, new ones, suites of other tools."""

from __future__ import annotations

from html import escape
from typing import Any, get_args

import streamlit as st

from core.datasets.model import Dataset, Severity
from core.quality import bounds
from core.quality.expectation import NEEDS, WHOLE, Expectation, Gate, Kind
from core.quality.kept_checks import Last
from pages import _state
from pages._errors import guard
from pages._formats import ago, count, plain, upper_first
from pages._html import draw as html

WORDS = {
    "sql": "A condition in SQL holds",
    "not_null": "A field is there",
    "unique": "A value stands once",
    "in_set": "A value is one of a list",
    "between": "A value is within bounds",
    "matches": "A value has a form",
    "sum": "A sum is within bounds",
    "row_count": "So many records",
    "freshness": "Something changed lately",
    "referential": "A value is there in another dataset",
}
STATES = {
    "passed": ("mq-yes", "passed"),
    "failed": ("mq-ask", "failed"),
    "unanswered": ("mq-ask", "no answer for some"),
    "error": ("mq-ask", "could not run"),
    "not_measured": ("mq-soft", "not measured"),
}
CHANGED = "_check_changed"  # the id of the check that is being changed
GATES = {"none": "no gate", "ask": "asks about a file", "refuse": "refuses a file"}


def draw(dataset: Dataset) -> None:
    """The list, then a form for another one."""
    quality = _state.workbench().quality
    found, last = quality.checks(dataset.name), quality.results(dataset.name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{count(len(found), 'check')} beyond the rules of the dataset. They run once a minute where records changed."
        )
        st.space("stretch")
        if found and st.button("Run now", icon=":material/play_arrow:"):
            with guard(), st.spinner("Running …"):
                quality.run(dataset.name)
                st.rerun()
    for each in found:
        _one(dataset, each, last.get(each.id))
    if not found:
        st.info("No check was made yet.", icon=":material/rule:")
    changed = next((c for c in found if c.id == st.session_state.get(CHANGED)), None)
    if changed:
        with st.container(border=True):
            st.subheader(f"Change: {plain(changed.title)}")
            _form(dataset, changed)
    else:
        with st.expander("Make a check", icon=":material/add:", expanded=not found):
            _form(dataset)
    with st.expander("Take a suite of Great Expectations or pandera", icon=":material/upload:"):
        _suite(dataset)


def _one(dataset: Dataset, each: Expectation, last: Last | None) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        kind, word = STATES[last.state] if last else ("mq-soft", "never run")
        said = f"{escape(last.message)} · {ago(last.at)}" if last else ""
        about = " · ".join(filter(None, (each.severity, GATES[each.gate], each.owner)))
        html(
            f'<b>{escape(each.title)}</b> <span class="{kind}">{word}</span>'
            f'<br><span class="mq-soft">{escape(about)}{" · " if said else ""}{said}</span>'
        )
        st.space("stretch")
        if last and last.bad and each.kind not in WHOLE:
            _state.link("quality", count(last.bad, "record"), dataset=dataset.name, check=each.id)
        if st.button("Change", icon=":material/edit:", key=f"change-{each.id}", type="tertiary"):
            st.session_state[CHANGED] = each.id
            st.rerun()
        if st.button("Delete", icon=":material/delete:", key=f"forget-{each.id}", type="tertiary"):
            with guard():
                _state.workbench().quality.forget(each.id)
                st.rerun()


def _form(dataset: Dataset, old: Expectation | None = None) -> None:
    """A new check, or one that is there with what it says."""
    kinds, place = list(get_args(Kind)), old.id if old else "new"
    key = f"check-kind-{old.id}" if old else "check-kind"
    at = kinds.index(old.kind) if old else 0
    kind = st.selectbox("What is expected", kinds, at, format_func=lambda k: WORDS[k], key=key)
    needed = {*NEEDS[kind][0], *NEEDS[kind][1]}
    with st.form(f"check-{place}-{kind}", border=False):
        values = _parameters(dataset, needed, old)
        values |= _importance(old)
        pressed = st.form_submit_button(
            "Keep the check" if old else "Make the check",
            icon=":material/save:" if old else ":material/add:",
        )
        left = old is not None and st.form_submit_button("Leave it as it was")
    if left:
        st.session_state.pop(CHANGED, None)
        st.rerun()
    if pressed:
        values["id"] = old.id if old else ""
        given = {k: v for k, v in values.items() if v not in (None, "", [])}
        with guard() as caught:
            _state.workbench().quality.expect(dataset.name, str(kind), **given)
            _state.workbench().quality.run(dataset.name)
        if not caught:
            st.session_state.pop(CHANGED, None)
            st.rerun()


def _importance(old: Expectation | None) -> dict[str, Any]:
    """How much a check matters, to whom, and how long it may take."""
    severities, gates = list(get_args(Severity)), list(get_args(Gate))
    one, two, three = st.columns(3)
    values: dict[str, Any] = {
        "severity": one.selectbox(
            "Severity", severities, severities.index(old.severity if old else "error")
        ),
        "gate": two.selectbox(
            "Files that break it",
            gates,
            gates.index(old.gate if old else "none"),
            format_func=lambda g: upper_first(GATES[g]),
        ),
        "owner": three.text_input("Owner", value=old.owner if old else ""),
    }
    one, two, three = st.columns(3)
    values["name"] = one.text_input(
        "Name", value=old.name if old else "", placeholder="made of what it says"
    )
    values["tolerance"] = two.number_input(
        "May be bad, in percent", 0.0, 100.0, old.tolerance if old else 0.0
    )
    values["timeout"] = three.number_input(
        "Stopped after seconds", 0.1, 600.0, old.timeout if old else 10.0
    )
    return values


def _parameters(dataset: Dataset, needed: set[str], old: Expectation | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    was = old.model_dump() if old else {}
    if "field" in needed:
        values["field"] = st.selectbox(
            "Field",
            dataset.field_names,
            _place(dataset, was.get("field")),
            format_func=lambda n: dataset.field(n).label,
        )
    if "condition" in needed:
        values["condition"] = st.text_area(
            "Condition",
            value=was.get("condition") or "",
            placeholder="mbti IS NULL OR mbti_reason IS NOT NULL",
        )
    if "values" in needed:
        kept = "\n".join(bounds.plain(v) for v in was.get("values") or ())
        text = st.text_area("Values, one per line", value=kept)
        values["values"] = [v.strip() for v in (text or "").splitlines() if v.strip()]
    if "pattern" in needed:
        values["pattern"] = st.text_input(
            "Form (regular expression of the whole value)", value=was.get("pattern") or ""
        )
    if "min" in needed:
        left, right = st.columns(2)
        values["min"] = left.text_input("At least", value=_bound(was.get("min")))
        values["max"] = right.text_input("At most", value=_bound(was.get("max")))
    if "days" in needed:
        values["days"] = st.number_input("Days", min_value=0.1, value=float(was.get("days") or 7.0))
    if "other" in needed:
        values["other"] = st.text_input(
            "Dataset and field", value=was.get("other") or "", placeholder="teams.code"
        )
    return values


def _place(dataset: Dataset, name: str | None) -> int:
    return dataset.field_names.index(name) if name in dataset.field_names else 0


def _bound(value: float | str | None) -> str:
    return "" if value is None else bounds.plain(value)


def _suite(dataset: Dataset) -> None:
    file = st.file_uploader("Suite", type=["json", "yaml", "yml"], key="suite")
    if file is None:
        return
    if file.size > 5_000_000:
        st.error("A suite has at most 5 MB.")
        return
    text = file.getvalue().decode("utf-8", "replace") + "\n"
    with guard():
        quality = _state.workbench().quality
        found = quality.import_suite(text, dataset.name, dry_run=True)
        st.markdown(f"**{count(len(found.taken), 'check')}** of {plain(found.tool)} can be taken.")
        for name, reason in found.left:
            st.caption(f"Not taken: {plain(name)}, {plain(reason)}")
        if found.taken and st.button(f"Take {count(len(found.taken), 'check')}", type="primary"):
            quality.import_suite(text, dataset.name)
            quality.run(dataset.name)
            st.rerun()
