"""The real app as a process on a free port, with a database and a data folder of its own.

It is started, fed and killed from outside; nothing here reaches into it. `AIMED` are variables for
`tests.faults.aimed`, the wrapper that can stop the app at a named place.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tests.faults.zygote import Forked, Zygote

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0  # seconds until a start is given up


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def client(timeout: float = 60) -> httpx.Client:
    """A client that keeps no connection for so long that the server may be closing it just now."""
    return httpx.Client(timeout=timeout, trust_env=False, limits=httpx.Limits(keepalive_expiry=1.0))


class App:
    """One installation: a folder, and the process that serves it, when it runs."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database = self.folder / "m.duckdb"
        self.data = self.folder / "uploads"
        self.log = self.folder / "server.log"
        self.settings = settings
        self.prefix: tuple[str, ...] = ()  # what the process is started through, such as setpriv
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.session_seconds = 60  # so long a page's session outlives what its visitor did last
        self.zygote: Zygote | None = None  # set: an aimed start is a fork of it
        self.port = 0
        self.started = 0.0
        self.client = client()

    def __del__(self) -> None:
        self.client.close()

    # -------------------------------------------------------------- the process

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self.process is not None
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of the process: nothing of this machine's settings but the test's own."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MARQUEE_")}
        mine = {
            "MARQUEE_DATABASE": str(self.database),
            "MARQUEE_DATA_DIR": str(self.data),
            "MARQUEE_DATASETS_DIR": str(self.folder / "datasets"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        return {**clean, **mine, **self.settings, **more}

    def spawn(self, *, aimed: bool = False, **more: str) -> subprocess.Popen[bytes] | Forked:
        """Start the process and do not wait. `aimed`: through `tests.faults.aimed`."""
        assert not self.alive, "it runs already"
        self.port = free_port()
        arguments = [
            *("run", str(ROOT / "app.py")),
            *("--server.address=127.0.0.1", f"--server.port={self.port}"),
            *("--server.headless=true", "--server.enableAgentApi=true"),
            "--server.fileWatcherType=none",
            f"--server.agentSessionTTL={self.session_seconds}",
        ]
        self.started = time.monotonic()
        if aimed and self.zygote is not None:
            self.process = self.zygote.start(arguments, self.environment(**more), self.log)
            return self.process
        module = "tests.faults.aimed" if aimed else "streamlit"
        command = [*self.prefix, sys.executable, "-m", module, *arguments]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def start(self, **more: Any) -> float:
        """Start it; gives the seconds until it answered questions to its database."""
        self.spawn(**more)
        return self.wait_ready()

    def wait_ready(self, patience: float = PATIENCE) -> float:
        """Seconds from the start to the first answer of /health. Raises AssertionError."""
        while time.monotonic() - self.started < patience:
            if not self.alive:
                raise AssertionError(f"the app ended:\n{self.said()}")
            try:
                if self.client.get(f"{self.url}/api/v1/health", timeout=5).status_code == 200:
                    return time.monotonic() - self.started
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the app did not answer in {patience:.0f} s:\n{self.said()}")

    def kill(self) -> None:
        """kill -9, with the children that it started. Harmless when it is dead."""
        self.end(signal.SIGKILL, 30)

    def stop(self, patience: float = 60) -> int:
        """SIGTERM; gives the exit code. Raises TimeoutExpired when it does not end."""
        return self.end(signal.SIGTERM, patience)

    def end(self, how: signal.Signals, patience: float) -> int:
        """Send a signal and wait for the end; gives the exit code."""
        self.client.close()
        self.client = client()
        if self.process is None:
            return 0
        self.process.send_signal(how)
        code = self.process.wait(timeout=patience)
        try:  # what it started must not outlive it
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return code

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`python -m core <words>` on its files, to the end."""
        return subprocess.run(
            [sys.executable, "-m", "core", *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def said(self, last: int = 3_000) -> str:
        """The end of what the process printed."""
        return self.log.read_text("utf-8", "replace")[-last:] if self.log.exists() else ""

    # -------------------------------------------------------------- the API

    def ask(self, path: str, **query: Any) -> Any:
        """The JSON of GET /api/v1/<path>."""
        answer = self.client.get(f"{self.url}/api/v1/{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def post(
        self, path: str, content: bytes = b"", key: str | None = None, **query: Any
    ) -> httpx.Response:
        """POST /api/v1/<path>; the answer, whatever it is."""
        headers = {"Idempotency-Key": key} if key else {}
        url = f"{self.url}/api/v1/{path}"
        return self.client.post(url, content=content, params=query, headers=headers)

    def upload(
        self, name: str, content: bytes, *, key: str | None = None, **options: Any
    ) -> httpx.Response:
        """Bring a file through the API."""
        return self.post("uploads", content, key, filename=name, **options)

    def records(self, **query: Any) -> list[dict[str, Any]]:
        """Every record of celebrities that fits, page by page."""
        found: list[dict[str, Any]] = []
        query = {"limit": 1_000, **query}
        while True:
            page = self.ask("datasets/celebrities/records", **query)
            found += page["records"]
            if page["cursor"] is None:
                return found
            query["cursor"] = page["cursor"]

    def jobs(self) -> list[dict[str, Any]]:
        """The newest jobs."""
        return list(self.ask("jobs")["jobs"])

    # -------------------------------------------------------------- the folder

    @property
    def pending(self) -> Path:
        """Where files are dropped."""
        path = self.data / "pending"
        path.mkdir(parents=True, exist_ok=True)
        return path

    def drop(self, name: str, content: bytes) -> None:
        """Put a file into the watched folder in one step, as a careful program does."""
        beside = self.pending / f".{name}.part"
        beside.write_bytes(content)
        beside.rename(self.pending / name)

    def places(self, name: str) -> list[str]:
        """In which of the folders a dropped file is now: pending, .claimed, processed, failed."""
        folders = ("pending", "processed", "failed")
        found = [f for f in folders if (self.data / f / name).exists()]
        claimed = any((self.data / "pending" / ".claimed").glob(f"*/{name}"))
        return [*found, *([".claimed"] if claimed else [])]


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[App]:
    """An App that runs inside the block and is ended after it."""
    app = App(folder, **settings)
    app.start()
    try:
        yield app
    finally:
        if app.alive:
            app.stop()
