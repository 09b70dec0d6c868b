"""A question as every engine takes it: which words may stand for each typed one, and what each is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from core.records.filters import Filter
from core.search.results import How


class Match(NamedTuple):
    """A word of a field of the index; several words stand one after another."""

    field: str
    words: tuple[str, ...]


class Option(NamedTuple):
    """One meaning of a typed word: all of its matches and parts must hold. `weight` is what it adds to the score.

    A part is a word in a word, with meanings of its own, whose weights say nothing to the engine: 宫崎骏 is
    Miyazaki and Hayao.
    """

    matches: tuple[Match, ...]
    weight: float
    how: How = "same"
    parts: tuple[Asked, ...] = ()


class Asked(NamedTuple):
    """One typed word or phrase with its meanings; the best one counts."""

    text: str
    options: tuple[Option, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Plan:
    """The whole question. `least` of the words that are not excluded must match."""

    asked: tuple[Asked, ...] = ()
    filters: Filter | None = None
    least: int | None = None  # None: all of them
    sort: tuple[str, bool] | None = None  # a field, and whether downwards


@dataclass(frozen=True)
class Candidate:
    """A document that matches: its id, what the engine gives it, what a list shows of it, and where its record was."""

    record_id: str
    score: float
    shown: dict[str, object] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True)
class Matches:
    """Documents that match, the best first, and how many there are in all."""

    total: int
    candidates: tuple[Candidate, ...]
