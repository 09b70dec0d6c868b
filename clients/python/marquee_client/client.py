"""The client: operations of the description, and what takes more than one request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2 as httpx

from marquee_client import call as calls, models
from marquee_client.call import Call
from marquee_client.codes import BY_CODE
from marquee_client.errors import ApiError, Unreachable
from marquee_client.frames import ARROW, Frame
from marquee_client.operations import Operations

Progress = Callable[[int, int], None]  # bytes sent, bytes in all
PIECE = 1 << 18


class Client(Operations):
    """The API at `url` (`http://localhost:8501`), by a key or the token of the server."""

    def __init__(
        self, url: str, key: str | None = None, *, attempts: int = 4, timeout: float = 70.0
    ) -> None:
        self.url, self.attempts = url.rstrip("/"), attempts
        self._more = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=self.url, timeout=timeout, follow_redirects=True)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # ------------------------------------------------------------ sending

    def send(self, call: Call) -> Any:
        """Send a request, again where that may help; gives what the answer says. Raises ApiError, Unreachable."""
        return calls.value(self.answer(call))

    def answer(self, call: Call) -> httpx.Response:
        """The same, as the answer with its headers."""
        arguments = call.arguments(self._more)
        for attempt in range(self.attempts):
            found: httpx.Response | None = None
            try:
                found = self._http.request(call.method, call.url(), **arguments)
            except httpx.TransportError as error:
                if attempt + 1 == self.attempts:
                    raise Unreachable(f"{self.url} does not answer: {error}") from error
            if found is not None and (
                found.status_code not in calls.AGAIN or attempt + 1 == self.attempts
            ):
                return good(found)
            time.sleep(calls.wait(attempt, found))
        raise AssertionError("unreachable")

    # ------------------------------------------------------------ more than one request

    def records(
        self, dataset: str = "celebrities", where: Mapping[str, str] | None = None, **more: Any
    ) -> Iterator[dict[str, Any]]:
        """Every record that fits, page by page."""
        page: Any = self.list_records(dataset, where=where, **{"limit": 1_000, **more})
        yield from self.items(page, "records")

    def items(self, page: Any, name: str) -> Iterator[Any]:
        """What is in a list, on this page and all that follow: `items(api.list_uploads(), "uploads")`."""
        while True:
            yield from page[name]
            if not page.get("next"):
                return
            page = self.send(calls.following(page["next"]))

    def frame(
        self, dataset: str = "celebrities", where: Mapping[str, str] | None = None, **more: Any
    ) -> Frame:
        """Records as one table: `.pl()`, `.df()`, `.arrow()`."""
        query = {**(where or {}), **more}
        path = "/v1/datasets/{}/records"
        return Frame(self.send(Call("GET", path, (dataset,), query, {"Accept": ARROW})))

    def upload(
        self,
        file: str | Path | bytes,
        *,
        dataset: str = "celebrities",
        filename: str | None = None,
        progress: Progress | None = None,
        **options: Any,
    ) -> models.Upload:
        """Bring a file and wait for its import, however long that takes. `progress(sent, size)` while it travels."""
        body = file if isinstance(file, bytes) else Path(file).read_bytes()
        name = filename or (Path(file).name if not isinstance(file, bytes) else "upload.csv")
        query = {"dataset": dataset, "filename": name, **options}
        call = Call("POST", "/v1/uploads", (), query, {}, body)
        if progress is not None:
            call = _watched(call, body, progress)
        answer = self.answer(call)
        found = calls.value(answer)
        if answer.status_code != 202:
            upload: models.Upload = found
            return upload
        self.wait(found["id"])
        return self.get_upload(found["upload_id"])

    def wait(self, job_id: str, *, seconds: float = 3_600) -> models.Job:
        """A job when it is done. Raises ApiError with what went wrong, TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            job = self.get_job(job_id)
            if job["status"] not in ("queued", "running"):
                return ended(job)
            time.sleep(0.25)
        raise TimeoutError(f"the job {job_id} is still at work")


def _watched(call: Call, body: bytes, progress: Progress) -> Call:
    class Watched(bytes):
        """Bytes that tell how far they were read."""

        def __iter__(self) -> Iterator[Any]:
            for place in range(0, len(body), PIECE):
                yield body[place : place + PIECE]
                progress(min(place + PIECE, len(body)), len(body))

    return _Streamed(*(call.method, call.path, call.parts, call.query, call.headers), Watched(body))


class _Streamed(Call):
    """A body that is sent in pieces; each attempt begins anew."""

    def arguments(self, more: Mapping[str, str]) -> dict[str, Any]:
        """What httpx takes."""
        found = super().arguments(more)
        found["content"] = _Again(self.body)
        return found


class _Again:
    def __init__(self, body: Any) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return self._body.__iter__()  # type: ignore[no-any-return]


def good(answer: httpx.Response) -> httpx.Response:
    """The answer. Raises ApiError, by its code, when it is an error."""
    if answer.status_code < 400:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {"title": answer.reason_phrase, "detail": answer.text[:500]}
    kind = BY_CODE.get(str(problem.get("code")), ApiError)
    raise kind(answer.status_code, problem)


def ended(job: models.Job) -> models.Job:
    """A job that is done. Raises ApiError when it failed."""
    error = job.get("error")
    if job["status"] == "done" or not error:
        return job
    raise BY_CODE.get(str(error.get("code")), ApiError)(0, dict(error))
