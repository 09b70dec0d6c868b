"""What all tests share: no setting of this machine reaches them."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from the test, not from the developer's environment."""
    for name in list(os.environ):
        if name.startswith("MARQUEE_") and name != "MARQUEE_CHROMIUM":
            monkeypatch.delenv(name)
