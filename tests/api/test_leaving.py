"""A question through the API ends: after its time with an error of its own, and when whoever asked has left."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
import pytest

from core import Workbench
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


@pytest.mark.integration
def test_what_nobody_waits_for_any_more_is_stopped(
    tmp_path: Path, serve: Callable[..., Any]
) -> None:
    settings = settings_in(tmp_path)
    with Workbench.open(settings=settings) as workbench:
        fill(workbench)
    places = {"DATABASE": settings.database, "DATA_DIR": settings.data_dir}
    server = serve(
        tmp_path,
        MARQUEE_READ_SECONDS="0",
        **{f"MARQUEE_{name}": str(place) for name, place in places.items()},
    )
    url = httpx.URL(server.url)
    began = time.monotonic()
    assert httpx.get(f"{server.url}/api/v1/{SLOW}", timeout=120).status_code == 200
    whole = time.monotonic() - began
    before = cpu(server.process.pid)
    for _ in range(4):
        place = socket.create_connection(("127.0.0.1", url.port or 80))
        place.sendall(f"GET /api/v1/{SLOW} HTTP/1.1\r\nHost: localhost:{url.port}\r\n\r\n".encode())
        time.sleep(0.3)
        place.close()
    time.sleep(1)
    assert (
        httpx.get(
            f"{server.url}/api/v1/datasets/celebrities/records?limit=1", timeout=60
        ).status_code
        == 200
    )
    assert cpu(server.process.pid) - before < 2 * whole, "it worked on for nobody"


def cpu(pid: int) -> float:
    """Seconds of a core that a process has used."""
    return float(sum(psutil.Process(pid).cpu_times()[:2]))
