"""The best assignment, against trying every one."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings, strategies as st

from core.ingest.columns.assignment import best

Weights = dict[tuple[int, int], int]


def total(weights: Weights, matched: dict[int, int]) -> int:
    return sum(weights[pair] for pair in matched.items())


def brute_force(weights: Weights) -> int:
    fields = sorted({f for f, _ in weights})
    columns: list[int | None] = [*{c for _, c in weights}]
    columns += [None] * (len(fields) - len(columns))
    return max(
        sum(max(weights.get((f, c), 0), 0) for f, c in zip(fields, order) if c is not None)
        for order in permutations(columns, len(fields))
    )


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(-3, 12), min_size=1
    )
)
@settings(deadline=None, max_examples=200)
def test_no_other_assignment_is_better(weights: Weights) -> None:
    matched = best(weights)
    assert len(set(matched.values())) == len(matched)
    assert all(weights[pair] > 0 for pair in matched.items())
    assert total(weights, matched) == brute_force(weights)


def test_a_field_steps_aside_when_that_wins_more() -> None:
    assert best({("a", 1): 10, ("a", 2): 9, ("b", 1): 9}) == {"a": 2, "b": 1}


def test_a_field_stays_alone_when_that_wins_more() -> None:
    assert best({("a", 1): 3, ("b", 1): 9}) == {"b": 1}


def test_a_step_back_that_pays_later() -> None:
    assert best({("a", 1): 5, ("b", 1): 2, ("a", 2): 9}) == {"a": 2, "b": 1}


def test_nothing_to_assign() -> None:
    assert best({}) == {}
    assert best({("a", 1): 0}) == {}
