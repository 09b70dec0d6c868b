"""A person everywhere: what is known of them, and forgetting them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import views
from api.bench import Bench, as_json
from api.models import Time

router = APIRouter(tags=["privacy"])
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]


class PersonFile(BaseModel):
    """A file that has rows of a person."""

    upload_id: str
    filename: str
    rows: list[int]


class PersonKnown(BaseModel):
    """Where a person is: what forgetting them takes out."""

    record_id: str
    live: bool
    versions: int
    files: list[PersonFile]
    quarantined: int
    decisions: int
    events: int
    merged: bool
    importing: list[str] = Field(description="While there are some, nobody is forgotten")


class Forget(BaseModel):
    """How a person is forgotten. It cannot be taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=1_000)
    destroy_files: bool = Field(
        False, description="Raw files that cannot be changed row by row go as a whole"
    )


class PersonForgotten(BaseModel):
    """What was done. `paper` is Markdown."""

    forgotten_id: str
    at: Time
    done: dict[str, int]
    paper: str


@router.get("/datasets/{dataset}/records/{record_id}/known", response_model=PersonKnown)
def get_known(workbench: Bench, dataset: Name, record_id: str) -> Response:
    """Where a person is. Every raw file of the dataset is read for it."""
    found = workbench.privacy.known(record_id, dataset)
    return views.answer(PersonKnown(**found.places))


@router.get(
    "/datasets/{dataset}/records/{record_id}/person",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
def export_person(workbench: Bench, dataset: Name, record_id: str) -> Response:
    """All that is known of a person, to be handed out."""
    return as_json(workbench.privacy.export(record_id, dataset).data)


@router.post("/datasets/{dataset}/records/{record_id}/forget", response_model=PersonForgotten)
def forget_person(workbench: Bench, dataset: Name, record_id: str, body: Forget) -> Response:
    """Forget a person everywhere: record, history, rows of files, quarantine, decisions, index, caches."""
    done = workbench.privacy.forget(
        record_id, dataset, reason=body.reason, destroy_files=body.destroy_files
    )
    return views.answer(
        PersonForgotten(
            forgotten_id=done.forgotten_id, at=done.at, done=done.done, paper=done.paper
        )
    )


@router.get(
    "/privacy/papers/{forgotten_id}",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}},
)
def get_paper(workbench: Bench, forgotten_id: str) -> Response:
    """The paper about somebody who was forgotten, in Markdown; it has no word about who it was."""
    return Response(workbench.privacy.paper(forgotten_id), media_type="text/markdown")
