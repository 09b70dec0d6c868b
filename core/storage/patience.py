"""How long a question to the database may take where somebody waits for it: a request of the API, a page.

A door says how long whoever asks waits (`offered`, `offer`). What reads for them (`taken`, by the permission of the
method) is stopped by the engine when it takes longer, or when they have left. Jobs, the command line and notebooks run in
threads of which no door said anything: they have all the time. So have changes, which end or are taken back as a whole,
and what is read after a change for the same answer: who is told of a refusal would send it again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Protocol

from core.errors import Cancelled, MarqueeError, TookTooLong

TICK = 0.1  # seconds between two looks; an interrupt between two statements is given again


class Stoppable(Protocol):
    """A connection of the engine."""

    def interrupt(self) -> None:
        """Stop what it does."""


class Patience:
    """How long whoever asks waits for one answer of the database."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.left, self.wrote = seconds, False, False

    def leave(self) -> None:
        """Nobody waits any more: what is asked is stopped."""
        self.left = True


class _Watched:
    """A question that is being answered."""

    def __init__(self, cursor: Stoppable, patience: Patience) -> None:
        self.cursor, self.patience = cursor, patience
        self._ends = time.monotonic() + patience.seconds if patience.seconds else None
        self.stopped = False

    @property
    def due(self) -> bool:
        over = self._ends is not None and time.monotonic() >= self._ends
        return not self.patience.wrote and (self.patience.left or over)


_OFFERED: ContextVar[Patience | None] = ContextVar("offered", default=None)
_TAKEN: ContextVar[Patience | None] = ContextVar("taken", default=None)
_watched: set[_Watched] = set()
_some = threading.Condition()
_watchers: list[threading.Thread] = []


@contextmanager
def offered(patience: Patience) -> Iterator[None]:
    """Somebody waits for what is done in here."""
    mark = _OFFERED.set(patience)
    try:
        yield
    finally:
        _OFFERED.reset(mark)


def offer(seconds: float) -> None:
    """From now on somebody waits for what this thread does: a page that is drawn."""
    _OFFERED.set(Patience(seconds))


def changed() -> None:
    """Something was changed for whoever waits: from now on they are answered, however long it takes."""
    if (patience := _OFFERED.get()) is not None:
        patience.wrote = True


@contextmanager
def taken() -> Iterator[None]:
    """What is done in here reads alone, so it may be stopped."""
    mark = _TAKEN.set(_OFFERED.get())
    try:
        yield
    finally:
        _TAKEN.reset(mark)


def present() -> Patience | None:
    """How long somebody waits for what is read now; None: as long as it takes."""
    return _TAKEN.get()


@contextmanager
def watched(cursor: Stoppable, patience: Patience | None) -> Iterator[None]:
    """What `cursor` does in here is stopped when it takes too long. Raises TookTooLong, Cancelled."""
    if patience is None:
        yield
        return
    mine = _Watched(cursor, patience)
    with _some:
        _watched.add(mine)
        if not (_watchers and _watchers[0].is_alive()):
            _watchers[:] = [threading.Thread(target=_watch, name="patience", daemon=True)]
            _watchers[0].start()
        elif len(_watched) == 1:
            _some.notify()
    try:
        yield
    except Exception as error:
        # An interrupt may also be met late: by what the cursor does next.
        if (mine.stopped or mine.due) and not isinstance(error, MarqueeError):
            raise _told(patience) from error
        raise
    finally:
        with _some:  # from here on it is not interrupted
            _watched.discard(mine)


def _told(patience: Patience) -> MarqueeError:
    if patience.left:
        return Cancelled("whoever asked has left")
    return TookTooLong(
        f"the database was at it for {patience.seconds:g} s", seconds=patience.seconds
    )


def _watch() -> None:
    while True:
        with _some:
            while not _watched:
                _some.wait()
            for each in _watched:
                if each.due:
                    each.stopped = True
                    with suppress(Exception):  # of one that is closed; the others are still watched
                        each.cursor.interrupt()
        time.sleep(TICK)
