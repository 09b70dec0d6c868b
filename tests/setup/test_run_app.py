"""run_app.py: options, refusals, the environment it makes, and the server it watches over."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import run_app

ROOT = Path(run_app.__file__).parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")


def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """run_app.py on a bare interpreter: no site-packages, no environment of Python's own."""
    return subprocess.run(
        [sys.executable, "-S", "-I", str(ROOT / "run_app.py"), *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_help_needs_nothing_but_python() -> None:
    done = call("--help")
    assert done.returncode == 0
    for option in ("--port", "--host", "--database", "--data-dir", "--no-browser", "--no-install"):
        assert option in done.stdout


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.org"])
def test_a_foreign_address_needs_a_token(host: str) -> None:
    done = call("--no-install", "--no-browser", "--host", host)
    assert done.returncode == 4
    assert "MARQUEE_API_TOKEN" in done.stderr and host in done.stderr
    assert "Traceback" not in done.stderr


def test_a_foreign_address_from_the_environment_needs_a_token_too() -> None:
    assert call("--no-install", "--no-browser", MARQUEE_HOST="0.0.0.0").returncode == 4


def test_a_foreign_address_with_a_token_is_allowed() -> None:
    run_app.check_address("0.0.0.0", free_port(), "secret")


def test_a_port_in_use_is_named_with_the_way_out(taken_port: int) -> None:
    done = call("--no-install", "--no-browser", "--port", str(taken_port))
    assert done.returncode == 4
    assert f"Port {taken_port} is in use" in done.stderr
    assert f"--port {taken_port + 1}" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8 501"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    done = call("--no-install", "--no-browser", MARQUEE_PORT=port)
    assert done.returncode == 2
    assert repr(port) in done.stderr


def options(*arguments: str) -> dict[str, str]:
    return run_app.settings(run_app.parser().parse_args(arguments), {"MARQUEE_PORT": "9000"})


def test_options_win_over_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_app, "HERE", tmp_path)
    (tmp_path / ".env").write_text("MARQUEE_PORT=7000\nMARQUEE_HOST='::1'  # six\n# MARQUEE_X=1\n")
    assert options()["MARQUEE_PORT"] == "9000"
    assert options()["MARQUEE_HOST"] == "::1"
    assert "MARQUEE_X" not in options()
    assert options("--port", "9001")["MARQUEE_PORT"] == "9001"


def test_paths_are_those_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Path(options("--database", "a.duckdb")["MARQUEE_DATABASE"]) == tmp_path / "a.duckdb"
    assert Path(options("--data-dir", "in")["MARQUEE_DATA_DIR"]) == tmp_path / "in"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://localhost:80"),
        ("0.0.0.0", "http://localhost:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_the_printed_address_can_be_opened(host: str, expected: str) -> None:
    assert run_app.address(host, 80) == expected


# --- the environment


@pytest.fixture
def environment(tmp_path: Path) -> run_app.Environment:
    """An environment that asks for nothing, so that making it needs no network."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# nothing\n")
    return run_app.Environment(tmp_path / "env", requirements)


def make(environment: run_app.Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_app, "has_ensurepip", lambda python: True)
    monkeypatch.setattr(shutil, "which", lambda name: None)  # pip, whether or not uv is there
    environment.ensure()


def test_the_environment_is_made_once(
    environment: run_app.Environment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(environment, monkeypatch)
    assert environment.ready()
    assert "making env" in capsys.readouterr().out
    make(environment, monkeypatch)
    assert capsys.readouterr().out == ""

    environment.requirements.write_text("# changed\n")
    assert not environment.ready()
    make(environment, monkeypatch)
    said = capsys.readouterr().out
    assert "installing" in said and "making" not in said

    environment.python.unlink()  # half made: removed and made again
    make(environment, monkeypatch)
    assert "removing env" in capsys.readouterr().out
    assert environment.ready()


def test_a_failed_install_is_explained_and_not_stamped(
    environment: run_app.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.requirements.write_text("no-such-package-at-all==1.0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(run_app, "index_answers", lambda: True)
    with pytest.raises(run_app.SetupError, match="a pinned package is not to be had"):
        make(environment, monkeypatch)
    assert not environment.ready()
    assert "no-such-package-at-all" in environment.log.read_text(encoding="utf-8")


def test_no_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "NewConnectionError: Failed to establish: [Errno -3] Temporary failure in name resolution"
    )
    assert "cannot be reached" in run_app.explain("installing failed", text, Path("x.log"))
    monkeypatch.setattr(run_app, "index_answers", lambda: False)
    assert "cannot be reached" in run_app.explain("installing failed", "", Path("x.log"))


def test_without_ensurepip_and_network_the_package_to_install_is_named(
    environment: run_app.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_app, "has_ensurepip", lambda python: False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(run_app, "PIP_URL", (environment.folder.parent / "none.whl").as_uri())
    with pytest.raises(run_app.SetupError, match="apt install python3-venv"):
        environment.ensure()


def test_a_fetched_pip_that_is_not_the_expected_one_is_refused(
    environment: run_app.Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wheel = tmp_path / "pip-1.whl"
    wheel.write_bytes(b"something else")
    monkeypatch.setattr(run_app, "PIP_URL", wheel.as_uri())
    with pytest.raises(run_app.SetupError, match="not the expected one"):
        environment._bring_pip()


def test_the_pip_that_may_be_fetched_is_the_locked_one() -> None:
    version = run_app.PIP_URL.rpartition("/")[2].split("-")[1]
    assert f"pip=={version}" in (ROOT / "requirements.lock").read_text(encoding="utf-8").split()


# --- the server

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
    """run_app's serving half, in its own process, over a server of a few lines."""
    server = tmp_path / "server.py"
    server.write_text(textwrap.dedent(STAND_IN.format(mode=mode, port=port)))
    launcher = tmp_path / "launcher.py"
    launcher.write_text(
        "import subprocess, sys, os, run_app\n"
        f"run_app.TRIES, run_app.PAUSE = {tries}, {pause}\n"
        "run_app.start = lambda python, environment, host, port: "
        f"subprocess.Popen([python, {str(server)!r}], env=environment, process_group=0)\n"
        f"sys.exit(run_app.serve(sys.executable, dict(os.environ), '127.0.0.1', {port}, False))\n"
    )
    return subprocess.Popen(
        [sys.executable, str(launcher)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
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
    assert not run_app.healthy("127.0.0.1", port)


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
    assert third not in (first, second) and not run_app.healthy("127.0.0.1", port)


@POSIX
def test_it_is_not_started_again_for_ever(tmp_path: Path) -> None:
    port = free_port()
    with launch(tmp_path, "runs", port, tries=1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        second = until_another(port, _give_up(status(port)))
        _give_up(second)
        assert process.wait(timeout=20) == run_app.AGAIN
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
