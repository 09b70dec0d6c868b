"""Answers to requests that came with a key: the same request again is answered by what the first one was told.

A key belongs to who sent it, and holds for a day. It is looked up and written on the writer thread, so of many equal
requests at once exactly one is at work. A refused request leaves no key behind. Keys of files that are brought are
not here: they hold as long as their upload (`core.ingest.idempotency`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from core.errors import Conflict, IdempotencyMismatch
from core.history.events import now
from core.storage.store import Connection, Store

HOLDS = timedelta(hours=24)
ANSWER_TIMEOUT = timedelta(minutes=10)  # after which a request that has no answer is taken for lost
LARGEST = 1_000_000  # bytes of an answer that is kept


@dataclass(frozen=True)
class Answer:
    """What was answered. `body` is None where it was too large, or held a secret."""

    status: int
    headers: dict[str, str]
    body: bytes | None


class Answers:
    """The answers that are kept."""

    def __init__(self, database: Store) -> None:
        self._database = database

    def begin(self, owner: str, key: str, fingerprint: str) -> Answer | None:
        """The earlier answer; None for whoever is first, who then calls `keep` or `drop`.

        Raises IdempotencyMismatch when the key meant another request, Conflict while that one is at work.
        """
        return self._database.write(lambda c: _begin(c, owner, key, fingerprint))

    def keep(self, owner: str, key: str, answer: Answer) -> None:
        """The request was done."""
        self._database.write(
            lambda c: c.execute(
                "UPDATE ops.access_answers SET status = ?, headers = ?, body = ?, expires_at = ?"
                " WHERE owner = ? AND key = ?",
                [answer.status, json.dumps(answer.headers), answer.body, now() + HOLDS, owner, key],
            ),
            note=True,
        )

    def drop(self, owner: str, key: str) -> None:
        """The request was refused: who comes with the key next is new."""
        self._database.write(
            lambda c: c.execute(
                "DELETE FROM ops.access_answers WHERE owner = ? AND key = ?", [owner, key]
            ),
            note=True,
        )

    def expire(self) -> None:
        """Forget answers whose day is over."""
        old = "FROM ops.access_answers WHERE expires_at < ?"
        if self._database.read(lambda c: c.execute(f"SELECT 1 {old}", [now()]).fetchone()):
            self._database.write(lambda c: c.execute(f"DELETE {old}", [now()]))


def _begin(connection: Connection, owner: str, key: str, fingerprint: str) -> Answer | None:
    row = connection.execute(
        "SELECT fingerprint, status, headers, body FROM ops.access_answers"
        " WHERE owner = ? AND key = ? AND expires_at >= ?",
        [owner, key, now()],
    ).fetchone()
    if row is None:
        connection.execute(
            "DELETE FROM ops.access_answers WHERE owner = ? AND key = ?", [owner, key]
        )
        connection.execute(
            "INSERT INTO ops.access_answers VALUES (?, ?, ?, NULL, NULL, NULL, ?, ?)",
            [owner, key, fingerprint, now(), now() + ANSWER_TIMEOUT],
        )
        return None
    if row[0] != fingerprint:
        raise IdempotencyMismatch(f"the key {key!r} belongs to another request")
    if row[1] is None:
        raise Conflict(
            "the first request with this key is still at work",
            hint="Send it again in a moment.",
            headers={"Retry-After": "1"},
        )
    return Answer(int(row[1]), json.loads(row[2]), None if row[3] is None else bytes(row[3]))
