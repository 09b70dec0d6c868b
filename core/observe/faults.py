"""The port for unexpected errors: the last ones are remembered, and whoever listens (a list, Sentry) is told.

What is kept holds no values: the type of the error, where in the code it arose, and how often. Its text stays out,
since a text of Python or DuckDB may repeat a cell.
"""

from __future__ import annotations

import hashlib
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import MarqueeError
from core.observe import context, metrics, traces

KEPT = 100  # kinds of errors of this process
FRAMES = 12
SHOWN = "page_errors"  # among the ids: those that pages showed to people, the newest last
MOST_SHOWN = 20
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Seen:
    """One kind of unexpected error: where, how often, when first and last (seconds since 1970), the last ids."""

    print: str
    kind: str
    event: str
    frames: tuple[str, ...]
    first_at: float
    last_at: float
    times: int = 1
    ids: dict[str, str] = field(default_factory=dict)


Listener = Callable[[BaseException, Seen], None]
_lock = threading.Lock()
_seen: OrderedDict[str, Seen] = OrderedDict()
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Tell `listener` every unexpected error; calling what is given ends that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener) if listener in _listeners else None


def note(error: BaseException, event: str, fields: Mapping[str, Any] | None = None) -> Seen:
    """Remember an unexpected error; the same one again is counted. An expected one (MarqueeError) is not noted.

    The `number` of `fields` is what somebody was shown, and may ask with: it is kept with the ids.
    """
    at, frames, kind = time.time(), frames_of(error), kind_of(error)
    print_ = hashlib.sha256("\n".join((kind, *frames)).encode()).hexdigest()[:16]
    with _lock:
        known = _seen.pop(print_, None)
        number = (fields or {}).get("number")
        ids = {**context.ids(), **traces.ids(), **({SHOWN: str(number)} if number else {})}
        ids = joined(known.ids if known else {}, ids)
        found = (
            replace(known, last_at=at, times=known.times + 1, ids=ids)
            if known
            else Seen(print_, kind, event, frames, at, at, ids=ids)
        )
        _seen[print_] = found
        while len(_seen) > KEPT:
            _seen.popitem(last=False)
    metrics.count("marquee.errors", event=event)
    for listener in tuple(_listeners):
        try:
            listener(error, found)
        except Exception:  # who is told about errors makes none
            metrics.count("marquee.telemetry.dropped", what="errors")
    return found


def joined(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The ids of an error's last time, and with them what people were shown earlier."""
    shown = [*dict.fromkeys(f"{before.get(SHOWN, '')} {now.get(SHOWN, '')}".split())]
    return {**now, **({SHOWN: " ".join(shown[-MOST_SHOWN:])} if shown else {})}


def recent() -> list[Seen]:
    """The unexpected errors of this process, the newest first."""
    with _lock:
        return list(reversed(_seen.values()))


def forget() -> None:
    """Begin anew, for tests."""
    with _lock:
        _seen.clear()


def kind_of(error: BaseException) -> str:
    """The name of an error's type; a MarqueeError with its code."""
    name = type(error).__name__
    return f"{name} ({error.code})" if isinstance(error, MarqueeError) else name


def code_of(error: BaseException) -> str:
    """What is logged of an error: its code, or the name of its type; never its text."""
    return error.code if isinstance(error, MarqueeError) else type(error).__name__


def frames_of(error: BaseException) -> tuple[str, ...]:
    """Where the error arose: file, line and function of the last frames, without any value."""
    found = []
    for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]:
        path = Path(frame.filename)
        shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-3:])
        found.append(f"{shown.as_posix()}:{frame.lineno} {frame.name}")
    return tuple(found)
