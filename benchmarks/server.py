"""The application as a real server process, on a free port, with a database of its own."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess  # nosec B404
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from benchmarks.children import resident
from benchmarks.machine import ROOT

PATIENCE = 120.0  # seconds


class Server:
    """`with Server(settings' folder) as server`: started and answering; `started` says in how many seconds."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self._log = folder / "server.log"
        variables = {
            "MARQUEE_DATABASE": str(folder / "marquee.duckdb"),
            "MARQUEE_DATA_DIR": str(folder / "data"),
            "MARQUEE_DATASETS_DIR": str(folder / "datasets"),
            "MARQUEE_WATCH_FOLDER": "false",
        }
        own = {k: v for k, v in os.environ.items() if not k.startswith(("MARQUEE_", "STREAMLIT_"))}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        command += [f"--server.port={self.port}", "--server.address=127.0.0.1"]
        self._begin = time.perf_counter()
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(  # nosec B603
                command, cwd=ROOT, env={**own, **variables}, stdout=log, stderr=log
            )
        self.process = psutil.Process(self._child.pid)
        self.started = 0.0

    def __enter__(self) -> Server:
        try:
            self._wait_for("/_stcore/health")
            self._wait_for("/")
        except BaseException:
            self.__exit__()
            raise
        self.started = time.perf_counter() - self._begin
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        try:
            self._child.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def cpu_seconds(self) -> float:
        """Of the processor, until now."""
        used = self.process.cpu_times()
        return float(used.user + used.system + used.children_user + used.children_system)

    def memory(self) -> int:
        """Bytes in memory now."""
        return resident(self.process)

    def said(self) -> str:
        """What it printed, the last of it."""
        return self._log.read_text("utf-8", "replace")[-3000:]

    def _wait_for(self, path: str) -> None:
        while time.perf_counter() - self._begin < PATIENCE:
            if self._child.poll() is not None:
                raise RuntimeError(f"the server ended with {self._child.returncode}: {self.said()}")
            try:
                with closing(Client(self.port, timeout=5)) as client:
                    if client.get(path)[0] == 200:
                        return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise RuntimeError(f"no answer from {path} within {PATIENCE:.0f} s")


class Client:
    """One connection that is kept, as a program's would be."""

    def __init__(self, port: int, timeout: float = PATIENCE) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        return self._ask("GET", path)

    def json(self, path: str) -> Any:
        """The answer. Raises RuntimeError unless it is 200."""
        status, body = self.get(path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body[:300]!r}")
        return json.loads(body)

    def send(self, path: str, file: Path) -> tuple[int, Any]:
        """POST a file as the body, in pieces."""
        with file.open("rb") as body:
            headers = {"Content-Length": str(file.stat().st_size)}
            status, answer = self._ask("POST", path, body, headers)
        return status, json.loads(answer)

    def _ask(self, method: str, path: str, body: Any = None, headers: Any = None) -> Any:
        self._connection.request(method, path, body, headers or {})
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
