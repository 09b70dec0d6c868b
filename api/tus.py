"""Resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload), for the clients that speak it.

The transfers of `transfers.py` under another protocol: what arrived is kept in pieces, also when the connection breaks.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api import queue_models as models, views
from api.bench import Bench, bench, link
from core.errors import InputError, ProtocolUnknown, UnknownFormat
from core.ingest.transfers import Transfer
from core.workbench import Workbench

router = APIRouter(tags=["uploads"])
VERSION = "1.0.0"
BYTES = "application/offset+octet-stream"
SPOKEN = {"Tus-Resumable": VERSION}
KNOWN = ("filename", "dataset", "mode", "on_error", "source", "force", "confirm_deletions", "act")
_BODY = {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
Resumable = Annotated[
    str, Header(description="The version of the protocol", examples=[VERSION], max_length=20)
]
Offset = Annotated[int, Header(ge=0, description="Where the bytes begin", examples=[0])]


@router.options("/tus", status_code=204)
def tus_abilities(workbench: Bench) -> Response:
    """What this server can do of tus: version, extensions, and how large a file may be."""
    return Response(status_code=204, headers={**SPOKEN, **_abilities(workbench)})


def _abilities(workbench: Workbench) -> dict[str, str]:
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,creation-with-upload,termination,expiration",
        "Tus-Max-Size": str(workbench.settings.max_file_mb * 1_000_000),
    }


@router.post("/tus", status_code=201, response_class=Response, openapi_extra={"requestBody": _BODY})
async def tus_create(
    request: Request,
    upload_length: Annotated[int, Header(ge=0, description="Bytes", examples=[1_000])],
    tus_resumable: Resumable = VERSION,
    upload_metadata: Annotated[
        str,
        Header(
            max_length=8_000,
            description="Pairs of a name and base64 by comma: filename, dataset, mode, on_error, source, force,"
            " confirm_deletions, act (`import`, or `preview`, the default)",
            examples=["filename cGVvcGxlLmNzdg==,act aW1wb3J0"],
        ),
    ] = "",
) -> Response:
    """Begin with a file, by tus; bytes may come along. `Location` is where it goes on."""
    _checked(tus_resumable)
    workbench = await run_in_threadpool(bench, request)
    given = _started(upload_length, upload_metadata)
    options = given.model_dump(exclude={"filename", "size"}, exclude_none=True)
    made = await run_in_threadpool(
        lambda: workbench.transfers.start(given.filename, given.size, **options)
    )
    where = {"Location": link(request, f"/tus/{made.id}")}
    more: dict[str, str] = {}
    if request.headers.get("content-type", "").split(";")[0] == BYTES:
        made, more = await _taken(request, workbench, made, made.received)
    return Response(status_code=201, headers={**_state(made), **where, **more})


@router.get("/tus/{transfer_id}", response_model=models.Transfer)
def tus_state(request: Request, workbench: Bench, transfer_id: str) -> Response:
    """How far a file is (`Upload-Offset`); clients of tus ask by HEAD. `Upload-Link` is the upload when it is whole."""
    found = workbench.transfers.get(transfer_id)
    headers = {**_state(found), "Cache-Control": "no-store"}
    if found.opened:
        headers["Upload-Link"] = link(request, f"/uploads/{found.opened}")
    return views.answer(models.Transfer.model_validate(found), 200, headers)


@router.patch("/tus/{transfer_id}", status_code=204, openapi_extra={"requestBody": _BODY})
async def tus_append(
    request: Request,
    transfer_id: str,
    upload_offset: Offset,
    tus_resumable: Resumable = VERSION,
) -> Response:
    """The next bytes. With the last of them an upload is opened and put into the queue: `Upload-Link`."""
    _checked(tus_resumable)
    if request.headers.get("content-type", "").split(";")[0] != BYTES:
        raise UnknownFormat(f"the bytes of a file come as {BYTES}", hint="Set Content-Type.")
    workbench = await run_in_threadpool(bench, request)
    transfer = await run_in_threadpool(workbench.transfers.get, transfer_id)
    done, more = await _taken(request, workbench, transfer, upload_offset)
    return Response(status_code=204, headers={**_state(done), **more})


@router.delete("/tus/{transfer_id}", status_code=204)
def tus_terminate(workbench: Bench, transfer_id: str) -> Response:
    """Forget a file that is on its way."""
    workbench.transfers.discard(transfer_id)
    return Response(status_code=204, headers=SPOKEN)


async def _taken(
    request: Request, workbench: Workbench, transfer: Transfer, offset: int
) -> tuple[Transfer, dict[str, str]]:
    """Keep what comes, piece by piece; what arrived before a connection broke counts. Opens the upload at the end."""
    gathered = bytearray()

    async def keep() -> None:
        nonlocal transfer, offset
        piece = bytes(gathered)
        gathered.clear()
        checksum = hashlib.sha256(piece).hexdigest()
        put: Callable[..., Transfer] = workbench.transfers.put
        transfer = await run_in_threadpool(put, transfer.id, offset, checksum, [piece])
        offset += len(piece)

    try:
        async for part in request.stream():
            gathered += part
            if len(gathered) >= transfer.chunk:
                await keep()
    except ClientDisconnect:
        if gathered:
            await keep()
        raise
    await keep()
    if not transfer.complete:
        return transfer, {}
    entry = await run_in_threadpool(workbench.transfers.finish, transfer.id)
    return transfer, {"Upload-Link": link(request, f"/uploads/{entry.upload.id}")}


def _checked(version: str) -> None:
    if version != VERSION:
        told = {**SPOKEN, "Tus-Version": VERSION}
        raise ProtocolUnknown(f"the client speaks tus {version[:20]}", headers=told)


def _started(length: int, given: str) -> models.StartBody:
    try:
        return models.StartBody.model_validate(
            {"filename": "upload", **metadata(given), "size": length}
        )
    except ValidationError as error:
        faults = [{**e, "loc": ("Upload-Metadata", *e["loc"])} for e in error.errors()]
        raise RequestValidationError(faults) from error


def _state(transfer: Transfer) -> dict[str, str]:
    return {
        **SPOKEN,
        "Upload-Offset": str(transfer.received),
        "Upload-Length": str(transfer.size),
        "Upload-Expires": transfer.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }


def metadata(header: str) -> dict[str, Any]:
    """The pairs of `Upload-Metadata`. Raises InputError for what is no such header; other names are left alone."""
    found: dict[str, Any] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            text = base64.b64decode(value, validate=True).decode("utf-8")
        except ValueError as error:
            raise InputError(f"Upload-Metadata: {name!r} has no base64 of UTF-8") from error
        if name in KNOWN:
            found[name] = text
    return found
