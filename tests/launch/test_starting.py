"""`python -m core.launch`: the settings it takes, what it refuses, and the server that it would start."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.launch import starting, supervisor

Started = list[dict[str, Any]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Started:
    """What would have been started, from an empty folder with no settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOST", "PORT", "DATABASE", "API_TOKEN", "DATA_DIR"):
        monkeypatch.delenv(f"MARQUEE_{name}", raising=False)
    seen: Started = []

    def start(command: list[str], environment: dict[str, str]) -> None:
        seen.append({"command": command, "environment": environment})

    def serve(begin: Callable[[], None], host: str, port: int, browser: bool) -> int:
        begin()
        seen[-1].update(host=host, port=port, browser=browser)
        return 7

    monkeypatch.setattr(supervisor, "start", start)
    monkeypatch.setattr(supervisor, "serve", serve)
    return seen


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_variables_win_over_the_file(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("MARQUEE_PORT", str(port))
    Path(".env").write_text("MARQUEE_PORT=70000\nMARQUEE_HOST='127.0.0.1'  # four\n# MARQUEE_X=1\n")
    assert starting.main(["--no-browser"]) == 7
    (seen,) = started
    assert (seen["host"], seen["port"], seen["browser"]) == ("127.0.0.1", port, False)
    assert f"--server.port={port}" in seen["command"]
    assert "--server.allowedHosts=localhost" in seen["command"]
    assert seen["environment"]["MARQUEE_PORT"] == str(port)
    assert Path(seen["environment"]["MARQUEE_DATABASE"]) == Path.cwd() / "db/marquee.duckdb"


def test_an_address_in_brackets_is_that_address(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "check_free", lambda host, port: None)
    Path(".env").write_text("MARQUEE_HOST='[::1]'  # six\n")
    assert starting.main([]) == 7
    assert started[0]["host"] == "::1" and "--server.address=::1" in started[0]["command"]


def test_a_foreign_address_needs_a_token(
    started: Started, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARQUEE_HOST", "0.0.0.0")
    monkeypatch.setenv("MARQUEE_PORT", str(free_port()))
    assert starting.main([]) == 4 and started == []
    assert "MARQUEE_API_TOKEN" in capsys.readouterr().err
    monkeypatch.setenv("MARQUEE_API_TOKEN", "secret")
    assert starting.main([]) == 4 and started == []
    assert "can be guessed" in capsys.readouterr().err
    monkeypatch.setenv("MARQUEE_API_TOKEN", "hbR3-v0Zq9-LxT42-mmWe")
    assert starting.main([]) == 7
    assert not [word for word in started[0]["command"] if "allowedHosts" in word]


def test_a_wrong_setting_is_two(
    started: Started, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARQUEE_PORT", "http")
    assert starting.main([]) == 2 and started == []
    assert "MARQUEE_PORT" in capsys.readouterr().err
