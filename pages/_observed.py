"""How long a page takes to draw, and whether it met a fault: counted by its title, and traced."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from streamlit.errors import FragmentHandledException

from core.errors import MarqueeError
from core.observe import context, metrics, traces

OBJECTIVE_SECONDS = 3.0  # seconds; a page that takes longer counts against its objective
_COUNTED = "marquee_counted"
_faults: ContextVar[list[str] | None] = ContextVar("marquee.faults", default=None)  # of this run


def met(error: Exception) -> None:
    """A page met an error: a fault of ours counts against the objective, once, also when the page goes on.

    Expected errors do not: a refusal, a broken file, whatever has a status below 500.
    """
    expected = isinstance(error, MarqueeError) and error.status < 500
    if expected or isinstance(error, FragmentHandledException) or _COUNTED in error.__dict__:
        return
    error.__dict__[_COUNTED] = True
    faults = _faults.get()
    if faults is None:  # in a callback or a fragment
        metrics.count("marquee.slo.events", slo="pages", outcome="bad")
    else:
        faults.append(type(error).__name__)


@contextmanager
def observed(title: str) -> Iterator[None]:
    """Around the script of a page. A rerun or a switch ends it early, and that is no error."""
    began, faults = time.perf_counter(), list[str]()
    token = _faults.set(faults)
    with context.bound(door="page"), traces.span(f"page {title}") as span:
        try:
            yield
        except Exception as error:
            met(error)
            span.end(error)
            raise
        finally:
            _faults.reset(token)
            seconds = time.perf_counter() - began
            metrics.observe("marquee.page.run.duration", seconds, page=title)
            good = not faults and seconds <= OBJECTIVE_SECONDS
            metrics.count("marquee.slo.events", slo="pages", outcome="good" if good else "bad")
