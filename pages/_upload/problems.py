"""The rows of an upload that have a problem, as a grid: errors red in their cells, each with its repair at hand."""

from __future__ import annotations

from typing import Any, NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.cleaning.step import Step
from core.cleaning.clusters import Method
from core.ingest.grid.models import Cause, Facet, Fixed, GridPage, GridRow, Mark, Only
from core.ingest.previewing import PreviewHandle
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import count, number, plain
from pages._grid import grid

PER_PAGE = 100
ANY, ERRORS, EVERY, FIXED = "any", "error", "every", "fixed"
CLUSTERS: dict[Method, str] = {
    "fingerprint": "the same words",
    "ngram": "the same letters",
    "phonetic": "the same sound",
    "nearest": "nearly the same",
}
# Rules about the value itself: it can be replaced, or left out.
OF_VALUES = frozenset(
    {
        *("type", "choices", "vocabulary", "format", "pattern", "min_length", "max_length"),
        *("min", "max", "odd_name", "encoded"),
    }
)
REPEATED = frozenset({"repeats", "completes", "contradicts", "unique", "ambiguous"})  # in the grid
ADVICE = {
    "required": "Such rows wait in quarantine unless you fill the cell in, here or after the import.",
    "unique": "The first of them is imported, the others wait in quarantine.",
    "contradicts": "What was left out is in the preview, under “Repeated”.",
    "probable_duplicate": "You decide each of them in the preview, before anything is imported.",
    "exists": "Choose “Add and update” instead, if they should be updated.",
}


@st.fragment
def draw(upload: Upload, preview: PreviewHandle) -> None:
    """The filters, the tools and the grid; only this part is drawn anew when a cell is fixed."""
    with guard():
        _draw(upload, preview)


