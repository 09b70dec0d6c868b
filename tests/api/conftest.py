"""A Workbench on a real database behind the real API, in this process or in one of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from api import create
from core import Workbench
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
BASE = "http://localhost/api/v1/"
PEOPLE = "name,birth_date,mbti\nAda Lovelace,1815-12-10,INTJ\n周杰伦,1979-01-18,ISFP\n"


def settings_in(folder: Path, **more: Any) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=folder / "db" / "test.duckdb",
        data_dir=folder / "data",
        datasets_dir=folder / "datasets",
        backup_dir=folder / "backups",
        watch_folder=False,
        **more,
    )


class Client(TestClient):
    """Takes paths below /api/v1, and the addresses in answers as they are."""

    def request(self, method: str, url: Any, **more: Any) -> httpx.Response:
        if str(url).startswith("/"):
            url = f"http://localhost{url}"
        return super().request(method, url, **more)


def client_of(workbench: Workbench) -> TestClient:
    """A client of the API as app.py mounts it; bugs come out as answers, as for a real client."""
    app = Starlette(routes=[Mount("/api", _api_of(workbench))])
    return Client(app, base_url=BASE, raise_server_exceptions=False)


_APIS: list[tuple[FastAPI, list[Workbench]]] = []


def _api_of(workbench: Workbench) -> FastAPI:
    """The API of a workbench that is closed serves this one: working out its routes takes half a second."""
    for api, served in _APIS:
        if served[0] is workbench or served[0].services.closed:
            served[0] = workbench
            return api
    mine = [workbench]
    _APIS.append((create(lambda: mine[0]), mine))
    return _APIS[-1][0]


@pytest.fixture(name="open_workbench")
def _open_workbench(tmp_path: Path, empty_database: Path) -> Iterator[Callable[..., Workbench]]:
    opened: list[Workbench] = []

    def open_(**more: Any) -> Workbench:
        settings = settings_in(tmp_path / str(len(opened)), **more)
        settings.database.parent.mkdir(parents=True)
        shutil.copyfile(empty_database, settings.database)
        workbench = Workbench(settings)
        opened.append(workbench)
        workbench.start()
        return workbench

    yield open_
    for workbench in opened:
        workbench.close()


@pytest.fixture
def workbench(open_workbench: Callable[..., Workbench]) -> Workbench:
    return open_workbench()


@pytest.fixture
def client(workbench: Workbench) -> TestClient:
    return client_of(workbench)


@pytest.fixture
def upload(client: TestClient) -> Callable[..., httpx.Response]:
    """Bring a file: upload(content, **query)."""

    def send(content: str | bytes = PEOPLE, **query: Any) -> httpx.Response:
        query.setdefault("filename", "people.csv")
        data = content.encode() if isinstance(content, str) else content
        headers = query.pop("headers", {})
        return client.post("uploads", params=query, content=data, headers=headers)

    return send


@dataclass(frozen=True)
class Server:
    """A server process."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]


@pytest.fixture(name="serve")
def _serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    started: list[subprocess.Popen[bytes]] = []

    def serve(folder: Path | None = None, **variables: str) -> Server:
        folder = folder or tmp_path / f"server{len(started)}"
        folder.mkdir(exist_ok=True)
        port = _free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "tests.api.asgi:app", "--port", str(port)]
            + ["--log-level", "warning", "--app-dir", str(ROOT)],
            cwd=folder,
            env={**os.environ, "MARQUEE_WATCH_FOLDER": "false", **variables},
        )
        started.append(process)
        server = Server(f"http://localhost:{port}", folder, process)
        _await(server, process)
        return server

    yield serve
    for process in started:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def _await(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            if httpx.get(f"{server.url}/api/v1/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer in 60 s")
