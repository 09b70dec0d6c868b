"""A file on its way in: from the network to disk in pieces, never held in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from api.models import CONFIRM
from core.cleaning.plan import Mode, OnError
from core.datasets.registry import DEFAULT
from core.errors import FileTooLarge, InputError, MarqueeError
from core.files.source import KINDS, Overrides
from core.files.store import RawFile, Receiving
from core.settings import Settings

PIECE = 1 << 20  # bytes gathered before the disk is bothered
FIELD_LIMIT = 64_000  # bytes of one form field
FIELDS = 40
DRAIN = 32_000_000  # bytes read and dropped after a refusal, so that the client sees the answer


def _field(decision: dataclasses.Field[Any]) -> Any:
    kind = KINDS.get(decision.name, str)
    limits: dict[str, Any] = {str: {"max_length": 200}, int: {"ge": 0}}.get(kind, {})
    return (kind | None, Field(None, description=decision.metadata["help"], **limits))


# The reading decisions, as the reader itself lists them.
Reading: type[BaseModel] = create_model(
    "Reading",
    __config__=ConfigDict(extra="forbid"),
    **{each.name: _field(each) for each in dataclasses.fields(Overrides)},
)


class Options(Reading):
    """What to do with the file. In a form, fields of these names do the same."""

    filename: str | None = Field(
        None, max_length=1_000, description="Its name; a form brings its own"
    )
    dataset: str = Field(DEFAULT, max_length=63)
    mode: Mode = Field(
        "upsert",
        description="upsert: add and change; insert: records that exist are rejected;"
        " replace: records of this source that the file lacks are deleted",
    )
    on_error: OnError = Field(
        "quarantine",
        description="quarantine: rows with errors wait, the rest is imported; refuse: all or nothing",
    )
    commit: bool = Field(True, description="false: only a preview; live data is not touched")
    source: str | None = Field(
        None, max_length=200, description="Whose data this is (default: the file's name)"
    )
    force: bool = Field(False, description="Import the same bytes again")
    confirm_deletions: bool = Field(False, description=CONFIRM)
    wait: float = Field(10, ge=0, le=60, description="Seconds to wait for the end before 202")

    def reading(self) -> dict[str, Any]:
        """The reading decisions that were given."""
        return self.model_dump(include=set(Reading.model_fields), exclude_none=True)


@dataclass(frozen=True)
class Arrived:
    """A file that is safe on disk, and what to do with it."""

    raw: RawFile
    options: Options


class Body(Protocol):
    """Takes the bytes of a request. `write`, `finish` and `abort` may block."""

    def write(self, data: bytes) -> None: ...

    def finish(self) -> Arrived: ...

    def abort(self) -> None: ...


class Plain:
    """The body is the file."""

    def __init__(self, options: Options, settings: Settings) -> None:
        self.options = options
        self.file = receiving(options.filename or "upload", settings)
        self.write, self.abort = self.file.write, self.file.abort

    def finish(self) -> Arrived:
        """Everything came."""
        return Arrived(self.file.finish(), self.options)


class Form:
    """multipart/form-data with the file in a part called `file`."""

    def __init__(self, boundary: bytes, options: Options, settings: Settings) -> None:
        self.options, self.settings = options, settings
        self.file: Receiving | None = None
        self.fields: dict[str, bytearray] = {}
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._field: str | None = None
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, a, b: self._header[0].extend(data[a:b]),
                "on_header_value": lambda data, a, b: self._header[1].extend(data[a:b]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._opened,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def write(self, data: bytes) -> None:
        """Take the next bytes. Raises InputError for what is no form."""
        try:
            self._parser.write(data)
        except MultipartParseError as error:
            raise InputError(f"the form cannot be read: {error}") from error

    def finish(self) -> Arrived:
        """Everything came. Query parameters win over fields of the form."""
        if not self._whole:
            raise InputError("the form ends in the middle")
        if self.file is None:
            raise InputError("the form has no part called 'file'", hint="Send -F file=@people.csv.")
        fields = {
            name: bytes(text).decode("utf-8", "replace") for name, text in self.fields.items()
        }
        given = self.options.model_dump(exclude_unset=True)
        try:
            options = Options.model_validate({**fields, **given})
        except ValidationError as error:
            faults = [{**e, "loc": ("form", *e["loc"])} for e in error.errors()]
            raise RequestValidationError(faults) from error
        return Arrived(self.file.finish(), options)

    def abort(self) -> None:
        """Forget it."""
        if self.file is not None:
            self.file.abort()

    def _begin(self) -> None:
        self._disposition, self._field = b"", None

    def _header_end(self) -> None:
        name, value = (bytes(part) for part in self._header)
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (bytearray(), bytearray())

    def _opened(self) -> None:
        _, found = parse_options_header(self._disposition.decode("latin-1"))
        name = _decoded(found.get(b"name", b""))
        if name != "file":
            if len(self.fields) >= FIELDS:
                raise InputError(f"the form has more than {FIELDS} fields")
            self._field = name
            self.fields[name] = bytearray()
        elif self.file is not None:
            raise InputError("the form has two parts called 'file'", hint="Send one at a time.")
        else:
            called = self.options.filename or _decoded(found.get(b"filename", b"")) or "upload"
            self.file = receiving(called, self.settings)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            assert self.file is not None  # nosec B101
            self.file.write(data[start:end])
            return
        field = self.fields[self._field]
        field += data[start:end]
        if len(field) > FIELD_LIMIT:
            raise InputError(f"the form field {self._field!r} is too long")

    def _end(self) -> None:
        self._whole = True


async def receive(request: Request, options: Options, settings: Settings) -> Arrived:
    """The request's file, synced to disk. Whatever goes wrong, nothing half-written stays."""
    stream = request.stream()
    body: Body | None = None
    try:
        _check_length(request, settings)
        body = await run_in_threadpool(_body, request, options, settings)
        async for piece in _pieces(stream):
            await run_in_threadpool(body.write, piece)
        return await run_in_threadpool(body.finish)
    except (MarqueeError, RequestValidationError):
        await drain(request, stream)
        raise
    finally:
        if body is not None:
            body.abort()


def receiving(filename: str, settings: Settings) -> Receiving:
    """A place for the bytes in the raw store. Raises UnsafePath."""
    return Receiving(
        filename=filename,
        folder=settings.data_dir,
        max_bytes=settings.max_file_mb * 1_000_000,
        min_free=settings.min_free_mb * 1_000_000,
    )


async def drain(request: Request, stream: AsyncIterator[bytes]) -> None:
    """Read on for a while: a client that still sends would take a closed connection for a failure."""
    if "expect" in request.headers:
        return  # it waits for our word before it sends
    size = 0
    async for piece in stream:
        size += len(piece)
        if size > DRAIN:
            return


def _body(request: Request, options: Options, settings: Settings) -> Body:
    kind, found = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        return Plain(options, settings)
    if not found.get(b"boundary"):
        raise InputError("the form's Content-Type names no boundary")
    return Form(found[b"boundary"], options, settings)


def _check_length(request: Request, settings: Settings) -> None:
    length = request.headers.get("content-length", "")
    limit = settings.max_file_mb * 1_000_000
    if length.isdigit() and int(length) > limit + FIELDS * FIELD_LIMIT:
        raise FileTooLarge(f"{int(length):,} bytes, and {limit:,} are allowed", limit=limit)


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    gathered = bytearray()
    async for chunk in stream:
        gathered += chunk
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", "replace")
