"""The FastAPI app: routes, errors, guard, docs. It is mounted at /api; it starts and stops nothing."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

import core
import core.server
from api import (
    asking,
    backups,
    datasets,
    downloads,
    errors,
    jobs,
    matching,
    pages,
    quality,
    records,
    schema,
    search,
    service,
    session,
)
from api import uploads
from api.guard import Guard
from core.workbench import Workbench

VERSION = core.__version__
TITLE = "Marquee"
SUMMARY = "A file of people goes in, clean records come out, and any import can be taken back."
TAGS = [
    {"name": "uploads", "description": "Files that were brought, and what became of them."},
    {"name": "datasets", "description": "What a record is: fields, rules, templates."},
    {"name": "records", "description": "The records: look, filter, edit, history."},
    {
        "name": "search",
        "description": "Find records however they are spelled; kept searches; figures.",
    },
    {
        "name": "matching",
        "description": "The same person twice: pairs, decisions, merges that can be taken apart.",
    },
    {
        "name": "quality",
        "description": "Scores that open their rows, checks, incidents, repairs.",
    },
    {"name": "jobs", "description": "Work in the background."},
    {"name": "backups", "description": "Backups, and the check of everything."},
    {"name": "service", "description": "Health, performance and the audit trail."},
]


def create(workbench: Callable[[], Workbench]) -> FastAPI:
    """The API over the Workbench that `workbench()` gives. Mount it at /api."""
    app = FastAPI(
        title=TITLE,
        summary=SUMMARY,
        version=VERSION,
        openapi_tags=TAGS,
        servers=[{"url": "/api"}],
        root_path_in_servers=False,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation,
    )
    app.state.workbench = workbench
    app.add_middleware(Guard, workbench=workbench)
    errors.install(app)
    for room in (
        uploads,
        downloads,
        datasets,
        records,
        search,
        matching,
        quality,
        jobs,
        backups,
        service,
    ):
        app.include_router(room.router, prefix="/v1", dependencies=[Depends(asking.known)])
    pages.install(app)
    session.install(app)
    schema.install(app)
    return app


def _operation(route: APIRoute) -> str:
    # Client generators make function names of these.
    return route.name


api = create(core.server.workbench)
