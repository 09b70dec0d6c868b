"""The feed: every change of a dataset in the order of its commits, to be followed by a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from api import negotiating, records_models, versions, views
from api.bench import Bench, as_json
from api.paging import Count
from core.errors import BadQuery
from core.history.feed import Entry, Position
from core.records.export import csv_bytes

router = APIRouter(tags=["records"], prefix="/datasets/{dataset}")
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]
_COLUMNS = ("act", "record_id", "version", "kind", "field", "old", "new", "upload_id", "row")


class FeedEntry(records_models.Change):
    """One change. `act` counts the commits of the dataset, without gaps."""

    act: int
    record_id: str


class Feed(BaseModel):
    """Changes behind a position, the oldest first."""

    changes: list[FeedEntry]
    last: int = Field(description="The number of the dataset's newest act")
    total: int | None = Field(description="With `count=true`: how many are behind `after` in all")
    cursor: str | None = Field(description="Behind the last change here; send it as `after`")
    next: str | None = Field(description="Address of what follows; null at the end")


@router.get(
    "/changes",
    response_model=Feed,
    responses={
        200: {"content": {k: negotiating.CONTENT[k] for k in ("application/x-ndjson", "text/csv")}}
    },
)
def read_feed(
    request: Request,
    workbench: Bench,
    dataset: Name,
    etag: Annotated[str, Depends(versions.of_dataset)],
    after: Annotated[
        str,
        Query(
            max_length=100, description="The number of an act, or a `cursor`; 0 is the beginning"
        ),
    ] = "0",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
    count: Count = False,
) -> Response:
    """What changed behind a position, oldest first: old and new value of each field, by whom, from which upload.

    Keep `cursor`, and ask again with it as `after`: no change comes twice and none is left out. With `Accept:
    application/x-ndjson` it is a change a line, with `text/csv` a field a line; the position is in the header
    `Marquee-Cursor`, and with `count=true` the total in `Marquee-Total`.
    """
    place = _position(after)
    found = workbench.history.feed(dataset, place, limit=limit)
    last = workbench.history.acts().get(dataset, 0)
    cursor = _cursor(found[-1].position) if found else None
    total = workbench.history.count_changes(dataset, place) if count else None
    head = {**versions.headers(etag), "Vary": "Accept", "Marquee-Cursor": cursor or after}
    if total is not None:
        head["Marquee-Total"] = str(total)
    format = negotiating.wanted(request)
    if format == "csv":
        rows = csv_bytes(_COLUMNS, _rows(found))
        return StreamingResponse(rows, headers=head, media_type="text/csv; charset=utf-8")
    entries = [_entry(each) for each in found]
    if format is not None:
        lines = b"".join(orjson.dumps(e, default=str, option=_LINE) for e in entries)
        return Response(lines, headers=head, media_type="application/x-ndjson")
    url = request.url.include_query_params(after=cursor, limit=limit)
    following = f"{url.path}?{url.query}" if len(found) == limit else None
    body = {"changes": entries, "last": last, "total": total, "cursor": cursor, "next": following}
    return as_json(body, headers=head)


_LINE = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def _entry(each: Entry) -> dict[str, Any]:
    told = views.change(each.change).model_dump()
    return {"act": each.act, "record_id": each.change.record_id, **told}


def _rows(found: list[Entry]) -> Iterator[list[Any]]:
    for each in found:
        change = each.change
        place = [each.act, change.record_id, change.version, change.kind]
        for field, (old, new) in change.fields.items() or [("", (None, None))]:
            yield [*place, field, old, new, change.upload_id, change.row]


def _cursor(place: Position) -> str:
    return f"{place.act}.{place.record_id}.{place.version}"


def _position(text: str) -> Position:
    act, _, rest = text.partition(".")
    record_id, _, version = rest.partition(".")
    if not (act.isdecimal() and len(act) < 18) or (rest and not version.isdecimal()):
        raise BadQuery(f"{text!r} is no position", hint="A number, or the cursor of an answer.")
    if not rest:
        return Position(int(act))
    return Position(int(act), _uuid(record_id), int(version[:9]))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise BadQuery(f"{text!r} is no position", hint="The cursor of an answer.") from error
