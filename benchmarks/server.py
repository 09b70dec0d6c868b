"""How long the application takes from its start to the first page, as a real server process."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess  # nosec B404
import sys
import time
from pathlib import Path

from benchmarks.machine import ROOT

PATIENCE = 120.0  # seconds


def start_seconds(folder: Path) -> float | None:
    """Seconds until health answers and the first page's HTML came; None without an app.py."""
    if not (ROOT / "app.py").is_file():
        return None
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    environment = {
        **os.environ,
        "MARQUEE_DATABASE": str(folder / "server.duckdb"),
        "MARQUEE_DATA_DIR": str(folder / "server"),
    }
    begin = time.perf_counter()
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet
    )  # nosec B603
    try:
        _wait_for(child, port, "/_stcore/health", begin)
        _wait_for(child, port, "/", begin)
        return time.perf_counter() - begin
    finally:
        child.terminate()
        child.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(child: subprocess.Popen[bytes], port: int, path: str, begin: float) -> None:
    while time.perf_counter() - begin < PATIENCE:
        if child.poll() is not None:
            raise RuntimeError(f"the server ended with {child.returncode}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"no answer from {path} within {PATIENCE:.0f} s")
