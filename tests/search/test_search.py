"""What somebody types finds whom they mean, and the answer says why."""

from __future__ import annotations

from typing import Any

import pytest

from core import Workbench
from core.errors import BadQuery, InputError


def names(wb: Workbench, text: str, **more: Any) -> list[str]:
    return [hit.record["name"] for hit in wb.search(text, **more)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("jay chou", "周杰伦"),
        ("CHOU jay", "周杰伦"),
        ("周杰", "周杰伦"),
        ("杰", "周杰伦"),
        ("ben joh", "Ben Johnson"),
        ("joh ben", "Ben Johnson"),
        ("beyonce", "Beyoncé Knowles"),
        ("Béyoncé", "Beyoncé Knowles"),
        ("j. k. rowling", "J. K. Rowling"),
        ("JK Rowling", "J. K. Rowling"),
        ("joanne rowl", "J. K. Rowling"),
        ("robert zimmerman", "Bob Dylan"),
        ("zimmermann", "Bob Dylan"),
        ("leonardo di caprio", "Leonardo DiCaprio"),
        ("de caprio", "Leonardo DiCaprio"),
        ("leonardodicaprio", "Leonardo DiCaprio"),
        ("micheal jordon", "Michael Jordan"),
        ("чайковск", "Пётр Чайковский"),
        ('"chicago bulls"', "Michael Jordan"),
        ("swan lake", "Пётр Чайковский"),
    ],
)
def test_the_one_who_is_meant_comes_first(people: Workbench, text: str, first: str) -> None:
    assert names(people, text)[0] == first


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("singer -knowles", {"周杰伦", "Bob Dylan"}),
        ("born:1960..1966", {"Michael Jordan", "J. K. Rowling", "Ben Johnson"}),
        ("born:>1979", {"Beyoncé Knowles"}),
        ("born:>=1979", {"周杰伦", "Beyoncé Knowles"}),
        ("born:1961", {"Ben Johnson"}),
        ("-born:1900..", {"Пётр Чайковский"}),
        ("mbti:intj", {"周杰伦"}),
        ("mbti:intj,isfj", {"周杰伦", "Beyoncé Knowles"}),
        ('nationality:"united states" actor', {"Leonardo DiCaprio"}),
        ("mbti:intj OR mbti:isfj", {"周杰伦", "Beyoncé Knowles"}),
        ("(mbti:intj OR born:1961..1963) -johnson", {"周杰伦", "Michael Jordan"}),
        ("poet OR athlete", {"Bob Dylan", "Ben Johnson"}),
        (
            "rowling OR tchaikovsky OR beyonce",
            {"J. K. Rowling", "Пётр Чайковский", "Beyoncé Knowles"},
        ),
        ("singer (poet OR actor)", {"周杰伦", "Bob Dylan"}),
        ("mbti:*  -singer", {"Michael Jordan", "J. K. Rowling", "Leonardo DiCaprio"}),
    ],
)
def test_fields_and_ranges_narrow(people: Workbench, text: str, found: set[str]) -> None:
    assert set(names(people, text)) == found


def test_a_hit_says_why_and_where(people: Workbench) -> None:
    [hit] = people.search("micheal jordan", explain=True)
    said = {(w.word, w.text, w.how, w.field) for w in hit.why}
    assert ("micheal", "Michael", "one edit", "name") in said
    assert hit.marks("name") == [(0, 7), (8, 14)]
    assert hit.score == pytest.approx(sum(part.value for part in hit.parts))


def test_a_corrected_word_is_said(people: Workbench) -> None:
    found = people.search("micheal jordan")
    assert [(c.word, c.shown) for c in found.corrections] == [("micheal", "Michael")]
    assert people.search("michael jordan").corrections == ()


def test_digits_are_never_guessed(people: Workbench) -> None:
    assert names(people, "1978") == []


def test_pages_hold_every_hit_once(people: Workbench) -> None:
    seen, after = [], None
    while True:
        found = people.search("", limit=3, sort="name", after=after)
        seen += [hit.record["name"] for hit in found]
        after = found.after
        if after is None:
            break
    assert len(seen) == found.total == 8 and seen == sorted(seen)


