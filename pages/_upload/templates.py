"""The buttons that download a dataset's template."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.datasets.model import Dataset
from core.datasets.templates import Format, template

KINDS: tuple[tuple[Format, str], ...] = (
    ("xlsx", "Excel"),
    ("csv", "CSV"),
    ("json", "JSON"),
    ("schema", "JSON Schema"),
)


def downloads(dataset: Dataset) -> None:
    """Excel, CSV, JSON; each is made when it is asked for."""
    with st.container(horizontal=True):
        for kind, label in KINDS:
            st.download_button(
                label,
                partial(template, dataset, kind),
                file_name=f"{dataset.name}_template.{kind.replace('schema', 'schema.json')}",
                icon=":material/download:",
                on_click="ignore",
                key=f"template-{dataset.name}-{kind}",
            )
