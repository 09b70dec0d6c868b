"""What is offered while somebody types."""

from __future__ import annotations

from pathlib import Path

from core import Workbench


def test_people_are_offered_with_what_tells_them_apart(people: Workbench) -> None:
    [first, *_] = people.search.suggest("joh be")
    assert (first.kind, first.text, first.query) == ("record", "Ben Johnson", "Ben Johnson")
    assert first.shown["birth_date"] == "1961" and first.shown["occupations"] == ["athlete"]
    assert {w.text for w in first.why} == {"Ben", "Johnson"}
    assert people.record("celebrities", str(first.record_id))["name"] == "Ben Johnson"


def test_fields_and_their_values_are_offered(people: Workbench) -> None:
    found = {s.text: s for s in people.search.suggest("jordan basket") if s.kind == "value"}
    chosen = found["Occupations: basketball player"]
    assert chosen.query == 'jordan occupations:"basketball player"'
    assert [h.record["name"] for h in people.search(chosen.query)] == ["Michael Jordan"]
    assert "Nationality: …" in {s.text for s in people.search.suggest("nat")}


def test_searches_of_before_are_offered_first(changing: Workbench) -> None:
    changing.search.asked("celebrities", "ben johnson", changing.search("ben johnson"))
    found = changing.search.suggest("ben j")
    assert [s.kind for s in found][:2] == ["search", "record"] and found[0].query == "ben johnson"


def test_a_misspelled_beginning_is_understood(people: Workbench) -> None:
    meant, first, *_ = people.search.suggest("beyonse")
    assert (meant.kind, meant.query) == ("correction", "Beyoncé")
    assert (first.kind, first.text) == ("record", "Beyoncé Knowles")
    [meant, *_] = people.search.suggest("bob dilan bob")
    assert (meant.kind, meant.query) == ("correction", "bob Dylan bob")
    assert "correction" not in [s.kind for s in people.search.suggest("bob dyl")]


def test_no_text_offers_nothing_but_searches_of_before(people: Workbench) -> None:
    assert [s.kind for s in people.search.suggest("  ") if s.kind != "search"] == []
    assert people.search.suggest("(((") == []


def test_a_word_in_quotes_is_searched_as_it_is(people: Workbench) -> None:
    assert people.search("micheal").corrections[0].shown == "Michael"
    assert people.search('"micheal"').total == 0


def test_a_letter_offers_who_came_a_moment_ago(changing: Workbench, tmp_path: Path) -> None:
    assert not [s for s in changing.search.suggest("zy") if s.kind == "record"]
    path = tmp_path / "new.csv"
    path.write_text("name,birth_date\nZybert Zy,1960\n", "utf-8")
    upload = changing.import_file(path).id
    assert [s.text for s in changing.search.suggest("zy")] == ["Zybert Zy"]
    changing.rollback(upload)
    assert changing.search.suggest("zy") == []
