"""`workbench.search`, what is kept of searching: searches with a name, their news, the last searches, and figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from core.datasets.model import Dataset
from core.datasets.registry import DEFAULT
from core.errors import BadQuery, NotFound, SearchUnavailable
from core.history.events import now
from core.records import filters as trees
from core.records.export import columns
from core.records.exporting import FORMATS, Format, exported
from core.search import saved as kept
from core.search.analytics import Analytics, analytics
from core.search.found import Found, Suggestion
from core.search.saved import News, Saved
from core.search.searching import Searching
from core.search.suggest import suggested
from core.search.whole import every_id, every_record
from core.storage.ids import check_id
from core.workbench.noun import Noun
from core.workbench.policy import needs

AT_ONCE = 100_000  # records of which an index is built when somebody asks and nothing follows


class KeptSearches(Noun):
    """Searches that somebody keeps, and what was searched."""

    # -------------------------------------------------------------- kept searches

    @needs("search.keep")
    def save(
        self,
        name: str,
        text: str = "",
        dataset: str = DEFAULT,
        *,
        filters: Any = None,
        fields: Sequence[str] | None = None,
        sort: str | None = None,
        alert: str | None = None,
    ) -> Saved:
        """Keep a search under a name. `alert` is a target of the settings that hears of its news.

        Raises InputError, Conflict when the name is taken, BadQuery for a filter that makes no sense.
        """
        if alert and alert not in self._services.settings.alert_targets:
            raise NotFound(f"there is no alert target {alert!r}")
        definition = self._corridor.dataset(dataset)
        tree = trees.read(filters)
        found = self._ids(dataset, text, tree, sort)
        _must_have(definition, fields or ())
        told = tree.model_dump_json(by_alias=True) if tree is not None else None
        search_id = self._database.write(
            lambda c: kept.add(
                *(c, definition, self._actor.who, name, text),
                found=found,
                filters=told,
                fields=fields,
                sort=sort,
                alert=alert,
            )
        )
        return self._database.read(lambda c: kept.get(c, search_id, self._actor.who))

    @needs("search.read")
    def saved(self, dataset: str | None = None) -> list[Saved]:
        """Your kept searches, by name."""
        return self._database.read(lambda c: kept.listed(c, self._actor.who, dataset))

    @needs("search.keep")
    def remove(self, search_id: str) -> None:
        """Forget a kept search. Raises NotFound."""
        self._database.write(lambda c: kept.remove(c, search_id, self._actor.who))

    @needs("search.read")
    def news(self, search_id: str) -> News:
        """Records that a kept search finds and did not find when you looked, finds no more, or finds changed."""
        one = self._database.read(lambda c: kept.get(c, search_id, self._actor.who))
        definition = self._corridor.dataset(one.dataset)
        found = self._ids(one.dataset, one.query, trees.read(one.filters))
        return self._database.read(lambda c: kept.news(c, definition, one, found))

    @needs("search.keep")
    def looked(self, search_id: str) -> None:
        """You have seen the news of a kept search: the next ones are told against what it finds now."""
        one = self._database.read(lambda c: kept.get(c, search_id, self._actor.who))
        definition = self._corridor.dataset(one.dataset)
        found = self._ids(one.dataset, one.query, trees.read(one.filters))
        self._database.write(lambda c: kept.seen(c, definition, one.id, found))

    @needs("search.read")
    def export(
        self,
        text: str = "",
        dataset: str = DEFAULT,
        *,
        filters: Any = None,
        sort: str | None = None,
        fields: Sequence[str] | None = None,
        format: Format = "csv",
    ) -> Iterator[bytes]:
        """All that is found, the best first, as a file in pieces: csv, xlsx, jsonl or parquet; 100,000 records at most.

        `fields`: the columns; without them, what brings every record back unchanged.
        """
        if format not in FORMATS:
            raise BadQuery(f"there is no format {format!r}", hint=f"Formats: {', '.join(FORMATS)}.")
        definition = self._corridor.dataset(dataset)
        names = list(fields or columns(definition))
        _must_have(definition, names)
        searching = self._ready(dataset)
        ids = every_id(searching, text, trees.read(filters), sort)
        found = every_record(searching, ids, names)
        return exported(found, names, format, definition.cleaning.list_separators)

    def _ids(self, dataset: str, text: str, filters: Any, sort: str | None = None) -> list[str]:
        return every_id(self._ready(dataset), text, filters, sort)

    # -------------------------------------------------------------- what was searched

    @needs("search.read")
    def suggest(self, text: str, dataset: str = DEFAULT, *, limit: int = 8) -> list[Suggestion]:
        """What may be meant while somebody types: their searches of before, records, fields with values."""
        searching = self._ready(dataset)
        return suggested(searching, text, self.history(dataset), limit)

    @needs("search.read")
    def asked(self, dataset: str, text: str, found: Found, before: str | None = None) -> str:
        """Note a search of somebody; gives its id. `before`: the search that was only the beginning of this one."""
        log = self._services.searches
        return log.asked(self._actor, dataset, text, found.total, found.seconds, before)

    @needs("search.read")
    def opened(self, query_id: str, record_id: str, position: int) -> None:
        """Note that a hit was opened, and its position (from 1). Raises NotFound for what is no id."""
        check_id(query_id, "search")
        check_id(record_id, "record")
        self._services.searches.opened(self._actor, query_id, record_id, position)

    @needs("search.read")
    def history(self, dataset: str = DEFAULT, *, limit: int = 10) -> list[str]:
        """Your last searches, the newest first."""
        return self._services.searches.recent(self._actor.who, dataset, limit)

    @needs("search.keep")
    def forget(self) -> None:
        """Forget what you searched."""
        self._services.searches.forget(self._actor.who)

    @needs("search.analytics")
    def analytics(self, *, days: float = 30, dataset: str | None = None) -> Analytics:
        """How the search was used in the last days: over time, top texts, what found nothing, what was opened."""
        self._services.searches.write()
        since = now() - timedelta(days=days)
        return self._database.read(lambda c: analytics(c, since, dataset))

    # -------------------------------------------------------------- what searches

    def _searching(self, dataset: str) -> Searching:
        room = self._services.search
        known = room.known(self._services.registry.get(dataset))
        return known or room.of(self._corridor.dataset(dataset))

    def _ready(self, dataset: str) -> Searching:
        """What searches; where nothing follows the feed (a notebook, the command line), it catches up first."""
        searching = self._searching(dataset)
        if not self._services.search.following:
            with suppress(SearchUnavailable):  # the search itself says what that means
                searching.keep_up(most=AT_ONCE)
        return searching


def _must_have(dataset: Dataset, names: Sequence[str]) -> None:
    """Raises BadQuery for a column that an export does not have."""
    known = columns(dataset)
    for name in names:
        if name not in known:
            raise BadQuery(f"there is no field {name!r}", hint=f"Fields: {', '.join(known)}.")


def as_data(saved: Saved) -> Any:
    """The filter of a kept search as plain data; None when there is none."""
    return json.loads(saved.filters) if saved.filters else None
