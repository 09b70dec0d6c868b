"""Whatever is given for a name: an answer, in time and in bounds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.names import compare, fold, forms, keys, nicknames, romanised, script, words

SAMPLES = "JK'Đßåé.-,·・ \u200bІїЩъЙёΑουςمحمدالעברית大谷翔平周杰倫々ヒカルーっんㅎ한글करนาย️🙂\ud83d\x00\u0301"
TEXTS = st.one_of(st.text(max_size=40), st.text(alphabet=SAMPLES, max_size=20))
LONG = [
    *("a" * 100_000, "a " * 50_000, "周" * 100_000, "한" * 50_000, "カ" * 50_000, "م" * 50_000),
    *("a-" * 50_000, "J." * 50_000, "'" * 100_000, "\u0301" * 100_000, "า" * 50_000, "( " * 50_000),
]


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text(a: str, b: str) -> None:
    found = compare(a, b)
    assert 0 <= found.score <= 1 and found.sentence
    assert compare(b, a).score == pytest.approx(found.score, abs=0.02)
    assert all(0 <= pair.weight <= 1 for pair in found.words)
    for form in forms(a, [b]):
        assert form.text and 0 < form.weight <= 1
    assert all(keys(a)) and len(keys(a)) < 2000
    assert len(romanised(a)) <= 40 and all(each.strip() for each in romanised(a))
    assert len(script(a)) == 4 and isinstance(fold(a), str) and a not in nicknames(a)
    assert all(word.text for word in words(a))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_name_agrees_with_itself(a: str) -> None:
    if any(word.folded for word in words(a)):
        assert compare(a, a).score >= 0.97


@pytest.mark.parametrize("text", LONG, ids=lambda text: f"{text[:2]!r} x {len(text)}")
def test_long_texts(text: str) -> None:
    begin = time.perf_counter()
    assert compare(text, text).score >= 0
    assert compare(text, "Tom Hanks").score < 0.7
    assert len(forms(text)) < 100 and len(keys(text)) < 2000 and len(romanised(text)) < 40
    assert time.perf_counter() - begin < 2
