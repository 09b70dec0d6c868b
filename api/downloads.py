"""Files on their way out: the original as it came, and the quarantine as CSV. Never shown, only saved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import FileResponse, Response, StreamingResponse

from api.bench import Bench

router = APIRouter(tags=["uploads"])
CSV = "text/csv; charset=utf-8"
# Should a browser show the file after all, nothing in it may run.
HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox"}
_FILE = {"content": {"application/octet-stream": {}}, "description": "The file"}


def attachment(name: str) -> dict[str, str]:
    """Headers that make a browser save the file under its name (RFC 6266), whatever is in it."""
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name
    )
    full = quote(name.encode("utf-8", "replace"), safe="")
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"
    return {"Content-Disposition": disposition, **HARMLESS}


def streamed_csv(name: str, pieces: Iterator[bytes]) -> Response:
    """A CSV download. The first piece is made now, so that an error is still told as one."""
    first = next(pieces, b"")
    return StreamingResponse(chain([first], pieces), headers=attachment(name), media_type=CSV)


@router.get("/uploads/{upload_id}/original", response_class=FileResponse, responses={200: _FILE})
def download_original(workbench: Bench, upload_id: str) -> Response:
    """The file as it came, byte for byte."""
    path = workbench.uploads.original(upload_id)
    name = workbench.uploads.get(upload_id).filename
    return FileResponse(path, headers=attachment(name), media_type="application/octet-stream")


@router.get(
    "/uploads/{upload_id}/quarantine.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}, "description": "The rows"}},
)
def download_quarantine(workbench: Bench, upload_id: str) -> Response:
    """The rows that were not imported, as they stood, with their row, line and problems.

    Cells that a spreadsheet program would run as a formula have an apostrophe before them; it is taken off
    again when the repaired file comes back.
    """
    upload = workbench.uploads.get(upload_id)
    stem = upload.filename.rpartition(".")[0] or upload.filename
    return streamed_csv(f"{stem}.quarantine.csv", workbench.uploads.quarantine_csv(upload_id))
