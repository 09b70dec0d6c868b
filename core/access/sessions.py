"""Sessions in the database: who is logged in, in which browser. A cookie holds a secret, the table its hash."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.access import secrets
from core.errors import NotFound
from core.history.events import now
from core.storage.store import Connection

_COLUMNS = "session_id::VARCHAR, account_id::VARCHAR, created_at, ends_at, address, agent, view_as, used_at"


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
    used_at: datetime | None = None

    def idle(self, minutes: float, used_at: datetime | None = None) -> bool:
        """Whether nobody used it for so long; `used_at`: what this process knows beside the row."""
        known = [at for at in (self.created_at, self.used_at, used_at) if at is not None]
        return bool(minutes) and now() - max(known) > timedelta(minutes=minutes)


def begin(
    connection: Connection,
    account_id: str,
    hours: float,
    address: str = "",
    agent: str = "",
    sid: str | None = None,
) -> str:
    """A new session; gives the secret for the cookie. What is over is forgotten on the way."""
    secret, at = secrets.token(), now()
    connection.execute("DELETE FROM ops.access_sessions WHERE ends_at < ?", [at])
    connection.execute(
        "INSERT INTO ops.access_sessions (digest, session_id, account_id, created_at, ends_at, address, agent, sid)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [secrets.digest(secret), str(uuid.uuid4()), account_id, at, at + timedelta(hours=hours)]
        + [address, agent[:200], sid],
    )
    connection.execute(
        "UPDATE ops.access_accounts SET seen_at = ? WHERE account_id::VARCHAR = ?", [at, account_id]
    )
    return secret


def forget_idle(connection: Connection, minutes: float) -> None:
    """Forget what nobody used for so long, and a little longer: a process notes a use once a minute."""
    if minutes:
        connection.execute(
            "DELETE FROM ops.access_sessions WHERE greatest(created_at, coalesce(used_at, created_at)) < ?",
            [now() - timedelta(minutes=minutes + 2)],
        )


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


def used(connection: Connection, session_id: str, at: datetime) -> None:
    """Somebody used it."""
    connection.execute(
        "UPDATE ops.access_sessions SET used_at = ? WHERE session_id::VARCHAR = ?",
        [at, session_id],
    )


def end_of_provider(connection: Connection, account_id: str, sid: str | None) -> int:
    """The provider logged somebody out: of one session of theirs, or of all; gives how many ended."""
    gone = connection.execute(
        "DELETE FROM ops.access_sessions WHERE account_id::VARCHAR = $1 AND sid IS NOT NULL"
        " AND ($2::VARCHAR IS NULL OR sid IN ($2, '')) RETURNING session_id",
        [account_id, sid],
    ).fetchall()
    _tell(connection)
    return len(gone)


def account_of_sid(connection: Connection, sid: str) -> str | None:
    """Whose session the provider calls so."""
    row = connection.execute(
        "SELECT account_id::VARCHAR FROM ops.access_sessions WHERE sid = ?", [sid]
    ).fetchone()
    return str(row[0]) if row else None


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
