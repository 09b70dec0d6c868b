"""Requests to a server, and its errors as ours."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from core.errors import FetchFailed, InputError, Interrupted, MarqueeError, of_code

ARROW = "application/vnd.apache.arrow.stream"
POLL = 0.25  # seconds between two looks at a job
AGAIN = (429, 503)
TRIES = 4
PIECE = 1 << 20


class Line:
    """The API at `url`, by a key or the token of the server."""

    def __init__(self, url: str, key: str | None, timeout: float) -> None:
        found = urlsplit(url)
        if found.scheme not in ("http", "https") or not found.hostname:
            raise InputError(
                f"{url!r} is no address of a server", hint="For example http://localhost:8501."
            )
        self.url, self._parts, self._timeout = url.rstrip("/"), found, timeout
        self._base = f"{found.path.rstrip('/').removesuffix('/v1').removesuffix('/api')}/api/v1"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, /, **query: Any) -> Any:
        """An answer in JSON."""
        return _read(self._ask("GET", f"{path}{_query(query)}"))

    def arrow(self, path: str, query: Mapping[str, Any]) -> bytes:
        """An answer as an Arrow stream."""
        return self._ask("GET", f"{path}{_query(query)}", headers={"Accept": ARROW})

    def send(
        self, method: str, path: str, body: Any = None, /, *, headers: Mapping[str, str] = {}
    ) -> Any:
        """Ask for something to be done, once: a request that is sent again has the same key."""
        content = None if body is None else json.dumps(body, default=str).encode()
        more = {"Idempotency-Key": str(uuid.uuid4()), **headers}
        if content is not None:
            more["Content-Type"] = "application/json"
        return _read(self._ask(method, path, content, more))

    def bring(self, file: Path, query: Mapping[str, Any]) -> Any:
        """A file, streamed from the disk; waits until its upload is done."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        found = _read(self._ask("POST", f"/uploads{_query(query)}", file, key))
        if "upload_id" not in found:
            return found
        try:
            self.wait(found["id"])
        except MarqueeError as error:  # as an answer says it that came at once
            error.extra.setdefault("upload_id", found["upload_id"])
            raise
        return self.get(f"/uploads/{found['upload_id']}")

    def wait(self, job_id: str) -> Any:
        """A job when it is done. Raises what it failed with."""
        while (job := self.get(f"/jobs/{quote(job_id)}"))["status"] in ("queued", "running"):
            time.sleep(POLL)
        if job["status"] != "done":
            raise (_error(job["error"]) if job.get("error") else Interrupted(job["status"]))
        return job

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | Path | None = None,
        headers: Mapping[str, str] = {},
    ) -> bytes:
        for attempt in range(TRIES):
            try:
                status, content, pause = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                if attempt + 1 == TRIES:
                    raise FetchFailed(
                        f"{self.url} does not answer: {error}",
                        hint="Look at the address, and whether the server runs there.",
                    ) from error
                time.sleep(2**attempt / 4)
                continue
            if status < 400:
                return content
            if status not in AGAIN or attempt + 1 == TRIES:
                raise _problem(status, content)
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _once(
        self, method: str, path: str, body: bytes | Path | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes, float]:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else None
        make = kind or http.client.HTTPConnection
        host = self._parts.hostname or ""
        with closing(make(host, self._parts.port, timeout=self._timeout)) as connection:
            sent = {**self._headers, **headers}
            if isinstance(body, Path):
                sent["Content-Length"] = str(body.stat().st_size)
                with body.open("rb") as file:
                    connection.request(method, f"{self._base}{path}", file, sent)
                    answer = connection.getresponse()
            else:
                connection.request(method, f"{self._base}{path}", body, sent)
                answer = connection.getresponse()
            pause = answer.headers.get("Retry-After", "1")
            return answer.status, answer.read(), float(pause) if pause.isdecimal() else 1.0


def _query(given: Mapping[str, Any]) -> str:
    found = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in given.items()
        if value is not None
    }
    return f"?{urlencode(found)}" if found else ""


def _read(content: bytes) -> Any:
    return json.loads(content) if content else None


def _problem(status: int, content: bytes) -> MarqueeError:
    try:
        return _error(json.loads(content))
    except ValueError:
        return MarqueeError(f"the server answered {status}")


def _error(told: Mapping[str, Any]) -> MarqueeError:
    """The server's error as one of ours, by its code."""
    kind = of_code(str(told.get("code", ""))) or MarqueeError
    rest = {k: v for k, v in told.items() if k not in ("type", "status", *_SHOWN)}
    return kind(str(told.get("detail", "")), hint=str(told.get("hint", "")), **rest)


_SHOWN = ("code", "title", "detail", "hint")
