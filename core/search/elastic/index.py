"""The engine on a server: one index of one dataset.

A change is written in this order: documents, those that are gone, the mark. A crash between means the same work once more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from core.errors import SearchUnavailable
from core.search.documents import Document
from core.search.elastic.bulk import Action, Bulk
from core.search.elastic.fields import listed, source
from core.search.elastic.place import CurrentIndex, Place
from core.search.elastic.questions import RECORDS, Questions
from core.search.elastic.server import PATIENT, Server, unavailable
from core.search.engine import Counted, Mark, Standing, Unindexed
from core.search.layout import Layout
from core.search.plan import Candidate, Matches, Plan

Json = dict[str, Any]
FRESH = 5.0  # seconds for which the server is not asked again where the index stands
PAGE = 10_000  # hits of one answer
WINDOW = 12_000  # how far hits can be counted off; `max_result_window` of the template
WORDS = 50_000  # words of one answer; a server gives at most 65,536
DECADE = 100_000  # of the digits of a date
SIGNS = frozenset('.?+*|{}[]()"\\#@&<>~^$-')  # that mean something in a pattern of the server


class Elastic:
    """The index of one dataset on a server."""

    def __init__(self, server: Server, layout: Layout, database: str) -> None:
        self.layout = layout
        self._server, self._place = server, Place(server, layout, database)
        self._ask, self._listed = Questions(layout), frozenset(listed(layout))
        self._found: tuple[float, CurrentIndex] | None = None
        self._changing = threading.Lock()

    @property
    def name(self) -> str:
        """Which server it is on."""
        return self._server.product

    # -------------------------------------------------------------- where it stands

    def standing(self) -> Standing:
        """Whether there is an index that can be used, and how far it is."""
        try:
            found = self._open(0)
            said = self._server.call("GET", f"/{found.index}/_stats/docs,store")
            total = said["_all"]["primaries"]
            size = int(total["store"]["size_in_bytes"])
            return Standing(found.mark, max(0, int(total["docs"]["count"]) - 1), size)
        except SearchUnavailable as error:
            if error.extra["reason"] == "missing":
                return Standing(None, reason=self._place.reason)
            return Standing(None, reason=error.detail, away=True)

    def mark(self) -> Mark | None:
        """Where the index stands; None when there is none that can be used. Raises SearchUnavailable."""
        found = self._look(FRESH)
        return found.mark if found else None

    @property
    def generation(self) -> str:
        """Another text after each rebuild. Raises SearchUnavailable."""
        return self._open().index

    def _look(self, age: float) -> CurrentIndex | None:
        known = self._found
        if known and time.monotonic() - known[0] < age:
            return known[1]
        self._found = None
        found = self._place.current()
        if found:
            self._found = (time.monotonic(), found)
        return found

    def _open(self, age: float = FRESH) -> CurrentIndex:
        found = self._look(age)
        if found is None:
            raise unavailable("missing", self._place.reason)
        return found

    # -------------------------------------------------------------- changing

    def build(self) -> Building:
        """Begin an index from nothing, beside the one that is searched."""
        return Building(self, self._place, self._place.begin())

    def change(self, documents: Iterable[Document], gone: Iterable[str], mark: Mark) -> None:
        """Replace, remove, and then move the mark."""
        with self._changing, self._forgetting():
            index = self._open().index
            left = set(gone)

            def actions() -> Iterator[Action]:
                for document in documents:
                    left.discard(document["id"])
                    yield document["id"], self.source(document)
                for key in left:
                    yield key, None

            Bulk(self._server, index).write(actions())
            self._place.write_mark(index, mark)
            self._found = (time.monotonic(), CurrentIndex(index, mark))

    def source(self, document: Document) -> bytes:
        """A document as the server takes it."""
        return source(document, self._listed)

    def switch(self, index: str, mark: Mark) -> None:
        """Search another index from now on, and drop the others."""
        with self._changing:
            self._place.publish(index)
            self._found = (time.monotonic(), CurrentIndex(index, mark))

    def drop(self) -> None:
        """Remove the index."""
        with self._changing:
            self._found = None
            for name in self._place.all():
                self._place.remove(name)

    def close(self) -> None:
        """Forget where it stands; the connections belong to the server."""
        self._found = None

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """After a failure the server is asked again where the index stands."""
        try:
            yield
        except BaseException:
            self._found = None
            raise

    # -------------------------------------------------------------- asking

    def _search(self, body: Json, seconds: float | None = None) -> Json:
        """A whole answer, never a part of one. An index that was switched meanwhile is asked in place of the old one."""
        with self._forgetting():
            index = self._open().index
            while True:
                try:
                    return self._asked(body, seconds)
                except SearchUnavailable as error:
                    if error.extra["reason"] not in ("missing", "red"):
                        raise
                    before, index = index, self._open(0).index
                    if index == before:
                        raise

    def _asked(self, body: Json, seconds: float | None) -> Json:
        path, whole = f"/{self._place.alias}/_search", {"allow_partial_search_results": "false"}
        answer = self._server.call("POST", path, body, seconds=seconds, **whole)
        if not answer:
            raise unavailable("missing")
        return answer

    def _body(self, plan: Plan) -> Json:
        order: list[Any] = ["_score"]
        if plan.sort:
            name, down = plan.sort
            field = f"n_{name}" if name in self.layout.numbers else f"v_{name}"
            order = [{field: {"order": "desc" if down else "asc"}}]
        return {"query": self._ask.plan(plan), "sort": [*order, {"id": "asc"}]}

    def found(self, plan: Plan, most: int) -> Iterator[str]:
        """The ids of documents that match, the best first."""
        hits = self._every_hit({**self._body(plan), "_source": False})
        yield from (hit["_id"] for hit in islice(hits, most))

    def search(self, plan: Plan, *, limit: int, offset: int = 0) -> Matches:
        """Documents that match, the best first."""
        body = {**self._body(plan), "track_total_hits": True}
        if offset + limit <= WINDOW:
            answer = self._search({**body, "size": limit, "from": offset})["hits"]
            found, total = answer["hits"], answer["total"]["value"]
        else:
            found = list(islice(self._every_hit(body), offset, offset + limit))
            total = self.count(plan)
        hits = tuple(
            Candidate(
                hit["_id"], float(hit["_score"] or 0.0), said.get("shown", {}), said.get("row")
            )
            for hit in found
            for said in (hit["_source"],)
        )
        return Matches(int(total), hits)

    def _every_hit(self, body: Json) -> Iterator[Json]:
        """All hits in their order, page by page."""
        page: Json = {**body, "size": PAGE}
        while True:
            hits = self._search(page, PATIENT)["hits"]["hits"]
            yield from hits
            if len(hits) < PAGE:
                return
            page["search_after"] = hits[-1]["sort"]

    def count(self, plan: Plan) -> int:
        """How many documents match."""
        body = {"query": self._ask.plan(plan), "size": 0, "track_total_hits": True}
        return int(self._search(body)["hits"]["total"]["value"])

    def values(
        self, plan: Plan, fields: Mapping[str, int], decades: Iterable[str] = ()
    ) -> Mapping[str, Counted]:
        """Documents that match, by their values."""
        dates = list(decades)
        wanted: Json = {
            name: {"terms": {"field": f"v_{name}", "size": size}} for name, size in fields.items()
        }
        for name in dates:
            histogram = {"field": f"n_{name}", "interval": DECADE, "min_doc_count": 1}
            wanted[name] = {"histogram": histogram}
        if not wanted:
            return {}
        said = self._search({"query": self._ask.plan(plan), "size": 0, "aggs": wanted})
        return {
            name: _counted(answer, name in dates) for name, answer in said["aggregations"].items()
        }

    def ids(self) -> Iterator[str]:
        """The ids of all documents."""
        hits = self._every_hit({"query": RECORDS, "sort": [{"id": "asc"}], "_source": False})
        yield from (hit["_id"] for hit in hits)

    def words(
        self, field: str, beginning: str = "", limit: int | None = None
    ) -> list[tuple[str, int]]:
        """The words of a field with how many documents have them, the most frequent first. Raises Unindexed."""
        if field not in self._listed:
            raise Unindexed(field)
        name = f"{field}.word"
        if limit is None:
            found = [each for each in self._every_word(name) if each[0].startswith(beginning)]
            return sorted(found, key=lambda each: (-each[1], each[0]))
        terms: Json = {"field": name, "size": limit}
        if beginning:
            terms["include"] = "".join(f"\\{c}" if c in SIGNS else c for c in beginning) + ".*"
        said = self._search({"size": 0, "aggs": {"words": {"terms": terms}}}, PATIENT)
        return [(b["key"], b["doc_count"]) for b in said["aggregations"]["words"]["buckets"]]

    def _every_word(self, name: str) -> Iterator[tuple[str, int]]:
        pages: Json = {"size": WORDS, "sources": [{"word": {"terms": {"field": name}}}]}
        while True:
            said = self._search({"size": 0, "aggs": {"words": {"composite": pages}}}, PATIENT)
            answer = said["aggregations"]["words"]
            yield from ((b["key"]["word"], b["doc_count"]) for b in answer["buckets"])
            if "after_key" not in answer:
                return
            pages["after"] = answer["after_key"]


class Building:
    """An index in the making. While the server takes documents, the next ones are made."""

    def __init__(self, engine: Elastic, place: Place, index: str) -> None:
        self._engine, self._place, self._index = engine, place, index
        self._bulk = Bulk(place.server, index)
        self._sender = ThreadPoolExecutor(1, "marquee-search-build")
        self._sending: Future[int] | None = None

    def add(self, documents: Iterable[Document]) -> int:
        """Put documents into it; returns how many. Raises SearchUnavailable for those that came before, too."""
        made = [(document["id"], self._engine.source(document)) for document in documents]
        self._wait()
        self._sending = self._sender.submit(self._bulk.write, made)
        return len(made)

    def _wait(self) -> None:
        if self._sending is not None:
            self._sending.result()

    def finish(self, mark: Mark) -> None:
        """Make it whole, and search it from now on."""
        self._wait()
        self._sender.shutdown()
        self._place.write_mark(self._index, mark)
        self._engine.switch(self._index, mark)

    def abandon(self) -> None:
        """Drop it; where the server is away, the next rebuild does."""
        self._sender.shutdown()
        with suppress(SearchUnavailable):
            self._place.remove(self._index)


def _counted(said: Mapping[str, Any], dated: bool) -> Counted:
    if dated:
        return Counted(
            tuple((str(int(b["key"] // 10_000)), b["doc_count"]) for b in said["buckets"])
        )
    buckets = tuple((b["key"], b["doc_count"]) for b in said["buckets"])
    return Counted(buckets, int(said["sum_other_doc_count"]))
