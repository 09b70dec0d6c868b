"""The router: the gate, the one box for errors, and that no page is reached around it."""

from __future__ import annotations

import logging

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import Workbench, server
from core.errors import DatabaseLocked
from core.security import sessions
from pages import _state
from tests.pages.helpers import ROUTER, Open, fine, said


@pytest.fixture
def guarded(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is set."""
    server.close()
    monkeypatch.setenv("MARQUEE_API_TOKEN", "a long secret")


def bring(monkeypatch: pytest.MonkeyPatch, cookie: str) -> None:
    """What the browser brings along."""
    monkeypatch.setattr(type(st.context), "cookies", {sessions.COOKIE: cookie})


@pytest.mark.usefixtures("guarded")
def test_with_a_token_no_page_is_seen_without_it(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cookie in ("", "made up", sessions.begin("another")):
        bring(monkeypatch, cookie)
        for name in ("home", "upload", "records", "history", "datasets"):
            at = fine(open_page(name))
            assert "asks for its token" in said(at) and not at.title and not at.button
    at = open_page("home", denied="1", q='"><script>')
    assert "This is not the token" in said(at)
    assert 'name="next" value="/?q=%22%3E%3Cscript%3E"' in said(at)


@pytest.mark.usefixtures("guarded")
def test_a_cookie_opens_until_it_is_logged_out(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = sessions.begin("a long secret")
    bring(monkeypatch, note)
    at = fine(open_page("datasets"))
    assert at.title[0].value == "Datasets" and "Log out" in said(at)
    assert fine(open_page("history")).title[0].value == "History"
    sessions.end("a long secret", note)
    assert not fine(at.run()).title and "asks for its token" in said(at)


def test_without_a_token_there_is_nothing_to_log_out_of(open_page: Open) -> None:
    assert "Log out" not in said(open_page("datasets"))


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
    assert record.args and str(record.said.fields["number"]) in said(at) and record.exc_info
