"""The search for who sees a part of a dataset: the records that they see are looked through, and no index is asked.

An index knows whole records. What it found, counted or widened a word by would tell of values that are not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from core.datasets.narrowed import Narrowed
from core.errors import BadQuery, SearchUnavailable
from core.records.filters import Filter, both
from core.search import parser
from core.search.engine import Build, Counted, Mark, Standing
from core.search.results import Facet, SearchResult, Suggestion
from core.search.layout import Layout
from core.search.plan import Matches, Plan
from core.search.query import Query
from core.search.scanning import counted, scan
from core.search.searching import DEEPEST, Question, Searching, Stop, cursor
from core.search.tokens import fold
from core.storage.store import Store

NOTE = "You see a part of the records: words were looked for exactly, and not ranked."


class NoIndex:
    """An engine that has nothing."""

    name, generation = "scan", ""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def _refuse(self) -> NoReturn:
        raise SearchUnavailable("a part of the records is seen", reason="missing")

    def standing(self) -> Standing:
        return Standing(None, reason="a part of the records is seen")

    def mark(self) -> Mark | None:
        return None

    def build(self) -> Build:
        self._refuse()

    def change(self, documents: Iterable[Any], gone: Iterable[str], mark: Mark) -> None:
        self._refuse()

    def search(self, plan: Plan, *, limit: int, offset: int = 0) -> Matches:
        self._refuse()

    def found(self, plan: Plan, most: int) -> Iterable[str]:
        self._refuse()

    def count(self, plan: Plan) -> int:
        self._refuse()

    def values(
        self, plan: Plan, fields: Mapping[str, int], decades: Iterable[str]
    ) -> Mapping[str, Counted]:
        self._refuse()

    def ids(self) -> Iterable[str]:
        self._refuse()

    def words(
        self, field: str, beginning: str = "", limit: int | None = None
    ) -> list[tuple[str, int]]:
        self._refuse()

    def drop(self) -> None:
        """There is nothing to drop."""

    def close(self) -> None:
        """There is nothing to close."""


class InPart(Searching):
    """Searches what somebody sees of one dataset."""

    def __init__(self, database: Store, dataset: Narrowed) -> None:
        super().__init__(database, NoIndex(Layout(dataset)))

    def keep_up(self, stop: Stop = lambda: False, most: int | None = None) -> None:
        """There is nothing to keep up with."""

    def _scanned(
        self,
        question: Question,
        query: Query,
        typed: Filter | None,
        offset: int,
        error: SearchUnavailable,
    ) -> SearchResult:
        found = scan(
            *(self.database, self.dataset, query, typed),
            *(question.sort, question.limit, offset),
        )
        more = offset + question.limit < min(found.total, DEEPEST)
        return SearchResult(
            query=query,
            hits=found.hits,
            total=found.total,
            facets={
                n: counted(self.database, self.layout, query, typed, n) for n in question.facets
            },
            notes=(*query.notes, NOTE),
            after=cursor(offset + question.limit) if more and question.limit else None,
            engine="scan",
        )

    def facet(self, question: Question, name: str, beginning: str) -> Facet:
        """Values of one field among the hits that hold a text. Raises BadQuery."""
        query = parser.parse(question.text, self._fields)
        filters = both(query.filters, question.filters)
        if name not in self.layout.values or name in self.layout.numbers:
            raise BadQuery(f"{name!r} has no values that are counted")
        found = counted(self.database, self.layout, query, filters, name, 1_000)
        fits = [b for b in found.buckets if fold(beginning) in fold(b.value)]
        others = found.others + sum(b.count for b in fits[question.limit :])
        return replace(found, buckets=tuple(fits[: question.limit]), others=others)


def suggested(searching: InPart, text: str, before: Sequence[str], limit: int) -> list[Suggestion]:
    """At most so many lines: searches of before that begin so, and records that hold the words."""
    start = text.strip().casefold()
    again = [q for q in before if q.casefold().startswith(start) and q != text][:3]
    lines = [Suggestion("search", q, q) for q in again]
    if start:
        title = searching.dataset.title_field
        for hit in searching.search(Question(text, limit=max(1, limit - len(lines)))):
            name = str(hit.record.get(title) or "")
            if name:
                lines.append(Suggestion("record", name, name, hit.record_id))
    return lines[:limit]
