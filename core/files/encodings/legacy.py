"""Which of the older encodings a text is in: the one in which it is most likely to be words.

Every encoding reads the same bytes as other characters. What is read is held against the languages
that are written in it (`letters`, `ideographs`): how often one letter follows another, where signs
stand. The figures are natural logarithms of probabilities, so they can be added and compared.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.files.encodings import ideographs, letters, signs
from core.files.encodings.codepages import PAGES, CodePage
from core.files.encodings.languages import Language, languages
from core.files.encodings.segments import Segments

Floats = NDArray[np.float64]
_STRANGE = -4.0  # a language that an encoding is not for
_STRANGER = -4.0  # the least that plain words say against a language
_ROUNDS = 3
_KEEP = 5.0  # words that count as much as what was expected before
_RARE_HAN = 0x9FFF
_UTF8 = CodePage("utf-8", 3.0, "any", tuple(each.code for each in languages()))
_CUT = 6.0  # what a character that lost bytes costs less than one that never was
# What is beyond doubt: far ahead of all others, in some words, and like the language it is said to be
# (by letters, by ideographs).
SURE = 20.0
SURE_WORDS = 8
_FIT = (-3.6, -7.8)


@dataclass(frozen=True)
class Reading:
    """The words read in one encoding: how likely they are, and most of them in which language."""

    page: CodePage
    text: tuple[str, ...]
    score: float
    language: Language
    words: Floats  # the score of each word

    @property
    def fit(self) -> float:
        """How likely a character is on the average. Words of a language that is not known fit badly."""
        return self.score / sum(len(text) + 1 for text in self.text)


@dataclass(frozen=True)
class Verdict:
    """An encoding, why, whether it is beyond doubt, and the one that it would be otherwise."""

    codec: str
    why: str
    sure: bool
    runner_up: str
    score: float


def by_words(found: Segments) -> Verdict:
    """The encoding of words that are not UTF-8, or need not be."""
    ranked = ranking(found)
    first, other = ranked[0], ranked[1]
    bad = sum(text.count("\ufffd") for text in first.text)
    sure = (
        first.score - other.score >= SURE
        and len(found.words) >= SURE_WORDS
        and first.fit >= _FIT[first.page.script == "ideographs"]
        and not bad
    )
    return Verdict(first.page.codec, _why(first, other), sure, other.page.codec, first.score)


def rather_utf8(found: Segments, codec: str) -> float:
    """By how much words that are valid UTF-8 are likelier so than in another encoding, at the most.

    One such word is enough: what is UTF-8 by chance is rare letters in a row.
    """
    page = next(each for each in PAGES if each.codec == codec)
    weights, plain = _weights(found), _plain(found)
    here, there = (_reading(each, found, weights, plain) for each in (_UTF8, page))
    return float((here.words - there.words).max())


def as_utf8(found: Segments, cut: bool = False) -> float:
    """How likely the words are as UTF-8; with `cut`, characters may have lost some of their bytes."""
    reading = _reading(_UTF8, found, _weights(found), _plain(found))
    lost = sum(text.count("\ufffd") for text in reading.text) if cut else 0
    return reading.score + _CUT * lost


def _why(first: Reading, other: Reading) -> str:
    pairs = [(a, b) for a, b in zip(first.text, other.text, strict=True) if a != b]
    said = f"the words are most likely {first.language.name} in {first.page.codec}"
    if not pairs:
        return said
    here, there = max(pairs, key=lambda pair: (pair[0].isalpha(), -abs(len(pair[0]) - 7)))
    return f"{said}, such as {here[:30]!r}, which {other.page.codec} would read as {there[:30]!r}"


def ranking(found: Segments) -> list[Reading]:
    """The different texts that the bytes may be, the likeliest first, each in its usual encoding."""
    texts: dict[tuple[str, ...], list[Reading]] = {}
    for each in sorted(_readings(found), key=lambda each: -each.score):
        texts.setdefault(each.text, []).append(each)
    return [
        replace(max(same, key=lambda each: each.page.common), score=same[0].score)
        for same in texts.values()
    ]


def _readings(found: Segments) -> list[Reading]:
    weights, plain = _weights(found), _plain(found)
    return [_reading(page, found, weights, plain) for page in PAGES]


def _weights(found: Segments) -> Floats:
    # A word that is there a hundred times proves little more than one that is there once.
    weights: Floats = 1 + 0.5 * np.log(np.array(found.counts, float))
    return weights


def _reading(page: CodePage, found: Segments, weights: Floats, plain: dict[str, float]) -> Reading:
    text = tuple(word.decode(page.codec, "replace") for word in found.words)
    spelled = (
        [unicodedata.normalize("NFC", word) for word in text] if page.codec == "cp1258" else text
    )
    known = [each for each in languages() if page.script in (each.script, "any")]
    if page.script == "ideographs":
        known = [each for each in known if each.code in page.languages]
    pieces = [f"{a}{word}{b}" for (a, b), word in zip(found.around, spelled, strict=True)]
    scores = np.stack([_words(each, pieces) for each in known], axis=1)
    scores += np.array([signs.whole(piece) for piece in pieces])[:, None]
    expected = np.array([plain[e.code] + _STRANGE * (e.code not in page.languages) for e in known])
    likely, shares = _mixed(scores, expected, weights)
    total = float((likely * weights).sum()) + page.common
    return Reading(page, text, total, known[int(shares.argmax())], likely)


def _mixed(scores: Floats, expected: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """How likely each word is in a text of several languages, and the share of each of them."""
    shares = first = np.exp(expected - np.logaddexp.reduce(expected))
    for _ in range(_ROUNDS):
        both = scores + np.log(shares)
        likely = np.logaddexp.reduce(both, axis=1)
        members = np.exp(both - likely[:, None]) * weights[:, None]
        shares = (_KEEP * first + members.sum(axis=0)) / (_KEEP + weights.sum())
    return np.logaddexp.reduce(scores + np.log(shares), axis=1), shares


def _words(language: Language, pieces: list[str]) -> Floats:
    """How likely each piece is in a language; its first and last character are what is beside it."""
    codes = np.frombuffer("".join(pieces).encode("utf-32-le", "replace"), np.uint32)
    codes = np.where(codes > 0xFFFF, _RARE_HAN, codes)
    ends = np.cumsum([len(piece) for piece in pieces])
    if language.script == "ideographs":
        steps = _ideographs(language, codes)
    else:
        numbers = letters.alphabet(language.script).numbers[codes]
        steps = letters.follows(language)[numbers[:-1], numbers[1:]].astype(float)
    steps[ends[:-1] - 1] = 0  # from one piece to the next
    starts = np.concatenate(([0], ends[:-1]))
    return np.add.reduceat(np.append(steps, 0.0), starts)


def _ideographs(language: Language, codes: NDArray[np.uint32]) -> Floats:
    script = ideographs.scripts()[codes]
    change = ideographs.changes(language.code)[script[:-1], script[1:]]
    common = _common(language.code)[codes[1:]]
    return (change + np.where(script[1:] == ideographs.BOUND, 0, common)).astype(float)


@cache
def _common(code: str) -> NDArray[np.float32]:
    sample = next(each for each in languages() if each.code == code).sample()
    return ideographs.common(code, sample)


def _plain(found: Segments) -> dict[str, float]:
    """What the words of plain ASCII say about each language: 0 for the likeliest, less for others."""
    latin = [each for each in languages() if each.script == "latin"]
    said = dict.fromkeys((each.code for each in languages()), 0.0)
    count = len(found.ascii)
    if count:
        pieces = [f" {word} " for word in found.ascii]
        sums = {each.code: float(_words(each, pieces).sum()) for each in latin}
        best = max(sums.values())
        for code, value in sums.items():
            said[code] = max(0.5 * (value - best) / count * min(count, 20), _STRANGER)
    for each in languages():
        if each.script != "latin":
            said[each.code] = -3.0 * count / (count + 5 * len(found.words))
    return said
