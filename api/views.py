"""From what the Workbench gives to what the API answers."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from api import jobs_models, records_models, uploads_models
from api.bench import link
from api.models import FieldChange
from core.history.changes import Change
from core.ingest.uploads import Upload
from core.jobs.table import Job
from core.workbench import Workbench
from core.workbench.deferred import CHECK, ROLLBACK


def answer(view: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A model as JSON."""
    return Response(view.model_dump_json(), status, headers, "application/json")


def next_page(request: Request, limit: int, offset: int) -> str:
    """The same question, further on."""
    url = request.url.include_query_params(limit=limit, offset=offset + limit)
    return f"{url.path}?{url.query}"


def upload_links(request: Request, upload: Upload) -> dict[str, str]:
    """Where to go from an upload."""
    base = f"/uploads/{upload.id}"
    names = ["problems", "changes", "rollback"]
    if upload.kind == "import":
        names += ["commit", "cancel", "requeue", "quarantine.csv", "original"]
    found = {name.removesuffix(".csv"): link(request, f"{base}/{name}") for name in names}
    return {"self": link(request, base), **found}


def upload_short(request: Request, upload: Upload) -> uploads_models.UploadShort:
    """An upload in a list."""
    view = uploads_models.UploadShort.model_validate(upload)
    return view.model_copy(update={"links": upload_links(request, upload)})


def upload(request: Request, workbench: Workbench, upload: Upload) -> uploads_models.Upload:
    """An upload with everything that is kept about it."""
    reading = upload.reading
    jobs = workbench.jobs(upload.id, limit=1)
    links = upload_links(request, upload)
    if jobs:
        links["job"] = link(request, f"/jobs/{jobs[0].id}")
    return uploads_models.Upload(
        **upload_short(request, upload).model_dump(exclude={"links"}),
        links=links,
        mode=upload.plan.mode,
        on_error=upload.plan.on_error,
        mapping=list(upload.plan.mapping),
        table_steps=list(upload.plan.table_steps),
        recipe=reading.get("recipe", []),
        decisions=[uploads_models.Decision(**d) for d in reading.get("decisions", [])],
        notes=reading.get("notes", []),
        problems=[
            uploads_models.ProblemSummary.model_validate(p)
            for p in workbench.uploads.problems(upload.id)
        ],
        doubts=[uploads_models.Doubt(**d) for d in upload.doubts],
        waiting=workbench.uploads.waiting(upload.id),
        job=jobs[0].id if jobs else None,
    )


def job(request: Request, found: Job) -> jobs_models.Job:
    """A job with its address."""
    links = {"self": link(request, f"/jobs/{found.id}")}
    if found.upload_id:
        links["upload"] = link(request, f"/uploads/{found.upload_id}")
    if found.kind in (ROLLBACK, CHECK) and found.status == "done":
        links["result"] = link(request, f"/jobs/{found.id}/result")
    return jobs_models.Job.model_validate(found).model_copy(update={"links": links})


def accepted(request: Request, found: Job) -> Response:
    """202 with the job, where to ask for it, and how soon."""
    where = {"Location": link(request, f"/jobs/{found.id}"), "Preference-Applied": "respond-async"}
    return answer(job(request, found), 202, where)


def fields(change: Change) -> list[FieldChange]:
    """Field by field, old and new."""
    pairs = change.fields.items()
    return [FieldChange(field=f, old=old, new=new) for f, (old, new) in pairs]


_OUTCOMES = {"insert": "new", "restore": "new", "update": "changed", "delete": "deleted"}


def row_change(change: Change, title: str | None, title_field: str) -> uploads_models.RowChange:
    """A change of the history as a line of its upload."""
    old, new = change.fields.get(title_field, (None, None))
    name: Any = title if title is not None else new if new is not None else old
    return uploads_models.RowChange(
        outcome=_OUTCOMES[change.kind],
        row=change.row,
        record_id=change.record_id,
        title=None if name is None else str(name),
        version=change.version,
        fields=fields(change),
    )


def change(found: Change) -> records_models.Change:
    """A version of a record."""
    return records_models.Change(
        version=found.version,
        kind=found.kind,
        fields=fields(found),
        upload_id=found.upload_id,
        filename=found.filename,
        row=found.row,
        actor=found.actor,
        door=found.door,
        at=found.at,
        taken_back=found.taken_back,
    )
