"""The form of a dataset: fields, types, rules, synonyms, key and cleaning, checked while it is filled in."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import streamlit as st

from core.datasets.model import Dataset, FieldType, OnUpdate, from_dict, from_text, to_toml
from core.errors import MarqueeError
from core.files.store import safe_name
from core.ingest.redefining import Tried
from pages import _state
from pages._errors import guard, show
from pages._formats import count, plain
from pages._html import table
from pages._upload.choose import TYPES as FILES

DRAFT = "_dataset_draft"  # the definition as it was when the form was opened, and which dataset it changes
TYPES, UPDATES = get_args(FieldType), get_args(OnUpdate)
LISTS = ("choices", "synonyms", "examples")
SHOWN = (
    "name",
    "title",
    "type",
    "required",
    "choices",
    "pattern",
    "min",
    "max",
    "synonyms",
    "case",
    "on_update",
    "unique",
    "description",
)


def begin(data: dict[str, Any], *, changes: str | None = None) -> None:
    """Open the form with a definition; `changes` names the dataset that it changes."""
    number = st.session_state.get(DRAFT, {}).get("number", 0) + 1
    st.session_state[DRAFT] = {"data": data, "changes": changes, "number": number}


def is_open() -> bool:
    """Whether a form is open."""
    return DRAFT in st.session_state


def draw() -> None:
    """The form, what it would do, and the buttons."""
    draft = st.session_state[DRAFT]
    data, changes, key = draft["data"], draft["changes"], f"ds-{draft['number']}"
    with st.container(border=True):
        st.subheader(
            f"Change {plain(data.get('title') or data['name'])}" if changes else "A new dataset"
        )
        form, text = st.tabs(["Form", "As TOML"])
        with form:
            made, renamed = _form(data, changes, key)
        with text:
            _toml(made, key)
        _below(made, renamed, changes, key)


def _below(made: dict[str, Any], renamed: dict[str, str], changes: str | None, key: str) -> None:
    dataset: Dataset | None = None
    try:
        dataset = from_dict(made, "the form")
    except MarqueeError as error:
        show(error)
    refused = _show_changes(dataset, renamed, changes, key) if dataset else True
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Keep this dataset", type="primary", icon=":material/save:", disabled=refused):
            with guard():
                assert dataset  # nosec B101
                _state.workbench().datasets.save(
                    dataset, replace=changes is not None, renamed=renamed
                )
                st.session_state.pop(DRAFT)
                _state.flash(f"{dataset.label} with {count(len(dataset.fields), 'field')} is ready")
                _state.go("datasets", dataset=dataset.name)
        if st.button("Leave it", icon=":material/close:"):
            st.session_state.pop(DRAFT)
            st.rerun()


# ------------------------------------------------------------------ the form


def _form(
    data: Mapping[str, Any], changes: str | None, key: str
) -> tuple[dict[str, Any], dict[str, str]]:
    made = dict(data)
    left, right = st.columns([2, 3])
    made["name"] = left.text_input(
        "Name",
        value=data.get("name", ""),
        disabled=bool(changes),
        key=f"{key}-name",
        help="Lower-case letters, digits and underscores; also the name of its table.",
    )
    made["title"] = right.text_input("Title", value=data.get("title", ""), key=f"{key}-title")
    made["description"] = st.text_input(
        "What a record is", value=data.get("description", ""), key=f"{key}-about"
    )
    st.caption("One row a field. A field that gets another name keeps its values.")
    rows = [{"was": f["name"], **{n: _cell(n, f.get(n)) for n in SHOWN}} for f in data["fields"]]
    edited = st.data_editor(
        rows, num_rows="dynamic", hide_index=True, column_config=_columns(), key=f"{key}-fields"
    )
    before = {f["name"]: f for f in data["fields"]}
    made["fields"] = [
        _field(row, before.get(row.get("was") or "", {})) for row in edited if row.get("name")
    ]
    renamed = {
        row["was"]: row["name"].strip()
        for row in edited
        if changes and row.get("was") and row.get("name") and row["was"] != row["name"].strip()
    }
    _key_and_cleaning(made, renamed, key)
    return made, renamed


def _cell(name: str, value: Any) -> Any:
    if name in LISTS:
        return "; ".join(value or ())
    if name in ("required", "unique"):
        return bool(value)
    if name in ("type", "on_update"):
        return value or {"type": "text", "on_update": "overwrite"}[name]
    return "" if value is None else str(value)


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "was": None,
        "name": config.TextColumn("Name", required=True, pinned=True),
        "title": config.TextColumn("Title"),
        "type": config.SelectboxColumn("Type", options=TYPES, default="text", required=True),
        "required": config.CheckboxColumn("Required", default=False),
        "choices": config.TextColumn("Choices", help="With semicolons between", width="medium"),
        "pattern": config.TextColumn("Pattern", help="RE2, the whole value"),
        "min": config.TextColumn("From"),
        "max": config.TextColumn("To", help="Of a date also: today"),
        "synonyms": config.TextColumn(
            "Column names",
            help="Names of columns that are meant, with semicolons between",
            width="medium",
        ),
        "case": config.SelectboxColumn("Case", options=["", "upper", "lower"], default=""),
        "on_update": config.SelectboxColumn("On update", options=UPDATES, default="overwrite"),
        "unique": config.CheckboxColumn("Unique", default=False),
        "description": config.TextColumn("Description", width="medium"),
    }


def _field(row: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in a row, over what the form does not show of the field."""
    field = dict(before)
    for name in SHOWN:
        value = row.get(name)
        if isinstance(value, str):
            value = value.strip()
        if name in LISTS:
            value = [part.strip() for part in (value or "").split(";") if part.strip()]
        elif name in ("min", "max"):
            value = _bound(value, str(row.get("type") or ""))
        if value in (None, "", [], False):
            field.pop(name, None)
        else:
            field[name] = value
    return field


