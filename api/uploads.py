"""Uploads: bring a file, see what it would do, import it, take it back."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import errors, jobs_models, preferring, receiving, uploads_models as models, views
from api.bench import Bench, as_json, bench, link
from api.preferring import Prefer, asynchronous
from core.errors import BadQuery, Conflict, InputError
from core.ingest.idempotency import Receipt, Request as Keyed
from core.ingest.uploads import STATUSES, Upload
from core.jobs.table import Job
from core.workbench import ImportRequest, Workbench

router = APIRouter(tags=["uploads"])
Wait = Annotated[float, Query(ge=0, le=60, description="Seconds to wait for the end before 202")]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]
Status = Literal[STATUSES]  # type: ignore[valid-type]
KINDS = {"new": "insert", "changed": "update", "deleted": "delete"}
_BODY = {
    "required": True,
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
    },
}
ACCEPTED = {"model": jobs_models.Job, "description": "Still at work: poll the job in Location"}


# ------------------------------------------------------------------ bring a file


@router.post(
    "/uploads",
    status_code=201,
    response_model=models.Upload,
    responses={202: ACCEPTED},
    openapi_extra={"requestBody": _BODY},
)
async def create_upload(
    request: Request,
    options: Annotated[receiving.Options, Query()],
    idempotency_key: Annotated[
        str | None, Header(description="The same key and request again: the same upload")
    ] = None,
    prefer: Prefer = None,
) -> Response:
    """Bring a file: the body itself, or a form with a part `file`. It is streamed to disk.

    With `commit=true` it is imported. With `commit=false` the answer is a preview: counts, mapping,
    problems. 201 means that it is finished; 202 that a job goes on. A file that cannot be taken is
    answered with its error and the upload's id. Bytes that are imported already: 409.
    """
    workbench = await run_in_threadpool(bench, request)
    key = _key(idempotency_key)
    await run_in_threadpool(_known, workbench, options, key)
    arrived = await receiving.receive(request, options, workbench.settings)
    receipt = await run_in_threadpool(_open, workbench, arrived, key)
    kind = "import" if arrived.options.commit else "preview"
    job = await run_in_threadpool(_begin, workbench, receipt.upload, kind)
    answer = await _finished(request, workbench, receipt.upload.id, job, arrived.options.wait)
    if answer.status_code == 200:
        answer.status_code = 201
    if receipt.replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _key(key: str | None) -> str | None:
    if key is not None and not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise InputError("an Idempotency-Key is 1 to 255 printable ASCII characters")
    return key


def _known(workbench: Workbench, options: receiving.Options, key: str | None) -> None:
    # Before a gigabyte travels for nothing; a form may still name another dataset.
    if "dataset" in options.model_fields_set:
        _allowed(workbench, options, key)


def _allowed(workbench: Workbench, options: receiving.Options, key: str | None) -> None:
    """What cannot be answered, or imported, is not kept."""
    workbench.jobs.may_bring(options.dataset)
    if options.commit:
        workbench.jobs.may_import(options.dataset, key=key)


def _open(workbench: Workbench, arrived: receiving.Arrived, key: str | None) -> Receipt:
    options = arrived.options
    _allowed(workbench, options, key)
    plan: dict[str, Any] = {
        "dataset": options.dataset,
        "mode": options.mode,
        "on_error": options.on_error,
        "source_name": options.source,
        "reading": options.reading(),
        "force": options.force,
    }
    if options.confirm_deletions:
        plan["confirm_deletions"] = True
    if key is None:
        upload = workbench.uploads.receive(arrived.raw, ImportRequest(**plan))
        return Receipt(upload, replayed=False)
    asked = {**plan, "commit": options.commit, "filename": arrived.raw.filename}
    text = json.dumps([arrived.raw.sha256, asked], sort_keys=True)
    keyed = Keyed(key, hashlib.sha256(text.encode()).hexdigest())
    return workbench.uploads.receive_once(arrived.raw, keyed, ImportRequest(**plan))


@router.post("/uploads/fetch", status_code=201, response_model=models.Upload)
def fetch_upload(request: Request, workbench: Bench, body: models.FetchBody) -> Response:
    """Bring what an http or https address names. It is received; preview and commit it by its id.

    A host of the server's own network is refused (`address_refused`) unless the settings allow it.
    """
    asked = ImportRequest(
        dataset=body.dataset,
        mode=body.mode,
        on_error=body.on_error,
        source_name=body.source,
        force=body.force,
        confirm_deletions=body.confirm_deletions,
    )
    workbench.jobs.may_bring(body.dataset)  # the answer names the job of an upload as well
    upload = workbench.uploads.fetch(body.url, asked)
    where = link(request, f"/uploads/{upload.id}")
    return views.answer(views.upload(request, workbench, upload), 201, {"Location": where})


# ------------------------------------------------------------------ work and wait


def _begin(workbench: Workbench, upload: Upload, kind: str) -> Job | None:
    """The job for a file that came: a new one, or the one at work. None when it is done already."""
    if not upload.open and upload.status != "importing" and not _may_pass(upload):
        return None
    if kind == "preview" and upload.status == "previewed":
        return None
    try:
        if kind == "preview":
            return workbench.jobs.preview(upload.id)
        return workbench.jobs.submit(upload.id, kind)
    except Conflict:
        # The same request came twice at once, and the other one was first.
        jobs = [job for job in workbench.jobs(upload.id) if job.kind == kind]
        if jobs:
            return jobs[0]
        raise


def _may_pass(upload: Upload) -> bool:
    """Whether its import failed for want of a disk or the like: who repeats the request wants it again."""
    error = upload.error if upload.status == "failed" else None
    return error is not None and errors.status_of(error["code"]) >= 500


async def _finished(
    request: Request, workbench: Workbench, upload_id: str, job: Job | None, wait: float
) -> Response:
    """The upload, or its error, when the job ends in time; else 202 and where to ask."""
    deadline = time.monotonic() + preferring.wait(request, wait)
    pause = 0.01
    while job is not None and job.active:
        if time.monotonic() >= deadline:
            where = link(request, f"/jobs/{job.id}")
            return views.answer(views.job(request, job), 202, {"Location": where})
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.25)
        job = await run_in_threadpool(workbench.jobs.get, job.id)
    return await run_in_threadpool(_ended, request, workbench, upload_id, job)


def _ended(request: Request, workbench: Workbench, upload_id: str, job: Job | None) -> Response:
    upload = workbench.uploads.get(upload_id)
    where = link(request, f"/uploads/{upload_id}")
    error = job.error if job else upload.error
    if error and upload.status != "imported":
        told = {"upload_id": upload_id, "upload": where, **error}
        return errors.problem(told, headers={"Location": where})
    return views.answer(views.upload(request, workbench, upload), 200, {"Location": where})


# ------------------------------------------------------------------ look


@router.get("/uploads", response_model=models.UploadList)
def list_uploads(
    request: Request,
    workbench: Bench,
    dataset: str | None = None,
    status: Status | None = None,
    kind: Literal["import", "rollback"] | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
    count: Annotated[bool, Query(description="Say how many fit in all")] = False,
) -> Response:
    """Uploads and rollbacks, the newest first."""
    found = workbench.uploads(
        dataset=dataset, status=status, kind=kind, limit=limit + 1, offset=offset
    )
    page = models.UploadList(
        uploads=[views.upload_short(request, u) for u in found[:limit]],
        total=(
            workbench.uploads.count(dataset=dataset, status=status, kind=kind) if count else None
        ),
        limit=limit,
        offset=offset,
        next=views.next_page(request, limit, offset) if len(found) > limit else None,
    )
    return views.answer(page)


@router.get("/uploads/{upload_id}", response_model=models.Upload)
def get_upload(request: Request, workbench: Bench, upload_id: str) -> Response:
    """One upload: status, counts, how it was read, mapped and cleaned, what was wrong."""
    return views.answer(views.upload(request, workbench, workbench.uploads.get(upload_id)))


@router.get("/uploads/{upload_id}/problems", response_model=models.ProblemList)
def list_problems(workbench: Bench, upload_id: str) -> Response:
    """What is wrong with the file, grouped by cause, with places and repairs."""
    found = [models.RowProblem.model_validate(p) for p in workbench.uploads.problems(upload_id)]
    return views.answer(models.ProblemList(problems=found))


@router.get("/uploads/{upload_id}/changes", response_model=models.ChangeList)
def list_changes(
    request: Request,
    workbench: Bench,
    upload_id: str,
    outcome: models.Outcome | None = None,
    field: Annotated[
        str | None, Query(description="Changed rows only: those that change this field")
    ] = None,
    search: Annotated[
        str | None, Query(max_length=1_000, description="Rows with this text in their name")
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
    count: Annotated[bool, Query(description="Say how many fit in all")] = False,
) -> Response:
    """Before the import: what the preview would do, row by row. After it: what it did.

    `field` and `search` are for the rows of a preview.
    """
    upload, total = workbench.uploads.get(upload_id), None
    if upload.kind == "rollback" or upload.status in ("imported", "rolled_back"):
        if field or search:
            hint = "After the import, ask for the records, or for the history of one."
            raise BadQuery("field and search are for rows of a preview", hint=hint)
        stage, found = "history", _history(workbench, upload, outcome, limit + 1, offset)
        if count:
            total = workbench.uploads.count_changes(upload.id, kind=KINDS.get(outcome or ""))
    else:
        preview, asked = workbench.preview(upload.id), (outcome, field, search)
        if field and field not in (known := (*preview.staged.dataset.field_names, "_extra")):
            raise BadQuery(f"there is no field {field!r}", hint=f"There are: {', '.join(known)}.")
        rows = preview.changes(outcome, limit + 1, offset, field, search)
        stage, found = "preview", [models.RowChange.model_validate(row) for row in rows]
        total = preview.number(*asked) if count else None
    following = views.next_page(request, limit, offset) if len(found) > limit else None
    return as_json(
        {
            "stage": stage,
            "changes": [change.model_dump() for change in found[:limit]],
            "total": total,
            "limit": limit,
            "offset": offset,
            "next": following,
        }
    )


def _history(
    workbench: Workbench, upload: Upload, outcome: str | None, limit: int, offset: int
) -> list[models.RowChange]:
    if outcome and outcome not in KINDS:
        raise BadQuery(
            f"the history holds no {outcome} rows",
            hint="Rows that were not imported are in quarantine.csv.",
        )
    kind = KINDS[outcome] if outcome else None
    changes = workbench.uploads.changes(upload.id, kind=kind, limit=limit, offset=offset)
    title = workbench.datasets.get(upload.dataset).title_field
    present = workbench.records(
        upload.dataset,
        where=[("record_id", "in", [c.record_id for c in changes])],
        fields=["record_id", title],
    )
    names = {row[0]: row[1] for row in ((str(a), b) for a, b in present.fetchall())}
    return [views.row_change(change, names.get(change.record_id), title) for change in changes]


# ------------------------------------------------------------------ act


@router.post("/uploads/{upload_id}/commit", response_model=models.Upload, responses={202: ACCEPTED})
async def commit_upload(
    request: Request,
    upload_id: str,
    body: Annotated[models.CommitBody | None, Body()] = None,
    wait: Wait = 10,
    prefer: Prefer = None,
) -> Response:
    """Import what was previewed, or the same with another mapping, recipe or mode.

    Without a body it does what the preview showed, or answers 409 `stale_preview` when live data
    changed since; the preview is then renewed.
    """
    workbench = await run_in_threadpool(bench, request)
    changes = body.model_dump(exclude_unset=True) if body else {}
    job = await run_in_threadpool(_commit, workbench, upload_id, changes)
    return await _finished(request, workbench, upload_id, job, wait)


def _commit(workbench: Workbench, upload_id: str, changes: dict[str, Any]) -> Job:
    # Who could not be told what came of it imports nothing.
    upload = workbench.uploads.get(upload_id)
    given = {name: value for name, value in changes.items() if value is not None}
    confirmed = bool(given.pop("confirm_deletions", False))
    as_shown = not given
    # A plan that changes opens a cancelled upload again; here nobody asked for that.
    if given and upload.status != "cancelled":
        choices = given.pop("mapping", None)
        given["confirmed"] = given.pop("remember", choices is not None)
        workbench.uploads.plan(upload_id, choices=choices, steps=given.pop("recipe", None), **given)
    return workbench.jobs.submit(upload_id, promised=as_shown, confirm_deletions=confirmed)


@router.post(
    "/uploads/{upload_id}/rollback", response_model=models.Rollback, responses={202: ACCEPTED}
)
def rollback_upload(
    request: Request,
    workbench: Bench,
    upload_id: str,
    dry_run: Annotated[bool, Query(description="Only say what would happen")] = False,
    limit: Annotated[int, Query(ge=0, le=10_000, description="Records named per outcome")] = 1_000,
    prefer: Prefer = None,
) -> Response:
    """Take an upload back: each record is reversed, kept (others vouch for it) or failed.

    With `Prefer: respond-async` it is done by a job, whose `result` link has the answer.
    """
    if asynchronous(request) and not dry_run:
        return views.accepted(request, workbench.jobs.roll_back(upload_id, limit=limit))
    found = workbench.rollback(upload_id, dry_run=dry_run, limit=limit)
    view = models.Rollback.model_validate(found)
    return views.answer(view.model_copy(update={"dry_run": dry_run}))


@router.post("/uploads/{upload_id}/cancel", response_model=models.Upload)
def cancel_upload(request: Request, workbench: Bench, upload_id: str) -> Response:
    """Stop what runs for an upload, or close one that is not imported. Nothing is left behind."""
    workbench.uploads.get(upload_id)  # who could not be told what came of it cancels nothing
    return views.answer(views.upload(request, workbench, workbench.jobs.cancel(upload_id)))


@router.post("/uploads/{upload_id}/requeue", response_model=models.Requeued)
def requeue_rows(workbench: Bench, upload_id: str, body: models.RequeueBody) -> Response:
    """Bring repaired rows of the quarantine back under the same upload."""
    found = workbench.uploads.requeue(upload_id, body.rows)
    return views.answer(models.Requeued.model_validate(found))
