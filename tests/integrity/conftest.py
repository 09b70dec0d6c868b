"""The installation that lived, for the tests of the check."""

from __future__ import annotations

from tests.lived import _home, busy, wb

__all__ = ["_home", "busy", "wb"]
