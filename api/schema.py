"""The OpenAPI document: what FastAPI finds in the routes, with the errors as they really are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import examples, models, sparse
from api.errors import MEDIA_TYPE
from core.errors import MarqueeError, catalogue

# What any request may be answered with, and what only some are: asked of the operation.
_ALWAYS = (400, 401, 403, 422, 429, 500, 503)
_BODY = (413, 415)
_UNSAFE = (409, 507)
_VERSIONED = (412, 428)


def _error(described: str, status: str) -> dict[str, Any]:
    return {
        "description": described,
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{status}"}}},
    }


def install(app: FastAPI) -> None:
    """Let /openapi.json be this document, made once."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
        servers=app.servers,
    )
    schemas = found["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = models.Problem.model_json_schema()
    by_status = _by_status()
    found["components"]["responses"] = {
        f"Problem{status}": _error(_described(kinds), f"Problem{status}")
        for status, kinds in by_status.items()
    }
    schemas |= {f"Problem{status}": _schema(kinds) for status, kinds in by_status.items()}
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    token = {"type": "http", "scheme": "bearer", "description": "MARQUEE_API_TOKEN, when it is set"}
    found["components"]["securitySchemes"] = {"token": token}
    found["security"] = [{}, {"token": []}]
    for place, path in found["paths"].items():
        for method, operation in path.items():
            responses = operation["responses"]
            responses.pop("422", None)
            for status in _possible(place, method, operation):
                reference = {"$ref": f"#/components/responses/Problem{status}"}
                responses.setdefault(str(status), reference)
            responses["default"] = _error("Another error", "Problem")
            if method != "get" and not _has(operation, "idempotency-key"):
                operation.setdefault("parameters", []).append(_KEY)
            if operation["operationId"] in examples.BODIES:
                content = operation["requestBody"]["content"]["application/json"]
                content["example"] = examples.BODIES[operation["operationId"]]
            if method == "get":
                _sparse(operation)
                responses["304"] = {"description": "As the client has it, by `If-None-Match`"}
    _tidy(found)
    return found


def _tidy(found: dict[str, Any]) -> None:
    """What linters ask for: no component that nothing names, and `items` beside `prefixItems`."""
    unused = True
    while unused:
        named = {part["$ref"].rpartition("/")[2] for part in _parts(found) if "$ref" in part}
        unused = False
        for kind in ("responses", "schemas"):
            for name in [n for n in found["components"][kind] if n not in named]:
                del found["components"][kind][name]
                unused = True
    for part in _parts(found):
        if "prefixItems" in part:
            part.setdefault("items", {})


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a document."""
    if isinstance(value, dict):
        if "$ref" not in value or isinstance(value["$ref"], str):
            yield value
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each)


def _sparse(operation: dict[str, Any]) -> None:
    """`fields`, where the answer is JSON."""
    given = operation.setdefault("parameters", [])
    json = "application/json" in operation["responses"].get("200", {}).get("content", {})
    if json and not any(p["name"] == sparse.NAME for p in given):
        given.append(_FIELDS)


_FIELDS = {
    "name": sparse.NAME,
    "in": "query",
    "required": False,
    "description": sparse.TOLD,
    "schema": {"type": "string", "maxLength": 2_000},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and request again: the first answer, for a day",
    "schema": {"type": "string", "maxLength": 255},
}


def _has(operation: dict[str, Any], header: str) -> bool:
    return any(p["name"].lower() == header for p in operation.get("parameters", []))


def _possible(place: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The statuses of errors that an operation may answer with."""
    found = [*_ALWAYS]
    if "{" in place or method != "get":
        found.append(404)
    if method != "get":
        found += _UNSAFE
    if "requestBody" in operation:
        found += _BODY
    if _has(operation, "if-match"):
        found += _VERSIONED
    return sorted(found)


def _by_status() -> dict[int, list[type[MarqueeError]]]:
    found: dict[int, list[type[MarqueeError]]] = {}
    for kind in catalogue():
        found.setdefault(kind.status, []).append(kind)
    return dict(sorted(found.items()))


def _described(kinds: list[type[MarqueeError]]) -> str:
    return "; ".join(f"`{kind.code}`: {kind.title}" for kind in kinds)


def _schema(kinds: list[type[MarqueeError]]) -> dict[str, Any]:
    """A problem with the codes that come with one status. Clients take codes that they do not know."""
    codes = {"type": "string", "examples": [kind.code for kind in kinds]}
    return {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {"code": codes, "status": {"const": kinds[0].status}},
    }
