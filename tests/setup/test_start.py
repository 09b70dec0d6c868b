"""The real thing: run_app.py starts the app, tells its address, and stops it when asked."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.launch.address import healthy
from core.launch.environment import HERE

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.name == "nt", reason="stops it with a POSIX signal"),
]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(tmp_path: Path, port: int) -> subprocess.Popen[str]:
    words = ["--no-install", "--no-browser", "--port", str(port)]
    words += ["--database", str(tmp_path / "m.duckdb"), "--data-dir", str(tmp_path / "uploads")]
    return subprocess.Popen(
        [sys.executable, str(HERE / "run_app.py"), *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait(process: subprocess.Popen[str], port: int, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        if healthy("127.0.0.1", port):
            return True
        time.sleep(0.2)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_where_told_and_stops_when_asked(tmp_path: Path, number: int) -> None:
    port = free_port()
    with start(tmp_path, port) as process:
        up = wait(process, port)
        time.sleep(0.5)  # its own look at the server comes a moment later
        process.send_signal(number)
        said, _ = process.communicate(timeout=30)
    assert up, said
    assert process.returncode == 0, said
    assert "Marquee is ready after" in said and f"http://localhost:{port}" in said
    assert (tmp_path / "m.duckdb").exists()
    assert not (tmp_path / "m.duckdb.wal").exists(), "stopped without a checkpoint"
    assert not healthy("127.0.0.1", port)


def test_a_second_one_on_the_same_port_is_told_who_is_there(tmp_path: Path) -> None:
    port = free_port()
    with start(tmp_path, port) as first:
        try:
            assert wait(first, port)
            with start(tmp_path, port) as second:
                said, _ = second.communicate(timeout=30)
        finally:
            first.terminate()
            first.communicate(timeout=30)
    assert second.returncode == 4
    assert f"Port {port} is in use by another program (a Marquee or another Streamlit app)" in said
