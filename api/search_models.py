"""What the routes of searching take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.records.exporting import Format


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
    highlights: dict[str, list[str]] = Field(description="HTML by field, with `highlight`")


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


class FacetList(BaseModel):
    """Counts beside the hits, by field."""

    facets: dict[str, SearchFacet]


class SearchAnswer(BaseModel):
    """What was found. `cursor` brings the next page; `behind` changes are not in the index yet."""

    query_id: str = Field(
        description="For POST .../search/opened; empty without words, and on later pages: keep that of the first"
    )
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


class FoundUpload(BaseModel):
    """An upload whose file name has the words."""

    id: str
    filename: str


class FoundDataset(BaseModel):
    """A dataset whose title has the words."""

    name: str
    title: str


class SiteSearch(BaseModel):
    """What the whole site has for a text: records by dataset, uploads, datasets."""

    records: dict[str, list[SearchSuggestion]]
    uploads: list[FoundUpload]
    datasets: list[FoundDataset]


class OpenedHit(BaseModel):
    """A hit that was opened."""

    model_config = ConfigDict(extra="forbid")

    query_id: str = Field(max_length=36)
    record_id: str = Field(max_length=36)
    position: int = Field(ge=1, le=100_000)


class NewExport(BaseModel):
    """A search to be written to a file. `fields`: the columns; without them, all that brings a record back."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field("", max_length=100_000)
    filters: dict[str, Any] | None = None
    sort: str | None = None
    fields: list[str] | None = None
    format: Format = "csv"


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
