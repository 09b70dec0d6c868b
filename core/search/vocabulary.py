"""The words of an index as sorted arrays: which begin with a text, which are near to one, which look or sound alike.

An engine's own fuzzy query gives every hit the same score and does not say what it found. Here the words themselves are
found first, each with how it differs, and asked for exactly. Found are words that share pairs of letters; an array
holds, for each pair, the words that have it.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.names import sounds

Numbers = npt.NDArray[Any]

_BUCKETS = 1 << 16
_ENDS = "\x02"  # before and behind every word
LOOSE = 2_000  # words that came later, looked through one by one; more: the arrays are made anew


SKELETONS, LOOKED_AT = 150, 3_000  # skeletons, and sounds of them, that are looked at
ASKED = 5_000  # words whose nearest ones are remembered
COMPARED = 150  # sounds that are compared
SPELLED = 4  # letters that a sound has at most: qqqqqqqq is no name that begins with k


@dataclass(frozen=True)
class Near:
    """A word of the index, how many edits it is away, and how many records have it."""

    word: str
    edits: int
    count: int


class Vocabulary:
    """Words with how many records have them. Safe to ask in several threads while words are added."""

    def __init__(self, counted: Iterable[tuple[str, int]] = ()) -> None:
        self._adding = threading.Lock()
        self._loose: dict[str, int] = {}
        self._make(dict(counted))

    def _make(self, counted: dict[str, int]) -> None:
        order = sorted(counted)
        self._words, self._place = order, {word: i for i, word in enumerate(order)}
        self._counts = np.fromiter((counted[w] for w in order), dtype=np.int64, count=len(order))
        self._pairs = Pairs(order)
        self._nearest: dict[tuple[str, int, int], list[Near]] = {}  # what was asked before
        self._sounds: tuple[Pairs, dict[str, list[str]]] | None = None
        self._said_by: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._words) + len(self._loose)

    def __contains__(self, word: str) -> bool:
        return word in self._place or word in self._loose

    def count(self, word: str) -> int:
        """How many records have it."""
        place = self._place.get(word)
        return int(self._counts[place]) if place is not None else self._loose.get(word, 0)

    def add(self, words: Iterable[str]) -> None:
        """Words of records that came later."""
        new = [word for word in words if word not in self._place]
        if not new:
            return
        with self._adding:
            loose = {**self._loose, **{word: self._loose.get(word, 0) + 1 for word in new}}
            if len(loose) > LOOSE:
                counted = dict(zip(self._words, self._counts.tolist(), strict=True))
                self._make({**counted, **loose})
                loose = {}
            self._loose, self._nearest = loose, {}

    def starting(self, beginning: str, limit: int) -> list[str]:
        """Words that begin so, the most frequent first; without the text itself."""
        first = bisect_left(self._words, beginning)
        last = bisect_left(self._words, beginning + "\U0010ffff")
        found = np.arange(first, last)
        if len(found) > limit:
            best = np.argpartition(-self._counts[first:last], limit)[:limit]
            found = found[best]
        words = [self._words[i] for i in found if self._words[i] != beginning]
        words += [w for w in self._loose if w.startswith(beginning) and w != beginning]
        return sorted(words, key=lambda w: (-self.count(w), w))[:limit]

    def near(self, word: str, edits: int, limit: int) -> list[Near]:
        """Words at most so many edits away (two letters turned round are one), the nearest first."""
        known = self._nearest.get((word, edits, limit))
        if known is not None:
            return known
        found = []
        for other in (*self._sharing(word, edits), *self._loose):
            away = OSA.distance(word, other, score_cutoff=edits)
            if 0 < away <= edits:
                found.append(Near(other, away, self.count(other)))
        found.sort(key=lambda n: (n.edits, -n.count, n.word))
        if len(self._nearest) > ASKED:
            self._nearest = {}
        self._nearest[word, edits, limit] = found[:limit]
        return found[:limit]

    def _sharing(self, word: str, edits: int) -> list[str]:
        if not self._words:
            return []
        shared, pairs = self._pairs.shared(word)
        # An edit breaks two pairs, letters turned round break three.
        enough = (shared >= max(1, pairs - 3 * edits)) & (
            np.abs(self._pairs.lengths - len(word)) <= edits
        )
        return [self._words[i] for i in np.flatnonzero(enough)]

    # -------------------------------------------------------------- by sound

    def warm(self) -> None:
        """Sort the words by sound, which otherwise waits until somebody asks."""
        self._by_sound()

    def alike(self, word: str, least: float, limit: int) -> list[tuple[str, float]]:
        """Words that sound alike, with how close they are (`least` to 1), the closest first."""
        said = sounds.sound(word)
        bones = sounds.skeleton(said) or said
        if not bones or len(said) * SPELLED < len(word):
            return []
        pairs, groups = self._by_sound()
        near: list[str] = []
        for skeleton in pairs.likest(bones, SKELETONS):
            if len(near) > LOOKED_AT:
                break
            near += groups[skeleton]
        likest = process.extract(said, near, scorer=OSA.normalized_similarity, limit=COMPARED)
        said_by = self._said_by
        texts = [sound for sound, _, _ in likest]
        close = zip(sounds.closenesses(said, texts), texts, strict=True)
        found = {w: c for c, sound in close if c >= least for w in said_by[sound][:limit]}
        for other in filter(_spoken, self._loose):
            found[other] = sounds.closeness(said, sounds.sound(other))
        found.pop(word, None)
        best = sorted(found.items(), key=lambda pair: (-pair[1], -self.count(pair[0]), pair[0]))
        return [pair for pair in best if pair[1] >= least][:limit]

    def _by_sound(self) -> tuple[Pairs, dict[str, list[str]]]:
        """The skeletons of all sounds of words, and the sounds of each."""
        known = self._sounds
        if known is None:
            said_by: dict[str, list[str]] = {}
            for place in np.argsort(-self._counts, kind="stable"):
                word = self._words[place]
                if _spoken(word):
                    said_by.setdefault(sounds.sound(word), []).append(word)
            groups: dict[str, list[str]] = {}
            for sound in said_by:
                groups.setdefault(sounds.skeleton(sound) or sound, []).append(sound)
            groups.pop("", None)
            self._said_by = said_by
            known = self._sounds = Pairs(sorted(groups)), groups
        return known


def _spoken(word: str) -> bool:
    return word.isascii() and len(word) > 1 and not word.isdigit()


class Pairs:
    """Texts by the pairs of characters that they have."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.lengths = np.fromiter(map(len, texts), dtype=np.int16, count=len(texts))
        self._starts, self._have = _pairs(texts)

    def shared(self, text: str) -> tuple[Numbers, int]:
        """For each text, how many pairs it shares with this one; and how many this one has."""
        codes = np.unique(_codes(np.array([ord(c) for c in _ENDS + text + _ENDS], dtype=np.int64)))
        lists = [self._have[self._starts[c] : self._starts[c + 1]] for c in codes]
        return np.bincount(np.concatenate(lists), minlength=len(self.texts)), len(codes)

    def likest(self, text: str, limit: int) -> list[str]:
        """The texts that share most of their pairs with this one."""
        if not self.texts:
            return []
        shared, pairs = self.shared(text)
        share = 2.0 * shared / (pairs + self.lengths + 1)
        if len(share) > limit:
            places = np.argpartition(-share, limit)[:limit]
        else:
            places = np.arange(len(share))
        places = places[np.argsort(-share[places], kind="stable")]
        return [self.texts[i] for i in places if shared[i]]


def _codes(points: Numbers) -> Numbers:
    """A number below `_BUCKETS` for each two characters that follow each other."""
    found: Numbers = (points[:-1] * 1_000_003 + points[1:] * 7_919) % (_BUCKETS - 1)
    return found


def _pairs(words: list[str]) -> tuple[Numbers, Numbers]:
    """For each code, where its words begin in the second array; the words that have it, by their place."""
    if not words:
        return np.zeros(_BUCKETS + 1, dtype=np.int64), np.empty(0, dtype=np.int32)
    text = _ENDS + _ENDS.join(words) + _ENDS
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    codes = _codes(points)
    owner = np.cumsum(points[:-1] == ord(_ENDS)) - 1
    both = np.unique(codes * len(words) + owner)
    starts = np.searchsorted(both // len(words), np.arange(_BUCKETS + 1))
    return starts, (both % len(words)).astype(np.int32)
