"""The engine on tantivy: one index of one dataset."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import tantivy

from core.errors import SearchUnavailable
from core.search.documents import Document
from core.search.embedded.folder import FORMAT, About, Folder
from core.search.embedded.questions import Questions
from core.search.embedded.schema import META, register, schema
from core.search.engine import Counted, Mark, Standing
from core.search.layout import Layout
from core.search.plan import Candidate, Matches, Plan

MARK = "mark"  # the id of the document that says where the index stands
HEAP = 60_000_000  # bytes in which changes are sorted before they are written
BUILDING = 120_000_000
DECADE = 100_000  # of the digits of a date


class Embedded:
    """The index of one dataset in a folder. Opened when it is first used."""

    name = "embedded"

    def __init__(self, path: Path, layout: Layout, database: str) -> None:
        self.layout = layout
        self._folder = Folder(path, About(FORMAT, layout.dataset.name, layout.signature, database))
        self._schema = schema(layout)
        self._ask = Questions(layout, self._schema)
        self._index: tantivy.Index | None = None
        self._searcher: tantivy.Searcher | None = None
        self._place: Path | None = None
        self._mark: Mark | None = None
        self._opening, self._changing = threading.RLock(), threading.Lock()

    # -------------------------------------------------------------- opening

    def standing(self) -> Standing:
        """Whether there is an index that can be used, and how far it is."""
        try:
            with self._opening:
                searcher = self._open()
        except SearchUnavailable as error:
            return Standing(None, reason=error.extra.get("reason", "broken"))
        count = max(0, searcher.num_docs - 1)
        return Standing(self._mark, count, self._folder.size(self._place) if self._place else 0)

    def mark(self) -> Mark | None:
        """Where the index stands; None when there is none that can be used."""
        try:
            with self._opening:
                self._open()
        except SearchUnavailable:
            return None
        return self._mark

    @property
    def generation(self) -> str:
        """Another text after each rebuild. Raises SearchUnavailable."""
        with self._opening:
            self._open()
        return str(self._place)

    def _open(self) -> tantivy.Searcher:
        if self._searcher is not None and self._place is not None and self._place.exists():
            return self._searcher
        self._forget()
        place = self._folder.current()
        if place is None:
            raise SearchUnavailable("there is no index", reason=self._folder.reason)
        return self._adopt(place)

    def _adopt(self, place: Path) -> tantivy.Searcher:
        try:
            index = tantivy.Index(self._schema, path=str(place))
            register(index)
            searcher = index.searcher()
            mark = _mark(searcher, self._schema)
        except Exception as error:  # whatever tantivy says of a damaged folder
            raise SearchUnavailable(
                f"the index cannot be opened: {error}", reason="broken"
            ) from error
        self._index, self._searcher, self._place, self._mark = index, searcher, place, mark
        return searcher

    def _forget(self) -> None:
        self._index = self._searcher = self._place = self._mark = None

    @contextmanager
    def _reading(self) -> Iterator[tantivy.Searcher]:
        with self._opening:
            searcher = self._open()
        try:
            yield searcher
        except (OSError, ValueError) as error:
            raise SearchUnavailable(
                f"the index cannot be read: {error}", reason="broken"
            ) from error

    # -------------------------------------------------------------- changing

    def build(self) -> Building:
        """Begin an index from nothing, beside the one that is searched."""
        place = self._folder.begin()
        return Building(self, place)

    def change(self, documents: Iterable[Document], gone: Iterable[str], mark: Mark) -> None:
        """Replace, remove, and move the mark, in one commit."""
        with self._changing:
            self._folder.hold()
            with self._opening:
                self._open()
                index = self._index
            if index is None:
                raise SearchUnavailable("there is no index", reason="missing")
            with _writing(index, HEAP) as writer:
                for record_id in gone:
                    writer.delete_documents_by_term("id", record_id)
                for document in documents:
                    writer.delete_documents_by_term("id", document["id"])
                    writer.add_document(made(document))
                _write_mark(writer, mark)
            with self._opening:
                if self._index is index:
                    index.reload()
                    self._searcher, self._mark = index.searcher(), mark

    def switch(self, place: Path) -> None:
        """Search another generation from now on, and drop the others."""
        with self._changing, self._opening:
            self._folder.publish(place)
            self._forget()
            self._adopt(place)
            self._folder.sweep(place)

    def drop(self) -> None:
        """Remove the index."""
        with self._changing, self._opening:
            self._forget()
            self._folder.hold()
            self._folder.sweep(None)

    def close(self) -> None:
        """Let go of the files and of the lock."""
        with self._changing, self._opening:
            self._forget()
            self._folder.release()

    # -------------------------------------------------------------- asking

    def search(self, plan: Plan, *, limit: int, offset: int = 0) -> Matches:
        """Documents that match, the best first."""
        with self._reading() as searcher:
            found = self._asked(searcher, plan, limit, offset)
            hits = found.hits if limit else []
            total = getattr(found, "count", 0)  # not in its type information
            return Matches(int(total or 0), tuple(_candidate(searcher, *hit, plan) for hit in hits))

    def _asked(
        self, searcher: tantivy.Searcher, plan: Plan, limit: int, offset: int = 0
    ) -> tantivy.SearchResult:
        query = self._ask.plan(plan)
        order: dict[str, Any] = {}
        if plan.sort:
            field, down = plan.sort
            order["order_by_field"] = self._sorted_by(field)
            order["order"] = tantivy.Order.Desc if down else tantivy.Order.Asc
        return searcher.search(query, max(1, limit), offset=offset, **order)

    def found(self, plan: Plan, most: int) -> Iterator[str]:
        """The ids of documents that match, the best first."""
        with self._reading() as searcher:
            for _, address in self._asked(searcher, plan, most).hits:
                yield str(searcher.doc(address).get_first("id"))

    def _sorted_by(self, field: str) -> str:
        return f"n_{field}" if field in self.layout.numbers else f"v_{field}"

    def count(self, plan: Plan) -> int:
        """How many documents match."""
        return self.search(plan, limit=0).total

    def values(
        self, plan: Plan, fields: Mapping[str, int], decades: Iterable[str] = ()
    ) -> Mapping[str, Counted]:
        """Documents that match, by their values."""
        wanted: dict[str, Any] = {
            f: {"terms": {"field": f"v_{f}", "size": n}} for f, n in fields.items()
        }
        dates = list(decades)
        for f in dates:
            wanted[f] = {"histogram": {"field": f"n_{f}", "interval": DECADE, "min_doc_count": 1}}
        if not wanted:
            return {}
        with self._reading() as searcher:
            said = searcher.aggregate(self._ask.plan(plan), wanted)
        return {name: _counted(answer, name in dates) for name, answer in said.items()}

    def ids(self) -> Iterator[str]:
        """The ids of all documents."""
        with self._reading() as searcher:
            there = tantivy.Query.all_query()  # without it, words of removed documents come, too
            found = searcher.terms_with_prefix("id", "", there)
            yield from (text for text, count in found if text != MARK and count)

    def words(
        self, field: str, beginning: str = "", limit: int | None = None
    ) -> list[tuple[str, int]]:
        """The words of a field with how many documents have them, the most frequent first."""
        with self._reading() as searcher:
            return searcher.terms_with_prefix(field, beginning, limit=limit)


class Building:
    """A generation in the making."""

    def __init__(self, engine: Embedded, place: Path) -> None:
        self._engine, self._place = engine, place
        self._index = tantivy.Index(schema(engine.layout), path=str(place))
        register(self._index)
        self._writer = self._index.writer(BUILDING, 1)

    def add(self, documents: Iterable[Document]) -> int:
        """Put documents into it; returns how many."""
        count = 0
        with _in_our_words():
            for document in documents:
                self._writer.add_document(made(document))
                count += 1
        return count

    def finish(self, mark: Mark) -> None:
        """Write it, and search it from now on."""
        with _in_our_words():
            _write_mark(self._writer, mark)
            self._writer.commit()
            self._writer.wait_merging_threads()
        self._engine.switch(self._place)

    def abandon(self) -> None:
        """Drop it."""
        with suppress(Exception):
            self._writer.rollback()
            self._writer.wait_merging_threads()
        shutil.rmtree(self._place, ignore_errors=True)


def made(document: Document) -> tantivy.Document:
    """A document as tantivy takes it."""
    made_ = tantivy.Document(**{k: v for k, v in document.items() if k != "shown"})
    made_.add_bytes("shown", document["shown"])
    return made_


@contextmanager
def _writing(index: tantivy.Index, heap: int) -> Iterator[tantivy.IndexWriter]:
    with _in_our_words():
        writer = index.writer(heap, 1)
        try:
            yield writer
            writer.commit()
        except BaseException:
            with suppress(Exception):
                writer.rollback()
            raise
        finally:
            with suppress(Exception):
                writer.wait_merging_threads()


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What tantivy says of a disk or a folder, as an error of ours."""
    try:
        yield
    except (OSError, ValueError) as error:
        full = "No space left" in str(error) or "os error 28" in str(error)
        raise SearchUnavailable(
            f"the index cannot be written: {error}", reason="full" if full else "broken"
        ) from error


def _write_mark(writer: tantivy.IndexWriter, mark: Mark) -> None:
    writer.delete_documents_by_term("id", MARK)
    writer.add_document(tantivy.Document(id=MARK, meta=[MARK, json.dumps(asdict(mark))]))


def _mark(searcher: tantivy.Searcher, of: tantivy.Schema) -> Mark:
    found = searcher.search(tantivy.Query.term_query(of, "id", MARK, "basic"), 1).hits
    said = searcher.doc(found[0][1])[META]
    return Mark(**json.loads(said[1]))


def _candidate(searcher: tantivy.Searcher, score: Any, address: Any, plan: Plan) -> Candidate:
    document = searcher.doc(address)
    shown = document.get_first("shown")
    value = float(score) if plan.sort is None else 0.0
    known = orjson.loads(shown) if shown else {}
    return Candidate(str(document.get_first("id")), value, known, document.get_first("row"))


def _counted(said: Mapping[str, Any], dated: bool) -> Counted:
    if dated:
        return Counted(
            tuple((str(int(b["key"] // 10_000)), b["doc_count"]) for b in said["buckets"])
        )
    buckets = tuple((b["key"], b["doc_count"]) for b in said["buckets"])
    return Counted(buckets, int(said["sum_other_doc_count"]))
