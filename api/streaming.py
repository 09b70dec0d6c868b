"""Events as they happen (server-sent events): the audit trail, acts of datasets, and how far jobs are.

`Last-Event-ID` goes on where a client was: the id has the number of the last event and of each dataset's last act, so
nothing is left out and nothing comes twice, however long the client was away.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api import entry, service_models, views
from api.bench import REQUEST, bench
from core.errors import BadQuery, Busy, Forbidden, MarqueeError, NotAllowed
from core.workbench import Workbench

router = APIRouter(tags=["service"])
MOST = 50  # streams of one process
PAUSE = 1.0  # seconds between two looks
SILENCE = 15.0  # seconds after which a comment keeps the connection open
LONGEST = 3_600.0  # seconds; the client comes again by itself
RETRY = b"retry: 3000\n\n"
_ID = re.compile(r"(\d{1,18})((?:;[a-z][a-z0-9_]{0,62}=\d{1,18}){0,200})\Z")
_open: set[int] = set()


@dataclass
class Place:
    """Where a client is: the number of an event, and of the last act of each dataset."""

    seq: int
    acts: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The id of a message."""
        return f"{self.seq}" + "".join(f";{name}={act}" for name, act in self.acts.items())


@router.get(
    "/events/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream_events(
    request: Request,
    last_event_id: Annotated[str | None, Header(description="The id of the last message")] = None,
    after: Annotated[
        str | None, Query(max_length=20_000, description="The same, where no header can be sent")
    ] = None,
    jobs: Annotated[bool, Query(description="Also tell how far jobs are")] = True,
) -> Response:
    """Server-sent events: `event` is a line of the audit trail, `changes` says that a dataset changed, `job` how far one is.

    A client that comes again with `Last-Event-ID` goes on where it was; without it, with what happens from now on.
    """
    workbench = await run_in_threadpool(bench, request)
    place = await run_in_threadpool(_place, workbench, last_event_id or after)
    if len(_open) >= MOST:
        raise Busy("too many streams of events are open", headers={"Retry-After": "10"})
    mark = id(request)
    _open.add(mark)
    parts = _parts(request, workbench, place, jobs, mark)
    head = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(parts, headers=head, media_type="text/event-stream")


def _place(workbench: Workbench, text: str | None) -> Place:
    acts = workbench.history.acts()
    if not text:
        return Place(workbench.history.last_event(), acts)
    found = _ID.match(text)
    if not found:
        raise BadQuery(f"{text[:60]!r} is the id of no message", hint="Send none to begin now.")
    seen = dict(part.split("=") for part in found[2].split(";") if part)
    return Place(int(found[1]), {name: int(seen.get(name, 0)) for name in acts})


async def _parts(
    request: Request, workbench: Workbench, place: Place, jobs: bool, mark: int
) -> AsyncIterator[bytes]:
    told: dict[str, bytes] = {}
    until, spoke = time.monotonic() + LONGEST, time.monotonic()
    try:
        yield RETRY
        while time.monotonic() < until and not workbench.services.closed:
            try:
                now = await run_in_threadpool(_as_of_now, request, workbench)
                ahead = Place(place.seq, dict(place.acts))
                part = await run_in_threadpool(_news, request, now, ahead, told, jobs)
                place = ahead
            except (Forbidden, NotAllowed):
                return
            except MarqueeError:  # such as a database that is opened anew: the next look tells it
                part = b""
            if part:
                spoke = time.monotonic()
                yield part
            elif time.monotonic() - spoke > SILENCE:
                spoke = time.monotonic()
                yield b": still here\n\n"
            if await request.is_disconnected():
                return
            await asyncio.sleep(PAUSE)
    finally:
        _open.discard(mark)


def _as_of_now(request: Request, workbench: Workbench) -> Workbench:
    """The Workbench with the rights that who opened the stream has now. Raises NotAllowed for a key that was revoked."""
    said, address = request.headers.get("authorization", ""), request.scope.get(entry.CLIENT, "")
    request.scope[entry.ACTOR] = entry.program(workbench, said, address, request.scope[REQUEST])
    return bench(request)


def _news(
    request: Request, workbench: Workbench, place: Place, told: dict[str, bytes], jobs: bool
) -> bytes:
    parts = []
    for event in workbench.history.events_behind(place.seq):
        place.seq = event.seq
        shown = service_models.Event.model_validate(event).model_dump_json().encode()
        parts.append(_message("event", shown, place))
    for name, act in workbench.history.acts().items():
        before = place.acts.get(name, 0)
        if act != before:
            place.acts[name] = act
            data = {"dataset": name, "after": min(before, act), "act": act}
            parts.append(_message("changes", orjson.dumps(data), place))
    if jobs and workbench.services.access.may(workbench.actor, "jobs.read"):
        parts += _jobs(request, workbench, told)
    return b"".join(parts)


def _jobs(request: Request, workbench: Workbench, told: dict[str, bytes]) -> list[bytes]:
    """Jobs whose progress is another one than was told; those that ended before are not told."""
    parts = []
    for job in workbench.jobs(limit=20):
        shown = views.job(request, job).model_dump_json().encode()
        known = told.get(job.id)
        if shown != known and (job.active or known is not None):
            parts.append(_message("job", shown))
        told[job.id] = shown
    return parts


def _message(kind: str, data: bytes, place: Place | None = None) -> bytes:
    head = f"id: {place.text}\n" if place else ""
    return f"event: {kind}\n{head}data: ".encode() + data + b"\n\n"
