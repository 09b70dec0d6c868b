"""The random id of a database. A copy has it as well, until the two meet."""

from __future__ import annotations

from uuid import uuid4

from core.storage.store import Connection


def known(connection: Connection) -> str:
    """The id, as text."""
    row = connection.execute("SELECT any_value(id)::VARCHAR FROM ops.installation").fetchone()
    return str(row[0]) if row and row[0] else str(uuid4())


def renew(connection: Connection) -> str:
    """Give it another one; returns that."""
    new = str(uuid4())
    connection.execute("DELETE FROM ops.installation")
    connection.execute("INSERT INTO ops.installation VALUES (?::UUID)", [new])
    return new
