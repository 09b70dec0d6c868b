"""Saved recipes on the page: save this one, use another, export and import, and what is otherwise in this file."""

from __future__ import annotations

import streamlit as st

from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import count, plain


def draw(upload: Upload) -> None:
    """Below the recipe."""
    wb = _state.workbench()
    with st.container(border=True):
        name = upload.plan.saved
        st.markdown(f"**Saved recipes**{f' — this is “{plain(name)}”' if name else ''}")
        saved = wb.recipes(upload.dataset)
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover("Save", icon=":material/bookmark_add:"):
                _save(upload)
            with st.popover("Use another", icon=":material/bookmarks:"):
                _use(upload, [s.name for s in saved])
            st.download_button(
                "Export",
                lambda: wb.recipes.of(upload.id, name or "").as_json().encode(),
                file_name=f"{name or upload.dataset}.recipe.json",
                icon=":material/download:",
                on_click="ignore",
            )


def _save(upload: Upload) -> None:
    name = st.text_input("Name", value=upload.plan.saved or "", key="recipe-name")
    bind = st.checkbox(
        f"Use it for the next file of “{plain(upload.source or upload.filename)}”",
        value=True,
        key="recipe-bind",
        help="By every door, unless whoever brings the file says otherwise.",
    )
    replace = st.checkbox(
        "Replace one of this name", value=bool(upload.plan.saved), key="recipe-replace"
    )
    if st.button("Save this recipe", type="primary", icon=":material/save:"):
        with guard():
            source = upload.source if bind else None
            kept = _state.workbench().recipes.save(
                upload.id, name or "", source=source, replace=replace
            )
            _state.flash(f"Saved as “{kept.name}”")
            st.rerun()


def _use(upload: Upload, names: list[str]) -> None:
    wb = _state.workbench()
    chosen = st.selectbox(
        "Saved recipe", names, index=None, placeholder="choose …", key="recipe-use"
    )
    file = st.file_uploader("… or one that was exported", type=["json"], key="recipe-file")
    left, right = st.columns(2)
    if left.button("Use it", type="primary", disabled=not chosen and file is None, key="recipe-go"):
        with guard():
            recipe = file.getvalue().decode("utf-8-sig") if file is not None else chosen or ""
            wb.recipes.apply(upload.id, recipe)
            _state.flash("The recipe is used")
            st.rerun()
    if right.button("Forget it", disabled=not chosen, key="recipe-forget"):
        with guard():
            wb.recipes.remove(upload.dataset, chosen or "")
            _state.flash(f"The recipe “{chosen}” is removed")
            st.rerun()


def drift(upload: Upload) -> None:
    """What columns came and are gone, with one click for what is proposed; nothing where all is as before."""
    wb = _state.workbench()
    found = wb.recipes.drift(upload.id)
    if found is None or not found.any:
        return
    lines = [f"The columns are others than in {plain(found.against)}."]
    if found.new:
        lines.append(f"- New: {', '.join(f'“{plain(c)}”' for c in found.new)}")
    for gone in found.gone:
        used = f", used for {plain(gone.used)}" if gone.used else ""
        told = (
            f"; probably “{plain(gone.proposal)}” now, for {plain(gone.reason)}"
            if gone.proposal
            else ""
        )
        lines.append(f"- Gone: “{plain(gone.column)}”{used}{told}")
    st.warning("\n".join(lines), icon=":material/difference:")
    renamed = {g.column: g.proposal for g in found.gone if g.proposal and g.used}
    if renamed and st.button(
        f"Take {count(len(renamed), 'new column')} for the old",
        icon=":material/swap_horiz:",
        key="adapt",
    ):
        with guard():
            wb.recipes.adapt(upload.id, renamed)
            _state.flash("The recipe names the new columns")
            st.rerun()
