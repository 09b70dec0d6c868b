"""What can be done with a dataset: change it, copy it, delete it."""

from __future__ import annotations

import streamlit as st

from core.datasets.model import Dataset
from pages import _state
from pages._datasets import editor
from pages._errors import guard
from pages._formats import count, plain


def draw(dataset: Dataset, total: int) -> None:
    """Buttons; what comes with Marquee can only be copied."""
    own = dataset.origin == "user"
    with st.container(horizontal=True):
        if own and st.button("Change", icon=":material/edit:", key=f"change-{dataset.name}"):
            data = dataset.model_dump(mode="json", exclude_defaults=True, exclude={"origin"})
            editor.begin(data, changes=dataset.name)
            st.rerun()
        with st.popover("Copy", icon=":material/content_copy:", key=f"copy-{dataset.name}"):
            _copy(dataset)
        if own:
            with st.popover("Delete", icon=":material/delete:", key=f"delete-{dataset.name}"):
                _delete(dataset, total)


def _copy(dataset: Dataset) -> None:
    st.caption("The fields and rules, without the records.")
    name = st.text_input("Name of the copy", key=f"copy-name-{dataset.name}")
    if st.button("Copy it", type="primary", disabled=not name, key=f"copy-go-{dataset.name}"):
        with guard():
            copied = _state.workbench().datasets.copy(dataset.name, (name or "").strip())
            _state.flash(f"{copied.label} is ready")
            _state.go("datasets", dataset=copied.name)


def _delete(dataset: Dataset, total: int) -> None:
    st.markdown(
        f":red[{count(total, 'record')}, their history and uploads are deleted with it.] Files that were "
        f"uploaded, backups and the audit trail stay. Type **{plain(dataset.name)}** to delete it."
    )
    typed = st.text_input("Its name", key=f"delete-name-{dataset.name}")
    if st.button(
        "Delete the dataset", type="primary", disabled=not typed, key=f"delete-go-{dataset.name}"
    ):
        with guard():
            number = _state.workbench().datasets.remove(dataset.name, typed=(typed or "").strip())
            _state.flash(
                f"{dataset.label} is deleted, with {count(number, 'record')}", ":material/delete:"
            )
            _state.go("datasets")
