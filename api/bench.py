"""What every route needs: the Workbench for this door, and addresses below the mount."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from starlette.responses import Response

from api.entry import ACTOR
from core.actor import Actor
from core.workbench import Workbench

REQUEST = "marquee.request"  # the id of the request, in its scope
VIEW_AS = "x-view-as"  # a role: an admin sees what it sees
_OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def bench(request: Request) -> Workbench:
    """The Workbench, acting as the API. Opening it may take a moment: not for the event loop."""
    workbench: Workbench = request.app.state.workbench()
    actor: Actor = request.scope[ACTOR]  # the guard found out
    own = workbench.acting_as(actor)
    role = request.headers.get(VIEW_AS)
    return own.seeing_as(role) if role else own


Bench = Annotated[Workbench, Depends(bench)]


def link(request: Request, path: str) -> str:
    """The address of something in the API, without host: "/api/v1/uploads"."""
    return f"{request.scope.get('root_path', '')}/v1{path}"


def as_json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer of plain values and times (which are kept in UTC without a zone)."""
    body = orjson.dumps(content, default=str, option=_OPTIONS)
    return Response(body, status, headers, "application/json")
