"""Accounts: rows of people who may log in, with what each may do."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import BadAccount, LastAdmin, NotFound
from core.history.events import now
from core.storage.store import Connection

ADMIN = "admin"
_NAME = re.compile(r"[\w.@+-]{1,80}\Z")
_COLUMNS = (
    "account_id::VARCHAR, name, shown, role, roles, status, password IS NOT NULL, totp IS NOT NULL,"
    " coalesce(len(recovery), 0), issuer, subject, created_at, seen_at"
)


@dataclass(frozen=True)
class Account:
    """Somebody who may log in. No secret is in it."""

    id: str
    name: str
    shown: str
    role: str
    roles: Mapping[str, str] = field(default_factory=dict)
    status: str = "active"
    has_password: bool = False
    second_factor: bool = False
    recovery_codes: int = 0
    issuer: str | None = None
    subject: str | None = None
    created_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.status == "active"


def folded(name: str) -> str:
    """The name of an account as it is compared: one person has one account, however it is typed."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def find(connection: Connection) -> list[Account]:
    """All accounts by name."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_accounts ORDER BY name"
    ).fetchall()
    return [_account(row) for row in rows]


def get(connection: Connection, name: str) -> Account:
    """An account by its name or id. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_accounts WHERE name = ? OR account_id::VARCHAR = ?",
        [folded(name), name],
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no account {name!r}")
    return _account(row)


def of_provider(connection: Connection, issuer: str, subject: str) -> Account | None:
    """The account that a provider knows under this id."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_accounts WHERE issuer = ? AND subject = ?",
        [issuer, subject],
    ).fetchone()
    return _account(row) if row else None


def create(
    connection: Connection,
    name: str,
    role: str,
    *,
    shown: str = "",
    roles: Mapping[str, str] | None = None,
    issuer: str | None = None,
    subject: str | None = None,
) -> Account:
    """A new account, without a password yet. Raises BadAccount."""
    wanted = folded(name)
    if not _NAME.match(wanted):
        raise BadAccount(
            f"{name!r} cannot be the name of an account", hint="Letters, digits and . _ - + @."
        )
    if connection.execute("SELECT 1 FROM ops.access_accounts WHERE name = ?", [wanted]).fetchone():
        raise BadAccount(f"there is an account {wanted!r} already")
    account_id, at = str(uuid.uuid4()), now()
    connection.execute(
        "INSERT INTO ops.access_accounts (account_id, name, shown, role, roles, status, issuer, subject,"
        " created_at, changed_at, totp_step) VALUES (?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, 0)",
        [account_id, wanted, shown.strip() or wanted, role, json.dumps(dict(roles or {}))]
        + [issuer, subject, at, at],
    )
    return get(connection, account_id)


def change(
    connection: Connection,
    name: str,
    *,
    role: str | None = None,
    roles: Mapping[str, str] | None = None,
    status: str | None = None,
    shown: str | None = None,
) -> Account:
    """Change what is said. Raises LastAdmin when nobody would be left who may change anything."""
    before = get(connection, name)
    if (
        before.role == ADMIN
        and before.active
        and (role not in (None, ADMIN) or status == "disabled")
    ):
        _others(connection, before)
    connection.execute(
        "UPDATE ops.access_accounts SET role = coalesce(?, role), roles = coalesce(?, roles),"
        " status = coalesce(?, status), shown = coalesce(?, shown), changed_at = ?"
        " WHERE account_id::VARCHAR = ?",
        [role, None if roles is None else json.dumps(dict(roles)), status, shown, now(), before.id],
    )
    return get(connection, before.id)


def follow(connection: Connection, account_id: str, role: str, roles: Mapping[str, str]) -> Account:
    """Give an account the roles that its provider says, also to the last admin: another may come in by the provider."""
    connection.execute(
        "UPDATE ops.access_accounts SET role = ?, roles = ?, changed_at = ? WHERE account_id::VARCHAR = ?",
        [role, json.dumps(dict(roles)), now(), account_id],
    )
    return get(connection, account_id)


def delete(connection: Connection, name: str) -> Account:
    """Remove an account with its sessions, links and keys. Raises LastAdmin."""
    found = get(connection, name)
    if found.role == ADMIN and found.active:
        _others(connection, found)
    for table in ("sessions", "links", "keys", "accounts"):
        connection.execute(
            f"DELETE FROM ops.access_{table} WHERE account_id::VARCHAR = ?",
            [found.id],  # nosec B608
        )
    return found


def _others(connection: Connection, account: Account) -> None:
    row = connection.execute(
        "SELECT count(*) FROM ops.access_accounts WHERE role = ? AND status = 'active'"
        " AND account_id::VARCHAR != ?",
        [ADMIN, account.id],
    ).fetchone()
    if not row or not row[0]:
        raise LastAdmin(f"{account.name} is the last admin")


def _account(row: tuple[object, ...]) -> Account:
    identity, name, shown, role, roles, *rest = row
    return Account(identity, name, shown, role, json.loads(str(roles or "{}")), *rest)  # type: ignore[arg-type]
