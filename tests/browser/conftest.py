"""A real server process on an empty folder, and a real Chromium that keeps every complaint."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 20_000  # milliseconds for whatever is waited for; the machine may be busy
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass
class Server:
    """A running Marquee: its address, its folder, its process."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]


@dataclass
class Complaints:
    """What the browser's console and the page's scripts complained about."""

    found: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        # On a deep link Streamlit tries addresses until it finds its server; the misses are logged.
        looking = "/_stcore/" in message.location.get("url", "")
        if message.type == "error" and not looking:
            self.found.append(f"{message.text} ({message.location.get('url')})")


def _environment(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    mine = {
        "MARQUEE_DATABASE": str(folder / "m.duckdb"),
        "MARQUEE_DATA_DIR": str(folder / "uploads"),
        "MARQUEE_DATASETS_DIR": str(folder / "datasets"),
    }
    return {**os.environ, **mine, **variables, "PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8', 'replace')}")


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[Server]:
    """A server process on a folder, until it is not needed any more."""
    port, log = _free_port(), folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(folder, variables),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, log)
            yield Server(url, folder, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("marquee")) as found:
        yield found


def _chromium(playwright: Playwright) -> str:
    wanted = os.environ.get("MARQUEE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    own = playwright.chromium.executable_path
    found = wanted or (own if Path(own).exists() else "")
    if not found:
        pytest.skip("no Chromium here: install one, or name it in MARQUEE_CHROMIUM")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=_chromium(playwright), args=ARGUMENTS, headless=True
        )
        yield found
        found.close()


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def page(browser: Browser, complaints: Complaints) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    found = context.new_page()
    found.on("console", complaints.hear)
    found.on("pageerror", lambda error: complaints.found.append(str(error)))
    yield found
    context.close()
