"""The recipe beside the problems: steps on the table and on the fields, what each does, undo, saved recipes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.cleaning.registry import KINDS
from core.cleaning.shaping.step import TableStep
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.errors import MarqueeError
from core.ingest.deciders.answers import swapped
from core.ingest.effects import Effect, Effects
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import count, plain, text
from pages._upload import saving, step_form


def draw(upload: Upload, dataset: Dataset, steps: Sequence[Step]) -> None:
    """`steps` are those on the fields as they ran, or as the plan has them."""
    found = _effects(upload, tuple(steps))
    with st.container(border=True):
        _head(upload)
        st.caption("The file itself stays as it is. Change a step and everything is computed anew.")
        st.markdown("**On the columns of the file**")
        for place, step in enumerate(upload.plan.table_steps):
            _table_step(upload, place, step, found)
        if not upload.plan.table_steps:
            st.caption("Split, join, map, filter, compute … before the columns go to fields.")
        if st.button("Add a step", icon=":material/add:", key="add-step"):
            step_form.draw(upload, len(upload.plan.table_steps), None)
        st.markdown("**On the fields**")
        for place, each in enumerate(steps):
            _field_step(upload, dataset, steps, place, each, found)
        if found and found.looked and not found.whole:
            st.caption(f"Cells are counted in the first {count(found.looked, 'row')}.")
        if upload.plan.recipe is not None and st.button(
            "Back to the usual cleaning", icon=":material/restart_alt:"
        ):
            with guard():
                _state.workbench().uploads.plan(upload.id, recipe=None)
                st.rerun()
    saving.draw(upload)


def change(upload: Upload, steps: Sequence[Step]) -> None:
    """Keep another recipe on the fields and compute everything anew."""
    with guard():
        _state.workbench().uploads.plan(upload.id, steps=list(steps))
        st.rerun()


def _effects(upload: Upload, steps: tuple[Step, ...]) -> Effects | None:
    """Looked at once per recipe; a page that cannot say it shows the steps alone."""
    key = f"effects-{upload.id}"
    wanted = (upload.plan.model_dump_json(), steps)
    kept = st.session_state.get(key)
    if kept and kept[0] == wanted:
        found: Effects = kept[1]
        return found
    try:
        found = _state.workbench().uploads.effects(upload.id, steps=steps)
    except MarqueeError:
        return None  # what is wrong with the file is told beside it
    st.session_state[key] = (wanted, found)
    return found


def _head(upload: Upload) -> None:
    changes = _state.workbench().uploads.undoable(upload.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**The cleaning, step by step**", width="stretch")
        for name, left, icon in (("Undo", changes.undo, "undo"), ("Redo", changes.redo, "redo")):
            if st.button(
                "",
                icon=f":material/{icon}:",
                key=f"plan-{icon}",
                type="tertiary",
                disabled=not left,
                help=f"{name} the last change ({count(left, 'change')})",
            ):
                with guard():
                    uploads = _state.workbench().uploads
                    uploads.undo(upload.id) if left and icon == "undo" else uploads.redo(upload.id)
                    st.rerun()


def _effect_text(effect: Effect | None) -> str:
    """What a step does, in a few words."""
    if effect is None or effect.off:
        return ""
    if effect.error:
        return f"  \n:small[:red[{plain(effect.error)}]]"
    parts = []
    if effect.rows:
        parts.append(f"{count(effect.rows, 'row')} taken away")
    elif effect.cells:
        parts.append(f"{count(effect.cells, 'cell')} changed")
    elif effect.cells == 0:
        parts.append("changes nothing")
    for _, before, after in effect.examples[:2]:
        if effect.rows:
            parts.append(f"“{plain(text(before, 40))}”")
        else:
            shown = f"“{plain(text(before, 24))}” → " if before else ""
            parts.append(f"{shown}{f'“{plain(text(after, 24))}”' if after else 'empty'}")
    return f"  \n:small[:gray[{' · '.join(parts)}]]" if parts else ""


def _table_step(upload: Upload, place: int, step: TableStep, found: Effects | None) -> None:
    left, right = st.columns([8, 1], vertical_alignment="center", gap="small")
    effect = found.table[place] if found and place < len(found.table) else None
    words = plain(step.sentence())
    said = f":small[:gray[~~{words}~~ (off)]]" if step.off else f":small[{place + 1}. {words}]"
    left.markdown(said + _effect_text(effect))
    with right.popover("", icon=":material/more_vert:", type="tertiary", key=f"table-step-{place}"):
        _acts(upload, place, step)


def _acts(upload: Upload, place: int, step: TableStep) -> None:
    steps = list(upload.plan.table_steps)
    if st.button("Edit", icon=":material/edit:", key=f"t-edit-{place}", type="tertiary"):
        step_form.draw(upload, place, step)
    off = "Switch on" if step.off else "Switch off"
    if st.button(off, icon=":material/toggle_on:", key=f"t-off-{place}", type="tertiary"):
        steps[place] = step.model_copy(update={"off": not step.off})
        step_form.keep(upload, steps)
    for label, to, icon in (
        ("Move up", place - 1, "arrow_upward"),
        ("Move down", place + 1, "arrow_downward"),
    ):
        if st.button(
            label,
            icon=f":material/{icon}:",
            key=f"t-{icon}-{place}",
            type="tertiary",
            disabled=not 0 <= to < len(steps),
        ):
            steps.insert(to, steps.pop(place))
            step_form.keep(upload, steps)
    if st.button("Remove", icon=":material/delete:", key=f"t-remove-{place}", type="tertiary"):
        step_form.keep(upload, [s for i, s in enumerate(steps) if i != place])


# ------------------------------------------------------------------ on the fields


def _field_step(
    upload: Upload,
    dataset: Dataset,
    steps: Sequence[Step],
    place: int,
    step: Step,
    found: Effects | None,
) -> None:
    left, middle, right = st.columns([8, 1, 1], vertical_alignment="center", gap="small")
    effect = found.fields[place] if found and place < len(found.fields) else None
    why = f"  \n:small[:gray[{plain(step.reason)}]]" if step.reason else ""
    words = plain(step.sentence(dataset))
    said = f":small[:gray[~~{words}~~ (off)]]" if step.off else f":small[{words}]"
    left.markdown(said + why + (_effect_text(effect) if effect and effect.cells else ""))
    kind, swap = KINDS[step.op], swapped(list(steps), step)
    if swap is not None:
        if _button(right, ":material/swap_horiz:", kind.turning, f"swap-{place}"):
            change(upload, swap)
        return
    if not kind.removable:
        return
    icon, help_ = (
        (":material/toggle_off:", "Switch this step on")
        if step.off
        else (":material/toggle_on:", "Switch this step off")
    )
    if _button(middle, icon, help_, f"off-{place}-{len(steps)}"):
        turned = step.model_copy(update={"off": not step.off})
        change(upload, [turned if i == place else s for i, s in enumerate(steps)])
    if _button(right, ":material/close:", "Take this step away", f"remove-{place}-{len(steps)}"):
        change(upload, [s for i, s in enumerate(steps) if i != place])


def _button(column: DeltaGenerator, icon: str, help_: str, key: str) -> bool:
    return column.button("", icon=icon, key=key, type="tertiary", help=help_)
