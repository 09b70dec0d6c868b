"""A real server process: big bodies, broken connections and sudden death."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.api.conftest import PEOPLE, Server

pytestmark = pytest.mark.integration
Serve = Callable[..., Server]
MB = 1_000_000


def peak_memory(server: Server) -> int:
    """The most memory that the process ever had, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def noise(size: int) -> Iterator[bytes]:
    yield b"\x89PNG\r\n\x1a\n\0\0"
    for _ in range(size // MB):
        yield os.urandom(MB)


def formed(content: Iterator[bytes]) -> Iterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    yield from content
    yield b"\r\n--x--\r\n"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_big_bodies_take_no_memory(serve: Serve) -> None:
    server = serve()
    url = f"{server.url}/api/v1/uploads"
    form = {"content-type": "multipart/form-data; boundary=x"}
    httpx.post(url, content=noise(MB), timeout=60)
    httpx.post(url, content=formed(noise(MB)), headers=form, timeout=60)
    before = peak_memory(server)
    for content, headers in ((noise(50 * MB), {}), (formed(noise(50 * MB)), form)):
        answer = httpx.post(url, content=content, headers=headers, timeout=120)
        assert (answer.status_code, answer.json()["code"]) == (415, "unknown_format"), answer.text
        found = httpx.get(f"{server.url}{answer.json()['upload']}").json()
        assert found["size"] == 50 * MB + 10
    assert peak_memory(server) - before < 20 * MB


def test_the_refusal_of_a_big_body_arrives(serve: Serve) -> None:
    server = serve(MARQUEE_MAX_FILE_MB="1")
    url = f"{server.url}/api/v1/uploads"
    for query in ("", "?dataset=nobody", "?filename=..%2Fx"):
        answer = httpx.post(url + query, content=noise(20 * MB), timeout=60)
        assert answer.status_code in (400, 404, 413)
        assert answer.headers["content-type"] == "application/problem+json"
    assert list((server.folder / "data_uploads" / "raw").rglob("*.part")) == []


def test_a_broken_connection_leaves_nothing(serve: Serve) -> None:
    server = serve()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = f"POST /api/v1/uploads?filename=a.csv HTTP/1.1\r\nHost: {host}:{port}\r\n"
        line.sendall(f"{head}Content-Length: 5000000\r\n\r\n".encode() + b"name\n" + b"x" * 2 * MB)
        time.sleep(0.5)
    deadline = time.monotonic() + 10
    raw = server.folder / "data_uploads" / "raw"
    while any(p.is_file() for p in raw.rglob("*")):
        assert time.monotonic() < deadline, list(raw.rglob("*"))
        time.sleep(0.1)
    assert httpx.get(f"{server.url}/api/v1/uploads").json()["uploads"] == []


def test_what_was_answered_survives_sudden_death(serve: Serve) -> None:
    first = serve()
    url = f"{first.url}/api/v1/uploads?filename=p.csv"
    answer = httpx.post(url, content=PEOPLE.encode(), timeout=60)
    assert answer.status_code == 201
    first.process.kill()
    first.process.wait()
    second = serve(first.folder)
    found = httpx.get(f"{second.url}{answer.json()['links']['self']}").json()
    assert found["status"] == "imported" and found["counts"]["new"] == 2
    original = httpx.get(f"{second.url}{found['links']['original']}")
    assert original.text == PEOPLE
