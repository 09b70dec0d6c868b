"""Step 1: which file, into which dataset, and in which way."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import streamlit as st

import core
from core.datasets.model import Dataset
from core.errors import DuplicateUpload
from core.files.registry import FORMATS, NAMES
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import plain
from pages._html import two
from pages._templates import downloads

SAMPLES = Path(core.__file__).parent / "datasets" / "samples"
MESSY = SAMPLES / "people_messy.csv"
# The formats that people have, the common ones first; archives of them.
TYPES = [suffix[1:] for name in NAMES for suffix in FORMATS[name].suffixes] + ["zip", "gz"]
TWICE = "_twice"

MODES = {
    "upsert": (
        "Add and update",
        "New people are added, known ones updated. An empty cell never erases.",
    ),
    "insert": (
        "Only add",
        "New people are added. Rows of people who are there already are rejected.",
    ),
    "replace": (
        "Replace this source",
        "Add and update; and people that this source brought earlier but lacks now are deleted.",
    ),
}


def draw(_upload: Upload | None) -> None:
    """The form."""
    left, right = two("choose", 3, 2)
    with right:
        dataset = _state.pick_dataset("into", "Into the dataset")
        mode, source = _mode()
        _templates(dataset)
    with left:
        file, name = _file()
        if st.button(
            "Continue", type="primary", icon=":material/arrow_forward:", disabled=file is None
        ):
            assert file is not None  # nosec B101
            st.session_state.pop(TWICE, None)
            _receive(file, name, dataset, mode, source)
        if file is not None and TWICE in st.session_state:
            _told_twice(file, name, dataset, mode, source)


def _mode() -> tuple[str, str | None]:
    mode = st.radio(
        "What to do with the rows",
        list(MODES),
        format_func=lambda m: MODES[m][0],
        captions=[MODES[m][1] for m in MODES],
    )
    if mode != "replace":
        return mode, None
    source = st.text_input(
        "Name of the source",
        help="Files with the same source name replace one another. Without a name, the file name is it.",
    )
    return mode, source.strip() or None


def _templates(dataset: Dataset) -> None:
    with st.container(border=True):
        st.caption(f"No file yet? Fill in the template of {plain(dataset.label)}.")
        downloads(dataset)


def _file() -> tuple[BinaryIO | None, str]:
    way = st.segmented_control(
        "Where it comes from",
        ["A file", "Pasted text", "A messy example"],
        default="A file",
        required=True,
        key="way",
        label_visibility="collapsed",
    )
    if way == "Pasted text":
        text = st.text_area(
            "Paste rows, with the column names first",
            height=220,
            placeholder="name,birth_date\nJay Chou,1979-01-18",
        )
        name = "pasted.json" if text.lstrip().startswith(("[", "{")) else "pasted.csv"
        return (io.BytesIO(text.encode("utf-8")) if text.strip() else None), name
    if way == "A messy example":
        with st.container(border=True):
            st.markdown(
                "**people_messy.csv** — 30 rows with everything that goes wrong in real life"
            )
            st.caption(
                "Other column names, two date styles, a type that does not exist, a person twice, "
                "and people that the sample data has already."
            )
        return io.BytesIO(MESSY.read_bytes()), MESSY.name
    file = st.file_uploader(
        "CSV, TSV, JSON, Excel or OpenDocument; also packed as .zip or .gz", type=TYPES, key="file"
    )
    limit = int(st.get_option("server.maxUploadSize"))
    st.caption(
        f"Up to {limit} MB here. Bigger files: drop them into the folder `data_uploads/pending`, or "
        "send them to the REST API, which streams them to disk."
    )
    return file, file.name if file else ""


def _receive(
    file: BinaryIO, name: str, dataset: Dataset, mode: str, source: str | None, force: bool = False
) -> None:
    with guard():
        try:
            file.seek(0)
            upload = _state.workbench().receive(
                file,
                dataset=dataset.name,
                filename=name,
                mode=mode,  # type: ignore[arg-type]
                source_name=source,
                force=force,
            )
        except DuplicateUpload as error:
            st.session_state[TWICE] = (error.detail, error.extra["upload_id"])
            return
        _state.go("upload", upload=upload.id, step="read")


def _told_twice(file: BinaryIO, name: str, dataset: Dataset, mode: str, source: str | None) -> None:
    detail, earlier = st.session_state[TWICE]
    with st.container(border=True):
        st.markdown(
            f":orange[:material/content_copy:] **This file was already imported**  \n{plain(detail)}"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Import again anyway", icon=":material/repeat:"):
                st.session_state.pop(TWICE, None)
                _receive(file, name, dataset, mode, source, force=True)
            _state.link(
                "history", "See the earlier import", icon=":material/history:", upload=earlier
            )
