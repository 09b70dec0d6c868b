"""A large file to a running app, in chunks: what is there already is asked, and sent on from there."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from core.errors import FetchFailed, InputError, MarqueeError, NotFound, of_code
from core.settings import load

TRIES = 8  # of one chunk, with growing pauses
PAUSE = 0.5  # seconds before the second try


class Sender:
    """Speaks to the API at an address; the token is that of the settings."""

    def __init__(self, url: str, *, pause: float = PAUSE) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"{url!r} is no address", hint="Such as http://127.0.0.1:8501.")
        self._kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._place, self._pause = parts.netloc, pause
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, path: Path, **options: Any) -> dict[str, Any]:
        """The whole file; what was sent before a break is not sent again. Gives the entry of the queue."""
        if not path.is_file():
            raise NotFound(f"there is no file {path}")
        size = path.stat().st_size
        transfer = self._begun(path.name, size) or self.ask(
            "POST",
            "transfers",
            json.dumps(
                {"filename": path.name, "size": size, **{k: v for k, v in options.items() if v}}
            ),
        )
        with path.open("rb") as file:
            while transfer["received"] < size:
                transfer = self._chunk(file, transfer)
        force = "?force=true" if options.get("force") else ""
        return self._again("POST", f"transfers/{transfer['id']}/finish{force}")

    def _begun(self, name: str, size: int) -> dict[str, Any] | None:
        there = self._again("GET", "transfers")["transfers"]
        return next((t for t in there if (t["filename"], t["size"]) == (name, size)), None)

    def _chunk(self, file: Any, transfer: dict[str, Any]) -> dict[str, Any]:
        """The next one; after a failure the app is asked how far it is."""
        for attempt in range(TRIES):
            file.seek(transfer["received"], os.SEEK_SET)
            piece = file.read(transfer["chunk"])
            query = urlencode(
                {"offset": transfer["received"], "sha256": hashlib.sha256(piece).hexdigest()}
            )
            try:
                return self.ask("PUT", f"transfers/{transfer['id']}?{query}", piece)
            except (OSError, http.client.HTTPException, MarqueeError) as error:
                if isinstance(error, NotFound) or attempt == TRIES - 1:
                    raise _as_error(error) from error
                time.sleep(self._pause * 2**attempt)
                transfer = self._again("GET", f"transfers/{transfer['id']}")
        raise AssertionError

    def _again(self, method: str, path: str) -> dict[str, Any]:
        for attempt in range(TRIES):
            try:
                return self.ask(method, path)
            except (OSError, http.client.HTTPException) as error:
                if attempt == TRIES - 1:
                    raise _as_error(error) from error
                time.sleep(self._pause * 2**attempt)
        raise AssertionError

    def ask(self, method: str, path: str, body: bytes | str | None = None) -> dict[str, Any]:
        """One request over the connection that is open. Raises what the app says went wrong, OSError when it broke."""
        if self._connection is None:
            self._connection = self._kind(self._place, timeout=120)
        token = load().token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if isinstance(body, str):
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(method, f"/api/v1/{path}", body, headers)
            answer = self._connection.getresponse()
            told: dict[str, Any] = json.loads(answer.read() or b"{}")
        except BaseException:
            self.close()
            raise
        if answer.status >= 400:
            kind = of_code(str(told.get("code", ""))) or MarqueeError
            raise kind(str(told.get("detail", "")), hint=str(told.get("hint", "")))
        return told


def _as_error(error: Exception) -> MarqueeError:
    if isinstance(error, MarqueeError):
        return error
    return FetchFailed(
        f"the app does not answer: {error}", hint="Run the command again: it goes on."
    )
