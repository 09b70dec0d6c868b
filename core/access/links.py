"""Links that let somebody set a password once: the first admin, a new account, a password that was forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from core.access import secrets
from core.errors import LinkOver
from core.history.events import now
from core.storage.store import Connection

Kind = Literal["first", "reset"]
HOURS = {"first": 24, "reset": 24}
FIRST = "00000000-0000-0000-0000-000000000000"  # whose account is made with the link


def make(connection: Connection, kind: Kind, account_id: str = FIRST) -> str:
    """A new link's secret; those before it are over."""
    secret = secrets.token()
    connection.execute("DELETE FROM ops.access_links WHERE account_id::VARCHAR = ?", [account_id])
    connection.execute(
        "INSERT INTO ops.access_links VALUES (?, ?, ?, ?)",
        [secrets.digest(secret), kind, account_id, now() + timedelta(hours=HOURS[kind])],
    )
    return secret


def look(connection: Connection, secret: str) -> tuple[Kind, str]:
    """What a link is for, and whose account. Raises LinkOver."""
    row = connection.execute(
        "SELECT kind, account_id::VARCHAR FROM ops.access_links WHERE digest = ? AND ends_at > ?",
        [secrets.digest(secret), now()],
    ).fetchone()
    if row is None:
        raise LinkOver("it was used, is over, or another one was made since")
    return row[0], str(row[1])


def use(connection: Connection, secret: str) -> tuple[Kind, str]:
    """The same, and it is over. Raises LinkOver."""
    found = look(connection, secret)
    connection.execute("DELETE FROM ops.access_links WHERE digest = ?", [secrets.digest(secret)])
    return found