def _again() -> NoReturn:
    """Draw this part anew; the whole page where it is being drawn as a whole."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def _draw(upload: Upload, preview: PreviewHandle) -> None:
    wb = _state.workbench()
    key = f"fix-{upload.id}"
    first = wb.uploads.grid(upload.id, _only(key, ""), limit=1)
    overview(first)
    only, place = _filters(first, key)
    page = wb.uploads.grid(upload.id, only, limit=PER_PAGE, offset=(place - 1) * PER_PAGE)
    cause = _cause(first, st.session_state.get(f"only-{key}", ANY))
    if cause:
        _about(upload, preview, cause)
    _tools(upload, page, key)
    _all(upload, page, key)
    if not page.rows:
        st.info("No row fits. Show other rows above.", icon=":material/check_circle:")
        _undo_alone(upload, page, key)
        return
    acts = _grid(page, key, only)
    for act in acts:
        _act(upload, page, act)
    if acts:
        _again()
    if page.total > PER_PAGE:
        st.pagination(-(-page.total // PER_PAGE), key=f"place-{key}-{hash(only)}")
    st.caption(f"{number(len(page.rows))} of {count(page.total, 'row')} shown.")


def overview(page: GridPage) -> None:
    """How many rows are kept out as they are, and how many cells were fixed."""
    fixed = page.standing.cells
    done = f" {count(fixed, 'cell')} fixed so far." if fixed else ""
    if not page.causes:
        st.success(
            f"Nothing is wrong with {count(page.all, 'row')}.{done}", icon=":material/check_circle:"
        )
    elif page.errors:
        st.markdown(
            f"**{count(page.errors, 'row')}** of {number(page.all)} cannot be imported as they are. "
            f"Fix what you can; the rest can wait in quarantine.{done}"
        )
    else:
        st.markdown(
            f"All **{count(page.all, 'row')}** can be imported. This is worth a look:{done}"
        )


# ------------------------------------------------------------------ which rows


def _only(key: str, search: str) -> Only:
    wanted = st.session_state.get(f"only-{key}", ANY)
    if wanted == EVERY:
        return Only(search=search or None)
    if wanted == FIXED:
        return Only(fixed=True, search=search or None)
    if wanted == ERRORS:
        return Only(severity="error", search=search or None)
    if ":" in wanted:
        field, _, rule = wanted.partition(":")
        return Only(field=field or None, rule=rule, search=search or None)
    return Only(problems=True, search=search or None)


def _filters(page: GridPage, key: str) -> tuple[Only, int]:
    options = {
        ANY: "Rows with an error or a warning",
        ERRORS: f"Rows with an error · {number(page.errors)}",
    }
    for cause in page.causes:
        options[f"{cause.field or ''}:{cause.rule}"] = f"{cause.title} · {number(cause.count)}"
    if page.standing.cells:
        options[FIXED] = "Rows in which something was fixed"
    options[EVERY] = f"Every row · {number(page.all)}"
    if st.session_state.get(f"only-{key}") not in options:
        st.session_state.pop(f"only-{key}", None)  # nothing of that kind is wrong any more
        if not page.errors and not any(c.severity == "warning" for c in page.causes):
            st.session_state[f"only-{key}"] = EVERY
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.selectbox(
        "Only rows with", list(options), format_func=lambda o: plain(options[o]), key=f"only-{key}"
    )
    search = right.text_input(
        "Search in the rows",
        key=f"search-{key}",
        icon=":material/search:",
        placeholder="Search in all columns",
    )
    only = _only(key, search or "")
    place = int(st.session_state.get(f"place-{key}-{hash(only)}", 1) or 1)
    return only, place


def _cause(page: GridPage, wanted: str) -> Cause | None:
    return next((c for c in page.causes if f"{c.field or ''}:{c.rule}" == wanted), None)


def _about(upload: Upload, preview: PreviewHandle, cause: Cause) -> None:
    """What is expected, and what can be done with all of them by a step of the recipe."""
    problem = next(
        (p for p in preview.problems if (p.field, p.rule) == (cause.field, cause.rule)), None
    )
    if problem is None:
        return
    where = f"Column “{plain(problem.column)}”. " if problem.column else ""
    expected = f"Expected: {plain(problem.expected)}." if problem.expected else ""
    st.caption(f"{where}{expected} {ADVICE.get(problem.rule, '')}".strip())
    if problem.rule not in OF_VALUES or not problem.field:
        return
    repairs = [f for f in problem.found if f.value and f.repair]
    required = _state.workbench().datasets.get(upload.dataset).field(problem.field).required
    with st.container(horizontal=True):
        if repairs and st.button(
            f"Take all {len(repairs)} suggestions" if len(repairs) > 1 else "Take the suggestion",
            icon=":material/done_all:",
            help="; ".join(f"“{plain(f.value)}” becomes “{plain(f.repair)}”" for f in repairs[:8]),
        ):
            steps = [_step(problem.field, f.value or "", f.repair or "") for f in repairs]
            early = problem.severity == "error"
            _change(upload, [*steps, *preview.recipe] if early else [*preview.recipe, *steps])
        if not required and st.button("Leave these values out", icon=":material/backspace:"):
            _change(upload, [*preview.recipe, Step(op="clear_invalid", field=problem.field)])


def _step(field: str, value: str, to: str) -> Step:
    return Step(op="replace", field=field, value=value, to=to)


def _change(upload: Upload, steps: list[Step]) -> None:
    with guard():
        _state.workbench().uploads.plan(upload.id, steps=steps)
        st.rerun()


# ------------------------------------------------------------------ the grid


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "severity": mark.severity,
        "title": mark.title,
        "expected": mark.expected,
        "repair": mark.repair,
    }


def _row(row: GridRow) -> grid.Row:
    marks: dict[str, list[dict[str, Any]]] = {}
    for mark in row.marks:
        if mark.column is not None:
            marks.setdefault(str(mark.column), []).append(_mark(mark))
    return grid.Row(
        *(str(row.row), number(row.row)),
        {str(i): text for i, text in row.cells.items()},
        marks,
        [_mark(m) for m in row.marks if m.column is None],
        [str(i) for i in row.fixed],
    )


def _grid(page: GridPage, key: str, only: Only) -> list[dict[str, Any]]:
    columns = [
        grid.Column(
            str(c.index),
            c.label,
            c.name if c.name != c.label else "",
            pinned=place == 0,
            editable=True,
            alike=c.type
            != "date",  # a date is repaired where it stands: another row may mean another day
            choices=c.choices,
        )
        for place, c in enumerate(page.columns)
    ]
    return grid.draw(
        columns,
        [_row(r) for r in page.rows],
        key=f"grid-{key}",
        label="Rows with problems",
        height=520,
        hint="Select a cell to see what is wrong with it.",
        undo=page.standing.undo,
        redo=page.standing.redo,
        lit=[only.search] if only.search else [],
    )


def _act(upload: Upload, page: GridPage, act: dict[str, Any]) -> None:
    """What somebody did in the grid."""
    wb, names = _state.workbench(), {str(c.index): c.name for c in page.columns}
    kind = act["kind"]
    if kind == "edit":
        wb.uploads.fix(upload.id, {int(act["row"]): {names[act["column"]]: act["text"] or None}})
    elif kind == "paste":
        given: dict[int, dict[str, str | None]] = {}
        for cell in act["cells"]:
            given.setdefault(int(cell["row"]), {})[names[cell["column"]]] = cell["text"] or None
        wb.uploads.fix(upload.id, given)
    elif kind == "undo":
        wb.uploads.undo_fix(upload.id)
    elif kind == "redo":
        wb.uploads.redo_fix(upload.id)
    elif kind == "all":
        st.session_state[f"all-{upload.id}"] = (names[act["column"]], act["text"], act["repair"])


def _undo_alone(upload: Upload, page: GridPage, key: str) -> None:
    """The last row that was wrong is fixed and gone from here: the way back stays."""
    if page.standing.undo and st.button("Undo", icon=":material/undo:", key=f"undo-{key}"):
        _state.workbench().uploads.undo_fix(upload.id)
        _again()


# ------------------------------------------------------------------ many cells at once


def _all(upload: Upload, page: GridPage, key: str) -> None:
    """All cells that say the same: how many there are is said before anything happens."""
    asked = st.session_state.get(f"all-{upload.id}")
    if asked is None:
        return
    name, found, repair = asked
    column = next((c for c in page.columns if c.name == name), None)
    if column is None:
        return
    wb = _state.workbench()
    many = wb.uploads.fix_all(upload.id, name, [found], None, dry_run=True).cells
    with st.container(border=True):
        st.markdown(
            f"**{count(many, 'cell')}** of {plain(column.label)} {'says' if many == 1 else 'say'} “{plain(found)}”."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            new = (
                st.selectbox(
                    "becomes",
                    column.choices,
                    index=column.choices.index(repair) if repair in column.choices else None,
                    placeholder="choose …",
                    key=f"all-to-{key}",
                )
                if column.choices
                else st.text_input("becomes", value=repair or "", key=f"all-to-{key}-{found}")
            )
            if st.button(
                f"Replace {count(many, 'cell')}", type="primary", disabled=not new or not many
            ):
                wb.uploads.fix_all(upload.id, name, [found], new)
                _end(upload)
            if column.field and st.button(
                "As a step of the recipe",
                disabled=not new,
                help="Holds for every row, and for the next file when the recipe is used again.",
            ):
                st.session_state.pop(f"all-{upload.id}")
                preview = wb.uploads.standing(upload.id)
                _change(upload, [_step(column.field, found, new or ""), *preview.recipe])
            if st.button("Cancel", type="tertiary"):
                _end(upload)


def _end(upload: Upload) -> None:
    st.session_state.pop(f"all-{upload.id}", None)
    _again()


def _tools(upload: Upload, page: GridPage, key: str) -> None:
    names = {c.name: c.label for c in page.columns}
    with st.container(horizontal=True, gap="small"):
        with st.popover("Find and replace", icon=":material/find_replace:"):
            _replace(upload, names, key)
        with st.popover("Values of a column", icon=":material/bar_chart:"):
            _facet(upload, names, key)
        with st.popover("Spellings that are alike", icon=":material/hub:"):
            _clusters(upload, names, key)


def _replace(upload: Upload, names: dict[str, str], key: str) -> None:
    wb = _state.workbench()
    find = st.text_input("Find", key=f"find-{key}")
    new = st.text_input("Replace with", key=f"with-{key}")
    column = st.selectbox(
        "In",
        [None, *names],
        format_func=lambda n: plain(names[n]) if n else "every column",
        key=f"in-{key}",
    )
    many = (
        wb.uploads.find_and_replace(upload.id, find, new, column=column, dry_run=True).cells
        if find
        else 0
    )
    if st.button(
        f"Replace in {count(many, 'cell')}", type="primary", disabled=not many, key=f"do-{key}"
    ):
        _done(wb.uploads.find_and_replace(upload.id, find, new, column=column))


def _done(fixed: Fixed) -> None:
    _state.flash(f"{count(fixed.cells, 'cell')} fixed")
    _again()


def _facet(upload: Upload, names: dict[str, str], key: str) -> None:
    column = st.selectbox(
        "Column", list(names), format_func=lambda n: plain(names[n]), key=f"facet-{key}"
    )
    facet: Facet = _state.workbench().uploads.facet(upload.id, column, limit=30)
    st.caption(
        f"{number(facet.distinct)} different · {number(facet.blank)} empty · {number(facet.errors)} wrong"
    )
    most = max((t.count for t in facet.texts), default=1)
    for place, text in enumerate(facet.texts[:15]):
        bad = ":red[:material/error:] " if text.kind == "error" else ""
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.progress(text.count / most, text=f"{bad}{plain((text.text or '')[:60])}")
        if right.button(
            number(text.count), key=f"facet-{key}-{column}-{place}", help="Fix all of these"
        ):
            st.session_state[f"all-{upload.id}"] = (column, text.text, None)
            _again()


def _clusters(upload: Upload, names: dict[str, str], key: str) -> None:
    wb = _state.workbench()
    column = st.selectbox(
        "Column", list(names), format_func=lambda n: plain(names[n]), key=f"cluster-{key}"
    )
    method = st.selectbox(
        "That have", list(CLUSTERS), format_func=lambda m: CLUSTERS[m], key=f"how-{key}"
    )
    found = wb.uploads.clusters(upload.id, column, method)
    if not found:
        st.caption("No spellings are alike in this way.")
    for place, cluster in enumerate(found[:10]):
        told = " · ".join(
            f"{plain((t.text or '')[:40])} :small[:gray[×{t.count}]]" for t in cluster.texts[:6]
        )
        st.markdown(told)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            into = st.text_input(
                "becomes", cluster.into, key=f"into-{key}-{column}-{method}-{place}"
            )
            if st.button("Merge", key=f"merge-{key}-{column}-{method}-{place}"):
                others = [t.text for t in cluster.texts if t.text != into]
                _done(wb.uploads.fix_all(upload.id, column, others, into))
