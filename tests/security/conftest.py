"""A real server process, started the three ways, and what an attacker says to it on the wire."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import httpx2 as httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "hbR3-v0Zq9-LxT42-mmWe"
START = {
    "python app.py": [sys.executable, "app.py"],
    "streamlit run app.py": [sys.executable, "-m", "streamlit", "run", "app.py"],
    "run_app.py": [sys.executable, "run_app.py", "--no-install", "--no-browser"],
}


@dataclass
class Outside:
    """A proxy that a program would have to use to ask anything outside: it only counts who comes."""

    port: int = 0
    came: list[bytes] = field(default_factory=list)

    def listen(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]

        def count() -> None:
            while True:
                connection, _ = listener.accept()
                with connection:
                    self.came.append(connection.recv(200))

        Thread(target=count, daemon=True).start()


@dataclass
class Target:
    """A running server: its port, its process, what it wrote, and who it asked outside."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    outside: Outside

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def written(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=20)

    def log_in(self) -> str:
        """The cookie of somebody who knows the token."""
        answer = httpx.post(f"{self.url}/api/session", data={"token": TOKEN}, timeout=20)
        return answer.headers["set-cookie"].split(";")[0]

    def socket(self, **headers: str) -> tuple[int, socket.socket]:
        """Open Streamlit's websocket; the status of the answer and the connection. None takes a header out."""
        own = {"host": f"127.0.0.1:{self.port}", "origin": f"http://127.0.0.1:{self.port}"}
        said = {k: v for k, v in {**own, **headers}.items() if v}
        lines = ["GET /_stcore/stream HTTP/1.1", *(f"{k}: {v}" for k, v in said.items())]
        key = base64.b64encode(os.urandom(16)).decode()
        lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Protocol: streamlit", "", ""]
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall("\r\n".join(lines).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(1)
            if not part:
                break
            head += part
        return int(head.split(b" ")[1]) if head else 0, connection


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def started(
    folder: Path, way: str = "streamlit run app.py", files: int = 0, **variables: str
) -> Iterator[Target]:
    """A server on a folder of its own, until it is not needed any more; with so many file descriptors."""
    port, log, outside = free_port(), folder / "server.log", Outside()
    outside.listen()
    proxy = f"http://127.0.0.1:{outside.port}"
    mine = {
        "MARQUEE_DATABASE": str(folder / "m.duckdb"),
        "MARQUEE_DATA_DIR": str(folder / "uploads"),
        "MARQUEE_DATASETS_DIR": str(folder / "datasets"),
        "MARQUEE_BACKUP_DIR": str(folder / "backups"),
        "MARQUEE_PORT": str(port),
        "MARQUEE_WATCH_FOLDER": "false",
        **{name: proxy for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")},
        "PYTHONUNBUFFERED": "1",
    }
    command = list(START[way])
    if way.startswith("streamlit"):
        command += [f"--server.port={port}"]
    if files:
        command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
    with log.open("wb") as out:
        environment = {**os.environ, **mine, **variables}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    target = Target(port, process, log, outside)
    try:
        _wait(target)
        yield target
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait(target: Target) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and target.process.poll() is None:
        try:
            if target.get("/_stcore/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{target.written()}")


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Target]:
    """With a token, as `streamlit run app.py` starts it."""
    folder = tmp_path_factory.mktemp("guarded")
    shutil.copyfile(empty_database, folder / "m.duckdb")
    with started(folder, MARQUEE_API_TOKEN=TOKEN) as target:
        yield target
