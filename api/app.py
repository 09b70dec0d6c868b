"""The FastAPI app: routes, errors, guard, docs. It is mounted at /api; it starts and stops nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware

import core
import core.server
from api import (
    access,
    analytics,
    asking,
    backups,
    bulk,
    by_hand,
    datasets,
    downloads,
    errors,
    feeding,
    decisions,
    fixes,
    jobs,
    matching,
    matching_arrivals,
    monitoring,
    pages,
    pictures,
    privacy,
    problems,
    quality,
    quality_files,
    quarantine,
    queue,
    recipes,
    records,
    schedules,
    schema,
    search,
    service,
    session,
    streaming,
    transfers,
    tus,
    uploads,
    versions,
    webhooks,
)
from api.conditional import Conditional
from api.guard import Guard
from api.idempotent import Idempotent
from api.observing import Observing
from api.sparse import Sparse
from core.workbench import Workbench

VERSION = core.__version__
TITLE = "Marquee"
SUMMARY = "A file of people goes in, clean records come out, and any import can be taken back."
DESCRIPTION = """Everything that the pages of Marquee do, for programs.

Bring a file with `POST /v1/uploads`, look at what it would do with `commit=false`, import it, take it back. Errors are problem
documents (RFC 9457) with a `code` for programs; lists have `next`; every GET has an `ETag`, every unsafe request takes an
`Idempotency-Key`. The guide with examples for curl, Python and TypeScript is under `/docs` of the app."""
TAGS = [
    {"name": "uploads", "description": "Files that were brought, and what became of them."},
    {
        "name": "recipes",
        "description": "Cleaning steps: what they do, saved by name, replayed on other files.",
    },
    {
        "name": "schedules",
        "description": "Files that are imported by themselves: from a folder, an address or S3.",
    },
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
    {"name": "access", "description": "People, roles, API keys, sessions, and who was limited."},
    {"name": "privacy", "description": "A person everywhere: known, exported, forgotten."},
    {
        "name": "monitoring",
        "description": "How the server does: parts, alerts, objectives, errors, traces.",
    },
    {
        "name": "webhooks",
        "description": "Addresses of others that are told what happens, and what they were sent.",
    },
    {"name": "service", "description": "Health, performance and the audit trail."},
]


def create(workbench: Callable[[], Workbench]) -> FastAPI:
    """The API over the Workbench that `workbench()` gives. Mount it at /api."""
    app = FastAPI(
        title=TITLE,
        summary=SUMMARY,
        description=DESCRIPTION,
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
    app.add_middleware(Sparse)
    app.add_middleware(Idempotent, workbench=workbench)
    app.add_middleware(Conditional)
    app.add_middleware(CompressMiddleware, minimum_size=1_000)
    app.add_middleware(Guard, workbench=workbench)
    app.add_middleware(Observing)
    errors.install(app)
    versions.install(app)
    for room in (
        uploads,
        decisions,
        fixes,
        downloads,
        quarantine,
        analytics,
        queue,
        transfers,
        tus,
        recipes,
        schedules,
        datasets,
        bulk,
        by_hand,
        feeding,
        records,
        privacy,
        pictures,
        search,
        matching,
        matching_arrivals,
        quality,
        quality_files,
        jobs,
        backups,
        access,
        monitoring,
        webhooks,
        service,
        streaming,
    ):
        app.include_router(room.router, prefix="/v1", dependencies=[Depends(asking.known)])
    problems.install(app)
    pages.install(app)
    session.install(app)
    schema.install(app)
    return app


def below_api(app: ASGIApp) -> Mount:
    """The API at /api, also for a path with a line break in it, which Starlette's own pattern does not match."""
    mounted = Mount("/api", app=app)
    mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
    return mounted


def _operation(route: APIRoute) -> str:
    # Client generators make function names of these.
    return route.name


api = create(core.server.workbench)
