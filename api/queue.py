"""The queue: many files at once, with what is done for each; and which dataset a file is for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import queue_models as models, views
from api.bench import Bench
from core.ingest.queue import Entry

router = APIRouter(tags=["uploads"])


def entry(request: Request, found: Entry) -> models.Entry:
    """A file of the queue."""
    shown = vars(found) | {"upload": views.upload_short(request, found.upload)}
    return models.Entry.model_validate(shown)


@router.get("/queue", response_model=models.EntryList)
def list_queue(request: Request, workbench: Bench) -> Response:
    """Files that were brought together: state, stage, share, rows per second, time left. It survives a restart."""
    return views.answer(models.EntryList(entries=[entry(request, e) for e in workbench.queue()]))


@router.post("/queue/import", response_model=models.Ids)
def import_queue(workbench: Bench, body: models.Some | None = None) -> Response:
    """Import what is ready, in the background."""
    return views.answer(models.Ids(uploads=workbench.queue.import_(body.uploads if body else None)))


@router.post("/queue/retry", response_model=models.Ids)
def retry_queue(workbench: Bench, body: models.Some | None = None) -> Response:
    """Look again at what failed; at what was cancelled where it is named."""
    return views.answer(models.Ids(uploads=workbench.queue.retry(body.uploads if body else None)))


@router.post("/queue/cancel", response_model=models.Ids)
def cancel_queue(workbench: Bench, body: models.Some | None = None) -> Response:
    """Stop what waits or runs."""
    return views.answer(models.Ids(uploads=workbench.queue.cancel(body.uploads if body else None)))


@router.post("/queue/discard", response_model=models.Ids)
def discard_queue(workbench: Bench, body: models.Some | None = None) -> Response:
    """Take files off the list. What is not imported is cancelled; what is imported stays imported."""
    return views.answer(models.Ids(uploads=workbench.queue.discard(body.uploads if body else None)))


@router.get("/uploads/{upload_id}/proposals", response_model=models.ProposalList)
def list_proposals(workbench: Bench, upload_id: str) -> Response:
    """Which dataset the rows are for, told from the content: every dataset with how well it fits."""
    found = [models.Proposal.model_validate(p) for p in workbench.uploads.proposals(upload_id)]
    return views.answer(models.ProposalList(proposals=found))


@router.put("/uploads/{upload_id}/dataset", response_model=models.Entry)
def place_upload(
    request: Request, workbench: Bench, upload_id: str, body: models.PlaceBody
) -> Response:
    """Move an open upload to another dataset, or to a new one that is made of its file. Then it is looked at."""
    dataset = body.dataset
    if body.new:
        dataset = workbench.uploads.new_dataset(upload_id, dataset, title=body.title).dataset
    placed = workbench.queue.place(upload_id, dataset or workbench.uploads.get(upload_id).dataset)
    return views.answer(entry(request, placed))


@router.get("/uploads/{upload_id}/sheets", response_model=models.SheetList)
def list_sheets(workbench: Bench, upload_id: str) -> Response:
    """The sheets of a workbook with their sizes and first rows."""
    found = [models.SheetPeek.model_validate(s) for s in workbench.uploads.sheets(upload_id)]
    return views.answer(models.SheetList(sheets=found))


@router.post("/uploads/{upload_id}/sheets", response_model=models.EntryList)
def split_upload(
    request: Request, workbench: Bench, upload_id: str, body: models.SplitBody
) -> Response:
    """Take several sheets of a workbook, each as an upload of its own."""
    made = workbench.queue.split(upload_id, body.sheets)
    return views.answer(models.EntryList(entries=[entry(request, e) for e in made]))
