"""The mock: the real API on data that is always the same, brought back by a reset, with faults on wish."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from api.mock import ROWS, app
from tests.api.conftest import ROOT, _free_port

RECORDS = "/api/v1/datasets/celebrities/records"


def test_it_is_always_the_same_and_fails_on_wish() -> None:
    with TestClient(app(), base_url="http://localhost") as mock:

        def names() -> list[str]:
            page = mock.get(f"{RECORDS}?limit=1000&sort=name").json()
            return [record["name"] for record in page["records"]]

        broken = mock.post(
            "/api/v1/schedules/a%0Ab/pause"
        )  # Starlette's own pattern ends at a line
        assert (broken.status_code, broken.json()["code"]) == (404, "not_found")
        first = names()
        assert len(first) == ROWS
        one = mock.get(f"{RECORDS}?limit=1").json()["records"][0]["record_id"]
        assert mock.delete(f"{RECORDS}/{one}", headers={"If-Match": "*"}).status_code == 204
        assert len(names()) == ROWS - 1
        assert mock.post("/mock/reset").status_code == 204
        assert names() == first
        assert mock.post("/mock/faults", json={"status": 429, "times": 2}).status_code == 200
        answers = [mock.get(RECORDS) for _ in range(3)]
        assert [each.status_code for each in answers] == [429, 429, 200]
        assert answers[0].json()["code"] == "too_many" and answers[0].headers["Retry-After"] == "1"
        mock.post("/mock/faults", json={"slow": 0.2, "times": 1})
        began = time.monotonic()
        assert mock.get(RECORDS).status_code == 200 and time.monotonic() - began >= 0.2
        assert mock.post("/mock/faults", json={"status": 404}).status_code == 422


@pytest.mark.integration
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal to end a program gently")
def test_who_ends_the_command_ends_the_mock(tmp_path: Path) -> None:
    port = _free_port()
    command = [sys.executable, "-m", "core", "mock", "--port", str(port)]
    temporary = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=temporary) as started:
        address = f"http://127.0.0.1:{port}/api/v1/datasets"
        for _ in range(600):
            try:
                assert httpx.get(address, timeout=5).status_code == 200
                break
            except httpx.TransportError:
                time.sleep(0.1)
        started.terminate()
        started.wait(60)
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, timeout=5)
    assert not list(tmp_path.glob("marquee-mock-*"))
