"""The port for traces: a room says which piece of work begins and ends; without an adapter that costs nothing.

Attributes hold ids, names of our own and numbers, as fields of the log do. `traceparent` (W3C Trace Context) carries a
trace over HTTP, through the row of a job, and into a child process.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Protocol

from core.observe.context import is_quiet

Value = str | int | float | bool


class Span(Protocol):
    """A piece of work that is being done."""

    def set(self, **attributes: Value) -> None:
        """Add what became known."""

    def end(self, error: BaseException | None = None) -> None:
        """It is done; with the error that ended it. Harmless when it was."""


class Tracer(Protocol):
    """What an adapter does."""

    def begin(
        self, name: str, parent: str | None, attributes: dict[str, Value], *, current: bool
    ) -> Span:
        """Begin a span; `current`: what begins inside belongs to it, in this context."""

    def past(self, name: str, seconds: float, attributes: dict[str, Value]) -> None:
        """A piece of work that ended just now."""

    def traceparent(self) -> str:
        """Where we are, for others; "" outside of any span."""

    def ids(self) -> dict[str, str]:
        """`trace` and `span` of this moment."""


class _Nothing:
    def set(self, **attributes: Value) -> None:
        """Nobody looks."""

    def end(self, error: BaseException | None = None) -> None:
        """Nobody looks."""


NOTHING = _Nothing()
_tracer: Tracer | None = None


class _Inside:
    """A span as a context manager; an error that goes through is noted."""

    __slots__ = ("_span",)

    def __init__(self, span: Span) -> None:
        self._span = span

    def __enter__(self) -> Span:
        return self._span

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._span.end(error)


_NO_INSIDE = _Inside(NOTHING)


def use(tracer: Tracer | None) -> None:
    """From now on this adapter is told; None: nobody."""
    global _tracer
    _tracer = tracer


def on() -> bool:
    """Whether anybody is told."""
    return _tracer is not None


def span(name: str, *, parent: str | None = None, **attributes: Any) -> _Inside:
    """`with span("import", upload=...)`: what begins inside belongs to it. `parent`: a traceparent from elsewhere."""
    tracer = _tracer
    if tracer is None or is_quiet():
        return _NO_INSIDE
    return _Inside(tracer.begin(name, parent, attributes, current=True))


def begin(name: str, **attributes: Any) -> Span:
    """A span that is ended elsewhere; nothing belongs to it."""
    tracer = _tracer
    return (
        NOTHING
        if tracer is None or is_quiet()
        else tracer.begin(name, None, attributes, current=False)
    )


def past(name: str, seconds: float, **attributes: Any) -> None:
    """A piece of work that ended just now, if it belongs to a trace."""
    if _tracer is not None and not is_quiet():
        _tracer.past(name, seconds, attributes)


def traceparent() -> str:
    """Where we are, for a header, a job or a child process; "" outside of any trace."""
    return "" if _tracer is None else _tracer.traceparent()


def ids() -> dict[str, str]:
    """`trace` and `span` of this moment, for the log."""
    return {} if _tracer is None else _tracer.ids()
