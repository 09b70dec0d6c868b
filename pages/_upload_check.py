"""Step 4: what is wrong, grouped by cause, with the repairs at hand; and the recipe so far."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.cleaning.registry import KINDS
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.ingest.deciders.answers import answered, answers, asking, swapped
from core.ingest.previewing import PreviewHandle
from core.ingest.problems import Problem, WrongValue
from core.ingest.uploads import Upload
from pages import _progress, _state
from pages._errors import guard
from pages._formats import count, number, plain
from pages._html import cell, table, two

SEVERITY = {
    "error": (":red-badge[keeps rows out]", ":red[:material/error:]"),
    "warning": (":orange-badge[warning]", ":orange[:material/warning:]"),
    "info": (":gray-badge[for your information]", ":gray[:material/info:]"),
}
# Rules about the value itself: it can be replaced, or left out.
OF_VALUES = {
    *(
        "type",
        "choices",
        "vocabulary",
        "format",
        "pattern",
        "min_length",
        "max_length",
        "min",
        "max",
        "odd_name",
        "encoded",
    ),
}
SHOWN = 6
ADVICE = {
    "required": "Such rows wait in quarantine, where you can fill the cell in after the import.",
    "unique": "The first of them is imported, the others wait in quarantine.",
    "contradicts": "What was left out is in the preview, under “Repeated”.",
    "exists": "Choose “Add and update” instead, if they should be updated.",
}


def draw(upload: Upload | None) -> None:
    """Problems on the left, the recipe on the right."""
    assert upload is not None  # nosec B101
    preview = _progress.preview_of(upload)
    if preview is None:
        return
    dataset = _state.workbench().datasets.get(upload.dataset)
    left, right = two("check", 5, 3)
    with left:
        _overview(preview)
        for place, problem in enumerate(preview.problems):
            _problem(upload, dataset, preview, place, problem)
        if st.button("Continue", type="primary", icon=":material/arrow_forward:"):
            _state.go("upload", upload=upload.id, step="preview")
    with right:
        _recipe(upload, dataset, preview)


def change(upload: Upload, steps: Sequence[Step]) -> None:
    """Keep another recipe and compute everything anew."""
    with guard():
        _state.workbench().uploads.plan(upload.id, steps=list(steps))
        st.rerun()


def _overview(preview: PreviewHandle) -> None:
    counts = preview.counts
    bad = counts.rejected + counts.conflicting
    if not preview.problems:
        st.success(
            f"Nothing is wrong with {count(counts.rows, 'row')}.", icon=":material/check_circle:"
        )
    elif bad:
        st.markdown(
            f"**{count(bad, 'row')}** of {number(counts.rows)} cannot be imported as they are. "
            "Repair what you can; the rest can wait in quarantine."
        )
    else:
        st.markdown(f"All **{count(counts.rows, 'row')}** can be imported. This is worth a look:")


def _problem(
    upload: Upload, dataset: Dataset, preview: PreviewHandle, place: int, problem: Problem
) -> None:
    badge, icon = SEVERITY[problem.severity]
    with st.container(border=True):
        st.markdown(f"{icon} **{plain(problem.title)}** — {count(problem.count, 'row')} {badge}")
        where = f"Column “{plain(problem.column)}”. " if problem.column else ""
        expected = f"Expected: {plain(problem.expected)}." if problem.expected else ""
        st.caption(f"{where}{expected} {ADVICE.get(problem.rule, '')}".strip())
        if problem.answers:
            _ask(upload, preview, problem)
        elif problem.rule in OF_VALUES and problem.found and problem.field:
            _values(upload, dataset, preview, place, problem)
        else:
            _examples(preview, problem)


def _examples(preview: PreviewHandle, problem: Problem) -> None:
    name = preview.staged.table.row_name
    rows = [
        [str(e.row), escape(f"{name} {e.line}") if e.line is not None else "", cell(e.found)]
        for e in problem.examples
    ]
    table(["Row", "Place", "Found"], rows, tight=(0, 1))
    if problem.count > len(rows):
        st.caption(f"and {count(problem.count - len(rows), 'more row')}")


def _ask(upload: Upload, preview: PreviewHandle, problem: Problem) -> None:
    assert problem.field  # nosec B101
    found = ", ".join(plain(f.value) for f in problem.found[:3] if f.value)
    kind = asking(problem.rule)
    open_ = kind.question.open if kind and kind.question else "it"
    st.markdown(f"Nothing in the file shows {open_}, for example in {found}. You decide:")
    with st.container(horizontal=True):
        for answer in answers(problem.rule):
            key = f"{answer.value}-{problem.field}"
            if st.button(answer.label, icon=":material/check:", key=key):
                change(upload, answered(preview.recipe, answer.step(problem.field)))


# ------------------------------------------------------------------ repairs


def _values(
    upload: Upload, dataset: Dataset, preview: PreviewHandle, place: int, problem: Problem
) -> None:
    found = [f for f in problem.found if f.value]
    all_ = len(found) > SHOWN and st.toggle(
        f"Show all {len(found)} values", key=f"all-{place}-{problem.rule}-{problem.field}"
    )
    for number_, value in enumerate(found if all_ else found[:SHOWN]):
        _value(upload, dataset, preview, problem, value, f"{place}-{number_}")
    with st.container(horizontal=True, vertical_alignment="center"):
        repairs = [f for f in found if f.repair]
        if len(repairs) > 1 and st.button(
            f"Take all {len(repairs)} suggestions",
            icon=":material/done_all:",
            key=f"take-all-{place}",
        ):
            steps = preview.recipe
            for f in repairs:
                steps = _with_replace(steps, problem, f.value or "", f.repair or "")
            change(upload, steps)
        field = dataset.field(problem.field or "")
        if not field.required and st.button(
            "Leave these values out", icon=":material/backspace:", key=f"clear-{place}"
        ):
            change(upload, [*preview.recipe, Step(op="clear_invalid", field=field.name)])


def _value(
    upload: Upload,
    dataset: Dataset,
    preview: PreviewHandle,
    problem: Problem,
    found: WrongValue,
    key: str,
) -> None:
    """One found text, what it should be, and the button that makes it so."""
    left, middle, right = st.columns([4, 4, 2], vertical_alignment="center", gap="small")
    times = f" :small[:gray[× {number(found.count)}]]" if found.count > 1 else ""
    shown = (found.value or "").replace("`", "ʼ").replace("\n", " ")
    left.markdown(f"`{shown if len(shown) <= 60 else shown[:59] + '…'}`{times}")
    choices = list(dataset.field(problem.field or "").choices)
    key = f"{key}-{problem.field}-{found.value}"
    if choices:
        new = middle.selectbox(
            "becomes",
            choices,
            index=choices.index(found.repair) if found.repair in choices else None,
            placeholder="choose …",
            key=f"to-{key}",
            label_visibility="collapsed",
        )
    else:
        new = middle.text_input(
            "becomes",
            value=found.repair or "",
            placeholder="what it should be",
            key=f"to-{key}",
            label_visibility="collapsed",
        )
    if right.button("Replace", key=f"do-{key}", width="stretch", type="secondary"):
        if new and new != found.value:
            change(upload, _with_replace(preview.recipe, problem, found.value or "", new))
        right.caption("Say what it should be.")


def _with_replace(recipe: Sequence[Step], problem: Problem, value: str, new: str) -> list[Step]:
    step = Step(op="replace", field=problem.field, value=value, to=new)
    # What an error shows is the text of the file, so it is met before the cleaning; a lesser problem
    # shows the cleaned value, so it is met after it.
    return [step, *recipe] if problem.severity == "error" else [*recipe, step]


# ------------------------------------------------------------------ the recipe


def _recipe(upload: Upload, dataset: Dataset, preview: PreviewHandle) -> None:
    own = upload.plan.recipe
    with st.container(border=True):
        st.markdown("**The cleaning, step by step**")
        st.caption(
            "The file itself stays as it is. Take a step away and everything is computed anew."
        )
        for place, step in enumerate(preview.recipe):
            left, right = st.columns([8, 1], vertical_alignment="center", gap="small")
            why = f"  \n:small[:gray[{plain(step.reason)}]]" if step.reason else ""
            left.markdown(f":small[{plain(step.sentence(dataset))}]{why}")
            kind, swap = KINDS[step.op], swapped(preview.recipe, step)
            if swap is not None:
                if _button(right, ":material/swap_horiz:", kind.turning, f"swap-{place}"):
                    change(upload, swap)
            elif kind.removable:
                key = f"remove-{place}-{len(preview.recipe)}"
                if _button(right, ":material/close:", "Take this step away", key):
                    change(upload, [s for i, s in enumerate(preview.recipe) if i != place])
        if own is not None and st.button(
            "Back to the usual cleaning", icon=":material/restart_alt:"
        ):
            with guard():
                _state.workbench().uploads.plan(upload.id, recipe=None)
                st.rerun()


def _button(column: DeltaGenerator, icon: str, help_: str, key: str) -> bool:
    return column.button("", icon=icon, key=key, type="tertiary", help=help_)
