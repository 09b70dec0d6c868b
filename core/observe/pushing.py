"""Things on their way to somewhere slow: a bounded queue and a thread. Who puts never waits; what has no room is counted.

Where what they go to (a disk, a collector, a pipe that nobody reads) does not take them, the queue fills and the rest
is dropped: neither the app's time nor its memory pays for it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from core.observe import metrics

T = TypeVar("T")
MOST = 5_000  # things in the queue
BATCH = 512
AGAIN = 5.0  # seconds until the next try, after one that failed


class Pusher(Generic[T]):
    """Hands batches to `send`, in their order. `what` names them in the counts of what was dropped."""

    def __init__(
        self,
        send: Callable[[list[T]], None],
        what: str,
        *,
        most: int = MOST,
        pause: float = 0.0,
        again: float = AGAIN,
    ) -> None:
        self._send, self._what, self._pause, self._again = send, what, pause, again
        self._waiting: deque[T] = deque()
        self._most = most
        self._turn = threading.Condition()
        self._ending, self._busy = False, False
        self._thread: threading.Thread | None = None
        self.dropped, self.sent = 0, 0

    def put(self, thing: T) -> None:
        """Queue it, or drop it when there is no room. Never waits for `send`."""
        with self._turn:
            if self._ending or len(self._waiting) >= self._most:
                self._drop(1)
                return
            self._waiting.append(thing)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._loop, name=f"marquee-{self._what}", daemon=True
                )
                self._thread.start()
            self._turn.notify()

    def _drop(self, number: int) -> None:
        self.dropped += number
        metrics.count("marquee.telemetry.dropped", number, what=self._what)

    def _loop(self) -> None:
        while True:
            with self._turn:
                while not self._waiting and not self._ending:
                    self._turn.wait()
                if not self._waiting:
                    return
                if self._pause and not self._ending and len(self._waiting) < BATCH:
                    self._turn.wait(self._pause)
                number = min(BATCH, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(number)]
                self._busy = True
            well = self._try(batch)
            with self._turn:
                self._busy = False
                self._turn.notify_all()
                if not well and not self._ending:
                    self._turn.wait_for(lambda: self._ending, self._again)

    def _try(self, batch: list[T]) -> bool:
        try:
            self._send(batch)
        except Exception:
            self._drop(len(batch))
            return False
        self.sent += len(batch)
        return True

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until all is sent, at most so many seconds. Whether it is."""
        until = time.monotonic() + timeout
        with self._turn:
            while self._waiting or self._busy:
                left = until - time.monotonic()
                if left <= 0 or self._thread is None or not self._thread.is_alive():
                    return False
                self._turn.wait(min(left, 0.05))
        return True

    def processor(self) -> float:
        """Seconds of the processor that its thread took so far; 0 where the system does not tell."""
        thread, clock = self._thread, getattr(time, "pthread_getcpuclockid", None)
        if thread is None or not thread.is_alive() or thread.ident is None or clock is None:
            return 0.0
        return time.clock_gettime(clock(thread.ident))

    def close(self, timeout: float = 2.0) -> None:
        """Take no more, and give what is there a moment to go; the rest is dropped."""
        with self._turn:
            self._ending = True
            self._turn.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        with self._turn:
            if self._waiting:
                self._drop(len(self._waiting))
                self._waiting.clear()
