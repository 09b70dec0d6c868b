"""Windows over counters, gauges and durations, whatever the clock of the machine does."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings as profile, strategies as st

from core.monitoring.series import History, quantile
from core.observe import metrics
from tests.monitoring.conftest import Clock


@pytest.fixture(autouse=True)
def _anew() -> None:
    metrics.forget()


def test_growth_within_a_window(clock: Clock) -> None:
    history = History(clock)
    for n in range(40):  # ten minutes, a failed import in each look
        metrics.count("marquee.imports", outcome="failed")
        history.take()
        clock.now += 15
    assert history.growth("marquee.imports", 300, outcome="failed") == 19
    assert history.growth("marquee.imports", 3_600) == 40
    assert history.growth("marquee.imports", 3_600, outcome="imported") == 0


def test_a_process_that_begins_anew_counts_from_nothing(clock: Clock) -> None:
    history = History(clock)
    metrics.count("marquee.import.rows", 50)
    history.take()
    metrics.forget()
    clock.now += 15
    history.take()
    clock.now += 15
    metrics.count("marquee.import.rows", 3)
    history.take()
    assert history.growth("marquee.import.rows", 600) in (50, 53)


def test_an_old_gauge_is_none(clock: Clock) -> None:
    history = History(clock)
    metrics.gauge("marquee.jobs.queued", 4)
    history.take()
    assert history.latest("marquee.jobs.queued") == [4]
    clock.now += 600
    assert history.latest("marquee.jobs.queued") == []


def test_a_clock_that_jumps_moves_no_window(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(clock)
    metrics.count("marquee.import.rows", 5)
    history.take()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    clock.now += 15
    metrics.count("marquee.import.rows", 2)
    history.take()
    assert history.growth("marquee.import.rows", 60) == 7


@profile(max_examples=50)
@given(st.lists(st.floats(0.001, 20), min_size=1, max_size=200), st.sampled_from([0.5, 0.95]))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(values: list[float], share: float) -> None:
    edges = (0.1, 1.0, 5.0, 30.0)
    counts = [0.0] * 5
    for value in values:
        counts[next(n for n, edge in enumerate((*edges, 1e9)) if value <= edge)] += 1
    true = sorted(values)[max(0, -(-int(share * len(values) * 1000) // 1000) - 1)]
    found = quantile(edges, counts, share)
    bounds = [0.0, *edges]
    place = next(n for n, edge in enumerate(edges) if true <= edge)
    assert found is not None and found >= bounds[place] - 1e-9
