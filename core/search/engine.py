"""What an engine must do. `core/search/embedded` is the default; a server is another folder beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from core.search.documents import Document
from core.search.layout import Layout
from core.search.plan import Matches, Plan


class Unindexed(Exception):
    """A condition of a filter that the index cannot answer: the records are asked."""


@dataclass(frozen=True)
class Mark:
    """Where an index stands: the last act that it has, and the change by which that act is known again.

    It is kept in the commit that it speaks of, so index and position cannot disagree.
    """

    act: int = 0
    print: str = (
        ""  # of the act's last change; another one under the same number: the database was restored
    )


@dataclass(frozen=True)
class Standing:
    """What an engine says of its index."""

    mark: Mark | None  # None: there is no index that can be used
    documents: int = 0
    size: int = 0  # bytes
    reason: str = ""  # why there is none
    away: bool = False  # nobody knows: the server does not answer, or not as it should


@dataclass(frozen=True)
class Counted:
    """Documents by value: the most frequent, and how many have a value that is not listed."""

    buckets: tuple[tuple[str, int], ...]
    others: int = 0


class Build(Protocol):
    """An index in the making, beside the one that is searched."""

    def add(self, documents: Iterable[Document]) -> int:
        """Put documents into it; returns how many."""

    def finish(self, mark: Mark) -> None:
        """Searches see it from now on, and the one before is dropped."""

    def abandon(self) -> None:
        """Drop it; the one that is searched stays."""


class Engine(Protocol):
    """An index of one dataset. Safe in several threads; one thread at a time changes it.

    Raises SearchUnavailable with one clear word when the index cannot be used.
    """

    layout: Layout

    @property
    def name(self) -> str:
        """What it is called: embedded, elasticsearch, opensearch."""

    def standing(self) -> Standing:
        """Whether there is an index of this dataset, layout and database, and how far it is."""

    def mark(self) -> Mark | None:
        """Where the index stands, without more; None when there is none that can be used."""

    @property
    def generation(self) -> str:
        """Another text after each rebuild."""

    def build(self) -> Build:
        """Begin an index from nothing."""

    def change(self, documents: Iterable[Document], gone: Iterable[str], mark: Mark) -> None:
        """Put these in place of what has their ids, take those out, and move the mark; in one commit."""

    def search(self, plan: Plan, *, limit: int, offset: int = 0) -> Matches:
        """Documents that match, the best first. Raises Unindexed."""

    def found(self, plan: Plan, most: int) -> Iterable[str]:
        """The ids of documents that match, the best first; at most so many. Raises Unindexed."""

    def count(self, plan: Plan) -> int:
        """How many documents match."""

    def values(
        self, plan: Plan, fields: Mapping[str, int], decades: Iterable[str]
    ) -> Mapping[str, Counted]:
        """Documents that match by their values: so many of each field; of dates by decade, in order."""

    def ids(self) -> Iterable[str]:
        """The ids of all documents."""

    def words(
        self, field: str, beginning: str = "", limit: int | None = None
    ) -> list[tuple[str, int]]:
        """The words of a field of the index, with how many documents have them."""

    def drop(self) -> None:
        """Remove the index."""

    def close(self) -> None:
        """Let go of files, locks and connections."""
