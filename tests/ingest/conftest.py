"""What the tests of imports share."""

from __future__ import annotations

import pytest

from core.ingest.rows import compare


@pytest.fixture(params=[compare.FEW, 0], ids=["of few records", "of many records"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports as they are compared where the records are few, and where they are many."""
    monkeypatch.setattr(compare, "FEW", request.param)
