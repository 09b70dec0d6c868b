"""The addresses: `ops.access_webhooks`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import BadValue, NotFound
from core.history.events import now
from core.storage.ids import check_id, new_id
from core.storage.store import Connection
from core.webhooks.events import KINDS
from core.webhooks.signing import new_secret

MOST = 100  # addresses
_COLUMNS = (
    "webhook_id::VARCHAR, url, events, dataset, description, actor, created_at, disabled_at, reason"
)


@dataclass(frozen=True)
class Webhook:
    """An address, and what it is told. No `events`: all kinds; no `dataset`: all datasets."""

    id: str
    url: str
    events: tuple[str, ...]
    dataset: str | None
    description: str
    actor: str
    created_at: datetime
    disabled_at: datetime | None = None
    reason: str | None = None

    def wants(self, event: str, dataset: str | None) -> bool:
        """Whether it is told of this."""
        if self.disabled_at or (self.events and event not in self.events):
            return False
        return self.dataset is None or dataset in (None, self.dataset)


def listed(connection: Connection) -> list[Webhook]:
    """All of them, the oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_webhooks ORDER BY created_at, webhook_id"
    ).fetchall()
    return [_webhook(row) for row in rows]


def get(connection: Connection, webhook_id: str) -> Webhook:
    """One of them. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.access_webhooks WHERE webhook_id = ?",
        [check_id(webhook_id, "webhook")],
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no webhook {webhook_id!r}")
    return _webhook(row)


def add(
    connection: Connection,
    url: str,
    events: Sequence[str],
    dataset: str | None,
    description: str,
    actor: str,
) -> tuple[Webhook, str]:
    """A new one and its secret, which is told this once. Raises BadValue."""
    check_events(events)
    if len(listed(connection)) >= MOST:
        raise BadValue(f"there are {MOST} webhooks already")
    webhook_id, secret = new_id(), new_secret()
    connection.execute(
        "INSERT INTO ops.access_webhooks VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
        [webhook_id, url, list(events), dataset, secret, description, actor, now()],
    )
    return get(connection, webhook_id), secret


def check_events(events: Sequence[str]) -> None:
    """Raises BadValue for a kind that there is not."""
    wrong = [e for e in events if e not in KINDS]
    if wrong:
        raise BadValue(f"nothing is told of {wrong[0]!r}", hint=f"Kinds: {', '.join(KINDS)}.")


def change(connection: Connection, webhook_id: str, values: dict[str, Any]) -> Webhook:
    """Set `url`, `events`, `dataset` or `description`; `enabled` turns it off and on."""
    present = get(connection, webhook_id)
    check_events(values.get("events") or ())
    known = {k: v for k, v in values.items() if k in ("url", "events", "dataset", "description")}
    if "events" in known:
        known["events"] = list(known["events"] or ())
    if (enabled := values.get("enabled")) is not None:
        known |= {"disabled_at": None, "reason": None}
        if not enabled:
            known |= {"disabled_at": now(), "reason": "turned off"}
    if known:
        sets = ", ".join(f"{name} = ?" for name in known)
        connection.execute(
            f"UPDATE ops.access_webhooks SET {sets} WHERE webhook_id = ?",
            [*known.values(), present.id],
        )
    return get(connection, present.id)


def remove(connection: Connection, webhook_id: str) -> None:
    """Forget it with its deliveries. Raises NotFound."""
    found = get(connection, webhook_id)
    for table in ("access_webhooks", "webhook_deliveries"):
        connection.execute(f"DELETE FROM ops.{table} WHERE webhook_id = ?", [found.id])


def secret_of(connection: Connection, webhook_id: str) -> str:
    """What signs its messages."""
    row = connection.execute(
        "SELECT secret FROM ops.access_webhooks WHERE webhook_id = ?", [webhook_id]
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no webhook {webhook_id!r}")
    return str(row[0])


def disable(connection: Connection, webhook_id: str, reason: str) -> None:
    """Send nothing more, and say why."""
    connection.execute(
        "UPDATE ops.access_webhooks SET disabled_at = ?, reason = ? WHERE webhook_id = ?",
        [now(), reason, webhook_id],
    )


def _webhook(row: tuple[Any, ...]) -> Webhook:
    return Webhook(row[0], row[1], tuple(row[2] or ()), *row[3:])