def test_facets_count_as_if_their_own_filter_were_not_there(people: Workbench) -> None:
    found = people.search("", filters={"occupations": "singer"}, facets=True)
    assert found.total == 3
    occupations = {b.value: b.count for b in found.facets["occupations"].buckets}
    assert occupations["actor"] == 2 and occupations["singer"] == 3
    assert [b.value for b in found.facets["occupations"].buckets if b.selected] == ["singer"]
    countries = {b.value: b.count for b in found.facets["nationality"].buckets}
    assert countries == {"United States": 2, "China": 1}
    decades = [(b.value, b.count) for b in found.facets["birth_date"].buckets]
    assert decades == [("1940s", 1), ("1970s", 1), ("1980s", 1)]


def test_a_long_facet_has_a_search_of_its_own(people: Workbench) -> None:
    found = people.search.facets("occupations", "PLAY")
    assert [(b.value, b.count) for b in found.buckets] == [("basketball player", 1)]
    some = people.search.facets("occupations", "s", text="china", filters={"occupations": "actor"})
    assert [(b.value, b.count) for b in some.buckets] == [("singer", 1)]
    with pytest.raises(BadQuery):
        people.search.facets("birth_date", "19")


@pytest.mark.parametrize(
    "text",
    ['"', "(((", "-", "::", "born:never", "foo:bar", "a" * 100_000, '"' * 999, "(a+)+$" * 50, "\0"]
    + ["-" * 1_000, "born:..", "name:", "“half", "😀", "\ud800", " ".join("abcdefgh" * 50)],
)
def test_no_text_is_refused(people: Workbench, text: str) -> None:
    found = people.search(text)
    assert found.total >= 0 and len(found) <= 10


def test_what_was_not_understood_is_said(people: Workbench) -> None:
    assert "foo" in people.search("foo:bar").notes[0]
    assert "partner" in people.search('"bob').notes[0]
    assert "no letter" in people.search("()").notes[0]


@pytest.mark.parametrize(
    "more",
    [
        {"filters": {"nobody": 1}},
        {"filters": {"all": 3}},
        {"filters": "{"},
        {"sort": "nobody"},
        {"sort": "tags"},
        {"after": "abc"},
        {"limit": -1},
        {"facets": ["nobody"]},
    ],
)
def test_what_makes_no_sense_is_refused(people: Workbench, more: dict[str, Any]) -> None:
    with pytest.raises((BadQuery, InputError)):
        people.search("x", **more)


def test_a_filter_of_several_values_is_counted_beside(people: Workbench) -> None:
    several = {"field": "nationality", "op": "in", "value": ["China", "Canada"]}
    found = people.search("", filters=several, facets=["nationality", "mbti"])
    assert found.total == 2 and found.facets["nationality"].others == 0
    assert [b.value for b in found.facets["mbti"].buckets] == ["INTJ"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("English name:jay", ["周杰伦"]),
        ("singer English name:jay", ["周杰伦"]),
        ('"birth date":1961', ["Ben Johnson"]),
        ("Birth date:1961", ["Ben Johnson"]),
        ("bob AND dylan", ["Bob Dylan"]),
        ("singer NOT dylan NOT beyonce", ["周杰伦"]),
        ("born:1961\ud800", ["Ben Johnson"]),
        ("mbti:\ud800,intj", ["周杰伦"]),
    ],
)
def test_fields_of_several_words_and_words_between(
    people: Workbench, text: str, names: list[str]
) -> None:
    found = people.search(text)
    assert [hit.record["name"] for hit in found] == names


@pytest.mark.parametrize("text", ["singer OR (actor france)", "-(singer actor)", "NOT (singer)"])
def test_brackets_that_would_group_are_told(people: Workbench, text: str) -> None:
    assert any("Brackets" in note for note in people.search(text).notes)
    assert not people.search("Michael (Air) Jordan").notes


def test_a_reason_is_its_word_its_text_and_how(people: Workbench) -> None:
    found = people.search("beyonse beyond")
    assert [("beyonse", "Beyoncé") == (word, text) for word, text, how in found.hits[0].why][0]
    assert found.query.exactly("beyonse") == '"beyonse" beyond'
    assert people.search("be beyonse").query.exactly("be") == '"be" beyonse'
