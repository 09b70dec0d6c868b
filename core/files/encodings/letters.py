"""How likely one letter follows another, in each language that is written with letters.

Counted in the samples of `languages/`, with words also in capitals and with a capital first, and
blended with how common a letter is at all, so that an unknown name is unlikely and not impossible.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.files.encodings import signs
from core.files.encodings.languages import Language, languages

Floats = NDArray[np.floating[Any]]
BOUND, DIGIT, OTHER, BAD, BOX = range(5)
_FIRST_SIGN = 5
_FIRST_LETTER = _FIRST_SIGN + len(signs.KINDS)
_ASCII = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BLEND = 4.0  # pairs that count as much as what is common at all
# How a word is also written, and how often that counts.
_FORMS = ((str, 1.0), (str.lower, 0.3), (str.title, 0.3), (str.upper, 0.15))
_COST = {OTHER: -13.0, BAD: -15.0, BOX: -12.0}
_ANY_LETTER = 2e-5  # of a letter that the language does not have


class Alphabet:
    """The symbols of one script: numbers for characters, and what kind each is."""

    def __init__(self, script: str) -> None:
        self.samples = {each.code: each.sample() for each in languages() if each.script == script}
        text = "".join(self.samples.values())
        own = sorted(c for c in set(text + text.upper() + text.lower()) if _letter(c))
        self.letters = [*_ASCII, *(c for c in own if c not in _ASCII)]
        self.size = _FIRST_LETTER + len(self.letters)
        self.numbers = self._numbers()
        self.kinds = np.array([*"BDLSS", *"S" * len(signs.KINDS), *map(_case, self.letters)])
        self.common = self._common()

    def _numbers(self) -> NDArray[np.uint16]:
        numbers = np.full(0x10000, OTHER, np.uint16)
        numbers[:0x80] = BOUND
        numbers[0x30:0x3A] = DIGIT
        numbers[0x7F:0xA0] = BAD
        numbers[0:9] = numbers[0x0E:0x1A] = BAD
        numbers[0xE000:0xF900] = BAD
        numbers[0xFFF0:] = BAD
        numbers[0x2500:0x2600] = BOX
        for place, kind in enumerate(signs.KINDS):
            for sign in kind.signs:
                numbers[ord(sign)] = _FIRST_SIGN + place
        for place, letter in enumerate(self.letters):
            numbers[ord(letter)] = _FIRST_LETTER + place
        return numbers

    def _common(self) -> Floats:
        """How common each letter is in all languages of the script together."""
        found = np.zeros(self.size, np.float32)
        for text in self.samples.values():
            for letter, count in Counter(text).items():
                if _letter(letter):
                    found[self.numbers[ord(letter)]] += count
        shares: Floats = found / found.sum()
        return shares


def _letter(char: str) -> bool:
    return len(char) == 1 and (char.isalpha() or ord(char) in _MARKS) and ord(char) < 0x10000


# Vowel signs and tones, which stand for letters: of Thai, and those that cp1258 writes behind one.
_MARKS = frozenset(
    (*range(0xE30, 0xE50), *(0x300, 0x301, 0x303, 0x309, 0x323), *range(0x64B, 0x653))
)


def _case(letter: str) -> str:
    return "U" if letter.isupper() else "L"


@cache
def alphabet(script: str) -> Alphabet:
    """The alphabet of a script."""
    return Alphabet(script)


@cache
def follows(language: Language) -> Floats:
    """The matrix of natural logarithms: [a symbol, the one behind it]."""
    letters = alphabet(language.script)
    counts = _pairs(letters, language)
    own = counts.sum(axis=0)
    own[:_FIRST_LETTER] = 0
    common = 0.99 * own / own.sum() + 0.01 * letters.common
    common[_FIRST_LETTER:] += _ANY_LETTER
    likely = _blended(letters, counts, common)
    likely = np.log(likely)
    _put_signs(letters, likely)
    for symbol, cost in _COST.items():
        likely[:, symbol] = likely[symbol, :] = cost
        likely[symbol, BOUND] = -1.0
    return likely.astype(np.float32)


def _pairs(letters: Alphabet, language: Language) -> Floats:
    """How often each symbol is behind each other one in the sample."""
    text, size = letters.samples[language.code], letters.size
    counts = np.zeros(size * size)
    for form, weight in _FORMS:
        made = f" {form(_dotted(text, form) if language.code == 'tr' else text)} "
        codes = np.frombuffer(made.encode("utf-32-le"), np.uint32)
        numbers = letters.numbers[np.where(codes > 0xFFFF, 0x20, codes)].astype(np.int64)
        numbers[numbers < _FIRST_LETTER] = BOUND
        pairs = numbers[:-1] * size + numbers[1:]
        counts += weight * np.bincount(pairs, minlength=size * size)
    counts[0] = 0  # from one blank to the next
    return counts.reshape(size, size)


def _dotted(text: str, form: object) -> str:
    """Turkish has an i with and one without a dot, in both cases."""
    if form is str.lower:
        return text.replace("İ", "i").replace("I", "ı")
    return text.replace("i", "İ") if form is str.upper else text


def _blended(letters: Alphabet, counts: Floats, common: Floats) -> Floats:
    kinds, size = letters.kinds, letters.size
    fits = np.ones((size, size), np.float32)
    small, capital = kinds == "L", kinds == "U"
    fits[np.ix_(small, capital)] = 0.01
    foreign = np.zeros(size, bool)
    foreign[_FIRST_LETTER : _FIRST_LETTER + len(_ASCII)] = True
    if counts[:, foreign].sum() < 0.2 * counts.sum():  # not written in Latin letters
        native = ~foreign & (np.arange(size) >= _FIRST_LETTER)
        fits[np.ix_(foreign, native)] = fits[np.ix_(native, foreign)] = 0.0005
        common[foreign] = 0.1 / len(_ASCII)
    fits[DIGIT] = 0.03
    totals = counts.sum(axis=1, keepdims=True)
    likely: Floats = (counts + _BLEND * common * fits) / (totals + _BLEND)
    likely[:, DIGIT], likely[BOUND, DIGIT], likely[DIGIT, DIGIT] = 0.002, 0.1, 0.5
    ends = counts[:, BOUND].sum() / counts.sum()
    likely[:, BOUND] = (counts[:, BOUND] + _BLEND * ends) / (totals[:, 0] + _BLEND)
    likely[BOUND, BOUND] = likely[DIGIT, BOUND] = 0.5
    return np.maximum(likely, 1e-9)


def _put_signs(letters: Alphabet, likely: Floats) -> None:
    for place, kind in enumerate(signs.KINDS):
        symbol = _FIRST_SIGN + place
        left, right = np.isin(letters.kinds, [*kind.left]), np.isin(letters.kinds, [*kind.right])
        likely[:, symbol] = kind.common + np.where(left, 0, signs.MISPLACED)
        likely[symbol] = likely[BOUND] + np.where(right, 0, signs.MISPLACED)
    first, last = _FIRST_SIGN, _FIRST_LETTER
    for place, kind in enumerate(signs.KINDS):  # two signs in a row
        for other, behind in enumerate(signs.KINDS):
            fits = "S" in kind.right and "S" in behind.left
            likely[first + place, first + other] = behind.common + (0 if fits else signs.MISPLACED)
    likely[first:last, BOUND] = np.where(
        ["B" in kind.right for kind in signs.KINDS], -0.7, -0.7 + signs.MISPLACED
    )
    likely[first:last, DIGIT] = np.where(
        ["D" in kind.right for kind in signs.KINDS], -1.0, -1.0 + signs.MISPLACED
    )
