"""One request, and how it is sent: again where that may help, with a key where it changes something."""

from __future__ import annotations

import random
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2 as httpx

from marquee_client.version import API

AGAIN = (429, 502, 503, 504)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
LONGEST = 30.0  # seconds between two attempts


@dataclass
class Call:
    """A request: method, path with `{}` for its parts, query, headers, body (JSON, or bytes)."""

    method: str
    path: str
    parts: tuple[object, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None

    def url(self) -> str:
        """The path with its parts filled in."""
        return "/api" + self.path.format(*(quote(str(p), safe="") for p in self.parts))

    def arguments(self, more: Mapping[str, str]) -> dict[str, Any]:
        """What httpx takes."""
        headers = {"User-Agent": f"marquee-client-python/{API}", **more}
        headers |= {k: str(v) for k, v in self.headers.items() if v is not None}
        headers.setdefault("traceparent", traceparent())
        if self.method in UNSAFE:
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        found: dict[str, Any] = {"headers": headers, "params": _query(self.query)}
        if isinstance(self.body, bytes):
            found["content"] = self.body
        elif self.body is not None:
            found["json"] = self.body
        return found


def traceparent() -> str:
    """Of the trace that the caller is in, where OpenTelemetry is there and one is open; else of a new one."""
    try:
        from opentelemetry import trace

        present = trace.get_current_span().get_span_context()
        if present.is_valid:
            flags = int(present.trace_flags)
            return f"00-{present.trace_id:032x}-{present.span_id:016x}-{flags:02x}"
    except ImportError:
        pass
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def _query(given: Mapping[str, Any]) -> dict[str, str]:
    shown = {True: "true", False: "false"}
    return {
        k: shown[v] if isinstance(v, bool) else str(v) for k, v in given.items() if v is not None
    }


def following(address: str) -> Call:
    """The call for a `next` address of an answer."""
    path, _, query = address.removeprefix("/api").partition("?")
    params = httpx.QueryParams(query)
    return Call("GET", re.sub(r"[{}]", "", path), (), dict(params.items()))


def wait(attempt: int, answer: httpx.Response | None) -> float:
    """Seconds until the next attempt: what the server says, else longer each time."""
    said = answer.headers.get("retry-after", "") if answer is not None else ""
    if said.isdecimal():
        return min(float(said), LONGEST)
    pause = min(0.25 * float(2**attempt), LONGEST)
    return pause * (0.5 + random.random() / 2)  # nosec B311 - so that not all come at once


def value(answer: httpx.Response) -> Any:
    """What an answer says: JSON, bytes, or None."""
    if answer.status_code == 204 or not answer.content:
        return None
    kind = answer.headers.get("content-type", "")
    return answer.json() if kind.startswith("application/json") else answer.content


class Sender:
    """What the operations are sent by."""

    def send(self, call: Call) -> Any:
        """Send it, and give what the answer says."""
        raise NotImplementedError


class AsyncSender:
    """The same, awaited."""

    async def send(self, call: Call) -> Any:
        """Send it, and give what the answer says."""
        raise NotImplementedError
