"""The browser tests, and a Chromium for them. Standard library only."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from checks.step import SKIPPED, Outcome, Tools
from checks.suite import pytest
from core.launch.environment import WINDOWS


def browser(tools: Tools) -> Outcome:
    """The browser tests, with an installed Chromium or one that is installed now."""
    chromium = installed_chromium(tools) or install_chromium(tools)
    if chromium is None:
        return Outcome(SKIPPED, "no Chromium is installed, and none could be installed")
    options = ("-n", "2", "--dist", "loadfile")  # the tests of a file share a server
    return pytest(tools, "browser", "browser", *options, MARQUEE_CHROMIUM=chromium)


def installed_chromium(tools: Tools) -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    places = [tools.variables.get("MARQUEE_CHROMIUM"), *map(shutil.which, names)]
    places += [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        playwright_chromium(tools),
    ]
    return next((place for place in places if place and draws(tools, place)), None)


def playwright_chromium(tools: Tools) -> str | None:
    code = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as p: print(p.chromium.executable_path)"
    )
    done = tools.run(tools.python, "-c", code, seconds=60)
    return last_path(done.output) if done.code == 0 else None


def last_path(output: str) -> str | None:
    lines = output.strip().splitlines()
    return lines[-1] if lines else None


def draws(tools: Tools, chromium: str) -> bool:
    """Whether it starts and reads a page. A Windows program has no output to look at: there it need only exist."""
    if not Path(chromium).is_file():
        return False
    if WINDOWS:
        return True
    words = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        "data:text/html,<i>ok</i>",
    )
    return "<i>ok</i>" in tools.run(chromium, *words, seconds=60).output


def install_chromium(tools: Tools) -> str | None:
    """Playwright's own; else Debian's package, which only root can install."""
    tools.module("playwright", "install", "chromium", seconds=300)
    found = playwright_chromium(tools)
    if found and draws(tools, found):
        return found
    root = not WINDOWS and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        tools.run("apt-get", "update", "-q", seconds=120)
        words = ("install", "-y", "-q", "--no-install-recommends", "chromium")
        tools.run("apt-get", *words, seconds=420, variables={"DEBIAN_FRONTEND": "noninteractive"})
    return installed_chromium(tools)
