"""Pictures of records, as pages show them: fetched by the server, so that no browser asks another site.

The route for pages is at the root of the server, behind the gate: it knows who looks by the cookie of the login, which the
API does not take.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api import entry
from api.bench import Bench
from api.downloads import HARMLESS
from core import server
from core.errors import MarqueeError
from core.records.pictures import Picture
from core.security.cookies import cookies
from core.workbench import Workbench

router = APIRouter(tags=["records"])
PATH = "/pictures/{dataset}/{record_id}"
_PICTURE = {"content": {"image/*": {}}, "description": "The picture"}


@router.get(
    "/datasets/{dataset}/records/{record_id}/picture",
    response_class=Response,
    responses={200: _PICTURE},
)
def get_picture(workbench: Bench, dataset: str, record_id: str) -> Response:
    """The picture of a record, fetched from its address: PNG, JPEG, GIF, WebP or AVIF, 3 MB at most."""
    return _answer(workbench.records.picture(dataset, record_id))


def routes(workbench: Callable[[], Workbench] = server.workbench) -> list[Route]:
    """The route for the server's root."""

    def look(request: Request) -> Response:
        opened = workbench()
        actor = entry.visitor(opened, cookies(request.headers.get("cookie", "")))
        where = request.path_params
        if actor is None:  # the gate has asked already
            return PlainTextResponse("Log in first.\n", 401)
        try:
            acting = opened.acting_as(actor)
            return _answer(acting.records.picture(where["dataset"], where["record_id"]))
        except MarqueeError as error:
            return PlainTextResponse(
                f"{error.detail}\n", error.status, {"Cache-Control": "no-store"}
            )

    async def picture(request: Request) -> Response:
        """The picture of a record, for whoever looks at the pages."""
        return await run_in_threadpool(look, request)

    return [Route(PATH, picture, methods=["GET"])]


def _answer(picture: Picture) -> Response:
    seen = "Authorization, Cookie, X-View-As"  # another person, another answer
    head = {"Cache-Control": "private, max-age=3600", "Vary": seen, **HARMLESS}
    return Response(picture.content, headers=head, media_type=picture.mime)
