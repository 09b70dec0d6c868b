"""Which request, upload and job this work belongs to: bound once, and seen by everything below, in every thread.

A thread or a write task that is started through `carried` sees the ids of whoever ordered it; a child process gets
them as a variable.
"""

from __future__ import annotations

import contextvars
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
IDS = ("request", "upload", "job", "door", "traceparent")
VARIABLE = "MARQUEE_CONTEXT"
LONGEST = 64  # characters of an id

_quiet: contextvars.ContextVar[bool] = contextvars.ContextVar("marquee.quiet", default=False)
_ids: contextvars.ContextVar[Mapping[str, str]] = contextvars.ContextVar(
    "marquee.ids", default=MappingProxyType({})
)


@contextmanager
def bound(**given: str | None) -> Iterator[None]:
    """What is done inside belongs to these ids, named as in `IDS`; None leaves one as it is."""
    if unknown := set(given) - set(IDS):
        raise KeyError(f"no such id: {', '.join(sorted(unknown))}")
    more = {name: str(value)[:LONGEST] for name, value in given.items() if value}
    token = _ids.set({**_ids.get(), **more})
    try:
        yield
    finally:
        _ids.reset(token)


@contextmanager
def quiet() -> Iterator[None]:
    """What is done inside is no work of a user: it is not counted, not traced, and logged from a warning on."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Whether this is no work of a user."""
    return _quiet.get()


def ids() -> dict[str, str]:
    """The ids that are bound here."""
    return dict(_ids.get())


def carried(work: Callable[P, R]) -> Callable[P, R]:
    """The same work, with the ids and the trace of whoever orders it now, in whatever thread it is done."""
    context = contextvars.copy_context()

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return context.copy().run(work, *args, **kwargs)

    return run


def for_child(traceparent: str = "") -> dict[str, str]:
    """The variable that tells a child process to whom its work belongs, and to which trace."""
    given = {**ids(), **({"traceparent": traceparent} if traceparent else {})}
    return {VARIABLE: json.dumps(given)} if given else {}


def from_parent() -> None:
    """In a child process: take over what the parent bound. A variable that nobody can read is no reason to fail."""
    try:
        given = json.loads(os.environ.get(VARIABLE, "{}"))
        _ids.set({k: str(given[k])[:LONGEST] for k in IDS if k in given})
    except (ValueError, TypeError):
        pass
