"""API keys: for programs. Each belongs to somebody and may do a part of what they may."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.access import secrets
from core.errors import BadKey, NotFound
from core.history.events import now
from core.storage.store import Connection

SCOPES = {
    "read": "see and search records, uploads, history and quality",
    "import": "bring files, see what becomes of them, and import them",
    "edit": "change, delete and restore records, and work on duplicates and quality",
    "admin": "everything that its owner may",
}
_WRITES = {
    "import": ("uploads.", "recipes.", "quarantine.", "jobs.", "schedules.run"),
    "edit": ("records.", "matching.", "quality.", "search.", "history.", "datasets.", "database."),
}
_READS = frozenset(
    "uploads.read recipes.read records.read search.read search.keep history.read datasets.read quality.read matching.read"
    " jobs.read schedules.read database.read access.self".split()
)
# With the scope `import` alone, of uploads that the key's owner brought and in the methods that say so (`needs(own=True)`):
# what became of them. None of them shows a value of a record.
OWN = frozenset({"uploads.read", "jobs.read"})
OVERLAP = 7  # days at most for which a key works beside the one that takes its place
_COLUMNS = (
    "key_id::VARCHAR, name, hint, account_id::VARCHAR, owner, scopes, datasets, created_at, ends_at, used_at,"
    " revoked_at"
)


@dataclass(frozen=True)
class Key:
    """A key, without its secret. `hint` is its last four characters; no `datasets`: all."""

    id: str
    name: str
    hint: str
    account_id: str | None
    owner: str
    scopes: tuple[str, ...]
    datasets: tuple[str, ...]
    created_at: datetime
    ends_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def works(self) -> bool:
        """Whether it opens anything at this moment."""
        at = now()
        over = self.ends_at is not None and self.ends_at <= at
        return not over and (self.revoked_at is None or self.revoked_at > at)


def may(scopes: Iterable[str], permission: str, *, own: bool = False) -> bool:
    """Whether the scopes of a key hold a permission. `own`: it is about an upload that its owner brought."""
    held = set(scopes)
    if "admin" in held:
        return True
    if permission in _READS:
        brought = own and permission in OWN and "import" in held
        return "read" in held or permission == "access.self" or brought
    return any(permission.startswith(_WRITES.get(scope, ())) for scope in held)


def why_not(scopes: Iterable[str] | None, permission: str) -> str | None:
    """What to say to a key that sees uploads of its owner, and asked for more than that."""
    if scopes is None or may(scopes, permission) or not may(scopes, permission, own=True):
        return None
    return "The scope `import` shows what became of uploads that the key's owner brought. Records and lists take `read`."


def create(
    connection: Connection,
    name: str,
    account_id: str | None,
    owner: str,
    scopes: Iterable[str],
    datasets: Iterable[str] = (),
    days: float | None = None,
) -> tuple[Key, str]:
    """A new key and its secret, which is shown this once. Raises BadKey."""
    wanted = tuple(dict.fromkeys(scopes))
    if not name.strip():
        raise BadKey("a key has a name", hint="Such as that of the program that uses it.")
    if not wanted or set(wanted) - set(SCOPES):
        raise BadKey(f"expected scopes out of {', '.join(SCOPES)}")
    if days is not None and not 0 < days <= 3_650:
        raise BadKey("a key is for more than 0 and at most 3,650 days")
    secret, at = secrets.api_key(), now()
    ends = at + timedelta(days=days) if days is not None else None
    key_id = str(uuid.uuid4())
    connection.execute(
        "INSERT INTO ops.access_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
        [key_id, secrets.digest(secret), secret[-4:], name.strip(), account_id, owner]
        + [list(wanted), list(dict.fromkeys(datasets)), at, ends],
    )
    return get(connection, key_id), secret


def find(connection: Connection, account_id: str | None = None) -> list[Key]:
    """Keys, the newest first; those of an account, or all."""
    where = "" if account_id is None else " WHERE account_id::VARCHAR = ?"
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_keys{where} ORDER BY created_at DESC",
        [] if account_id is None else [account_id],
    ).fetchall()
    return [_key(row) for row in rows]


def get(connection: Connection, key_id: str, account_id: str | None = None) -> Key:
    """A key by its id; with an account, only one of its own. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_keys WHERE key_id::VARCHAR = ?", [key_id]
    ).fetchone()
    if row is None or (account_id is not None and row[3] != account_id):
        raise NotFound("there is no such key")
    return _key(row)


def by_secret(connection: Connection, secret: str) -> Key | None:
    """The key of a secret; it may not work any more."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_keys WHERE digest = ?", [secrets.digest(secret)]
    ).fetchone()
    return _key(row) if row else None


def revoke(connection: Connection, key_id: str, days: float = 0) -> None:
    """End a key, at once or after some days."""
    connection.execute(
        "UPDATE ops.access_keys SET revoked_at = least(coalesce(revoked_at, ?), ?) WHERE key_id::VARCHAR = ?",
        [now() + timedelta(days=days), now() + timedelta(days=days), key_id],
    )


def rotate(connection: Connection, key_id: str, overlap: float) -> tuple[Key, str]:
    """A key that takes the place of another, which works on for some days. Raises BadKey."""
    before = get(connection, key_id)
    if not 0 <= overlap <= OVERLAP:
        raise BadKey(f"the old key works on for 0 to {OVERLAP} days")
    if not before.works:
        raise BadKey("this key does not work any more", hint="Make a new one.")
    days = None
    if before.ends_at is not None:
        days = (before.ends_at - before.created_at).total_seconds() / 86_400
    made = create(
        connection,
        before.name,
        before.account_id,
        before.owner,
        before.scopes,
        before.datasets,
        days,
    )
    revoke(connection, key_id, overlap)
    return made


def used(connection: Connection, key_id: str) -> None:
    """Note that a key was used; asked once a minute at most."""
    connection.execute(
        "UPDATE ops.access_keys SET used_at = ? WHERE key_id::VARCHAR = ?", [now(), key_id]
    )


def _key(row: tuple[Any, ...]) -> Key:
    identity, name, hint, account, owner, scopes, datasets, *rest = row
    return Key(identity, name, hint, account, owner, tuple(scopes), tuple(datasets or ()), *rest)
