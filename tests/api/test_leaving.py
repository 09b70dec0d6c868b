"""A question through the API ends: after its time with an error of its own, and when whoever asked has left."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from api import create
from core import Workbench
from core.errors import Cancelled, MarqueeError
from core.storage import patience
from tests.api.conftest import client_of, settings_in

WORDS = [f"w{number}" for number in range(10)]
SLOW = "datasets/celebrities/records?q=" + "+".join(WORDS)


def fill(workbench: Workbench) -> None:
    """So many long texts that looking through them takes seconds."""
    workbench.import_file(b"name,description\nAda Lovelace,x\n")
    workbench.database.write(
        lambda c: c.execute(
            "INSERT INTO main.celebrities SELECT c.* REPLACE (uuid()::VARCHAR AS record_id,"
            " repeat('w1 w2 w3 w4 w5 w6 w7 w8 w0 é' || r.range, 10) AS description)"
            " FROM main.celebrities c, range(120_000) r"
        )
    )


def test_a_question_that_takes_too_long_is_a_problem_document(
    open_workbench: Callable[..., Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = open_workbench(read_seconds=0.05)
    fill(workbench)
    client = client_of(workbench)
    answer = client.get(SLOW)
    assert (answer.status_code, answer.json()["code"]) == (422, "took_too_long")
    assert answer.json()["seconds"] == 0.05 and "MARQUEE_READ_SECONDS" in answer.json()["hint"]
    patient = workbench.settings.model_copy(update={"read_seconds": 60})
    monkeypatch.setattr(workbench, "settings", patient)
    assert client.get("datasets/celebrities/records?limit=1").status_code == 200


def test_what_nobody_waits_for_any_more_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[MarqueeError] = []
    words = patience._told

    def noted(whose: patience.Patience) -> MarqueeError:
        told.append(words(whose))
        return told[-1]

    monkeypatch.setattr(patience, "_told", noted)
    with Workbench(settings_in(tmp_path, read_seconds=0)) as workbench:
        fill(workbench)
        app = Starlette(routes=[Mount("/api", create(lambda: workbench))])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as leaving:
            head = f"GET /api/v1/{SLOW} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"
            leaving.sendall(head.encode())
            assert until(lambda: bool(patience._watched)), "the question was not asked"
        assert until(lambda: bool(told)), "it worked on for nobody"
        assert {type(error) for error in told} == {Cancelled}
        small = f"http://localhost:{port}/api/v1/datasets/celebrities/records?limit=1"
        assert httpx.get(small, timeout=60).status_code == 200
        server.should_exit = True
        thread.join(20)


def until(holds: Callable[[], bool]) -> bool:
    """Wait until it holds; False after a minute."""
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()
