"""The benchmark of watching: pairs of small imports, what is added up, and scrapes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import observing
from benchmarks.observing import Cost
from core.observe import metrics


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    metrics.forget()
    yield
    metrics.forget()


@pytest.mark.integration
def test_it_imports_in_pairs_and_adds_up() -> None:
    [found] = observing.run([(50, 1)], lambda text: None)
    assert len(found.cpu) == len(found.clock) == 1
    assert found.spans >= 5 and found.lines >= 1  # it was traced, logged and sent
    assert 0 < found.added_up[0] < 1
    [row] = observing.lines([found])
    assert len(row) == len(observing.HEADS)


def test_what_is_little_enough() -> None:
    def cost(share: float) -> Cost:
        return Cost(1, (0.5,), (0.5,), (share,), 9, 2)

    assert cost(0.019).good and not cost(0.021).good


def test_the_interval_holds_the_median() -> None:
    low, high = observing.interval([0.01 * n for n in range(11)])
    assert low <= 0.05 <= high and low < high
    assert observing.interval([0.02] * 5) == (0.02, 0.02)


@pytest.mark.integration
def test_what_goes_on_all_the_time() -> None:
    found = observing.steady(lambda text: None, times=2)
    assert found.looking > 0 and found.probing > 0 and found.series > 1_000
    assert found.scrape <= found.slowest and len(observing.steady_lines(found)) == 4
