"""What goes somewhere slow holds nobody up, fills no memory, and is counted where it is lost."""

from __future__ import annotations

import threading
import time

from core.observe import metrics
from core.observe.pushing import Pusher


def test_everything_comes_in_its_order() -> None:
    got: list[int] = []
    pusher: Pusher[int] = Pusher(got.extend, "spans")
    for n in range(1_000):
        pusher.put(n)
    assert pusher.flush(10)
    pusher.close()
    assert got == list(range(1_000)) and pusher.dropped == 0


def test_a_collector_that_hangs() -> None:
    hang = threading.Event()
    pusher: Pusher[int] = Pusher(lambda _batch: hang.wait(30) and None, "spans", most=100)
    began = time.perf_counter()
    for n in range(5_000):
        pusher.put(n)
    assert time.perf_counter() - began < 5
    assert len(pusher._waiting) <= 100
    assert pusher.dropped >= 5_000 - 100 - 512
    assert metrics.value("marquee.telemetry.dropped", what="spans") == pusher.dropped
    began = time.perf_counter()
    pusher.close(0.2)
    assert time.perf_counter() - began < 5
    hang.set()


def test_one_that_fails_and_comes_back() -> None:
    got: list[int] = []
    dead = True

    def send(batch: list[int]) -> None:
        if dead:
            raise OSError("refused")
        got.extend(batch)

    pusher: Pusher[int] = Pusher(send, "errors", again=0.01)
    pusher.put(1)
    while not pusher.dropped:
        time.sleep(0.005)
    dead = False
    pusher.put(2)
    assert pusher.flush(10)
    pusher.close()
    assert got == [2] and pusher.dropped == 1
