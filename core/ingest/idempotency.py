"""Idempotency keys: the same request sent twice opens one upload.

The key is looked up and written in the transaction that opens the upload, on the writer thread, so
of many requests at once exactly one opens it. A refused request leaves no key behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from core.errors import IdempotencyMismatch
from core.history.events import now
from core.ingest import uploads
from core.ingest.uploads import Upload
from core.storage.store import Store


@dataclass(frozen=True)
class Request:
    """What a client calls its request, and a fingerprint of everything that it asks for."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Receipt:
    """The upload of a request; `replayed` when an earlier one with the same key opened it."""

    upload: Upload
    replayed: bool


def once(
    connection: duckdb.DuckDBPyConnection, request: Request, act: Callable[[], Upload]
) -> Receipt:
    """Run `act` unless the key is known. Raises IdempotencyMismatch when it meant another request."""
    row = connection.execute(
        "SELECT fingerprint, upload_id::VARCHAR FROM ops.idempotency WHERE key = ?", [request.key]
    ).fetchone()
    if row is None:
        upload = act()
        connection.execute(
            "INSERT INTO ops.idempotency VALUES (?, ?, ?::UUID, ?)",
            [request.key, request.fingerprint, upload.id, now()],
        )
        return Receipt(upload, replayed=False)
    if row[0] != request.fingerprint:
        raise IdempotencyMismatch(
            f"the key {request.key!r} belongs to another file or other options", upload_id=row[1]
        )
    return Receipt(uploads.get(connection, row[1]), replayed=True)


def known(connection: duckdb.DuckDBPyConnection, key: str) -> bool:
    """Whether a request with this key was answered."""
    row = connection.execute("SELECT 1 FROM ops.idempotency WHERE key = ?", [key]).fetchone()
    return row is not None


def forget(database: Store, key: str) -> None:
    """Whoever comes with this key next is new. Nothing is written when nobody had it."""
    if database.read(lambda c: known(c, key)):
        database.write(lambda c: c.execute("DELETE FROM ops.idempotency WHERE key = ?", [key]))
