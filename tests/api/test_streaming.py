"""The stream of events, over a real connection: it tells, goes on where a client was, and ends with the client."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from api import create, streaming
from core import Workbench
from core.actor import Actor
from core.errors import NotAllowed, StorageError
from core.workbench import ImportRequest
from tests.api.conftest import settings_in


@pytest.fixture(scope="module", name="place")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Workbench]]:
    with Workbench(settings_in(tmp_path_factory.mktemp("stream"))) as workbench:
        workbench.start()
        app = Starlette(routes=[Mount("/api", create(lambda: workbench))])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://localhost:{port}/api/v1/events/stream", workbench
        server.should_exit = True
        thread.join(20)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PAUSE", 0.05)


def messages(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    one: dict[str, Any] = {}
    for line in lines:
        if line:
            name, _, text = line.partition(": ")
            one[name] = json.loads(text) if name == "data" else text
        elif "data" in one:
            yield one
            one = {}


def test_it_ends_when_the_key_is_revoked(
    place: tuple[str, Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise NotAllowed("the API key does not work")

    with httpx.stream("GET", place[0], timeout=30) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        monkeypatch.setattr(streaming.entry, "program", refused)
        assert not any(lines)


def test_it_ends_when_the_role_may_see_nothing_any_more(
    place: tuple[str, Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    with httpx.stream("GET", place[0], timeout=30) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        monkeypatch.setattr(streaming.entry, "program", lambda *_: Actor("ann", "api", "none"))
        assert not any(lines)


def test_it_tells_what_happens_and_goes_on_where_a_client_was(place: tuple[str, Workbench]) -> None:
    url, workbench = place
    with httpx.stream("GET", url, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        upload = workbench.uploads.receive([b"name\nAda\n"], ImportRequest(filename="a.csv"))
        job = workbench.jobs.submit(upload.id)
        seen = []
        for message in messages(lines):
            seen.append(message)
            if message["event"] == "changes":
                break
    kinds = [m["data"]["kind"] for m in seen if m["event"] == "event"]
    assert kinds == ["upload.received", "upload.imported"]
    assert seen[-1]["data"] == {"dataset": "celebrities", "after": 0, "act": 1}
    assert all(m["data"]["id"] == job.id for m in seen if m["event"] == "job")
    workbench.import_file([b"name\nGrace\n"], filename="b.csv")
    with httpx.stream("GET", url, timeout=30, headers={"Last-Event-ID": seen[-1]["id"]}) as answer:
        later = []
        for message in messages(answer.iter_lines()):
            later.append(message)
            if message["event"] == "changes":
                break
    assert later[-1]["data"] == {"dataset": "celebrities", "after": 1, "act": 2}
    numbers = [m["data"]["seq"] for m in (*seen, *later) if m["event"] == "event"]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_who_may_not_see_jobs_is_told_the_rest(
    place: tuple[str, Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, workbench = place
    workbench.access.save_role("teller", ["history.read"])
    monkeypatch.setattr(streaming.entry, "program", lambda *_: Actor("ann", "api", "teller"))
    with httpx.stream("GET", url, timeout=30) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        workbench.import_file([b"name\nMary\n"], filename="c.csv")
        assert next(messages(lines))["event"] == "event"


def test_what_could_not_be_looked_up_once_is_told_later(
    place: tuple[str, Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, workbench = place
    jobs, failed = streaming._jobs, list[bool]()

    def once(*given: Any) -> list[bytes]:
        if workbench.history.last_event() > before and not failed:
            failed.append(True)
            raise StorageError("the database is opened anew")
        return jobs(*given)

    before = workbench.history.last_event()
    monkeypatch.setattr(streaming, "_jobs", once)
    with httpx.stream("GET", url, timeout=30) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        workbench.import_file([b"name\nEmmy\n"], filename="d.csv")
        assert next(messages(lines))["data"]["seq"] == before + 1
    assert failed


def test_it_is_bounded_and_ends_with_the_client(
    place: tuple[str, Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = place
    _wait_until_nobody_listens()
    monkeypatch.setattr(streaming, "MOST", 1)
    with httpx.stream("GET", url, timeout=30) as answer:
        lines = answer.iter_lines()  # its end would be the end of the connection
        next(lines)
        refused = httpx.get(url)
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["Retry-After"] == "10"
    _wait_until_nobody_listens()
    assert httpx.get(url, headers={"Last-Event-ID": "x"}).status_code == 400


def _wait_until_nobody_listens() -> None:
    deadline = time.monotonic() + 20
    while streaming._open and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not streaming._open
