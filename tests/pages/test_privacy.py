"""Privacy on the page of a record: look, export, forget, and the paper about it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import Workbench
from core.actor import Actor
from pages import _state
from tests.pages.helpers import Open, button, fine, labels, said

PEOPLE = b"name,birth_date,mbti\nAda Quillfeather,1815-12-10,INTJ\nBo Marsh,1979-01-18,ISFP\n"


@pytest.fixture
def ada(wb: Workbench) -> str:
    wb.import_file(PEOPLE, filename="people.csv")
    return str(next(wb.records(where={"mbti": "INTJ"}).rows())["record_id"])


def look(open_page: Open, record: str) -> AppTest:
    at = fine(open_page("records", record=record))
    return fine(button(at, "Look where this person is").click().run())


def test_look_forget_and_the_paper(wb: Workbench, ada: str, open_page: Open) -> None:
    at = look(open_page, ada)
    assert "1 row of people.csv" in said(at) and "1 version in the history" in said(at)
    assert "Export for this person" in labels(at, "download_button")
    at.text_input(key="person-reason").set_value("they asked")
    at = fine(button(at, "Forget this person").click().run())
    assert "The person was forgotten" in said(at)
    assert "Download the paper" in labels(at, "download_button")
    assert "Quillfeather" not in said(at) and wb.records.count() == 1
    at = fine(button(at, "Done").click().run())
    assert "Download the paper" not in labels(at, "download_button")
    (event,) = [e for e in wb.history.events() if e.kind == "record.forgotten"]
    assert (event.actor, event.door) == ("local", "page")
    at = fine(open_page("records", record=ada))
    assert "Deleted record" in said(at) and "Quillfeather" not in said(at)


def test_who_was_deleted_before_is_forgotten_too(wb: Workbench, ada: str, open_page: Open) -> None:
    wb.records.delete("celebrities", ada)
    at = fine(button(look(open_page, ada), "Forget this person").click().run())
    assert "The person was forgotten" in said(at)
    assert "Quillfeather" not in repr(wb.history("celebrities", ada))


def test_not_while_a_file_comes_in(wb: Workbench, ada: str, open_page: Open) -> None:
    wb.services.worker.stop()
    wb.jobs.submit(wb.receive(b"name\nSomebody Else\n", filename="next.csv").id)
    at = button(look(open_page, ada), "Forget this person").click().run()
    assert not at.exception and "next.csv is being imported" in at.error[0].value.replace("\\", "")
    assert wb.records.count() == 2


@pytest.mark.parametrize(
    ("more", "shown"), [([], []), (["privacy.read"], ["Look where this person is"])]
)
def test_who_may_not_sees_no_button(
    wb: Workbench,
    ada: str,
    open_page: Open,
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
    shown: list[str],
) -> None:
    wb.access.save_role(
        "some", ["records.read", "history.read", "datasets.read", "access.self", *more]
    )
    monkeypatch.setattr(_state, "visitor", lambda: Actor("eva", "page", "some"))
    monkeypatch.setattr(wb, "settings", wb.settings.model_copy(update={"mode": "team"}))
    at = fine(open_page("records", record=ada))
    assert [n for n in labels(at, "button") if n.startswith("Look where")] == shown
    if shown:
        at = fine(button(at, "Look where this person is").click().run())
        assert "1 row of people.csv" in said(at)
        assert "Forget this person" not in labels(at, "button")
