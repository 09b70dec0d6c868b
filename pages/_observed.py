"""How long a page takes to draw: counted by its title, and traced."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.observe import context, metrics, traces

OBJECTIVE_SECONDS = 3.0  # seconds; a page that takes longer counts against its objective


@contextmanager
def observed(title: str) -> Iterator[None]:
    """Around the script of a page. A rerun or a switch ends it early, and that is no error."""
    began, well = time.perf_counter(), True
    with context.bound(door="page"), traces.span(f"page {title}") as span:
        try:
            yield
        except Exception as error:
            well = False
            span.end(error)
            raise
        finally:
            seconds = time.perf_counter() - began
            metrics.observe("marquee.page.run.duration", seconds, page=title)
            good = well and seconds <= OBJECTIVE_SECONDS
            metrics.count("marquee.slo.events", slo="pages", outcome="good" if good else "bad")
