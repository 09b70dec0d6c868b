"""The benchmark of names: its labelled set, and that its goal is met on a part of it."""

from __future__ import annotations

from benchmarks import names, people


def test_every_second_line_is_kept_out() -> None:
    known = names.known()
    assert len(known) >= 400
    russian = [person.half for person in known if person.language == "ru"]
    assert russian[:4] == ["tuned", "kept out", "tuned", "kept out"]
    assert {person.language for person in known} == set(names.LANGUAGES)


def test_a_part_of_them_meets_the_goal() -> None:
    found = names.evaluate(every=12)
    assert names.good(found)
    people_ = sum(each.people for each in found.values())
    assert sum(each.same for each in found.values()) >= 0.85 * people_
    assert sum(each.first for each in found.values()) >= 0.9 * people_
    assert sum(each.keyed for each in found.values()) >= 0.9 * people_


def test_names_are_taken_apart_beside_the_floor() -> None:
    assert len(people.names(200)) == 199  # one in two hundred has none
    taken = names.speed(200)
    assert taken.names == 199 and taken.forms > 1000
    assert taken.seconds > taken.floor_seconds > 0
