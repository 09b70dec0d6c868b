"""Documents in chunks: smaller ones, later, when the server has too much to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from core.errors import SearchUnavailable
from core.observe import logs
from core.search.elastic.server import PATIENT, Server, reason_of, unavailable

log = logs.get("search")
Action = tuple[str, bytes | None]  # the id, and the document; None deletes it
LARGEST = 4_000_000  # bytes of a chunk
SMALLEST = 50_000
MANY = 10  # documents; when all of them are refused, it is not the documents
WAITS = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 10.0)  # seconds between tries


class Bulk:
    """Writes to one index. Everything may be written twice: the id of a document is that of its record."""

    def __init__(self, server: Server, index: str) -> None:
        self._server, self._index = server, index
        self._size = LARGEST

    def write(self, actions: Iterable[Action]) -> int:
        """All of them; returns how many. Raises SearchUnavailable."""
        count = 0
        for chunk in self._chunks(actions):
            self._put(chunk)
            count += len(chunk)
        return count

    def _chunks(self, actions: Iterable[Action]) -> Iterator[list[Action]]:
        chunk: list[Action] = []
        size = 0
        for action in actions:
            chunk.append(action)
            size += 100 + len(action[1] or b"")
            if size >= self._size:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def _put(self, chunk: list[Action]) -> None:
        """A chunk; what the server had no time for is sent again."""
        for wait in (*WAITS, None):
            chunk = self._send(chunk)
            if not chunk:
                self._size = min(LARGEST, self._size * 2)
                return
            self._size = max(SMALLEST, self._size // 2)
            if wait is not None:
                self._server.ending.wait(wait)
        raise unavailable("busy")

    def _send(self, chunk: list[Action]) -> list[Action]:
        """Send it; returns what has to be sent again."""
        try:
            answer = self._server.call(
                "POST", f"/{self._index}/_bulk", _lines(chunk), seconds=PATIENT, timeout="20s"
            )
        except SearchUnavailable as error:
            if error.extra["reason"] != "busy":
                raise
            return chunk
        if not answer:
            raise unavailable("missing")
        return _refused(answer, chunk) if answer.get("errors") else []


def _lines(chunk: list[Action]) -> bytes:
    made: list[bytes] = []
    for key, document in chunk:
        if document is None:
            made.append(orjson.dumps({"delete": {"_id": key}}))
        else:
            made += [orjson.dumps({"index": {"_id": key}}), document]
    return b"\n".join(made) + b"\n"


def _refused(answer: dict[str, Any], chunk: list[Action]) -> list[Action]:
    """The lines that the server had no time for. Raises SearchUnavailable when it takes no changes at all.

    A document that it can never take is left out and logged, and the check of the index names it.
    """
    again, lost, kind = [], 0, ""
    for action, item in zip(chunk, answer["items"], strict=True):
        [said] = item.values()
        if not (error := said.get("error")):
            continue
        kind = str(error.get("type", ""))
        reason = reason_of(int(said["status"]), kind, str(error.get("reason", "")))
        if reason == "busy":
            again.append(action)
        elif said["status"] == 400:
            log.say("search.record_refused", record=action[0], kind=kind)
            lost += 1
        else:
            raise unavailable("missing" if said["status"] == 404 else reason, kind)
    if lost == len(chunk) >= MANY:
        raise unavailable("broken", kind)
    return again
