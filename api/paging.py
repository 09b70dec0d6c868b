"""Lists by pages: how far in, how many there are in all, and the address of what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from api.models import Answer

Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]
Count = Annotated[bool, Query(description="Say how many fit in all")]


class Page(Answer):
    """What every list has beside its items."""

    total: int | None = Field(description="With `count=true`")
    next: str | None = Field(description="Address of the next page")


def page(
    request: Request,
    found: Sequence[Any],
    limit: int,
    offset: int,
    total: Callable[[], int] | None,
) -> dict[str, Any]:
    """`total` and `next`, where one item more than `limit` was asked for. `total` is None when nobody wants to know."""
    url = request.url.include_query_params(limit=limit, offset=offset + limit)
    return {
        "total": total() if total else None,
        "next": f"{url.path}?{url.query}" if len(found) > limit else None,
    }
