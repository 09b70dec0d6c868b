"""Many records at once: change, delete and restore, each with a result of its own. And those that are gone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import errors, records_models, views
from api.bench import Bench, as_json
from api.paging import Count, Offset, Page, page
from core.records.bulk import MOST, Item, Outcome

router = APIRouter(tags=["records"], prefix="/datasets/{dataset}")
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]


class BulkItem(BaseModel):
    """One change. `version` is the one that was seen; without it, whatever there is."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["edit", "delete", "restore"] = "edit"
    record_id: str
    values: dict[str, Any] | None = Field(
        default=None, description="Field to value, for edit; null empties a field"
    )
    version: int | None = None


class BulkBody(BaseModel):
    """Up to 1,000 changes."""

    model_config = ConfigDict(extra="forbid")

    items: list[BulkItem] = Field(min_length=1, max_length=MOST)


class BulkResult(BaseModel):
    """What became of one change, in the order in which they were sent."""

    record_id: str
    op: str
    status: int = Field(description="As the single request would have answered")
    version: int | None
    error: dict[str, Any] | None = Field(description="A problem document, for what was refused")


class BulkAnswer(BaseModel):
    """The results, and how many there are of both kinds."""

    done: int
    refused: int
    results: list[BulkResult]


class DeletedRecord(BaseModel):
    """A record that is gone, by its last state. `restore` brings it back."""

    record_id: str
    fields: dict[str, Any]
    deleted: records_models.Change


class DeletedList(Page):
    """Records that are not there any more, the newest first."""

    records: list[DeletedRecord]


@router.post("/records/bulk", response_model=BulkAnswer)
def change_records(workbench: Bench, dataset: Name, body: Annotated[BulkBody, Body()]) -> Response:
    """Change, delete and restore many records. What is refused stands beside what was done; nothing is taken back for it."""
    items = [Item(i.op, i.record_id, i.values, i.version) for i in body.items]
    found = workbench.records.edit_many(dataset, items)
    refused = sum(1 for each in found if each.error)
    return as_json(
        {
            "done": len(found) - refused,
            "refused": refused,
            "results": [_result(each) for each in found],
        }
    )


def _result(each: Outcome) -> dict[str, Any]:
    status = each.status if each.error else 204 if each.op == "delete" else 200
    problem = errors.document(each.error, each.status) if each.error else None
    return {**vars(each), "status": status, "error": problem}


@router.get("/deleted", response_model=DeletedList)
def list_deleted(
    request: Request,
    workbench: Bench,
    dataset: Name,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    offset: Offset = 0,
    count: Count = False,
) -> Response:
    """Records that were deleted and not restored, the newest first, with their last values."""
    workbench.datasets.get(dataset)
    found = workbench.records.deleted(dataset, limit=limit + 1, offset=offset)
    total = (lambda: workbench.records.count_deleted(dataset)) if count else None
    return as_json(
        {
            **page(request, found, limit, offset, total),
            "records": [
                {
                    "record_id": each.record_id,
                    "fields": {name: old for name, (old, _) in each.fields.items()},
                    "deleted": views.change(each).model_dump(),
                }
                for each in found[:limit]
            ],
        }
    )
