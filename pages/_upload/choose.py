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
from core.workbench import ImportRequest
from pages import _state
from pages._errors import guard
from pages._formats import plain
from pages._html import two
from pages._upload import many, waiting
from pages._upload.templates import downloads

SAMPLES = Path(core.__file__).parent / "datasets" / "samples"
MESSY = SAMPLES / "people_messy.csv"
# The formats that people have, the common ones first; archives of them.
TYPES = [suffix[1:] for name in NAMES for suffix in FORMATS[name].suffixes] + ["zip", "gz"]
TWICE = "_twice"
MANY = "Many or large files"

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
    with left:
        way = _way()
    with right:
        dataset = _state.pick_dataset("into", "Into the dataset") if way != MANY else None
        mode, source = _mode()
        if dataset is not None:
            _templates(dataset)
    with left:
        if dataset is None:
            many.files(mode, source)
        else:
            _one(way, dataset, mode, source)
    waiting.draw()


def _one(way: str, dataset: Dataset, mode: str, source: str | None) -> None:
    """One file, and its way through the steps."""
    file, name = _file(way, dataset)
    if st.button(
        "Continue", type="primary", icon=":material/arrow_forward:", disabled=file is None
    ):
        assert file is not None  # nosec B101
        st.session_state.pop(TWICE, None)
        _receive(file, name, dataset, mode, source)
    if file is not None and TWICE in st.session_state:
        _imported_before(file, name, dataset, mode, source)


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


def _way() -> str:
    return str(
        st.segmented_control(
            "Where it comes from",
            ["A file", MANY, "Pasted text", "A grid", "An address", "A messy example"],
            default=MANY if _state.workbench().transfers(mine=True) else "A file",
            required=True,
            key="way",
            label_visibility="collapsed",
        )
    )


def _file(way: str, dataset: Dataset) -> tuple[BinaryIO | str | None, str]:
    if way == "A grid":
        found = many.table(dataset)
        return (io.BytesIO(found) if found else None), "typed.csv"
    if way == "Pasted text":
        text = st.text_area(
            "Paste rows, with the column names first",
            height=220,
            placeholder="name,birth_date\nJay Chou,1979-01-18",
        )
        name = "pasted.json" if text.lstrip().startswith(("[", "{")) else "pasted.csv"
        return (io.BytesIO(text.encode("utf-8")) if text.strip() else None), name
    if way == "An address":
        address = (
            st.text_input(
                "Address of the file",
                placeholder="https://example.org/people.csv",
                help="Fetched when you continue. Addresses of this machine's own network are refused.",
            )
            or ""
        ).strip()
        return address or None, ""
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
        f"Up to {limit} MB here. Several files, a folder, or bigger ones: choose *{MANY}* above."
    )
    return file, file.name if file else ""


def _receive(
    file: BinaryIO | str,
    name: str,
    dataset: Dataset,
    mode: str,
    source: str | None,
    force: bool = False,
) -> None:
    with guard():
        asked = ImportRequest(
            dataset=dataset.name,
            filename=name or None,
            mode=mode,  # type: ignore[arg-type]
            source_name=source,
            force=force,
        )
        try:
            if isinstance(file, str):
                with st.spinner("Fetching the file …"):
                    upload = _state.workbench().uploads.fetch(file, asked)
            else:
                file.seek(0)
                upload = _state.workbench().uploads.receive(file, asked)
        except DuplicateUpload as error:
            st.session_state[TWICE] = (error.detail, error.extra["upload_id"])
            return
        _state.go("upload", upload=upload.id, step="read")


def _imported_before(
    file: BinaryIO | str, name: str, dataset: Dataset, mode: str, source: str | None
) -> None:
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
