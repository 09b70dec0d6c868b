"""Each test begins with no counts, no errors and no tracer, but where tests share a server that counts on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.observe import faults, metrics, traces


@pytest.fixture(autouse=True)
def _anew(request: pytest.FixtureRequest) -> Iterator[None]:
    if "lived" in request.fixturenames:
        yield
        return
    metrics.forget()
    faults.forget()
    yield
    traces.use(None)
    metrics.forget()
    faults.forget()
