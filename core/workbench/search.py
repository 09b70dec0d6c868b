"""`workbench.search`: find records, however they are spelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from core.datasets.registry import DEFAULT
from core.errors import BadQuery, Forbidden
from core.ingest.uploads import Upload
from core.observe import metrics
from core.records import filters as trees
from core.search import everywhere, standing
from core.search.everywhere import Everywhere
from core.search.results import Checked, Facet, SearchResult, Status
from core.search.searching import Question
from core.workbench.policy import needs
from core.workbench.searches import KeptSearches

MOST = 1_000  # hits of one page
Told = Callable[[int, int], None]


class Search(KeptSearches):
    """The search: ask by calling; suggest, count, rebuild, check. Hits say why they were found."""

    @needs("search.read", narrowed=True)
    def __call__(
        self,
        text: str = "",
        dataset: str = DEFAULT,
        *,
        limit: int = 10,
        filters: Any = None,
        facets: Sequence[str] | bool = (),
        sort: str | None = None,
        explain: bool = False,
        after: str | None = None,
    ) -> SearchResult:
        """Records that fit, the best first; iterate over them. Words, "phrases", -not, field:value, born:1950..1980.

        `filters`: a tree (see `core.records.filters`), or {field: value}. `facets`: names of fields, or True for those
        of the dataset. `after` is `found.after` of the page before. Raises BadQuery, SearchUnavailable.
        """
        if not isinstance(text, str):
            raise BadQuery("a search is a text", hint='Such as wb.search("ben joh").')
        if not isinstance(limit, int) or not 0 <= limit <= MOST:
            raise BadQuery(f"limit is a number from 0 to {MOST:,}")
        searching = self._ready(dataset)
        wanted = searching.layout.facets if facets is True else tuple(facets or ())
        question = Question(text, limit, trees.read(filters), wanted, sort, after, explain)
        begun = time.monotonic()
        with self._database.operations.measure("find"):
            found = searching.search(question)
        metrics.observe("marquee.search.duration", time.monotonic() - begun)
        return found

    @needs("search.read", narrowed=True)
    def facets(
        self,
        field: str,
        beginning: str = "",
        dataset: str = DEFAULT,
        *,
        text: str = "",
        filters: Any = None,
        limit: int = 20,
    ) -> Facet:
        """The values of one field among the hits of a search that hold `beginning`: the search inside a long facet."""
        question = Question(text, limit, trees.read(filters))
        return self._ready(dataset).facet(question, field, beginning)

    @needs("search.read", narrowed=True)
    def everywhere(self, text: str, *, without: str | None = None, limit: int = 5) -> Everywhere:
        """The first records of every dataset (but one), uploads by file name, datasets by title; so many of each.

        What the actor may not see is left out.
        """
        there = [d for d in self._services.search.with_table() if d.name != without]
        parts = self._services.access.rules(self._actor)
        mine = [d for d in there if self._allowed("search.read", dataset=d.name)]
        mine = [d for d in mine if d.name not in parts]  # of these there is an index of all alone
        room, registry = self._services.search, self._services.registry
        found = dict(everywhere.in_records(map(room.of, mine), text, limit))
        files: tuple[Upload, ...] = ()
        if self._allowed("uploads.read") and not parts:
            files = self._database.read(lambda c: everywhere.in_uploads(c, text, limit))
        known = registry.all() if self._allowed("datasets.read") else []
        return Everywhere(found, files, everywhere.in_datasets(known, text, limit))

    def _allowed(self, permission: str, **arguments: Any) -> bool:
        try:
            self._may(permission, arguments)
        except Forbidden:
            return False
        return True

    @needs("search.write")
    def rebuild(self, dataset: str = DEFAULT, told: Told = lambda done, total: None) -> Status:
        """Build the index anew from the records; the present one is searched until that is done."""
        searching = self._searching(dataset)
        searching.follower.rebuild(told)
        return standing.status(searching)

    @needs("search.read", narrowed=True)
    def status(self, dataset: str = DEFAULT) -> Status:
        """How the index stands: its size, and how many changes it is behind."""
        return standing.status(self._searching(dataset))

    @needs("search.read")
    def check(self, dataset: str = DEFAULT) -> Checked:
        """Compare the index with the records."""
        return standing.check(self._searching(dataset))
