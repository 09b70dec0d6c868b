"""ETags from the version of what is read, known before the work: who has it already is told so at once."""

from __future__ import annotations

import hashlib
import re

from fastapi import FastAPI, Request
from starlette.responses import Response

from api.bench import VIEW_AS, Bench
from api.conditional import fits
from api.entry import ACTOR
from core.workbench import Workbench

_PART = re.compile(r'\.[0-9a-f]{12}"\Z')  # of a record's tag: what somebody sees of it


class Unchanged(Exception):
    """The client has the present version already."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def tag(request: Request, version: object) -> str:
    """The tag of an answer: the version of what it shows, the question, the form, and who may see what."""
    actor = request.scope[ACTOR]
    form = f"{request.headers.get('accept', '')} {request.headers.get(VIEW_AS, '')}"
    text = f"{version} {request.url.path}?{request.url.query} {form} {actor.scope}"
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def of_record(request: Request, workbench: Workbench, version: int) -> str:
    """The tag of a record: its version, and what somebody sees of it where that is not all."""
    if not workbench.access.seen_in_part():
        return f'"{version}"'
    seen = workbench.services.access.revision
    view_as = request.headers.get(VIEW_AS, "")
    text = f"{seen} {request.scope[ACTOR].scope} {view_as}"
    return f'"{version}.{hashlib.sha256(text.encode()).hexdigest()[:12]}"'


def plain(tags: str) -> list[str]:
    """The tags of a header; those of records as their versions alone."""
    return [_PART.sub('"', tag.strip()) for tag in tags.split(",")]


def of_dataset(request: Request, workbench: Bench, dataset: str) -> str:
    """A dependency: the tag of what only changes with the records of a dataset. Raises Unchanged.

    It is read before the records: should they change meanwhile, the tag is too old, never too new.
    """
    seen = workbench.services.access.revision  # another one when roles see something else
    found = tag(request, f"{workbench.datasets.version(dataset)} {seen}")
    if fits(request.headers.get("if-none-match"), found):
        raise Unchanged(found)
    return found


def headers(etag: str) -> dict[str, str]:
    """The headers of an answer with this tag."""
    return {"ETag": etag, "Cache-Control": "private, no-cache"}


def install(app: FastAPI) -> None:
    """Let Unchanged be answered with 304."""
    app.add_exception_handler(Unchanged, _unchanged)


def _unchanged(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Unchanged)  # nosec B101
    return Response(status_code=304, headers=headers(error.tag))
