"""The OpenAPI document: what FastAPI finds in the routes, with the errors as they really are."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import models
from api.errors import MEDIA_TYPE

_ERROR = {
    "description": "An error, as a problem document (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
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
        routes=app.routes,
        tags=app.openapi_tags,
        servers=app.servers,
    )
    schemas = found["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = models.Problem.model_json_schema()
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    token = {"type": "http", "scheme": "bearer", "description": "MARQUEE_API_TOKEN, when it is set"}
    found["components"]["securitySchemes"] = {"token": token}
    found["security"] = [{}, {"token": []}]
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _ERROR
    return found
