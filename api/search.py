"""Search: records however they are spelled, suggestions, kept searches with their news, and figures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import FileResponse, Response, StreamingResponse

from api import jobs_models, negotiating, search_models as models, sparse, views
from api.bench import Bench, as_json
from api.downloads import attachment
from api.records import Filters, shown
from core.records.exporting import FORMATS, Format
from core.search.highlighting import highlights
from core.search.results import Facet, Hit, SearchResult, Suggestion
from core.search.saved import Saved
from core.workbench import Workbench
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
Sort = Annotated[str | None, Query(description="A field, `-` before it for descending")]
RATE = "search"  # the policy of the rate limit of these routes


# ------------------------------------------------------------------ searching


@router.get(
    "/datasets/{dataset}/search",
    response_model=models.SearchAnswer,
    responses={200: {"content": negotiating.CONTENT}},
)
def search_records(
    request: Request,
    workbench: Bench,
    dataset: Name,
    q: Text = "",
    filters: Filters = None,
    facets: Annotated[
        str | None, Query(description="Fields by comma, or `all`", examples=["nationality,mbti"])
    ] = None,
    sort: Sort = None,
    limit: Annotated[int, Query(ge=0, le=1_000)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    explain: Annotated[bool, Query(description="Give the parts of each score")] = False,
    highlight: Annotated[
        bool, Query(description="Give the matched texts as HTML, with the places in <mark>")
    ] = False,
    fields: Annotated[str | None, Query(description="Only these of each record, by comma")] = None,
) -> Response:
    """Records that fit, the best first, with the reasons of each. Misspelt words, nicknames and other scripts are found.

    With `Accept: application/x-ndjson`, `text/csv`, `application/vnd.apache.parquet` or
    `application/vnd.apache.arrow.stream` the answer is all that fit, as a stream, without reasons and pages.
    """
    format = negotiating.wanted(request)
    if format is not None:
        return _exported(workbench, dataset, q, filters, sort, fields, format)
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
    query_id = workbench.search.asked(dataset, q, found) if q.strip() and not cursor else ""
    answer = _answer(request, found, query_id, highlight)
    if fields:
        names = [n.strip() for n in fields.split(",") if n.strip()]
        for hit in answer["hits"]:
            hit["record"] = sparse.of(hit["record"], names)
    return as_json(answer, headers={"Vary": "Accept"})


def _facets(names: str | None) -> list[str] | bool:
    if names == "all":
        return True
    return [n.strip() for n in names.split(",") if n.strip()] if names else []


def _answer(
    request: Request, found: SearchResult, query_id: str, highlight: bool
) -> dict[str, Any]:
    url = request.url.include_query_params(cursor=found.after or "")
    return {
        "query_id": query_id,
        "total": found.total,
        "behind": found.behind,
        "seconds": found.seconds,
        "engine": found.engine,
        "hits": [_hit(hit, highlight) for hit in found],
        "corrections": [vars(each) for each in found.corrections],
        "notes": found.notes,
        "facets": {name: _facet(facet) for name, facet in found.facets.items()},
        "cursor": found.after,
        "next": f"{url.path}?{url.query}" if found.after else None,
    }


def _facet(facet: Facet) -> dict[str, Any]:
    return {**vars(facet), "buckets": [vars(bucket) for bucket in facet.buckets]}


def _hit(hit: Hit, highlight: bool) -> dict[str, Any]:
    return {
        "record_id": hit.record_id,
        "score": hit.score,
        "record": shown(hit.record),
        "why": [vars(each) for each in hit.why],
        "parts": [vars(each) for each in hit.parts],
        "highlights": highlights(hit) if highlight else {},
    }


@router.get("/datasets/{dataset}/search/suggest", response_model=models.SuggestionList)
def suggest(
    workbench: Bench,
    dataset: Name,
    q: Text = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Response:
    """What may be meant while somebody types: people, searches of before, fields with values."""
    found = workbench.search.suggest(q, dataset, limit=limit)
    return as_json({"suggestions": list(map(_line, found))})


def _line(each: Suggestion) -> dict[str, Any]:
    return {k: v for k, v in vars(each).items() if k != "why"}


@router.get("/datasets/{dataset}/search/facets", response_model=models.FacetList)
def search_facets(
    workbench: Bench,
    dataset: Name,
    q: Text = "",
    filters: Filters = None,
    fields: Annotated[
        str, Query(description="Fields by comma, or `all`", examples=["nationality,mbti"])
    ] = "all",
    beginning: Annotated[
        str | None, Query(max_length=200, description="Of one field: the values that hold this")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 20,
) -> Response:
    """Counts beside the hits of a search; with `beginning`, a search among the values of one field."""
    if beginning is not None:
        facet = workbench.search.facets(
            fields, beginning, dataset, text=q, filters=filters, limit=limit
        )
        return as_json({"facets": {fields: _facet(facet)}})
    found = workbench.search(q, dataset, limit=0, filters=filters, facets=_facets(fields))
    return as_json({"facets": {name: _facet(each) for name, each in found.facets.items()}})


@router.get("/datasets/{dataset}/search/export", response_class=Response)
def export_search(
    workbench: Bench,
    dataset: Name,
    q: Text = "",
    filters: Filters = None,
    sort: Sort = None,
    fields: Annotated[str | None, Query(description="Only these, by comma")] = None,
    format: Annotated[Format, Query()] = "csv",
) -> Response:
    """All that is found (a million records by words), best first, as CSV, Excel, JSON lines or Parquet, streamed."""
    return _exported(workbench, dataset, q, filters, sort, fields, format)


def _exported(
    workbench: Workbench,
    dataset: str,
    q: str,
    filters: Filters,
    sort: str | None,
    fields: str | None,
    format: Format,
) -> Response:
    names = [n.strip() for n in fields.split(",")] if fields else None
    kind = FORMATS[format]
    parts = workbench.search.export(
        q, dataset, filters=filters, sort=sort, fields=names, format=format
    )
    named = f'attachment; filename="{dataset}.{kind.ending}"'
    head = {"Content-Disposition": named, "Vary": "Accept"}
    return StreamingResponse(parts, media_type=kind.mime, headers=head)


@router.post("/datasets/{dataset}/search/exports", response_model=jobs_models.Job, status_code=202)
def order_export(
    request: Request, workbench: Bench, dataset: Name, export: Annotated[models.NewExport, Body()]
) -> Response:
    """Have an export written in the background: follow the job, then fetch `search/exports/{job}/file`."""
    job = workbench.search.order_export(
        *(export.query, dataset),
        filters=export.filters,
        sort=export.sort,
        fields=export.fields,
        format=export.format,
    )
    return views.answer(views.job(request, job), 202)


@router.get("/search/exports/{job_id}", response_model=jobs_models.Job)
def get_export(request: Request, workbench: Bench, job_id: str) -> Response:
    """One of your exports: stage, rows done."""
    return views.answer(views.job(request, workbench.search.export_job(job_id)))


@router.get("/search/exports/{job_id}/file", response_class=FileResponse)
def download_export(workbench: Bench, job_id: str) -> Response:
    """The finished file; it is kept for a day."""
    path = workbench.search.export_file(job_id)
    name = f"{workbench.search.export_job(job_id).options['dataset']}{path.suffix}"
    return FileResponse(path, headers=attachment(name), media_type="application/octet-stream")


@router.delete("/search/exports/{job_id}", response_model=jobs_models.Job)
def cancel_export(request: Request, workbench: Bench, job_id: str) -> Response:
    """Stop an export, or remove its file."""
    return views.answer(views.job(request, workbench.search.cancel_export(job_id)))


@router.post("/datasets/{dataset}/search/opened", status_code=204)
def opened_hit(
    workbench: Bench, dataset: Name, hit: Annotated[models.OpenedHit, Body()]
) -> Response:
    """Say that a hit was opened; the analytics count it."""
    workbench.datasets.get(dataset)
    workbench.search.opened(hit.query_id, hit.record_id, hit.position)
    return Response(status_code=204)


@router.get("/datasets/{dataset}/search/status", response_model=models.SearchStatus)
def search_status(workbench: Bench, dataset: Name) -> Response:
    """How the index stands, and how many changes it is behind."""
    return as_json(vars(workbench.search.status(dataset)))


# ------------------------------------------------------------------ kept searches


def _kept(one: Saved) -> dict[str, Any]:
    names = models.KeptSearch.model_fields
    return {**{k: v for k, v in vars(one).items() if k in names}, "filters": as_data(one)}


@router.get("/datasets/{dataset}/searches", response_model=models.KeptSearchList)
def list_searches(workbench: Bench, dataset: Name) -> Response:
    """Your kept searches, by name."""
    workbench.datasets.get(dataset)
    return as_json({"searches": [_kept(one) for one in workbench.search.saved(dataset)]})


@router.post("/datasets/{dataset}/searches", response_model=models.KeptSearch, status_code=201)
def keep_search(
    workbench: Bench, dataset: Name, search: Annotated[models.NewSearch, Body()]
) -> Response:
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


@router.get("/searches/{search_id}/news", response_model=models.SearchNews)
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


@router.get("/search", response_model=models.SiteSearch)
def search_site(
    workbench: Bench, q: Text = "", limit: Annotated[int, Query(ge=1, le=50)] = 5
) -> Response:
    """The whole site: the first records of every dataset, uploads by file name, datasets by title."""
    found = workbench.search.everywhere(q, limit=limit)
    return as_json(
        {
            "records": {name: list(map(_line, lines)) for name, lines in found.records.items()},
            "uploads": [{"id": u.id, "filename": u.filename} for u in found.uploads],
            "datasets": [{"name": d.name, "title": d.label} for d in found.datasets],
        }
    )


@router.get("/search/analytics", response_model=models.SearchAnalytics)
def search_analytics(
    workbench: Bench,
    days: Annotated[float, Query(gt=0, le=3_650)] = 30,
    dataset: Annotated[str | None, Query(max_length=63)] = None,
) -> Response:
    """How the search was used: over time, top texts, texts without a hit, what was opened, times."""
    found = workbench.search.analytics(days=days, dataset=dataset)
    lists = {k: [vars(each) for each in getattr(found, k)] for k in ("days", "top", "nothing")}
    return as_json({**vars(found), **lists})
