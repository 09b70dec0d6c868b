"""The forms under which somebody may look for a name."""

from __future__ import annotations

import pytest

from core.names import forms, nicknames

WANTED = [
    ("Dr. Robert J. Oppenheimer", "dr robert j oppenheimer", "written"),
    ("Dr. Robert J. Oppenheimer", "robert j oppenheimer", "without title"),
    ("Dr. Robert J. Oppenheimer", "oppenheimer robert j", "turned"),
    ("Dr. Robert J. Oppenheimer", "bob j oppenheimer", "nickname"),
    ("Joanne Kathleen Rowling", "j k rowling", "initials"),
    ("Joanne Kathleen Rowling", "jk rowling", "initials"),
    ("Ludwig van Beethoven", "van beethoven ludwig", "turned"),
    ("周杰倫", "周杰伦", "simplified"),
    ("周杰倫", "zhou jielun", "other script"),
    ("周杰倫", "jielun zhou", "other script"),
    ("Пётр Чайковский", "petr chaykovsky", "other script"),
    ("Саша Овечкин", "александр овечкин", "nickname"),
]


@pytest.mark.parametrize(("name", "text", "how"), WANTED)
def test_forms(name: str, text: str, how: str) -> None:
    assert how in {form.how for form in forms(name) if form.text == text}


def test_each_form_once_and_the_written_first() -> None:
    found = forms("周杰倫", ["Jay Chou", "周杰伦"])
    assert found[0].how == "written" and found[0].weight == 1
    assert len({form.text for form in found}) == len(found)
    assert {form.text: form.how for form in found}["jay chou"] == "alias"
    assert all(0 < form.weight <= 1 for form in found)
    assert forms("") == () == forms("...")


BOTH_WAYS = [
    *(("Bob", "robert"), ("Robert", "bob"), ("Bill", "will"), ("Peggy", "margaret")),
    *(("Paco", "francisco"), ("Zé", "jose"), ("Pepe", "jose"), ("Seb", "sebastien")),
    *(("Sepp", "josef"), ("Beppe", "giuseppe"), ("Jaap", "jacob"), ("Kuba", "jakub")),
    *(("Саша", "александр"), ("Sasha", "aleksandr"), ("Honza", "jan"), ("Pista", "istvan")),
    *(("Lasse", "lars"), ("Γιώργος", "γεωργιοσ"), ("Steven", "stephen"), ("Ibo", "ibrahim")),
]


@pytest.mark.parametrize(("word", "other"), BOTH_WAYS)
def test_nicknames(word: str, other: str) -> None:
    assert other in nicknames(word)
    assert word.lower() in nicknames(other) or nicknames(word) & nicknames(other)


def test_two_names_that_share_a_nickname_are_two() -> None:
    assert "alex" in nicknames("Alexander") and "alex" in nicknames("Alexandra")
    assert "alexandra" not in nicknames("Alexander")
    assert nicknames("Qwerty") == frozenset()
