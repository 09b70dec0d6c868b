"""Messages on their way: each is a row, claimed with a lease, tried again for a day, and kept to be looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.errors import NotFound
from core.history.events import now
from core.storage.ids import check_id, new_id
from core.storage.store import Connection

LEASE = timedelta(seconds=120)
KEPT = timedelta(days=30)
# Seconds after which a message is tried again, from the first attempt to a day later.
RETRIES = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
_COLUMNS = (
    "delivery_id::VARCHAR, webhook_id::VARCHAR, message_id::VARCHAR, event, payload, status, attempts, next_at,"
    " answer, error, seconds, created_at, delivered_at"
)


@dataclass(frozen=True)
class Delivery:
    """One message to one address. status: waiting, delivered, given_up."""

    id: str
    webhook_id: str
    message_id: str
    event: str
    payload: str
    status: str
    attempts: int
    next_at: datetime | None
    answer: int | None
    error: str | None
    seconds: float | None
    created_at: datetime
    delivered_at: datetime | None


def add(
    connection: Connection, webhook_id: str, event: str, data: dict[str, Any], message_id: str = ""
) -> str:
    """A message that is sent at once; returns its id. The same `message_id` says that it is the same message."""
    delivery_id, at = new_id(), now()
    body = {"type": event, "timestamp": f"{at.isoformat()}Z", "data": data}
    connection.execute(
        "INSERT INTO ops.webhook_deliveries BY NAME SELECT ?::UUID AS delivery_id, ?::UUID AS webhook_id,"
        " ?::UUID AS message_id, ? AS event, ? AS payload, 'waiting' AS status, 0 AS attempts,"
        " ?::TIMESTAMP AS next_at, ?::TIMESTAMP AS created_at",
        [delivery_id, webhook_id, message_id or delivery_id, event]
        + [json.dumps(body, ensure_ascii=False, default=str), at, at],
    )
    return delivery_id


def replay(connection: Connection, delivery_id: str) -> str:
    """The same message once more, under its id; returns the new delivery."""
    old = get(connection, delivery_id)
    data = json.loads(old.payload)["data"]
    return add(connection, old.webhook_id, old.event, data, old.message_id)


def get(connection: Connection, delivery_id: str) -> Delivery:
    """One of them. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.webhook_deliveries WHERE delivery_id = ?",
        [check_id(delivery_id, "delivery")],
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no delivery {delivery_id!r}")
    return Delivery(*row)


_OF = "FROM ops.webhook_deliveries WHERE (?1 IS NULL OR webhook_id = ?1::UUID)"


def listed(
    connection: Connection, webhook_id: str | None, limit: int, offset: int = 0
) -> list[Delivery]:
    """The newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} {_OF} ORDER BY created_at DESC, delivery_id LIMIT ?2 OFFSET ?3",
        [webhook_id, limit, offset],
    ).fetchall()
    return [Delivery(*row) for row in rows]


def count(connection: Connection, webhook_id: str | None) -> int:
    """How many messages are kept, of a webhook or of all."""
    row = connection.execute(f"SELECT count(*) {_OF}", [webhook_id]).fetchone()
    return int(row[0]) if row else 0


def due(connection: Connection) -> bool:
    """Whether any message waits to be sent."""
    at = now()
    sql = "SELECT 1 FROM ops.webhook_deliveries WHERE status = 'waiting' AND next_at <= ? AND coalesce(lease_until, ?) <= ? LIMIT 1"
    return connection.execute(sql, [at, at, at]).fetchone() is not None


def claim(connection: Connection, limit: int = 20) -> list[Delivery]:
    """Take messages that are due; nobody else sends them while the lease lasts."""
    at = now()
    rows = connection.execute(
        "SELECT delivery_id::VARCHAR FROM ops.webhook_deliveries WHERE status = 'waiting' AND next_at <= ?"
        " AND coalesce(lease_until, ?) <= ? ORDER BY next_at LIMIT ?",
        [at, at, at, limit],
    ).fetchall()
    for (delivery_id,) in rows:
        connection.execute(
            "UPDATE ops.webhook_deliveries SET lease_until = ? WHERE delivery_id = ?",
            [at + LEASE, delivery_id],
        )
    return [get(connection, delivery_id) for (delivery_id,) in rows]


def sent(
    connection: Connection, one: Delivery, answer: int | None, error: str | None, seconds: float
) -> None:
    """Write down how an attempt ended: delivered by any 2xx, else it waits for the next one, or is given up."""
    good = answer is not None and 200 <= answer < 300
    attempts = one.attempts + 1
    over = answer == 410 or attempts >= len(RETRIES)
    status = "delivered" if good else "given_up" if over else "waiting"
    wait = timedelta(seconds=RETRIES[min(attempts, len(RETRIES) - 1)])
    next_at = one.created_at + wait if status == "waiting" else None
    if next_at is not None:
        next_at = max(next_at, now() + timedelta(seconds=1))
    connection.execute(
        "UPDATE ops.webhook_deliveries SET status = ?, attempts = ?, next_at = ?, lease_until = NULL, answer = ?,"
        " error = ?, seconds = ?, delivered_at = ? WHERE delivery_id = ?",
        [status, attempts, next_at, answer, error, seconds, now() if good else None, one.id],
    )


def expire(connection: Connection) -> None:
    """Forget messages after a month."""
    connection.execute(
        "DELETE FROM ops.webhook_deliveries WHERE created_at < ? AND status != 'waiting'",
        [now() - KEPT],
    )