def _bound(value: str | None, type_: str) -> float | str | None:
    if not value or type_ == "date":
        return value or None
    try:
        return float(value)
    except ValueError:
        return value


def _key_and_cleaning(made: dict[str, Any], renamed: dict[str, str], key: str) -> None:
    names = [f["name"] for f in made["fields"]]
    present = {
        n: _new(made.get("key", {}).get(n), renamed) for n in ("fields", "when_both", "also")
    }
    left, right = st.columns(2)
    fields = left.multiselect(
        "Two rows are the same record when they agree on",
        names,
        default=[n for n in present["fields"] or [] if n in names],
        placeholder="every field",
        key=f"{key}-key-{len(names)}-{'-'.join(renamed)}",
    )
    both = right.selectbox(
        "and, where both have it, on",
        ["", *names],
        index=([*names].index(present["when_both"]) + 1) if present["when_both"] in names else 0,
        format_func=lambda n: n or "nothing more",
        key=f"{key}-both-{len(names)}-{'-'.join(renamed)}",
    )
    told = {"fields": fields, "when_both": both or None, "also": present["also"]}
    made["key"] = {n: v for n, v in told.items() if v and (fields or n == "fields")}
    made["rules"] = [{**r, "fields": _new(r["fields"], renamed)} for r in made.get("rules", [])]
    cleaning = dict(made.get("cleaning", {}))
    with st.expander("Cleaning", icon=":material/mop:"):
        cleaning["tidy"] = st.checkbox(
            "Trim and collapse blanks, normalise Unicode",
            value=cleaning.get("tidy", True),
            key=f"{key}-tidy",
        )
        cleaning["list_separators"] = st.text_input(
            "Lists are cut at", value=cleaning.get("list_separators", ";|,"), key=f"{key}-lists"
        )
    made["cleaning"] = cleaning


def _new(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [renamed.get(v, v) for v in value]
    return renamed.get(value, value) if value else value


def _toml(made: dict[str, Any], key: str) -> None:
    try:
        text = to_toml(from_dict(made, "the form"))
    except MarqueeError:
        st.caption("The form has a mistake, see below.")
        return
    typed = st.text_area("The definition", value=text, height=420, key=f"{key}-toml-{hash(text)}")
    if st.button("Take it into the form", disabled=typed == text, key=f"{key}-take"):
        with guard():
            data = from_text(typed or "", "the definition").model_dump(
                mode="json", exclude_defaults=True
            )
            begin(data, changes=st.session_state[DRAFT]["changes"])
            st.rerun()


# ------------------------------------------------------------------ what it would do


def _show_changes(dataset: Dataset, renamed: dict[str, str], changes: str | None, key: str) -> bool:
    """What keeping it would do, and rows held against it. True when it is refused."""
    wb, refused = _state.workbench(), False
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**What changes**" if changes else "**Looks right**")
        for change in wb.datasets.changes(dataset, renamed):
            refused |= change.refused
            st.markdown(
                f"- {':red[' if change.refused else ''}{plain(change.what)}{']' if change.refused else ''}"
            )
        if changes and not refused:
            with guard():
                _tried("records", wb.datasets.try_out(dataset, renamed=renamed))
    with right:
        file = st.file_uploader("Try it with a sample file", type=FILES, key=f"{key}-sample")
        if file is not None:
            with guard(), tempfile.TemporaryDirectory(prefix="marquee-sample-") as folder:
                path = Path(folder) / safe_name(file.name)
                path.write_bytes(file.getvalue())
                tried = wb.datasets.try_out(dataset, path)
                _tried("rows of the sample", tried)
                unknown = [c for c, f in tried.columns if f is None]
                if unknown:
                    st.caption(f"No field for: {plain(', '.join(unknown))}")
    return refused


def _tried(what: str, found: Tried) -> None:
    if not found.rows:
        return
    told = f"{count(found.refused, 'row')} would be refused" if found.refused else "all of them fit"
    st.markdown(f"**{found.rows:,} {what}**: {told}.")
    if found.broken:
        table(
            ["Field", "Rule", "Severity", "Rows"],
            [
                [plain(b.field or ""), plain(b.rule), b.severity, f"{b.rows:,}"]
                for b in found.broken
            ],
        )
