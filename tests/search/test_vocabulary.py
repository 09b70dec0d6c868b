"""The words of an index: those that came a moment ago are found as those of long before are."""

from __future__ import annotations

import pytest

from core.search.vocabulary import Vocabulary

WORDS = ["adele", "adell", "gaga", "kee", "lady", "12", "é", "qi", "catherine", "katharina"]


def vocabularies() -> list[Vocabulary]:
    """All words from the start, all of them later, and half of them later."""
    built = Vocabulary((word, 1) for word in WORDS)
    later, mixed = Vocabulary(), Vocabulary((word, 1) for word in WORDS[::2])
    later.add(WORDS)
    mixed.add(WORDS[1::2])
    return [built, later, mixed]


@pytest.mark.parametrize("asked", ["adele", "kathryn", "ki", "leydi", "12", "x"])
def test_it_does_not_matter_when_a_word_came(asked: str) -> None:
    built, later, mixed = (v.alike(asked, 0.65, 10) for v in vocabularies())
    assert later == built and mixed == built


def test_what_sounds_alike_is_found() -> None:
    assert [word for word, _ in Vocabulary([("catherine", 1)]).alike("kathryn", 0.65, 5)]


def test_a_held_down_key_sounds_like_nobody() -> None:
    for vocabulary in vocabularies():
        assert vocabulary.alike("qqqqqqqqqq", 0.5, 10) == []
