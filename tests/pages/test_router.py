"""The router: the gate, the one box for errors, and that no page is reached around it."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from core import Workbench, shared
from core.errors import DatabaseLocked
from pages import _state
from tests.pages.helpers import ROUTER, Open, button, fine, said


def test_with_a_token_every_page_asks_for_it_once(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.close()
    monkeypatch.setenv("MARQUEE_API_TOKEN", "a long secret")
    for name in ("home", "upload", "records", "history", "datasets"):
        at = fine(open_page(name))
        assert "asks for its token" in said(at) and not at.title
    at.text_input[0].set_value("wrong")
    button(at, "Open").click().run()
    assert "This is not the token" in said(at) and not at.title
    at.text_input[0].set_value("a long secret")
    fine(button(at, "Open").click().run())
    assert at.title[0].value == "Datasets"
    fine(at.run())
    assert at.title[0].value == "Datasets"


def test_an_error_is_a_box_with_title_detail_hint_and_code(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> Workbench:
        raise DatabaseLocked("process 12 holds it")

    monkeypatch.setattr(_state, "workbench", locked)
    at = AppTest.from_file(ROUTER).run()
    assert not at.exception
    for words in ("Another process is using", "process 12 holds it", "stop it first"):
        assert words in said(at)
    assert "database_locked" in said(at)


def test_a_fault_is_short_on_the_page_and_whole_in_the_log(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Workbench:
        raise ZeroDivisionError("inner secret")

    monkeypatch.setattr(_state, "workbench", broken)
    with caplog.at_level(logging.ERROR, "marquee.pages"):
        at = AppTest.from_file(ROUTER).run()
    assert "fault of Marquee" in said(at) and "inner secret" not in said(at)
    [record] = [r for r in caplog.records if r.name == "marquee.pages"]
    assert record.args and str(record.args[0]) in said(at) and record.exc_info
