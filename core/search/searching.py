"""The way from a question to an answer, for one dataset."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.datasets.model import Dataset
from core.errors import BadQuery, SearchUnavailable
from core.records import filters as trees, query as records
from core.records.filters import Condition, Filter
from core.search import band, parser, rank
from core.search.documents import Document
from core.search.engine import Engine, Unindexed
from core.search.expand import PLAIN, Expander
from core.search.facets import counted, inside
from core.search.fetching import Fetching
from core.search.following import Follower
from core.search.plan import Candidate, Plan
from core.search.query import Query
from core.search.rank import Ranked
from core.search.results import EDITED, Correction, Facet, Hit, SearchResult, Why
from core.search.scanning import NOTE, counted as counted_by_scan, scan
from core.search.vocabulary import Vocabulary
from core.search.why import Wanted, reasons, wanted
from core.search.widening import Answer, widened
from core.storage.store import Store

Stop = Callable[[], bool]
OTHERS = 20_000  # words of a field other than names that are widened
DEEPEST = 10_000  # hits that can be paged through
BY_RECORDS = 50_000  # records that a filter may give when the index cannot answer it
SHORT, KEPT = 3, 1_000  # letters of a beginning whose records are remembered, and how many such
OFFERED = 10  # records at most of which a beginning is remembered
Found = list[tuple[Candidate, tuple[Why, ...]]]


@dataclass(frozen=True)
class Question:
    """What is asked beside the text."""

    text: str = ""
    limit: int = 10
    filters: Filter | None = None
    facets: tuple[str, ...] = ()
    sort: str | None = None  # a field; with a minus downwards
    after: str | None = None
    explain: bool = False


class Searching:
    """Searches one dataset with one engine. Safe in several threads."""

    def __init__(self, database: Store, engine: Engine, *, scans: bool = True) -> None:
        self.scans = scans  # without an index, the records are looked through
        self.trouble = ""  # why the index did not catch up
        self.database, self.engine, self.layout = database, engine, engine.layout
        self.follower = Follower(database, engine, self._heard)
        self._words: tuple[str, Expander] | None = None
        self._begun: tuple[object, dict[tuple[str, int], Found]] = (None, {})
        self._making = threading.Lock()
        self.adopt(engine.layout.dataset)

    def adopt(self, dataset: Dataset) -> None:
        """Take the definition in its present wording: titles and synonyms may be others."""
        self.dataset = dataset
        self._fields = parser.names(dataset)
        if self.layout.bands:
            self._fields.setdefault(band.TYPED, band.field(self.layout.bands.words))
        self._fetching = Fetching(self.database, dataset)

    # -------------------------------------------------------------- the words of the index

    def _heard(self, documents: list[Document]) -> None:
        if self._words:
            self._words[1].names.add({w for d in documents for w in d["names"].split()})

    def expander(self) -> Expander:
        """What widens words, with the words that the index has: those of the generation before, until `warm`."""
        words = self._words
        if words is None:
            self.warm()
            words = self._words
        if words is None:
            raise SearchUnavailable("there is no index", reason="missing")
        return words[1]

    def warm(self) -> None:
        """Gather the words of the index, when it is another one than before. Raises SearchUnavailable."""
        with self._making:
            generation = self.engine.generation
            if self._words is None or self._words[0] != generation:
                expander = self._expander()
                expander.names.warm()
                self._words = (generation, expander)

    def _expander(self) -> Expander:
        counts: dict[str, int] = {}
        fields: dict[str, tuple[str, ...]] = {}
        for name in self.layout.texts:
            if not self.dataset.field(name).multiline:
                for word, count in self.engine.words(f"t_{name}", limit=OTHERS):
                    counts[word] = counts.get(word, 0) + count
                    fields[word] = (*fields.get(word, ()), name)
        names = Vocabulary(self.engine.words("names"))
        return Expander(self.layout, names, Vocabulary(counts.items()), fields)

    # -------------------------------------------------------------- asking

    def search(self, question: Question) -> SearchResult:
        """The answer. Raises BadQuery for a filter, a sort or a cursor that makes no sense; SearchUnavailable."""
        began = time.perf_counter()
        query = parser.parse(question.text, self._fields)
        typed = trees.both(query.filters, question.filters)
        self._check(typed)
        self.sorted_by(question.sort)
        offset = _offset(question.after)
        if query.text.strip() and not query.clauses and query.filters is None:
            found = SearchResult(
                query, (), 0, notes=(*query.notes, "There is no letter or digit to search for.")
            )
        else:
            try:
                found = self._indexed(question, query, typed, offset)
            except SearchUnavailable as error:
                if not self.scans:
                    raise
                found = self._scanned(question, query, typed, offset, error)
        seconds = round(time.perf_counter() - began, 4)
        return replace(found, seconds=seconds, engine=found.engine or self.engine.name)

    def read(self, text: str) -> Query:
        """A text as this dataset understands it."""
        return parser.parse(text, self._fields)

    def candidates(self, text: str, limit: int) -> Found:
        """The first records as the index shows them, with why; the table is not asked. Raises SearchUnavailable.

        A letter or two have a tenth of all records and are typed by everybody: what was found is remembered until the
        index moves.
        """
        if len(text) > SHORT or limit > OFFERED:
            return self._candidates(text, limit)
        state = (self.dataset, self.engine.generation, self.engine.mark(), self._words)
        of, kept = self._begun
        if of != state or len(kept) > KEPT:
            self._begun = _, kept = (state, {})
        found = kept.get((text, limit))
        if found is None:
            found = kept[text, limit] = self._candidates(text, limit)
        return found

    def _candidates(self, text: str, limit: int) -> Found:
        query = parser.parse(text, self._fields)
        if not query.clauses and query.filters is None:
            return []
        filters = self._answerable(query.filters)
        answer = self._widened(query, filters, None, max(limit, rank.FEW), typing=True)
        words = wanted(answer.plan.asked)
        every = rank.ranked(self.layout, words, answer.first.candidates)
        found = [each.candidate for each in every[:limit]]
        return [(each, reasons(self.layout, words, each.shown)) for each in found]

    def facet(self, question: Question, name: str, beginning: str) -> Facet:
        """Values of one field among the hits that hold a text. Raises BadQuery, SearchUnavailable."""
        query = parser.parse(question.text, self._fields)
        filters = self._answerable(trees.both(query.filters, question.filters))
        plan = self._widened(query, filters, None).plan
        return inside(self.engine, plan, name, beginning, filters, question.limit)

    def ids(self, question: Question, most: int, *, scans: bool = True) -> list[str]:
        """The ids of all that is found, the best first; at most so many. Raises BadQuery, SearchUnavailable.

        Without an index the records are looked through, which finds other ones: not where `scans` is false, and not
        when the quality is asked for, which the index alone knows.
        """
        query = parser.parse(question.text, self._fields)
        typed = trees.both(query.filters, question.filters)
        self._check(typed)
        sort = self.sorted_by(question.sort)
        try:
            plan = self._widened(query, self._answerable(typed), sort).plan
            return list(self.engine.found(plan, most))
        except SearchUnavailable:
            if not (scans and self.scans) or band.asks(typed):
                raise
            hits = scan(self.database, self.dataset, query, typed, question.sort, most, 0).hits
            return [hit.record_id for hit in hits]

    def _indexed(
        self, question: Question, query: Query, typed: Filter | None, offset: int
    ) -> SearchResult:
        filters = self._answerable(typed)
        answer = self._widened(query, filters, self.sorted_by(question.sort))
        notes = [*query.notes, *answer.notes]
        words = wanted(answer.plan.asked)
        page, more = self._page(answer, words, offset, question.limit)
        hits, act = self._hits(page, words, question.explain)
        mark, facets = self.engine.mark(), question.facets
        behind = self.follower.behind(mark) if mark is None or mark.act != act else 0
        if behind and self.trouble:
            notes.append(f"The index lacks the newest {behind:,} changes: {self.trouble}.")
        return SearchResult(
            query=query,
            hits=hits,
            total=answer.first.total,
            behind=behind,
            corrections=_corrections(hits, answer),
            facets=counted(self.engine, answer.plan, facets, filters) if facets else {},
            notes=tuple(notes),
            after=cursor(offset + question.limit) if more else None,
        )

    def _scanned(
        self,
        question: Question,
        query: Query,
        typed: Filter | None,
        offset: int,
        error: SearchUnavailable,
    ) -> SearchResult:
        """The answer without an index."""
        sort, limit = question.sort, question.limit
        notes = [*query.notes, NOTE.format(reason=error.detail)]
        if typed is not None and band.asks(typed):
            typed = band.without_band(typed)
            notes.append("The quality is known to the index alone: it was not asked for.")
        facets = (name for name in question.facets if name != band.BAND)
        found = scan(self.database, self.dataset, query, typed, sort, limit, offset)
        more = offset + limit < min(found.total, DEEPEST)
        return SearchResult(
            query=query,
            hits=found.hits,
            total=found.total,
            behind=self.follower.behind(None),
            facets={
                n: counted_by_scan(self.database, self.layout, query, typed, n) for n in facets
            },
            notes=tuple(notes),
            after=cursor(offset + limit) if more and limit else None,
            engine="scan",
        )

    def _check(self, filters: Filter | None) -> None:
        """Raises BadQuery for a filter that makes no sense."""
        if filters is not None:
            has_band = bool(self.layout.bands)
            trees.where(self.dataset, band.without_band(filters) if has_band else filters)

    def _answerable(self, filters: Filter | None) -> Filter | None:
        """The filter, with what the index cannot answer replaced by ids of records. Raises BadQuery."""
        if filters is None:
            return None
        try:
            self.engine.count(Plan(filters=filters))
        except Unindexed:
            if not band.asks(filters):
                return self._by_records(filters)
            joined = filters.all if isinstance(filters, trees.All) else (filters,)
            rest = trees.both(*(part for part in joined if not band.asks(part)))
            kept = (part for part in joined if band.asks(part))
            return trees.both(*kept, self._answerable(rest))
        return filters

    def _by_records(self, filters: Filter) -> Filter:
        asked = trees.select(self.dataset, filters, "record_id::VARCHAR")
        sql = f"{asked.sql} LIMIT {BY_RECORDS + 1}"
        found = records.Result(self.database, sql, asked.parameters, "filter").fetchall()
        if len(found) > BY_RECORDS:
            raise BadQuery(
                f"this filter is not in the index, and more than {BY_RECORDS:,} records fit it",
                hint="Make it narrower, or use it on the Records page.",
            )
        return Condition(field="record_id", op="in", value=tuple(row[0] for row in found))

    def sorted_by(self, sort: str | None) -> tuple[str, bool] | None:
        """The field of an order, and whether downwards. Raises BadQuery."""
        if not sort:
            return None
        name = sort.removeprefix("-")
        if name == band.BAND:
            raise BadQuery("hits cannot be sorted by their quality")
        if name not in self.layout.values and name not in self.layout.numbers:
            raise BadQuery(f"hits cannot be sorted by {name!r}")
        if self.dataset.field(name).type == "list":
            raise BadQuery(f"hits cannot be sorted by a list such as {name!r}")
        return name, sort.startswith("-")

    def _widened(
        self,
        query: Query,
        filters: Filter | None,
        sort: tuple[str, bool] | None,
        window: int = rank.WINDOW,
        *,
        typing: bool = False,
    ) -> Answer:
        expander = self.expander() if query.clauses else None
        plan = Plan((), filters, None, sort)
        return widened(self.engine, expander, query, plan, window, typing=typing)

    def _page(
        self, answer: Answer, words: Sequence[Wanted], offset: int, limit: int
    ) -> tuple[list[Ranked], bool]:
        """The candidates of one page in their order, and whether there are more behind it."""
        plan, window, found = answer.plan, answer.window, list[Ranked]()
        if offset < window:
            first = answer.first.candidates
            ranks = plan.sort is None and words
            every = rank.ranked(self.layout, words, first) if ranks else _unranked(first)
            found = every[offset : offset + limit + 1]
        start = max(offset, window)
        if len(found) <= limit and offset + limit + 1 > window and answer.first.total > start:
            count = offset + limit + 1 - start
            found += _unranked(self.engine.search(plan, limit=count, offset=start).candidates)
        return found[:limit], len(found) > limit and offset + limit < DEEPEST

    def _hits(
        self, page: Sequence[Ranked], words: Sequence[Wanted], explain: bool
    ) -> tuple[tuple[Hit, ...], int]:
        """The hits of a page, and the newest act. Records that are gone by now are left out."""
        there, act = self._fetching.fetch([each.candidate for each in page])
        hits = []
        for each in page:
            record = there.get(each.candidate.record_id)
            if record is None:
                continue
            said = reasons(self.layout, words, record)
            parts = each.parts if explain else ()
            hits.append(Hit(each.candidate.record_id, record, each.score, said, parts))
        return tuple(hits), act

    # -------------------------------------------------------------- keeping up

    def keep_up(self, stop: Stop = lambda: False, most: int | None = None) -> None:
        """Catch up when there is anything to catch up with (`most` changes); cheap when there is not."""
        try:
            mark = self.engine.mark()
            behind = self.follower.behind(mark)
            if most is not None and behind > most:
                return
            if mark is None or behind or not self.follower.fits(mark):
                self.follower.catch_up(stop)
            self.warm()
            self.trouble = ""
        except SearchUnavailable as error:
            self.trouble = error.detail
            raise


def cursor(offset: int) -> str:
    """Where the next page begins."""
    return base64.urlsafe_b64encode(f"o{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        offset = int(text.removeprefix("o"))
        if not text.startswith("o") or not 0 <= offset < DEEPEST:
            raise ValueError(text)
        return offset
    except (ValueError, UnicodeError) as error:
        raise BadQuery("this cursor does not belong to this question") from error


def _unranked(found: Sequence[Candidate]) -> list[Ranked]:
    return [Ranked(each, round(each.score, 4), ()) for each in found]


def _corrections(hits: Sequence[Hit], answer: Answer) -> tuple[Correction, ...]:
    """Words for which the first hit has another one, when nothing else was found."""
    if answer.step == PLAIN or not hits:
        return ()
    found = []
    for each in answer.plan.asked:
        said = [w for w in hits[0].why if w.word == each.text]
        if said and all(w.how in EDITED for w in said):
            found.append(Correction(each.text, said[0].text, said[0].how))
    return tuple(found)
