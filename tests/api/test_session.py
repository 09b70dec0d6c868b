"""Logging in and out of the pages: the form, the cookie, and that it opens nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core import Workbench
from core.security import sessions
from tests.api.conftest import client_of

TOKEN = "Zürich-long-random"


@pytest.fixture
def guarded(open_workbench: Callable[..., Workbench]) -> TestClient:
    return client_of(open_workbench(api_token=TOKEN))


def log_in(client: TestClient, **form: str) -> tuple[str, str]:
    """Where the answer leads, and its cookie with all that it says."""
    answer = client.post("/api/session", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    return answer.headers["location"], answer.headers.get("set-cookie", "")


def test_the_token_gets_a_cookie_that_no_script_and_no_other_site_can_use(
    guarded: TestClient,
) -> None:
    address, cookie = log_in(guarded, token=TOKEN, next="/records?q=a")
    assert address == "/records?q=a"
    said = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", f"max-age={sessions.LIFETIME}"} <= said
    assert sessions.holds(TOKEN, guarded.cookies[sessions.COOKIE])
    # It is for the pages: the API wants the token, so that no page can act through somebody's cookie.
    assert guarded.get("uploads").status_code == 401


@pytest.mark.parametrize("given", ["", "wrong", TOKEN + "x", "zürich-long-random"])
def test_anything_else_gets_none(guarded: TestClient, given: str) -> None:
    assert log_in(guarded, token=given, next="/records?q=a") == (
        "/api/session?next=/records%3Fq%3Da&denied=1",
        "",
    )
    assert log_in(guarded, token=given) == ("/api/session?next=/&denied=1", "")


def test_without_a_token_set_nobody_logs_in(client: TestClient) -> None:
    assert log_in(client, token="") == ("/api/session?next=/&denied=1", "")


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "", "/\t/x"],
)
def test_it_leads_to_no_other_site(guarded: TestClient, address: str) -> None:
    assert log_in(guarded, token=TOKEN, next=address)[0] == "/"


def test_another_site_cannot_send_the_form(guarded: TestClient) -> None:
    for path in ("/api/session", "/api/session/end"):
        answer = guarded.post(
            path, data={"token": TOKEN}, headers={"origin": "http://evil.example"}
        )
        assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_logging_out(guarded: TestClient) -> None:
    log_in(guarded, token=TOKEN)
    note = guarded.cookies[sessions.COOKIE]
    answer = guarded.post("/api/session/end", follow_redirects=False)
    assert answer.headers["location"] == "/" and not sessions.holds(TOKEN, note)
    assert answer.headers["clear-site-data"] == '"storage"'
    assert sessions.COOKIE not in guarded.cookies
