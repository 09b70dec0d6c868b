"""Who may ask: tokens, pages of other sites, foreign host names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from starlette.types import Message
from starlette.testclient import TestClient

from api.gate import AGAIN, _Watched
from api.guard import policy_of
from core import Workbench
from core.security import sessions
from tests.api.conftest import client_of

Open = Callable[..., Workbench]
TOKEN = "Zürich-long-random"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8501", "127.0.0.1:8501", "127.9.9.9", "[::1]:8501"]
)
def test_our_own_names(client: TestClient, host: str) -> None:
    assert client.get("uploads", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "192.168.0.9:8501", "[::", "", "127.0.0.1.evil"],
)
def test_foreign_names(client: TestClient, host: str) -> None:
    answer = client.get("uploads", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_site")


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "http://localhost:3000"},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost:3000"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_pages_of_other_sites(
    client: TestClient, workbench: Workbench, headers: dict[str, str]
) -> None:
    for method in ("POST", "GET"):
        answer = client.request(method, "uploads", content=b"name\nA\n", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_site"), method
        assert "access-control-allow-origin" not in answer.headers
    assert workbench.uploads() == []


def test_following_a_link_is_fine_and_posting_a_form_is_not(client: TestClient) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("uploads", headers=headers).status_code == 200
    assert client.post("uploads", content=b"name\nA\n", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": "http://localhost"}],
)
def test_our_own_pages(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("uploads?filename=a.csv", content=b"name\nA\n", headers=headers)
    assert answer.status_code == 201


def bearer(token: str) -> dict[str, bytes]:
    return {"authorization": f"Bearer {token}".encode()}


def test_a_token(open_workbench: Open) -> None:
    client = client_of(open_workbench(api_token=TOKEN))
    for headers in (
        {},
        bearer("wrong"),
        bearer(""),
        {"authorization": b"Basic x"},
        bearer(TOKEN + "x"),
    ):
        answer = client.get("uploads", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_allowed")
        assert answer.headers["www-authenticate"] == "Bearer" and TOKEN not in answer.text
    assert client.get("uploads", headers=bearer(TOKEN)).status_code == 200
    assert client.get("uploads", headers={"authorization": f"bearer {TOKEN}".encode()}).is_success
    events = client.post("uploads?filename=a.csv", content=b"name\nA\n", headers=bearer(TOKEN))
    assert events.json()["actor"] == "token"


def test_what_needs_no_token(open_workbench: Open) -> None:
    client = client_of(open_workbench(api_token=TOKEN))
    assert client.get("health").status_code == client.get("/api/session").status_code == 200
    shown = ("/api/docs", "/api/openapi.json", "/api/docs/static/swagger-ui.css")
    for path in shown:
        assert client.get(path).status_code == 401, path
        assert client.get(path, headers=bearer(TOKEN)).status_code == 200, path
    client.cookies.set(sessions.COOKIE, sessions.begin(TOKEN))
    assert {client.get(path).status_code for path in shown} == {200}
    for path in ("healthy", "health/../uploads", "/api/docsx", "/api/v1/nope", "//api/v1/uploads"):
        assert client.get(path).status_code in (401, 404), path


def test_with_a_token_other_names_are_served(open_workbench: Open) -> None:
    client = client_of(open_workbench(api_token=TOKEN, host="0.0.0.0"))
    headers = {**bearer(TOKEN), "host": b"marquee.example"}
    assert client.get("uploads", headers=headers).status_code == 200
    foreign = {**headers, "origin": b"http://evil.example"}
    assert client.get("uploads", headers=foreign).status_code == 403


@pytest.mark.parametrize("path", ["/v1/uploads", "/v1/uploads\n"])
def test_the_limit_of_uploads_counts_for_what_the_route_takes(path: str) -> None:
    assert policy_of({"method": "POST", "path": path, "root_path": ""}) == "upload"


def test_an_open_page_is_used_when_something_was_heard_since_it_was_asked() -> None:
    used: list[bool] = []

    async def who(heard: bool) -> object:
        used.append(heard)
        return object()

    async def listen() -> None:
        messages = asyncio.Queue[Message]()
        watched = _Watched({}, messages.get, messages.put, who)
        for _ in range(2):
            messages.put_nowait({"type": "websocket.receive"})
            await watched.receive()  # before it is asked who it is
        listening = asyncio.ensure_future(watched.receive())
        while len(used) < 2:
            await asyncio.sleep(AGAIN / 10)
        watched.end()
        listening.cancel()

    asyncio.run(listen())
    assert used == [True, False]
