"""Errors as RFC 9457 problem documents, made in this one place.

Every answer that is no success has the type application/problem+json and the shape
{type, title, status, detail, code, hint, ...}: `code` is for programs, `detail` and `hint` for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match

from api.bench import link
from core.errors import InputError, MarqueeError, MethodUnknown, NotAllowed, NotFound, of_code
from core.observe import logs

log = logs.get("api")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PATCHES = "application/merge-patch+json, application/json"
MEDIA_TYPE = "application/problem+json"
TYPE = "/api/problems/"  # and the code: a page that explains it (api/problems.py)
# What the checks of parameters and bodies say, in our words.
_WORDS = {
    "missing": "it is needed, and is not given",
    "int_parsing": "it is a whole number, and {given} is none",
    "int_from_float": "it is a whole number, and {given} is none",
    "int_type": "it is a whole number, and {given} is none",
    "bool_parsing": "it is true or false, and {given} is neither",
    "bool_type": "it is true or false, and {given} is neither",
    "greater_than_equal": "it is {ge} or more, and {given} is not",
    "less_than_equal": "it is {le} or less, and {given} is not",
    "string_too_long": "it has {max_length} characters at most",
    "string_type": "it is a text, and {given} is none",
    "literal_error": "it is {expected}, and {given} is none of them",
    "dict_type": "it is an object, and {given} is none",
}
_JSON_HINT = "Send JSON with the header Content-Type: application/json."


def status_of(code: str) -> int:
    """The HTTP status of a code; 500 for one that is not in the catalogue."""
    kind = of_code(code)
    return kind.status if kind else 500


def problem(
    error: MarqueeError | Mapping[str, Any],
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """The answer that tells an error (or one that was kept as a dict, with a job or an upload)."""
    told = error.as_dict() if isinstance(error, MarqueeError) else dict(error)
    if status is None:
        code = str(told.get("code", "error"))
        status = error.status if isinstance(error, MarqueeError) else status_of(code)
    shown = document({**told, **more}, status)
    extra = {"WWW-Authenticate": "Bearer"} if status == NotAllowed.status else {}
    extra |= shown.pop("headers", {})  # of a rate limit
    content = orjson.dumps(shown, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(content, status, {**extra, **(headers or {})}, MEDIA_TYPE)


def document(told: Mapping[str, Any], status: int) -> dict[str, Any]:
    """The members of a problem document, in order."""
    code = str(told.get("code", "error"))
    body: dict[str, Any] = {**told, "type": TYPE + code, "status": status}
    first = ("type", "title", "status", "detail", "code", "hint")
    return {name: body.pop(name, "") for name in first} | body


def unexpected(error: BaseException) -> Response:
    """A bug: logged with its traceback, told without it."""
    log.say("http.failed", error)
    told = MarqueeError("an unexpected error, which was logged", hint="Please report this.")
    return problem(told)


def install(app: FastAPI) -> None:
    """Let the app answer every error as a problem document."""
    app.add_exception_handler(MarqueeError, _marquee_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)


def _marquee_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MarqueeError)  # nosec B101
    upload = error.extra.get("upload_id")
    if upload is None:
        return problem(error)
    return problem(error, upload=link(request, f"/uploads/{upload}"))


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # nosec B101
    faults = [_fault(item) for item in error.errors()]
    detail = "; ".join(f"{f['place']}: {f['found']}" for f in faults[:5])
    body = any(fault["place"].split(".")[0] == "body" for fault in faults)
    return problem(InputError(detail, hint=_JSON_HINT if body else None, faults=faults))


def _fault(item: Mapping[str, Any]) -> dict[str, str]:
    place = ".".join(str(part) for part in item.get("loc", ()))
    words = _WORDS.get(str(item.get("type")))
    if words is None:
        return {"place": place, "found": str(item.get("msg", ""))}
    given = repr(item.get("input"))
    given = given if len(given) <= 80 else f"{given[:80]}…"
    return {"place": place, "found": words.format(**{**item.get("ctx", {}), "given": given})}


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # nosec B101
    if isinstance(error.__cause__, MarqueeError):  # raised while the body was read
        return problem(error.__cause__)
    if error.status_code == 404:
        return problem(NotFound(f"there is nothing at {request.url.path}"))
    if error.status_code == 405:
        methods = [*_allowed(request), "OPTIONS"]
        if request.method == "OPTIONS":
            return _options(methods)
        told_ = MethodUnknown(
            f"{request.method} {request.url.path}", hint=f"It takes {', '.join(methods)}."
        )
        return problem(told_, headers={"Allow": ", ".join(methods)})
    phrase = HTTPStatus(error.status_code).phrase
    told = InputError(str(error.detail or phrase))
    return problem(told, status=error.status_code, headers=error.headers)


def _options(methods: list[str]) -> Response:
    patch = {"Accept-Patch": PATCHES} if "PATCH" in methods else {}
    return Response(status_code=204, headers={"Allow": ", ".join(methods), **patch})


def _allowed(request: Request) -> list[str]:
    """Every method that the address takes, of whatever routes."""
    scope = {**request.scope, "path_params": {}}
    scope.pop("route", None)
    return [
        method
        for method in METHODS
        if any(
            route.matches({**scope, "method": "GET" if method == "HEAD" else method})[0]
            is Match.FULL
            for route in request.app.routes
        )
    ]


def _gone(_request: Request, _error: Exception) -> Response:
    # Nobody reads this: the client went away in the middle of its upload.
    return Response(status_code=400)
