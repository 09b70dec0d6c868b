"""run_app.py: its options, what it refuses, and how it goes on inside the environment."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import run_app

ROOT = Path(run_app.__file__).parent


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


def variables(*arguments: str, **environment: str) -> dict[str, str]:
    return run_app.variables(run_app.parser().parse_args(arguments), environment)


def test_options_win_over_variables() -> None:
    assert variables(MARQUEE_PORT="9000", OTHER="x") == {"MARQUEE_PORT": "9000", "OTHER": "x"}
    assert variables("--port", "9001", MARQUEE_PORT="9000") == {"MARQUEE_PORT": "9001"}
    assert variables("--host", "::1", MARQUEE_HOST="") == {"MARQUEE_HOST": "::1"}


def test_an_empty_variable_says_nothing() -> None:
    assert variables(MARQUEE_PORT="") == {}


def test_paths_are_those_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    chosen = variables("--database", "a.duckdb", "--data-dir", "in")
    assert Path(chosen["MARQUEE_DATABASE"]) == tmp_path / "a.duckdb"
    assert Path(chosen["MARQUEE_DATA_DIR"]) == tmp_path / "in"


def test_a_set_up_that_fails_is_three(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_network(self: object, again: bool = False) -> None:
        raise run_app.SetupError("the package index cannot be reached")

    monkeypatch.setattr(run_app.Environment, "ensure", no_network)
    assert run_app.main(["--no-browser"]) == 3
    assert "cannot be reached" in capsys.readouterr().err


def test_a_python_without_the_packages_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "core.launch"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "is not installed here" in done.stderr and "Traceback" not in done.stderr
