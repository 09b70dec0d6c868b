"""Asking the running app, when it holds the database that a command is about."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.parse import quote

from core.errors import DatabaseLocked, MarqueeError, of_code
from core.settings import Settings

POLL = 0.5  # seconds


class App:
    """The API at the address of the settings. Raises DatabaseLocked when nobody answers there."""

    def __init__(self, settings: Settings, locked: DatabaseLocked) -> None:
        self.settings, self.locked = settings, locked
        self._same()

    def get(self, path: str) -> Any:
        """An answer. Raises what the app says went wrong."""
        return self._ask("GET", path)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Ask for something to be done. Raises what the app says went wrong."""
        return self._ask("POST", path, body)

    def backup(self, format: str | None) -> dict[str, Any]:
        """Let the app make a backup, and wait for it."""
        query = f"?format={quote(format)}" if format else ""
        job = self._ask("POST", f"/backups{query}")
        while job["status"] in ("queued", "running"):
            time.sleep(POLL)
            job = self._ask("GET", f"/jobs/{job['id']}")
        if job["status"] != "done":
            raise _as_error(job.get("error") or {"title": f"The backup was {job['status']}"})
        found: dict[str, Any] = self._ask("GET", "/backups")["backups"][0]
        return found

    def _same(self) -> None:
        """That it is this database which the app at that address has."""
        served = self._ask("GET", "/backups")["database"]
        if served != str(self.settings.database.resolve()):
            raise DatabaseLocked(
                f"{self.locked.detail}; the app at {self._address()} serves another one ({served})",
                hint="Set MARQUEE_HOST and MARQUEE_PORT to the app that holds this database.",
            )

    def _address(self) -> str:
        return f"{self._host()}:{self.settings.port}"

    def _host(self) -> str:
        # Who listens on every address listens on this one.
        host = self.settings.host.strip("[]")
        every = ("0.0.0.0", "::", "")  # nosec B104 - compared with, never bound to
        return "127.0.0.1" if host in every else host

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection(self._host(), self.settings.port, timeout=3600)
        token = self.settings.api_token
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        try:
            sent = None if body is None else json.dumps(body)
            more = {"Content-Type": "application/json"} if sent else {}
            connection.request(method, f"/api/v1{path}", sent, {**headers, **more})
            answer = connection.getresponse()
            told = json.loads(answer.read() or b"null")
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise DatabaseLocked(
                f"{self.locked.detail}, and no app answers at {self._address()}",
                hint="Set MARQUEE_HOST, MARQUEE_PORT and MARQUEE_API_TOKEN to those of the running"
                " app, or stop it first.",
            ) from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise _as_error(told)
        return told


def _as_error(problem: dict[str, Any]) -> MarqueeError:
    """The app's error as one of ours, with its code."""
    kind = of_code(str(problem.get("code", ""))) or MarqueeError
    error = kind(str(problem.get("detail", "")), hint=str(problem.get("hint", "")))
    return error
