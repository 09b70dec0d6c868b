"""`workbench.search`, what is kept of searching: searches with a name, their news, the last searches, and figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypedDict, Unpack

from core.datasets.model import Dataset
from core.datasets.narrowed import Narrowed
from core.datasets.registry import DEFAULT
from core.errors import BadQuery, NotFound, SearchUnavailable
from core.history.events import now
from core.records import filters as trees
from core.records.export import columns
from core.jobs.table import Job
from core.records.exporting import Format, Told
from core.search import exports, in_part, saved as kept
from core.search.analytics import Analytics, analytics
from core.search.exports import Export
from core.search.in_part import InPart
from core.search.results import SearchResult, Suggestion
from core.search.saved import News, Saved
from core.search.searching import Searching
from core.search.suggest import suggested
from core.search.whole import every_id
from core.storage.ids import check_id
from core.workbench.noun import Noun
from core.workbench.policy import needs

AT_ONCE = 100_000  # records of which an index is built when somebody asks and nothing follows


class Wanted(TypedDict, total=False):
    """What of a search is exported, and how."""

    filters: Any
    sort: str | None
    fields: Sequence[str] | None
    format: Format
    told: Told


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

    @needs("search.read", narrowed=True)
    def saved(self, dataset: str | None = None) -> list[Saved]:
        """Your kept searches, by name."""
        return self._database.read(lambda c: kept.listed(c, self._actor.who, dataset))

    @needs("search.keep", narrowed=True)
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

    # -------------------------------------------------------------- exports

    @needs("search.read", narrowed=True, takes="an export of a search")
    def export(
        self, text: str = "", dataset: str = DEFAULT, **wanted: Unpack[Wanted]
    ) -> Iterator[bytes]:
        """All that is found as a file in pieces: the best first, a million by words, all of them by filters alone.

        filters=, sort=, format= csv, xlsx, jsonl or parquet. fields=: the columns; without them, what brings every
        record back unchanged. told=: hears of the rows that were read. Raises BadQuery, InputError.
        """
        told = wanted.pop("told", None)
        export = self._export(text, dataset, wanted)
        return exports.pieces(self._ready(dataset), export, told)

    @needs("search.read", takes="an export of a search")
    def order_export(self, text: str = "", dataset: str = DEFAULT, **wanted: Unpack[Wanted]) -> Job:
        """Have the file written in the background; `export_job` tells how far it is, `export_file` where it is."""
        export = self._export(text, dataset, wanted)
        self._searching(dataset).sorted_by(export.sort)
        return self.export_job(self._services.exports.order(export, self._actor))

    @needs("search.read")
    def export_job(self, job_id: str) -> Job:
        """One of your exports, with its progress of this moment. Raises NotFound."""
        return self._services.exports.job(job_id, self._actor)

    @needs("search.read")
    def export_file(self, job_id: str) -> Path:
        """The finished file, kept for a day. Raises Conflict while it is being written, NotFound when it is gone."""
        return self._services.exports.file(job_id, self._actor)

    @needs("search.read")
    def cancel_export(self, job_id: str) -> Job:
        """Stop an export, or remove its file."""
        return self._services.exports.cancel(job_id, self._actor)

    def _export(self, text: str, dataset: str, wanted: Wanted) -> Export:
        tree = trees.read(wanted.get("filters"))
        fields = wanted.get("fields")
        export = Export(
            *(dataset, text, tree.model_dump_json(by_alias=True) if tree is not None else None),
            *(wanted.get("sort"), tuple(fields) if fields else None, wanted.get("format", "csv")),
        )
        return exports.checked(self._dataset(dataset), export)

    def _ids(self, dataset: str, text: str, filters: Any, sort: str | None = None) -> list[str]:
        """What a kept search finds. Not by looking through the records: what that finds less would be told as gone."""
        return every_id(self._ready(dataset), text, filters, sort, scans=False)

    # -------------------------------------------------------------- what was searched

    @needs("search.read", narrowed=True)
    def suggest(self, text: str, dataset: str = DEFAULT, *, limit: int = 8) -> list[Suggestion]:
        """What may be meant while somebody types: their searches of before, records, fields with values."""
        searching = self._ready(dataset)
        if isinstance(searching, InPart):
            return in_part.suggested(searching, text, self.history(dataset), limit)
        return suggested(searching, text, self.history(dataset), limit)

    @needs("search.read", narrowed=True)
    def asked(self, dataset: str, text: str, found: SearchResult, before: str | None = None) -> str:
        """Note a search of somebody; gives its id. `before`: the search that was only the beginning of this one."""
        log = self._services.searches
        return log.asked(self._actor, dataset, text, found.total, found.seconds, before)

    @needs("search.read", narrowed=True)
    def opened(self, query_id: str, record_id: str, position: int) -> None:
        """Note that a hit was opened, and its position (from 1). Raises NotFound for what is no id."""
        check_id(query_id, "search")
        check_id(record_id, "record")
        self._services.searches.opened(self._actor, query_id, record_id, position)

    @needs("search.read", narrowed=True)
    def history(self, dataset: str = DEFAULT, *, limit: int = 10) -> list[str]:
        """Your last searches, the newest first."""
        return self._services.searches.recent(self._actor.who, dataset, limit)

    @needs("search.keep", narrowed=True)
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
        mine = self._dataset(dataset) if self._services.access.rules(self._actor) else None
        if isinstance(mine, Narrowed):
            return InPart(self._database, mine)
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
