"""The queue: what is worth the next look, and that two people never get the same pair."""

from __future__ import annotations

import pytest

from core import Workbench
from core.actor import Actor
from core.errors import InputError, WrongState


def test_two_people_never_get_the_same_pair_and_the_queue_ends(people: Workbench) -> None:
    people.matching.run("celebrities")
    ann, bob = (people.acting_as(Actor(who, "page")) for who in ("ann", "bob"))
    first, second = ann.matching.next(), bob.matching.next()
    assert first and second and first.id != second.id
    assert ann.matching.next() == first  # until it is decided, it is hers
    ann.matching.decide(first.left, first.right, "same", expect="")
    third = ann.matching.next()
    assert third is None or third.id not in (first.id, second.id)
    seen = {first.id}
    while (pair := ann.matching.next()) and pair.id not in seen:
        seen.add(pair.id)
        ann.matching.decide(pair.left, pair.right, "different")
    bob.matching.decide(second.left, second.right, "different")
    assert ann.matching.next() is None and bob.matching.next() is None


def test_what_is_put_off_comes_last_and_a_decision_is_taken_back(people: Workbench) -> None:
    people.matching.run("celebrities")
    first = people.matching.next()
    assert first
    people.matching.decide(first.left, first.right, "later")
    assert people.matching.next() != first
    said = people.matching.decide(first.left, first.right, "different")
    people.matching.undo(said.id)
    with pytest.raises(WrongState):
        people.matching.undo(said.id)
    assert people.matching.pair(first.left, first.right).verdict is None


def test_figures_count_the_decisions(people: Workbench) -> None:
    people.matching.run("celebrities")
    before = people.matching.figures()
    assert before.decided == 0 and before.precision is None and before.open >= 3
    pairs = people.matching.pairs(limit=2)
    people.matching.decide(pairs[0].left, pairs[0].right, "same")
    people.matching.decide(pairs[1].left, pairs[1].right, "different")
    after = people.matching.figures()
    assert (after.same, after.different, after.open) == (1, 1, before.open - 2)
    assert sum(b.decided for b in after.bands) == 2
    last = people.matching.last()
    assert last and last.since == 0 and last.summary["records"] == 9


def test_links_and_clusters_are_exported(people: Workbench) -> None:
    people.matching.run("celebrities")
    head, rows = people.matching.export(what="links")
    assert head[:3] == ["left", "right", "weight"] and len(rows) >= 3
    _, rows = people.matching.export(what="clusters")
    assert len(rows) == 5
    with pytest.raises(InputError):
        people.matching.export(what="all")
