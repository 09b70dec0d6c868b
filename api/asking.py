"""Only parameters that a route knows: one that is misspelt would otherwise be left out without a word."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from rapidfuzz import process

from api import sparse
from core.errors import InputError

LIKE = 70.0  # percent; below it a name is hardly the one that was meant


def known(request: Request) -> None:
    """A dependency of every route. Raises InputError for a parameter that the route does not take."""
    route = request.scope.get("route")
    names = _names(getattr(route, "dependant", None))
    if names is None or (getattr(route, "openapi_extra", None) or {}).get("parameters"):
        return  # a model that refuses what it does not know; or filters, whose names are fields
    if request.method == "GET":
        names.add(sparse.NAME)  # of every answer in JSON (api/sparse.py)
    for name in request.query_params:
        if name not in names:
            raise _unknown(name, sorted(names))


def _names(dependant: Dependant | None) -> set[str] | None:
    """What the route takes from the query string; None when a model of its own says it."""
    found: set[str] = set()
    waiting = [dependant] if dependant else []
    while waiting:
        each = waiting.pop()
        waiting += each.dependencies
        for parameter in each.query_params:
            if _is_model(parameter.field_info.annotation):
                return None
            found.add(parameter.alias)
    return found


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _unknown(name: str, names: list[str]) -> InputError:
    near = process.extractOne(name, names, score_cutoff=LIKE)
    told = f"Is {near[0]} meant? " if near else ""
    known_ = f"Parameters here: {', '.join(names)}." if names else "This address takes none."
    fault = {"place": f"query.{name}", "found": "unknown parameter"}
    return InputError(f"there is no parameter {name[:100]!r}", hint=told + known_, faults=[fault])
