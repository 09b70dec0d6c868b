"""In which form an answer goes out, by `Accept`: JSON, JSON lines, CSV, Parquet or an Arrow stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from api.downloads import attachment
from core.records.exporting import FORMATS, Format, exported
from core.records.query import Result

JSON = "application/json"
ACCEPTED: dict[str, Format | None] = {
    JSON: None,
    "application/*": None,
    "*/*": None,
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/ndjson": "jsonl",
    "text/csv": "csv",
    "text/*": "csv",
    "application/vnd.apache.parquet": "parquet",
    "application/vnd.apache.arrow.stream": "arrow",
}
CONTENT: dict[str, dict[str, object]] = {
    "application/x-ndjson": {"schema": {"type": "string", "description": "A record a line"}},
    "text/csv": {"schema": {"type": "string"}},
    "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
    "application/vnd.apache.arrow.stream": {"schema": {"type": "string", "format": "binary"}},
}


def wanted(request: Request) -> Format | None:
    """The format that the client likes best; None for JSON, also when nothing fits (RFC 9110 allows that)."""
    best, found = 0.0, None
    for part in request.headers.get("accept", "*/*").split(","):
        kind, *parameters = [each.strip().lower() for each in part.split(";")]
        weight = _weight(parameters)
        if kind in ACCEPTED and weight > best:
            best, found = weight, ACCEPTED[kind]
    return found


def _weight(parameters: Sequence[str]) -> float:
    for each in parameters:
        if each.startswith("q="):
            try:
                return float(each[2:])
            except ValueError:
                return 0.0
    return 1.0


def streamed(
    found: Result,
    names: Sequence[str],
    format: Format,
    stem: str,
    separators: str,
    headers: dict[str, str],
) -> Response:
    """An answer in a format, as a stream. The first piece is made now, so that an error is still told as one."""
    kind = FORMATS[format]
    pieces = exported(found, names, format, separators)
    first: Iterator[bytes] = iter([next(pieces, b"")])
    named = attachment(f"{stem}.{kind.ending}")
    return StreamingResponse(
        chain(first, pieces), headers={**headers, **named, "Vary": "Accept"}, media_type=kind.mime
    )
