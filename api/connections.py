"""What a connection may do before it has said what it wants: not much, and not for long.

A server that waits for ever for the rest of a request can be filled by one machine that never sends it. So the
head of a request has to come within seconds, a body has to go on coming, and one address may hold only a part of
all connections. uvicorn has no such limits; its protocol of a connection is replaced by this one.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger("marquee.connections")

HEAD = 10.0  # seconds for the head of a request
BODY = 30.0  # seconds without a byte of a body that is not there yet
RESERVE = 0.5  # the part of all file descriptors that connections may take
EACH = 200  # connections of one address at most
SAID = 60.0  # seconds between two lines of the log about one thing

_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n"
_open: defaultdict[str, weakref.WeakSet[asyncio.BaseTransport]] = defaultdict(weakref.WeakSet)
_told: dict[str, float] = {}


def most() -> int:
    """How many connections this process may hold."""
    try:
        import resource

        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    except (ImportError, ValueError, OSError):  # not on Windows
        soft = 2_048
    return max(16, int(min(soft, 20_000) * RESERVE))


def at_once() -> int:
    """How many connections are taken before they are looked at: else a burst of them takes all descriptors."""
    return max(8, min(2_048, most() // 4))


class Limited(H11Protocol):
    """A connection of uvicorn with limits; `limited` says which."""

    total = EACH
    each = EACH
    trusted: Callable[[str], bool] = staticmethod(lambda _address: False)
    _deadline: asyncio.TimerHandle | None = None
    _heard = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self._address
        if self._full(address):
            _say(address, f"{address} holds {_living(address)} connections; more are refused")
            transport.write(_BUSY)
            transport.close()
            return
        _open[address].add(transport)
        self._wait(HEAD)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _full(self, address: str) -> bool:
        if sum(len(held) for held in _open.values()) >= self.total:
            return True
        return _living(address) >= self.each and not self.trusted(address)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(seconds, self._late)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        """The head did not come, or the body stopped coming."""
        self._deadline = None
        if self.transport.is_closing() or (self._answering and not self._wants_body):
            return  # all of it is here, and we are still at the answer
        silent = time.monotonic() - self._heard
        if self._wants_body and (self.flow.read_paused or silent < BODY):
            self._wait(max(1.0, BODY - silent))  # it goes on, or it is we who do not read on
            return
        _say(
            f"late {self._address}", f"a request of {self._address} did not come to its end in time"
        )
        self.transport.abort()

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _wants_body(self) -> bool:
        return self._answering and self.cycle.more_body

    def data_received(self, data: bytes) -> None:
        self._heard = time.monotonic()
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # it is over, or a websocket now
        if self._deadline is not None:
            return
        if self._wants_body:
            self._wait(BODY)
        elif not self._answering:  # the next head began
            self._wait(HEAD)

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade(event)
        self._stop_waiting()

    def on_response_complete(self) -> None:
        self._stop_waiting()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)


def limited(trusted: Callable[[str], bool] = lambda _address: False) -> type[Limited]:
    """The protocol for uvicorn. `trusted(address)`: a proxy, behind which there are many people."""
    total = most()
    each = max(8, min(EACH, total // 2))
    found = {"total": total, "each": each, "trusted": staticmethod(trusted)}
    return type("LimitedHere", (Limited,), found)


def quiet(loop: asyncio.AbstractEventLoop) -> None:
    """When file descriptors run out, asyncio logs a traceback for each connection: here, a line a minute."""

    def handle(running: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "out of system resource" in str(context.get("message")):
            _say("descriptors", "no file descriptors are left; connections wait")
        else:
            running.default_exception_handler(context)

    loop.set_exception_handler(handle)


def _living(address: str) -> int:
    held = _open[address]
    for transport in [t for t in held if t.is_closing()]:
        held.discard(transport)
    return len(held)


def _say(about: str, text: str) -> None:
    """One line a minute about one thing: an attack must not fill the log."""
    now = time.monotonic()
    if now - _told.get(about, -SAID) >= SAID:
        if len(_told) > 1_000:
            _told.clear()
        _told[about] = now
        log.warning(text)
