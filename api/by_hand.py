"""Records by hand beside editing: a new one, an edit undone, a version brought back; figures of fields; saved views."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import views
from api.bench import Bench, as_json
from api.models import Answer
from api.records import shown
from core.records.filters import read

router = APIRouter(tags=["records"], prefix="/datasets/{dataset}")
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]
Version = Annotated[int, Query(ge=1, description="A version of the history")]
_ROW: dict[str, Any] = {
    "content": {"application/json": {"schema": {"type": "object"}}},
    "description": "The record",
}


class FieldStatistics(Answer):
    """Of one field over the records that fit. `top`: the most frequent values with their counts."""

    field: str
    filled: int
    empty: int
    distinct: int = Field(description="About so many different ones")
    top: list[tuple[Any, int]]
    least: Any
    greatest: Any
    bins: list[int] = Field(description="Of a number: how many lie in each of equal parts")


class Statistics(Answer):
    """Field by field."""

    fields: list[FieldStatistics]


class View(Answer):
    """A saved view: what the page has in its address."""

    name: str
    definition: dict[str, Any]


class ViewList(Answer):
    """One's own views, by name."""

    views: list[View]


class ViewBody(BaseModel):
    """What is asked: q, f, where, sort, size, cols."""

    model_config = ConfigDict(extra="forbid")

    definition: dict[str, Any]


def _row(record: dict[str, Any], status: int = 200) -> Response:
    return as_json(shown(record), status, {"ETag": f'"{record["_version"]}"'})


@router.post("/records", status_code=201, responses={201: _ROW})
def create_record(
    workbench: Bench,
    dataset: Name,
    body: Annotated[dict[str, Any], Body(examples=[{"name": "Ada Lovelace", "mbti": "INTJ"}])],
) -> Response:
    """A record that somebody types: cleaned and checked like a row of a file; it can be taken back like an import."""
    return _row(workbench.records.new(dataset, body), 201)


@router.post("/records/{record_id}/undo", responses={200: _ROW})
def undo_record_edit(workbench: Bench, dataset: Name, record_id: str, version: Version) -> Response:
    """Give the fields that a version changed the values that they had before."""
    return _row(workbench.records.undo_edit(dataset, record_id, version))


@router.post("/records/{record_id}/back", responses={200: _ROW})
def bring_version_back(
    workbench: Bench, dataset: Name, record_id: str, version: Version
) -> Response:
    """Bring the values of a version back, as an edit."""
    return _row(workbench.records.back_to(dataset, record_id, version))


@router.get("/statistics", response_model=Statistics)
def get_statistics(
    workbench: Bench,
    dataset: Name,
    filter: Annotated[str | None, Query(description="A tree of conditions as JSON")] = None,
    search: str | None = None,
    fields: Annotated[str | None, Query(description="Names with commas; none: all")] = None,
) -> Response:
    """Figures of each field over the records that fit: values with counts, empty ones, from where to where."""
    names = [n.strip() for n in fields.split(",") if n.strip()] if fields else ()
    found = workbench.records.statistics(dataset, where=read(filter), search=search, fields=names)
    return views.answer(Statistics(fields=[FieldStatistics.model_validate(s) for s in found]))


@router.get("/views", response_model=ViewList)
def list_record_views(workbench: Bench, dataset: Name) -> Response:
    """Your saved views of the records; the one without a name is how you left the table."""
    found = [View.model_validate(v) for v in workbench.records.views(dataset)]
    return views.answer(ViewList(views=found))


@router.put("/views/{name}", response_model=View)
def save_record_view(
    workbench: Bench, dataset: Name, name: Annotated[str, Path(max_length=80)], body: ViewBody
) -> Response:
    """Keep a view under a name."""
    return views.answer(
        View.model_validate(workbench.records.save_view(dataset, name, body.definition))
    )


@router.delete("/views/{name}", status_code=204)
def remove_record_view(workbench: Bench, dataset: Name, name: str) -> Response:
    """Forget a view."""
    workbench.records.remove_view(dataset, name)
    return Response(status_code=204)
