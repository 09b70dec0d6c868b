"""What makes a cluster, and what keeps two apart."""

from __future__ import annotations

import random

from core.matching.clustering import Link, cluster
from core.matching.evaluating import of_clusters


def test_one_bad_pair_does_not_join_two_people() -> None:
    one = [Link(a, b, 9.0) for a in range(4) for b in range(a + 1, 4)]
    two = [Link(a, b, 9.0) for a in range(10, 14) for b in range(a + 1, 14)]
    bridge = Link(3, 10, 4.0)
    assert cluster([*one, *two, bridge], 3.0) == [[0, 1, 2, 3], [10, 11, 12, 13]]


def test_a_chain_that_nothing_speaks_against_is_one() -> None:
    assert cluster([Link(1, 2, 8.0), Link(2, 3, 8.0)], 3.0) == [[1, 2, 3]]


def test_who_was_told_apart_stays_apart_and_who_was_put_together_stays_together() -> None:
    links = [
        Link(1, 2, 9.0, verdict="different"),
        Link(2, 3, 9.0),
        Link(1, 3, 9.0),
        Link(4, 5, -5.0, verdict="same"),
    ]
    found = cluster(links, 3.0)
    assert [4, 5] in found and not any({1, 2} <= set(c) for c in found)


def test_equal_records_are_one_however_many() -> None:
    assert cluster([Link(0, n, 9.0, twin=True) for n in range(1, 5_000)], 3.0) == [
        list(range(5_000))
    ]


def test_the_order_of_the_links_means_nothing() -> None:
    rng = random.Random(4)
    links = [
        Link(a, b, rng.choice([1.0, 4.0, 8.0]))
        for a in range(20)
        for b in range(a + 1, 20)
        if rng.random() < 0.2
    ]
    expected = cluster(links, 3.0)
    for _ in range(5):
        rng.shuffle(links)
        assert cluster(links, 3.0) == expected


def test_b_cubed_by_hand() -> None:
    # truth {a b c} {d}; found {a b} {c d}
    found = of_clusters({"a": 1, "b": 1, "c": 1, "d": 2}, {"a": 1, "b": 1, "c": 2, "d": 2})
    assert found.b3.precision == (1 + 1 + 0.5 + 0.5) / 4
    assert found.b3.recall == (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4
    assert (found.pairwise.precision, found.pairwise.recall) == (1 / 2, 1 / 3)


def test_told_apart_holds_against_a_chain_of_the_same() -> None:
    """Links without a person may say that both are a third one: the two stay apart all the same."""
    links = [
        Link(1, 3, 9.0, verdict="same"),
        Link(2, 3, 8.0, verdict="same"),
        Link(1, 2, 7.0, verdict="different"),
        Link(2, 4, 6.0, verdict="same"),
    ]
    assert cluster(links, 3.0) == [[1, 3], [2, 4]]
