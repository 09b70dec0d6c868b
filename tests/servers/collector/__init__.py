"""The OpenTelemetry Collector, built once from the Go module proxy: `python -m tests.servers.collector` (some minutes).

It is kept in the user's cache. Where it was not built, its tests are skipped and say so.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PLACE = ROOT / "deploy/observability/collector"
VERSION = "0.161.0"
STARTING = 60  # seconds


class Unavailable(Exception):
    """Why there can be no server here."""


def binary() -> Path:
    """Where it is, or would be."""
    given = os.environ.get("XDG_CACHE_HOME")
    cache = (Path(given) if given else Path.home() / ".cache") / "marquee-tests"
    return cache / "go" / f"otelcol-marquee-{VERSION}"


def build() -> Path:
    """Build it, unless that was done. Raises CalledProcessError."""
    made = binary()
    if made.exists():
        return made
    folder = made.parent / "collector"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GOBIN": str(made.parent), "CGO_ENABLED": "0"}
    tool = f"go.opentelemetry.io/collector/cmd/builder@v{VERSION}"
    subprocess.run(["go", "install", tool], env=environment, check=True)
    command = [str(made.parent / "builder"), "--config", str(PLACE / "builder.yaml")]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    (folder / "build" / "otelcol-marquee").replace(made)
    return made


class Collector:
    """One that writes what it gets into a file. Use it as a context manager. Raises Unavailable."""

    def __init__(self, home: Path) -> None:
        self.file = home / "telemetry.jsonl"
        self._log = home / "collector.log"
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Collector:
        if not binary().exists():
            raise Unavailable("the collector is not built: python -m tests.servers.collector")
        places = {"OTLP_ADDRESS": f"127.0.0.1:{self.port}", "OTLP_FILE": str(self.file)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(binary()), "--config", str(PLACE / "collector.yaml")],
                env={**os.environ, **places},
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTING
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise Unavailable(self._log.read_text("utf-8", "replace")[-500:])

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def got(self) -> str:
        """Everything that it got, as OTLP in JSON."""
        return self.file.read_text("utf-8") if self.file.exists() else ""
