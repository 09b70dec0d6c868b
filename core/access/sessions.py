"""Sessions in the database: who is logged in, in which browser. A cookie holds a secret, the table its hash."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.access import secrets
from core.errors import NotFound
from core.history.events import now
from core.storage.store import Connection

_COLUMNS = "session_id::VARCHAR, account_id::VARCHAR, created_at, ends_at, address, agent, view_as"


@dataclass(frozen=True)
class Session:
    """A login that is not over."""

    id: str
    account_id: str
    created_at: datetime
    ends_at: datetime
    address: str = ""
    agent: str = ""
    view_as: str | None = None


def begin(
    connection: Connection, account_id: str, hours: float, address: str = "", agent: str = ""
) -> str:
    """A new session; gives the secret for the cookie. What is over is forgotten on the way."""
    secret, at = secrets.token(), now()
    connection.execute("DELETE FROM ops.access_sessions WHERE ends_at < ?", [at])
    connection.execute(
        "INSERT INTO ops.access_sessions VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        [secrets.digest(secret), str(uuid.uuid4()), account_id, at, at + timedelta(hours=hours)]
        + [address, agent[:200]],
    )
    connection.execute(
        "UPDATE ops.access_accounts SET seen_at = ? WHERE account_id::VARCHAR = ?", [at, account_id]
    )
    return secret


def by_secret(connection: Connection, secret: str) -> Session | None:
    """The session of a cookie, unless it is over."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_sessions WHERE digest = ? AND ends_at > ?",
        [secrets.digest(secret), now()],
    ).fetchone()
    return Session(*row) if row else None


def find(connection: Connection, account_id: str | None = None) -> list[Session]:
    """Who is logged in, the newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_sessions WHERE ends_at > ?"
        " AND account_id::VARCHAR = coalesce(?, account_id::VARCHAR) ORDER BY created_at DESC",
        [now(), account_id],
    ).fetchall()
    return [Session(*row) for row in rows]


def end(connection: Connection, session_id: str, account_id: str | None = None) -> None:
    """End one session; with an account, only one of its own. Raises NotFound."""
    gone = connection.execute(
        "DELETE FROM ops.access_sessions WHERE session_id::VARCHAR = ?"
        " AND account_id::VARCHAR = coalesce(?, account_id::VARCHAR) RETURNING session_id",
        [session_id, account_id],
    ).fetchall()
    if not gone:
        raise NotFound("there is no such session")
    _tell(connection)


def end_by_secret(connection: Connection, secret: str) -> None:
    """Log out."""
    connection.execute("DELETE FROM ops.access_sessions WHERE digest = ?", [secrets.digest(secret)])
    _tell(connection)


def end_all(connection: Connection, account_id: str, but: str = "") -> int:
    """End all sessions of an account, but that of one cookie; gives how many."""
    gone = connection.execute(
        "DELETE FROM ops.access_sessions WHERE account_id::VARCHAR = ? AND digest != ?"
        " RETURNING session_id",
        [account_id, secrets.digest(but)],
    ).fetchall()
    _tell(connection)
    return len(gone)


def view_as(connection: Connection, session_id: str, role: str | None) -> None:
    """What role the pages of a session are seen in; None for one's own."""
    connection.execute(
        "UPDATE ops.access_sessions SET view_as = ? WHERE session_id::VARCHAR = ?",
        [role, session_id],
    )
    _tell(connection)


def _tell(connection: Connection) -> None:
    """Every process shall look again."""
    connection.execute("UPDATE ops.access_state SET revision = revision + 1")
