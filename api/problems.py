"""A page for every error: what it is, why it comes, what to do. `type` of a problem document points here."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api import views
from core.errors import MarqueeError, NotFound, catalogue, of_code
from core.security import headers

PLACE = "/problems"
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#8882;padding:.1em .3em;border-radius:.3em}:root{color-scheme:light dark}"
)
router = APIRouter()


class ProblemPage(BaseModel):
    """One kind of error."""

    code: str
    status: int
    title: str
    what: str
    why: str
    todo: str
    exit_code: int


def page(kind: type[MarqueeError]) -> ProblemPage:
    """What is said about a kind of error: from the catalogue, so that no page is missing."""
    first, _, rest = (kind.__doc__ or "").partition("\n\n")
    parent = kind.__mro__[1]
    why = " ".join(rest.split()) or f"It is a case of: {getattr(parent, 'title', 'an error')}."
    return ProblemPage(
        code=kind.code,
        status=kind.status,
        title=kind.title,
        what=" ".join(first.split()),
        why=why,
        todo=kind.default_hint or _usual(kind.status),
        exit_code=kind.exit_code,
    )


def _usual(status: int) -> str:
    if status == 401:
        return "Send a key or the token in the header Authorization: Bearer …"
    if status == 403:
        return "Ask whoever manages accounts for the permission."
    if status == 404:
        return "Look up the id or the name in the list of its kind."
    if status in (409, 412):
        return "Look at the present state, and decide again."
    if status == 429:
        return "Wait as long as Retry-After says."
    if status >= 500:
        return "Try again later; whoever runs Marquee finds the cause on the page Monitoring."
    return (
        "Read `detail` and `faults` of the answer: they name the place and what is expected there."
    )


def _named(code: str) -> ProblemPage:
    kind = of_code(code)
    if kind is None:
        raise NotFound(f"there is no error with the code {code[:60]!r}")
    return page(kind)


@router.get(PLACE, include_in_schema=False)
def list_problems() -> Response:
    """Every kind of error, as JSON."""
    found = [page(kind) for kind in catalogue()]
    return views.answer(_All(problems=found))


class _All(BaseModel):
    problems: list[ProblemPage]


@router.get(PLACE + "/{code}", include_in_schema=False)
def get_problem(request: Request, code: str) -> Response:
    """One kind of error: a page for people, JSON for programs."""
    found = _named(code)
    if "text/html" not in request.headers.get("accept", ""):
        return views.answer(found)
    policy = {"Content-Security-Policy": headers.form(STYLE)}
    return HTMLResponse(_html(found), headers=policy)


def _html(found: ProblemPage) -> str:
    parts = (("What", found.what), ("Why", found.why), ("What to do", found.todo))
    told = "".join(f"<h2>{title}</h2><p>{escape(text)}</p>" for title, text in parts)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(found.title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(found.title)}</h1>"
        f"<p><code>{found.code}</code> · HTTP {found.status} · exit code {found.exit_code}</p>{told}"
        '<p><a href="/api/docs">The API</a></p></html>'
    )


def install(app: FastAPI) -> None:
    """Put the pages beside the documentation of the API."""
    app.include_router(router)
