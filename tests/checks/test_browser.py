"""The browser tests find a Chromium that draws, or are skipped."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checks import browser
from checks.step import SKIPPED, Tools


def test_no_browser_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "installed_chromium", lambda tools: None)
    monkeypatch.setattr(browser, "install_chromium", lambda tools: None)
    assert browser.browser(Tools()).status == SKIPPED


def test_a_program_that_draws_nothing_is_no_browser(tmp_path: Path) -> None:
    assert not browser.draws(Tools(), str(tmp_path / "chromium"))
    if sys.platform != "win32":
        assert not browser.draws(Tools(), sys.executable)
