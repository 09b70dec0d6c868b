"""Search: records however they are spelled, suggestions, kept searches with their news, and figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from api.bench import Bench, as_json
from api.records import Filters, shown
from core.records.exporting import FORMATS, Format
from core.search.found import Found, Hit
from core.search.saved import Saved
from core.workbench.searches import as_data

router = APIRouter(tags=["search"])
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]
Text = Annotated[
    str,
    Query(
        max_length=100_000,
        description='Words, "phrases", -not, field:value, born:1950..1980',
        examples=["ben joh"],
    ),
]
RATE = "search"  # the policy of the rate limit of these routes


# ------------------------------------------------------------------ models


class Why(BaseModel):
    """Which word found which text, in which field, and how they agree."""

    word: str
    text: str
    how: str
    field: str
    item: int
    start: int
    end: int


class Part(BaseModel):
    """One part of a score."""

    name: str
    value: float


class SearchHit(BaseModel):
    """One record that was found."""

    record_id: str
    score: float
    record: dict[str, Any]
    why: list[Why]
    parts: list[Part] = Field(description="Of the score, with `explain`")


class SearchCorrection(BaseModel):
    """A word that no record has, and the one that was searched instead."""

    word: str
    shown: str
    how: str


class SearchBucket(BaseModel):
    """A value with the number of hits that have it; of dates, a decade."""

    value: str
    count: int
    selected: bool
    start: str | None
    end: str | None


class SearchFacet(BaseModel):
    """The values of a field among the hits, as if the field itself were not filtered."""

    field: str
    title: str
    kind: str
    buckets: list[SearchBucket]
    others: int
    timed_out: bool


class SearchAnswer(BaseModel):
    """What was found. `cursor` brings the next page; `behind` changes are not in the index yet."""

    query_id: str = Field(description="For POST .../search/opened")
    total: int
    behind: int
    seconds: float
    engine: str
    hits: list[SearchHit]
    corrections: list[SearchCorrection]
    notes: list[str]
    facets: dict[str, SearchFacet]
    cursor: str | None
    next: str | None


class SearchSuggestion(BaseModel):
    """A person, a search of before, or a field with a value."""

    kind: str
    text: str
    query: str
    record_id: str | None
    shown: dict[str, Any]


class SuggestionList(BaseModel):
    """What may be meant by the text so far."""

    suggestions: list[SearchSuggestion]


class OpenedHit(BaseModel):
    """A hit that was opened."""

    model_config = ConfigDict(extra="forbid")

    query_id: str = Field(max_length=36)
    record_id: str = Field(max_length=36)
    position: int = Field(ge=1, le=100_000)


class NewSearch(BaseModel):
    """A search to be kept."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100)
    query: str = Field("", max_length=5_000)
    filters: dict[str, Any] | None = None
    fields: list[str] | None = None
    sort: str | None = None
    alert: str | None = Field(None, description="A target of MARQUEE_ALERT_TARGETS")


class KeptSearch(BaseModel):
    """A kept search. `news`: records that were new, gone or changed when it was last counted."""

    id: str
    name: str
    dataset: str
    query: str
    filters: dict[str, Any] | None
    fields: list[str] | None
    sort: str | None
    alert: str | None
    created_at: datetime
    looked_at: datetime
    news: int


class KeptSearchList(BaseModel):
    """Your kept searches."""

    searches: list[KeptSearch]


class NewsItem(BaseModel):
    """A record of the news, with the act that caused it."""

    record_id: str
    title: str
    act: int | None
    by: str | None
    upload_id: str | None
    filename: str | None


class SearchNews(BaseModel):
    """What a kept search finds since you looked; of each kind the first hundred records."""

    since: datetime
    counts: dict[str, int]
    new: list[NewsItem]
    gone: list[NewsItem]
    changed: list[NewsItem]


class SearchDay(BaseModel):
    """The searches of a day."""

    day: date
    searches: int
    without_hits: int


class TopSearch(BaseModel):
    """A text that was searched."""

    text: str
    searches: int
    hits: int
    opened: int
    position: float | None


class SearchAnalytics(BaseModel):
    """How the search was used. Without searches, shares and seconds are null."""

    since: datetime
    searches: int
    people: int
    without_hits: float | None
    opened: float | None
    position: float | None
    p50: float | None
    p95: float | None
    days: list[SearchDay]
    top: list[TopSearch]
    nothing: list[TopSearch]


class SearchStatus(BaseModel):
    """How the index of a dataset stands."""

    dataset: str
    engine: str
    state: str
    reason: str
    documents: int
    size: int
    act: int
    behind: int
    share: float


# ------------------------------------------------------------------ searching


