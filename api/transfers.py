"""Large files in chunks: a connection that breaks costs one chunk, and a restart nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import queue_models as models, views
from api.bench import Bench, bench, link
from api.queue import entry
from api.receiving import PIECE
from core.errors import InputError

router = APIRouter(tags=["uploads"])
_BYTES = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


@router.post("/transfers", status_code=201, response_model=models.Transfer)
def start_transfer(request: Request, workbench: Bench, body: models.StartBody) -> Response:
    """Begin with a file that comes in chunks. What would be refused at the end is refused here."""
    options = body.model_dump(exclude={"filename", "size"}, exclude_none=True)
    made = workbench.transfers.start(body.filename, body.size, **options)
    where = link(request, f"/transfers/{made.id}")
    return views.answer(models.Transfer.model_validate(made), 201, {"Location": where})


@router.get("/transfers", response_model=models.TransferList)
def list_transfers(workbench: Bench) -> Response:
    """Your files that are on their way."""
    found = [models.Transfer.model_validate(t) for t in workbench.transfers(mine=True)]
    return views.answer(models.TransferList(transfers=found))


@router.get("/transfers/{transfer_id}", response_model=models.Transfer)
def get_transfer(workbench: Bench, transfer_id: str) -> Response:
    """How many bytes are safe: the next chunk begins there."""
    return views.answer(models.Transfer.model_validate(workbench.transfers.get(transfer_id)))


@router.put(
    "/transfers/{transfer_id}",
    response_model=models.Transfer,
    openapi_extra={"requestBody": _BYTES},
)
async def put_chunk(
    request: Request,
    transfer_id: str,
    offset: Annotated[int, Query(ge=0, description="Where the chunk begins, in bytes")],
    sha256: Annotated[str | None, Query(pattern="^[0-9a-fA-F]{64}$")] = None,
    crc32: Annotated[str | None, Query(pattern="^[0-9a-fA-F]{8}$")] = None,
) -> Response:
    """A chunk: the body from byte `offset` of the file on, with its SHA-256 or CRC-32 in hex.

    It counts when all of it came and the checksum is right. One that does not follow is answered with 409 and
    `received`: go on from there.
    """
    workbench = await run_in_threadpool(bench, request)
    checksum = sha256 or crc32
    if checksum is None:
        raise InputError("a chunk comes with its checksum", hint="Give sha256 or crc32.")
    chunk = await run_in_threadpool(workbench.transfers.chunk, transfer_id, offset, checksum)
    try:
        gathered = bytearray()
        async for piece in request.stream():
            gathered += piece
            if len(gathered) >= PIECE:
                await run_in_threadpool(chunk.write, bytes(gathered))
                gathered.clear()
        await run_in_threadpool(chunk.write, bytes(gathered))
        done = await run_in_threadpool(chunk.finish)
    finally:
        await run_in_threadpool(chunk.abort)
    return views.answer(models.Transfer.model_validate(done))


@router.post("/transfers/{transfer_id}/finish", status_code=201, response_model=models.Entry)
def finish_transfer(
    request: Request,
    workbench: Bench,
    transfer_id: str,
    force: Annotated[bool, Query(description="Also when the bytes are imported already")] = False,
) -> Response:
    """All bytes are there: an upload is opened and put into the queue. Asked again, it answers the same."""
    done = workbench.transfers.finish(transfer_id, force=force)
    where = link(request, f"/uploads/{done.upload.id}")
    return views.answer(entry(request, done), 201, {"Location": where})


@router.delete("/transfers/{transfer_id}", status_code=204)
def discard_transfer(workbench: Bench, transfer_id: str) -> Response:
    """Forget a file that is on its way."""
    workbench.transfers.discard(transfer_id)
    return Response(status_code=204)
