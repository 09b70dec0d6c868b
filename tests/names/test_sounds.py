"""How far two words are apart by their sounds."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from core.names import sounds

SOUNDS = st.text(st.sampled_from("aeiouhywbdfgklmnprstvxzcSZCTJN"), max_size=12)


@given(SOUNDS, st.lists(SOUNDS, max_size=8))
def test_many_at_once_are_as_alike_as_one_by_one(text: str, others: list[str]) -> None:
    others = [*others, text]
    alone = [sounds.closeness(text, other) for other in others]
    assert sounds.closenesses(text, others) == pytest.approx(alone)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("Catherine", "Kathryn"), ("Catherine", "Caroline")),
        (("Xavier", "Javier"), ("Xavier", "Max")),
    ],
)
def test_what_sounds_alike_is_nearer(near: tuple[str, str], far: tuple[str, str]) -> None:
    close, apart = (
        sounds.closeness(*(sounds.sound(word.lower()) for word in pair)) for pair in (near, far)
    )
    assert close > apart
