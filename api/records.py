"""Records: filter, page, export, edit with versions, history and sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request
from starlette.responses import Response

from api import negotiating, records_models as models, questions, versions, views
from api.bench import Bench, as_json, link
from api.downloads import streamed_csv
from core.errors import BadValue, NotFound, VersionMismatch, VersionMissing
from core.records.export import columns
from core.records.exporting import Format
from core.records.lines import csv_records
from core.storage.ids import check_id
from core.workbench import Workbench

router = APIRouter(tags=["records"], prefix="/datasets/{dataset}")
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]
IfMatch = Annotated[
    str | None, Header(description="The record's ETag; `*` for whatever version there is")
]
_FILTERS = [
    {
        "name": "field.op",
        "in": "query",
        "required": False,
        "description": "Filters, any number: `nationality=Japan`, `birth_date.ge=1970`,"
        " `occupations=singer` (has it), `mbti.in=INFJ,INTJ`, `image_url.empty=true`. Operators:"
        " eq ne lt le gt ge contains starts in has empty",
        "schema": {"type": "string"},
    }
]
Q = Annotated[str | None, Query(max_length=500, description="Words that must all occur")]
Sort = Annotated[
    str | None,
    Query(
        description="Fields, `-` before one for descending; `name:sv` sorts a text as a language does"
    ),
]
Fields = Annotated[str | None, Query(description="Only these, by comma")]
Filters = Annotated[
    str | None,
    Query(
        max_length=100_000,
        description='A tree as JSON: {"all": [{"field": "mbti", "op": "eq", "value": "INTJ"}]}; also any, not',
    ),
]
Etag = Annotated[str, Depends(versions.of_dataset)]
_ROW = {
    "content": {"application/json": {"schema": {"type": "object"}}},
    "description": "The record",
}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """A record as it is answered: without the inner key, extra columns as an object."""
    view = {name: value for name, value in record.items() if name not in questions.HIDDEN}
    if isinstance(view.get("_extra"), str):
        view["_extra"] = json.loads(view["_extra"])
    return view


def _record(request: Request, workbench: Workbench, record: dict[str, Any]) -> Response:
    tag = versions.of_record(request, workbench, record["_version"])
    return as_json(shown(record), headers={"ETag": tag})


# ------------------------------------------------------------------ many


@router.get(
    "/records",
    response_model=models.RecordPage,
    responses={200: {"content": negotiating.CONTENT}},
    openapi_extra={"parameters": _FILTERS},
)
def list_records(
    request: Request,
    workbench: Bench,
    dataset: Name,
    etag: Etag,
    q: Q = None,
    sort: Sort = None,
    fields: Fields = None,
    filters: Filters = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: Annotated[
        str | None, Query(max_length=20_000, description="From the page before")
    ] = None,
    count: Annotated[bool, Query(description="Say how many fit in all")] = False,
) -> Response:
    """A page of records. Follow `next` until it is null: every record comes exactly once.

    With `Accept: application/x-ndjson`, `text/csv`, `application/vnd.apache.parquet` or
    `application/vnd.apache.arrow.stream` the answer is all that fit, as a stream, without pages.
    """
    definition = workbench.datasets.get(dataset)
    asked = questions.parse(request, definition)
    format = negotiating.wanted(request)
    if format is not None:
        return _everything(workbench, dataset, asked, format, bool(fields), etag)
    rows = list(
        workbench.records(
            dataset,
            where=asked.condition,
            search=asked.search,
            order_by=asked.order,
            fields=asked.fetched,
            limit=limit + 1,
            after=asked.after(cursor),
        ).rows()
    )
    more = asked.cursor(rows[limit - 1]) if len(rows) > limit else None
    following = _next(request, more) if more else None
    page = {
        "records": [shown(questions.prune(row, asked.fields)) for row in rows[:limit]],
        "total": (
            workbench.records.count(dataset, where=asked.condition, search=q) if count else None
        ),
        "cursor": more,
        "next": following,
    }
    links = {"Link": f'<{following}>; rel="next"'} if following else {}
    head = {**versions.headers(etag), "Vary": "Accept", **links}
    return as_json(page, headers=head)


def _everything(
    workbench: Workbench,
    dataset: str,
    asked: questions.Question,
    format: Format,
    chosen: bool,
    etag: str,
) -> Response:
    definition = workbench.datasets.get(dataset)
    names = list(asked.fields) if chosen else columns(definition)
    workbench.records.note_export(dataset)
    found = workbench.records(
        dataset, where=asked.condition, search=asked.search, order_by=asked.order, fields=names
    )
    cut = definition.cleaning.list_separators
    return negotiating.streamed(found, names, format, dataset, cut, versions.headers(etag))


def _next(request: Request, cursor: str) -> str:
    url = request.url.include_query_params(cursor=cursor)
    return f"{url.path}?{url.query}"


@router.get(
    "/records.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "The records"}},
    openapi_extra={"parameters": _FILTERS},
)
def export_records(
    request: Request,
    workbench: Bench,
    dataset: Name,
    q: Q = None,
    sort: Sort = None,
    fields: Fields = None,
    filters: Filters = None,
) -> Response:
    """All records that fit, as CSV, streamed. Cells that act as formulas are made harmless.

    With `record_id`, which is there unless `fields` leaves it out, the file comes back as it went out.
    """
    definition = workbench.datasets.get(dataset)
    asked = questions.parse(request, definition, questions.RESERVED)
    names = list(asked.fields) if fields else columns(definition)
    workbench.records.note_export(dataset)
    found = workbench.records(
        dataset, where=asked.condition, search=q, order_by=asked.order, fields=names
    )
    return streamed_csv(
        f"{dataset}.csv", csv_records(found, names, definition.cleaning.list_separators)
    )


# ------------------------------------------------------------------ one


@router.get(
    "/records/{record_id}",
    responses={200: _ROW, 307: {"description": "It was merged: `Location` is what it is part of"}},
)
def get_record(
    request: Request,
    workbench: Bench,
    dataset: Name,
    record_id: str,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """One record. Its ETag is its version; send it as If-Match with a change."""
    record = workbench.record(dataset, record_id)
    if record["record_id"] != check_id(record_id, "record"):
        place = link(request, f"/datasets/{dataset}/records/{record['record_id']}")
        return Response(status_code=307, headers={"Location": place})
    answer = _record(request, workbench, record)
    answer.headers["Cache-Control"] = "no-cache"
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    if answer.headers["ETag"] in tags:
        return Response(status_code=304, headers={"ETag": answer.headers["ETag"]})
    return answer


@router.patch("/records/{record_id}", responses={200: _ROW})
def edit_record(
    request: Request,
    workbench: Bench,
    dataset: Name,
    record_id: str,
    body: Annotated[
        dict[str, Any],
        Body(description="Field to value; null empties a field", examples=[{"mbti": "INFJ"}]),
    ],
    if_match: IfMatch = None,
) -> Response:
    """Change fields of a record (JSON merge). Checked as an import is; every fault is told at once."""
    definition = workbench.datasets.get(dataset)
    unknown = [name for name in body if name not in definition.field_names]
    if unknown:
        names = ", ".join(definition.field_names)
        raise BadValue(f"{dataset} has no field {unknown[0]!r}", hint=f"Fields: {names}.")
    for name, value in body.items():
        if isinstance(value, dict) or (isinstance(value, list) and not all(map(_plain, value))):
            raise BadValue(f"{name} takes text, a number, true, false, null or a list of texts")
    version = _version(workbench, dataset, record_id, if_match, body)
    return _record(request, workbench, workbench.edit(dataset, record_id, body, version=version))


def _plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool))


@router.delete("/records/{record_id}", status_code=204, response_class=Response)
def delete_record(
    workbench: Bench, dataset: Name, record_id: str, if_match: IfMatch = None
) -> Response:
    """Delete a record. History keeps it whole; `restore` brings it back."""
    version = _version(workbench, dataset, record_id, if_match)
    workbench.records.delete(dataset, record_id, version=version)
    return Response(status_code=204)


def _version(
    workbench: Workbench,
    dataset: str,
    record_id: str,
    if_match: str | None,
    fields: Iterable[str] = (),
) -> int | None:
    """The version that a change is meant for; None for any."""
    if if_match is None:
        workbench.record(dataset, record_id)  # 404 comes before 428
        raise VersionMissing("a change needs the header If-Match")
    tags = versions.plain(if_match)
    if "*" in tags:
        return None
    present = int(workbench.record(dataset, record_id)["_version"])
    if f'"{present}"' in tags:
        return present
    numbers = [int(tag[1:-1]) for tag in tags if re.fullmatch(r'"\d{1,9}"', tag)]
    if numbers:
        raise workbench.records.mismatch(dataset, record_id, max(numbers), fields)
    raise VersionMismatch(
        f"you saw version {if_match}, and it is at version {present} now", version=present
    )


@router.post("/records/{record_id}/restore", responses={200: _ROW})
def restore_record(request: Request, workbench: Bench, dataset: Name, record_id: str) -> Response:
    """Bring a deleted record back as it was."""
    return _record(request, workbench, workbench.records.restore(dataset, record_id))


@router.get("/records/{record_id}/history", response_model=models.History)
def get_history(workbench: Bench, dataset: Name, record_id: str, etag: Etag) -> Response:
    """Every version of a record, the newest first, with old and new values. Also of deleted ones."""
    found = workbench.history(dataset, record_id)
    if not found:
        raise NotFound(f"there never was a record {record_id!r} in {dataset}")
    told = {"changes": [views.change(change).model_dump() for change in found]}
    return as_json(told, headers=versions.headers(etag))


@router.get("/records/{record_id}/sources", response_model=models.Sources)
def get_sources(workbench: Bench, dataset: Name, record_id: str, etag: Etag) -> Response:
    """Field by field: which change, from which row of which file, gave the present value."""
    found = workbench.history.sources(dataset, record_id).items()
    return as_json(
        {
            "sources": {
                field: {"value": source.value, "change": views.change(source.change).model_dump()}
                for field, source in found
            }
        },
        headers=versions.headers(etag),
    )
