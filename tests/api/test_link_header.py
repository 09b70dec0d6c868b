"""The Link header of an answer with a next page: left out where clients would refuse the line."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from api.conditional import Conditional


async def page(request: Request) -> Response:
    return JSONResponse({"next": "/page?q=" + "a" * int(request.query_params["length"])})


@pytest.mark.parametrize(("length", "told"), [(100, True), (100_000, False)])
def test_a_long_address_makes_no_header(length: int, told: bool) -> None:
    app = Starlette(routes=[Route("/page", page)], middleware=[Middleware(Conditional)])
    answer = TestClient(app).get(f"/page?length={length}")
    assert ("link" in answer.headers) is told and answer.json()["next"]
