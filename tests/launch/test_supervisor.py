"""The supervisor: signals reach the server, exit codes come back, and what can be cured is started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path

import pytest

from core.launch import supervisor
from core.launch.address import healthy
from core.launch.environment import HERE

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


STAND_IN = """
    import os, signal, sys, time
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.end_headers()
            self.wfile.write(str(os.getpid()).encode())
        def log_message(self, *words): pass

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    signal.signal(signal.SIGUSR1, lambda *_: os._exit(75))
    if "{mode}" == "breaks":
        sys.exit(5)
    HTTPServer(("127.0.0.1", {port}), Healthy).serve_forever()
"""


def launch(
    tmp_path: Path, mode: str, port: int, *, tries: int = 5, pause: float = 0.2
) -> subprocess.Popen[str]:
    """The supervisor in its own process, over a server of a few lines."""
    server = tmp_path / "server.py"
    server.write_text(textwrap.dedent(STAND_IN.format(mode=mode, port=port)))
    launcher = tmp_path / "launcher.py"
    launcher.write_text(
        "import subprocess, sys\nfrom core.launch import supervisor\n"
        f"supervisor.TRIES, supervisor.PAUSE = {tries}, {pause}\n"
        f"command = [sys.executable, {str(server)!r}]\n"
        "begin = lambda: subprocess.Popen(command, process_group=0)\n"
        f"sys.exit(supervisor.serve(begin, '127.0.0.1', {port}, False))\n"
    )
    return subprocess.Popen(
        [sys.executable, str(launcher)],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        text=True,
    )


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_reach_the_server_and_its_exit_code_comes_back(tmp_path: Path, number: int) -> None:
    port = free_port()
    with launch(tmp_path, "runs", port) as process:
        assert process.stdout is not None
        assert f"http://localhost:{port}" in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(timeout=20) == 7
    assert not healthy("127.0.0.1", port)


@POSIX
def test_a_server_that_does_not_start_gives_its_code(tmp_path: Path) -> None:
    with launch(tmp_path, "breaks", free_port()) as process:
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 5
    assert "ready" not in out


# --- a server that ends by itself


def status(port: int) -> int:
    """The process that answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/pid", timeout=5) as answer:
        return int(answer.read())


def until_another(port: int, before: int) -> int:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if (now := status(port)) != before:
                return now
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("it was not started again")


@POSIX
def test_a_server_that_gives_up_or_is_killed_comes_back(tmp_path: Path) -> None:
    port = free_port()
    with launch(tmp_path, "runs", port) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = status(port)
        os.kill(first, signal.SIGUSR1)  # it ends with 75
        second = until_another(port, first)
        os.kill(second, signal.SIGKILL)
        third = until_another(port, second)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 7
        told = process.stdout.read()
    assert "ended with 75" in told and "signal 9" in told
    assert third not in (first, second) and not healthy("127.0.0.1", port)


@POSIX
def test_it_is_not_started_again_for_ever(tmp_path: Path) -> None:
    port = free_port()
    with launch(tmp_path, "runs", port, tries=1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        second = until_another(port, _give_up(status(port)))
        _give_up(second)
        assert process.wait(timeout=20) == supervisor.AGAIN
        assert "not started again" in process.stdout.read()


@POSIX
def test_stopping_while_it_waits_is_a_stop(tmp_path: Path) -> None:
    port = free_port()
    with launch(tmp_path, "runs", port, pause=60) as process:
        assert process.stdout is not None
        process.stdout.readline()
        _give_up(status(port))
        assert "starts again" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def _give_up(pid: int) -> int:
    os.kill(pid, signal.SIGUSR1)
    return pid
