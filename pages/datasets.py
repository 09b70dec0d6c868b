"""Which kinds of records there are, their fields and rules, and a new one made from a file."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.datasets.model import Dataset, Field, to_toml
from pages import _cached, _state
from pages._datasets import acts, editor, new
from pages._errors import show
from pages._formats import count, number, plain, text
from pages._html import cell, table
from pages._upload.templates import downloads

TYPES = {
    "text": "text",
    "list": "list of texts",
    "date": "date",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
}

FORMATS = {"url": "a web address", "email": "an e-mail address"}
SEVERITIES = {"error": "else it is not imported", "warning": "a warning", "info": "information"}


def main() -> None:
    """The list; one dataset is opened at a time."""
    wb = _state.workbench()
    st.title("Datasets")
    st.caption(
        "A dataset says what a record is: its fields, their rules, and when two rows are the same."
    )
    if editor.is_open():
        editor.draw()
    known = wb.datasets()
    opened = _state.param("dataset", known[0].name)
    for dataset in known:
        _one(dataset, dataset.name == opened)
    for name, error in wb.datasets.broken().items():
        with st.container(border=True):
            st.markdown(f":red[:material/broken_image:] **{plain(name)}** cannot be used")
            show(error)
            st.caption(
                f"Put it right in {plain(wb.settings.datasets_dir)}; it is read again at once."
            )
    new.draw()


def _one(dataset: Dataset, opened: bool) -> None:
    total = _cached.total(dataset.name)
    kind = "comes with Marquee" if dataset.origin == "built-in" else "yours"
    with st.expander(
        f"**{plain(dataset.label)}** — {count(len(dataset.fields), 'field')}, "
        f"{count(total, 'record')}, {kind}",
        expanded=opened,
        icon=":material/schema:",
    ):
        if dataset.description:
            st.markdown(plain(dataset.description))
        st.caption(_key(dataset))
        table(
            ["Field", "Name", "Type", "Rules", "Example"],
            [_field(f) for f in dataset.fields],
            tight=(0, 1, 2),
        )
        for rule in dataset.rules:
            labels = [dataset.field(f).label for f in rule.fields]
            first, rest = labels[0], " and ".join(labels[1:])
            told = f"Who has {first} needs {rest}" if rule.kind == "needs" else ""
            told = told or f"{', then '.join(labels)}: in this order"
            st.caption(f"{plain(told)} ({SEVERITIES[rule.severity]}).")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Template", width="content")
            downloads(dataset)
            st.download_button(
                "Definition (TOML)",
                lambda: to_toml(dataset).encode(),
                file_name=f"{dataset.name}.toml",
                icon=":material/code:",
                on_click="ignore",
                key=f"toml-{dataset.name}",
            )
        with st.container(horizontal=True):
            _state.link(
                "records", "Open the records", icon=":material/groups:", dataset=dataset.name
            )
            _state.link("upload", "Upload a file", icon=":material/upload_file:", into=dataset.name)
        acts.draw(dataset, total)


def _key(dataset: Dataset) -> str:
    key = dataset.key
    if not key.fields:
        return "Two rows are the same record when every field agrees."
    labels = " and ".join(dataset.field(f).label for f in key.fields)
    words = f"Two rows are the same record when they agree on {labels}"
    if key.when_both:
        words += f", and on {dataset.field(key.when_both).label} where both have it"
    return plain(words + ".")


def _range(least: object, most: object) -> str:
    parts = [f"from {least}" if least is not None else "", f"to {most}" if most is not None else ""]
    return " ".join(part for part in parts if part)


def _field(field: Field) -> list[str]:
    rules = [
        "required" if field.required else "",
        f"one of {', '.join(field.choices)}" if field.choices else "",
        f"known {field.vocabulary}, each in one spelling" if field.vocabulary else "",
        FORMATS[field.format] if field.format else "",
        f"pattern {field.pattern}" if field.pattern else "",
        f"at least {field.min_length} long" if field.min_length else "",
        f"at most {number(field.max_length)} long" if field.max_length else "",
        _range(field.min, field.max),
        "unique" if field.unique else "",
    ]
    return [
        f'<span title="{escape(field.description)}"><b>{escape(field.label)}</b></span>',
        cell(field.name),
        TYPES[field.type],
        f'<span class="soft">{escape(text("; ".join(r for r in rules if r), 110))}</span>',
        escape(text(", ".join(field.examples[:1]), 40)),
    ]


main()
