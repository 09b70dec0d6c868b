"""`Prefer` (RFC 7240): a client that does not wait asks for `respond-async`, one that does for `wait=30`."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header, Request

LONGEST = 60.0  # seconds
Prefer = Annotated[
    str | None,
    Header(description="`respond-async`: answer 202 with a job at once; `wait=30`: wait so long"),
]


def asynchronous(request: Request) -> bool:
    """Whether the client wants a job in place of the result."""
    return "respond-async" in _wishes(request)


def wait(request: Request, usual: float) -> float:
    """Seconds to wait for the end of a job."""
    wishes = _wishes(request)
    if "respond-async" in wishes and not any(w.startswith("wait=") for w in wishes):
        return 0.0
    for wish in wishes:
        if found := re.fullmatch(r"wait=(\d{1,6})", wish):
            return min(float(found[1]), LONGEST)
    return usual


def _wishes(request: Request) -> list[str]:
    texts = request.headers.getlist("prefer")
    return [each.strip().lower() for text in texts for each in re.split("[,;]", text)]
