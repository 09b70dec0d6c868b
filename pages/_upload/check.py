"""Step 4: what is wrong: questions, the rows as a grid, and the recipe so far."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.errors import MarqueeError, WrongState
from core.ingest.deciders.answers import answered, asking
from core.ingest.previewing import PreviewHandle
from core.ingest.problems import Problem
from core.ingest.uploads import Upload
from pages import _progress, _state
from pages._errors import show
from pages._upload import problems
from pages._upload import quality
from pages._formats import count, plain
from pages._html import cell, table, two
from pages._upload import recipe

SEVERITY = {
    "error": (":red-badge[keeps rows out]", ":red[:material/error:]"),
    "warning": (":orange-badge[warning]", ":orange[:material/warning:]"),
    "info": (":gray-badge[for your information]", ":gray[:material/info:]"),
}


def draw(upload: Upload | None) -> None:
    """Questions and the rows with problems on the left, the recipe on the right."""
    assert upload is not None  # nosec B101
    dataset = _state.workbench().datasets.get(upload.dataset)
    left, right = two("check", 5, 2)
    preview: PreviewHandle | None = None
    failed = False
    with left:
        try:
            preview = _progress.standing_of(upload)
        except WrongState:
            raise
        except MarqueeError as error:
            show(error)
            failed = True
    with right:
        # A recipe that leaves nothing, or does not fit, is put right here.
        if preview is not None or (failed and upload.plan.mapping):
            recipe.draw(upload, dataset, preview.recipe if preview else upload.plan.recipe or ())
        if preview is not None:
            quality.draw(upload, dataset)
    if preview is None:
        return
    with left:
        questions = [p for p in preview.problems if p.answers]
        for problem in questions:
            _problem(upload, preview, problem)
        problems.draw(upload, preview)
        _remarks(upload, preview)
        if st.button("Continue", type="primary", icon=":material/arrow_forward:"):
            _state.go("upload", upload=upload.id, step="preview")


def _remarks(upload: Upload, preview: PreviewHandle) -> None:
    """What is said of the whole file, and belongs to no cell."""
    checks = {(c.field, c.rule) for c in preview.staged.compiled.checks}
    rest = [
        p
        for p in preview.problems
        if not p.answers and (p.field, p.rule) not in checks and p.rule not in problems.REPEATED
    ]
    if not rest:
        return
    with st.expander(
        f"{count(len(rest), 'remark')} about the file",
        expanded=any(p.severity != "info" for p in rest),
    ):
        for problem in rest:
            _problem(upload, preview, problem)


def _problem(upload: Upload, preview: PreviewHandle, problem: Problem) -> None:
    badge, icon = SEVERITY[problem.severity]
    with st.container(border=True):
        st.markdown(f"{icon} **{plain(problem.title)}** — {count(problem.count, 'row')} {badge}")
        where = f"Column “{plain(problem.column)}”. " if problem.column else ""
        expected = f"Expected: {plain(problem.expected)}." if problem.expected else ""
        st.caption(f"{where}{expected} {problems.ADVICE.get(problem.rule, '')}".strip())
        if problem.answers:
            _ask(upload, preview, problem)
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
    seen = [f.value for f in problem.found] or [e.found for e in problem.examples]
    values = [*dict.fromkeys(value for value in seen if value)]
    found = ", ".join(plain(value) for value in values[:3])
    kind = asking(problem.rule)
    open_ = kind.question.open if kind and kind.question else "it"
    st.markdown(f"Nothing in the file shows {open_}, for example in {found}. You decide:")
    with st.container(horizontal=True):
        for answer in problem.asked:
            key = f"{answer.value}-{answer.to or ''}-{problem.field}"
            if st.button(plain(answer.label), icon=":material/check:", key=key):
                recipe.change(upload, answered(preview.recipe, answer.step(problem.field)))
