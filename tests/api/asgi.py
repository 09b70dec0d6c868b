"""The API alone, mounted and started as app.py does it, for tests with a real server process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Mount

import core.server
from api import api


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    core.server.workbench()
    yield
    core.server.close()


app = Starlette(routes=[Mount("/api", api)], lifespan=lifespan)