@router.get("/datasets/{dataset}/search", response_model=SearchAnswer)
def search_records(
    request: Request,
    workbench: Bench,
    dataset: Name,
    q: Text = "",
    filters: Filters = None,
    facets: Annotated[
        str | None, Query(description="Fields by comma, or `all`", examples=["nationality,mbti"])
    ] = None,
    sort: Annotated[str | None, Query(description="A field, `-` before it for descending")] = None,
    limit: Annotated[int, Query(ge=0, le=1_000)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    explain: Annotated[bool, Query(description="Give the parts of each score")] = False,
) -> Response:
    """Records that fit, the best first, with the reasons of each. Misspelt words, nicknames and other scripts are found."""
    found = workbench.search(
        q,
        dataset,
        limit=limit,
        filters=filters,
        facets=_facets(facets),
        sort=sort,
        explain=explain,
        after=cursor,
    )
    query_id = workbench.search.asked(dataset, q, found) if q.strip() else ""
    return as_json(_answer(request, found, query_id))


def _facets(names: str | None) -> list[str] | bool:
    if names == "all":
        return True
    return [n.strip() for n in names.split(",") if n.strip()] if names else []


def _answer(request: Request, found: Found, query_id: str) -> dict[str, Any]:
    url = request.url.include_query_params(cursor=found.after or "")
    return {
        "query_id": query_id,
        "total": found.total,
        "behind": found.behind,
        "seconds": found.seconds,
        "engine": found.engine,
        "hits": [_hit(hit) for hit in found],
        "corrections": [vars(each) for each in found.corrections],
        "notes": found.notes,
        "facets": {
            name: {**vars(facet), "buckets": [vars(b) for b in facet.buckets]}
            for name, facet in found.facets.items()
        },
        "cursor": found.after,
        "next": f"{url.path}?{url.query}" if found.after else None,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "record_id": hit.record_id,
        "score": hit.score,
        "record": shown(hit.record),
        "why": [vars(each) for each in hit.why],
        "parts": [vars(each) for each in hit.parts],
    }


@router.get("/datasets/{dataset}/search/suggest", response_model=SuggestionList)
def suggest(
    workbench: Bench,
    dataset: Name,
    q: Text = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Response:
    """What may be meant while somebody types: people, searches of before, fields with values."""
    found = workbench.search.suggest(q, dataset, limit=limit)
    rows = [{k: v for k, v in vars(each).items() if k != "why"} for each in found]
    return as_json({"suggestions": rows})


@router.get("/datasets/{dataset}/search/export", response_class=Response)
def export_search(
    workbench: Bench,
    dataset: Name,
    q: Text = "",
    filters: Filters = None,
    fields: Annotated[str | None, Query(description="Only these, by comma")] = None,
    format: Annotated[Format, Query()] = "csv",
) -> Response:
    """All that is found (100,000 records at most), best first, as CSV, Excel, JSON lines or Parquet, streamed."""
    names = [n.strip() for n in fields.split(",")] if fields else None
    kind = FORMATS[format]
    parts = workbench.search.export(q, dataset, filters=filters, fields=names, format=format)
    head = {"Content-Disposition": f'attachment; filename="{dataset}.{kind.ending}"'}
    return StreamingResponse(parts, media_type=kind.mime, headers=head)


@router.post("/datasets/{dataset}/search/opened", status_code=204)
def opened_hit(workbench: Bench, dataset: Name, hit: Annotated[OpenedHit, Body()]) -> Response:
    """Say that a hit was opened; the analytics count it."""
    workbench.datasets.get(dataset)
    workbench.search.opened(hit.query_id, hit.record_id, hit.position)
    return Response(status_code=204)


@router.get("/datasets/{dataset}/search/status", response_model=SearchStatus)
def search_status(workbench: Bench, dataset: Name) -> Response:
    """How the index stands, and how many changes it is behind."""
    return as_json(vars(workbench.search.status(dataset)))


# ------------------------------------------------------------------ kept searches


def _kept(one: Saved) -> dict[str, Any]:
    names = KeptSearch.model_fields
    return {**{k: v for k, v in vars(one).items() if k in names}, "filters": as_data(one)}


@router.get("/datasets/{dataset}/searches", response_model=KeptSearchList)
def list_searches(workbench: Bench, dataset: Name) -> Response:
    """Your kept searches, by name."""
    workbench.datasets.get(dataset)
    return as_json({"searches": [_kept(one) for one in workbench.search.saved(dataset)]})


@router.post("/datasets/{dataset}/searches", response_model=KeptSearch, status_code=201)
def keep_search(workbench: Bench, dataset: Name, search: Annotated[NewSearch, Body()]) -> Response:
    """Keep a search under a name: its news are told against what it finds now."""
    one = workbench.search.save(
        *(search.name, search.query, dataset),
        filters=search.filters,
        fields=search.fields,
        sort=search.sort,
        alert=search.alert,
    )
    return as_json(_kept(one), 201)


@router.delete("/searches/{search_id}", status_code=204)
def remove_search(workbench: Bench, search_id: str) -> Response:
    """Forget a kept search."""
    workbench.search.remove(search_id)
    return Response(status_code=204)


@router.get("/searches/{search_id}/news", response_model=SearchNews)
def search_news(workbench: Bench, search_id: str) -> Response:
    """Records that it finds and did not find when you looked, finds no more, or finds changed."""
    found = workbench.search.news(search_id)
    kinds = {k: [vars(i) for i in getattr(found, k)] for k in ("new", "gone", "changed")}
    return as_json({"since": found.since, "counts": found.counts, **kinds})


@router.post("/searches/{search_id}/looked", status_code=204)
def looked_at_search(workbench: Bench, search_id: str) -> Response:
    """You have seen its news."""
    workbench.search.looked(search_id)
    return Response(status_code=204)


@router.get("/search/analytics", response_model=SearchAnalytics)
def search_analytics(
    workbench: Bench,
    days: Annotated[float, Query(gt=0, le=3_650)] = 30,
    dataset: Annotated[str | None, Query(max_length=63)] = None,
) -> Response:
    """How the search was used: over time, top texts, texts without a hit, what was opened, times."""
    found = workbench.search.analytics(days=days, dataset=dataset)
    lists = {k: [vars(each) for each in getattr(found, k)] for k in ("days", "top", "nothing")}
    return as_json({**vars(found), **lists})
