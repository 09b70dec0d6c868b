"""What an answer is: hits that say why, counts beside them, corrections, and how far the index is behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from core.search.query import Query

# How a typed word and a text of the record agree, the closest first.
How = Literal[
    "same",
    "beginning",
    "other script",
    "nickname",
    "initial",
    "joined",
    "one edit",
    "two edits",
    "sounds alike",
]

EDITED: tuple[How, ...] = (
    "one edit",
    "two edits",
    "sounds alike",
)  # the word was not meant as it is


@dataclass(frozen=True)
class Why:
    """One reason of a hit: the typed word, the text of the record that it matched, how, and where.

    `start` and `end` are the place in the value of the field; of a list, in its element `item`.
    """

    word: str
    text: str
    how: How
    field: str
    item: int = 0
    start: int = 0
    end: int = 0

    def __iter__(self) -> Iterator[str]:
        """`word, text, how = why`."""
        return iter((self.word, self.text, self.how))


@dataclass(frozen=True)
class Part:
    """One part of a score: what it is, and how much it adds."""

    name: str
    value: float


@dataclass(frozen=True)
class Hit:
    """One record that was found. `parts` is filled with `explain=True`, and adds up to the score."""

    record_id: str
    record: dict[str, Any]
    score: float
    why: tuple[Why, ...] = ()
    parts: tuple[Part, ...] = ()

    def marks(self, name: str, item: int = 0) -> list[tuple[int, int]]:
        """The places of a field's value to be marked, from left to right, without overlaps."""
        places = sorted({(w.start, w.end) for w in self.why if (w.field, w.item) == (name, item)})
        found: list[tuple[int, int]] = []
        for start, end in places:
            if found and start < found[-1][1]:
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            elif end > start:
                found.append((start, end))
        return found


@dataclass(frozen=True)
class Correction:
    """A word that no record has, and the one that was searched instead."""

    word: str
    shown: str
    how: How


@dataclass(frozen=True)
class Bucket:
    """One value of a facet with how many hits have it. A range of dates has its `start` and `end`."""

    value: str
    count: int
    selected: bool = False
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Facet:
    """The values of a field among the hits, the most frequent first; dates by decade, in order.

    `others` hits have values that are not listed. `timed_out`: it took too long, and nothing is said.
    """

    field: str
    title: str
    kind: Literal["values", "histogram"]
    buckets: tuple[Bucket, ...] = ()
    others: int = 0
    timed_out: bool = False


@dataclass(frozen=True)
class SearchResult:
    """An answer. Iterate over it for its hits; `after` brings the next page, None at the end.

    `behind` changes of the records are not in the index yet. `notes` say what was not understood or not possible.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    behind: int = 0
    corrections: tuple[Correction, ...] = ()
    facets: dict[str, Facet] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    after: str | None = None
    seconds: float = 0.0
    engine: str = ""

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True)
class Suggestion:
    """One line below the box: a person (with `record_id`), a search of before, a field with a value, or what was meant.

    `text` is what is shown, `query` what is searched when it is chosen.
    """

    kind: Literal["record", "search", "value", "correction"]
    text: str
    query: str
    record_id: str | None = None
    shown: dict[str, Any] = field(default_factory=dict)  # picture, dates, occupations
    why: tuple[Why, ...] = ()


@dataclass(frozen=True)
class Status:
    """How an index stands. `state`: ready, missing, building, behind, held, broken or away; `reason` says more."""

    dataset: str
    engine: str
    state: Literal["ready", "missing", "building", "behind", "held", "broken", "away"]
    reason: str = ""
    documents: int = 0
    size: int = 0  # bytes
    act: int = 0  # the last one that the index has
    behind: int = 0  # changes
    share: float = 1.0  # of a rebuild that runs


@dataclass(frozen=True)
class Checked:
    """Index against table: records that the index lacks, has too much, or has as they were."""

    dataset: str
    records: int
    documents: int
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether both agree."""
        return not (self.missing or self.extra or self.stale)
