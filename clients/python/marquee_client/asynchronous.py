"""The same client, awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2 as httpx

from marquee_client import call as calls, models
from marquee_client.call import Call
from marquee_client.client import ended, good
from marquee_client.errors import Unreachable
from marquee_client.frames import ARROW, Frame
from marquee_client.operations import AsyncOperations


class AsyncClient(AsyncOperations):
    """The API at `url`, by a key or the token of the server."""

    def __init__(
        self, url: str, key: str | None = None, *, attempts: int = 4, timeout: float = 70.0
    ) -> None:
        self.url, self.attempts = url.rstrip("/"), attempts
        self._more = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.AsyncClient(base_url=self.url, timeout=timeout, follow_redirects=True)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def send(self, call: Call) -> Any:
        """Send a request, again where that may help; gives what the answer says. Raises ApiError, Unreachable."""
        return calls.value(await self.answer(call))

    async def answer(self, call: Call) -> httpx.Response:
        """The same, as the answer with its headers."""
        arguments = call.arguments(self._more)
        for attempt in range(self.attempts):
            found: httpx.Response | None = None
            try:
                found = await self._http.request(call.method, call.url(), **arguments)
            except httpx.TransportError as error:
                if attempt + 1 == self.attempts:
                    raise Unreachable(f"{self.url} does not answer: {error}") from error
            if found is not None and (
                found.status_code not in calls.AGAIN or attempt + 1 == self.attempts
            ):
                return good(found)
            await asyncio.sleep(calls.wait(attempt, found))
        raise AssertionError("unreachable")

    async def records(
        self, dataset: str = "celebrities", where: Mapping[str, str] | None = None, **more: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """Every record that fits, page by page."""
        page: Any = await self.list_records(dataset, where=where, **{"limit": 1_000, **more})
        while True:
            for record in page["records"]:
                yield record
            if not page.get("next"):
                return
            page = await self.send(calls.following(page["next"]))

    async def frame(
        self, dataset: str = "celebrities", where: Mapping[str, str] | None = None, **more: Any
    ) -> Frame:
        """Records as one table: `.pl()`, `.df()`, `.arrow()`."""
        query = {**(where or {}), **more}
        path = "/v1/datasets/{}/records"
        return Frame(await self.send(Call("GET", path, (dataset,), query, {"Accept": ARROW})))

    async def upload(
        self,
        file: str | Path | bytes,
        *,
        dataset: str = "celebrities",
        filename: str | None = None,
        **options: Any,
    ) -> models.Upload:
        """Bring a file and wait for its import."""
        body = file if isinstance(file, bytes) else await asyncio.to_thread(Path(file).read_bytes)
        name = filename or (Path(file).name if not isinstance(file, bytes) else "upload.csv")
        query = {"dataset": dataset, "filename": name, **options}
        answer = await self.answer(Call("POST", "/v1/uploads", (), query, {}, body))
        found = calls.value(answer)
        if answer.status_code != 202:
            upload: models.Upload = found
            return upload
        await self.wait(found["id"])
        return await self.get_upload(found["upload_id"])

    async def wait(self, job_id: str, *, seconds: float = 3_600) -> models.Job:
        """A job when it is done. Raises ApiError with what went wrong, TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            job = await self.get_job(job_id)
            if job["status"] not in ("queued", "running"):
                return ended(job)
            await asyncio.sleep(0.25)
        raise TimeoutError(f"the job {job_id} is still at work")
