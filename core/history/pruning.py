"""How long the audit trail says who logged in, was refused, or took data out.

What was changed stays for good: data, accounts, roles, rules and keys.

An old line is emptied and not removed: its number, its time and its hash stay, so the chain goes on. That this was done, up
to which number, and how many lines are empty since, is an event of the chain itself: one more was emptied by somebody else.
"""

from __future__ import annotations

from datetime import timedelta

from core.actor import Actor
from core.history import events
from core.storage.store import Connection

KINDS = tuple(
    f"access.{kind}"
    for kind in (
        *("login", "login_failed", "limited", "refused"),
        *("view_as", "session_ended", "taken"),
    )
)


def prune(connection: Connection, days: int, actor: Actor) -> int:
    """Empty what is older; returns how many lines. In a write task."""
    before = events.now() - timedelta(days=days)
    row = connection.execute(
        "SELECT count(*), max(seq) FROM ops.events"
        " WHERE list_contains(?, kind) AND happened_at < ?",
        [[*KINDS], before],
    ).fetchone()
    if not row or not row[0]:
        return 0
    count, until = int(row[0]), int(row[1])
    connection.execute(
        "UPDATE ops.events SET kind = ?, actor = '', door = '', dataset = NULL, upload_id = NULL,"
        " record_id = NULL, details = '{}' WHERE list_contains(?, kind) AND seq <= ? AND happened_at < ?",
        [events.EMPTIED, [*KINDS], until, before],
    )
    row = connection.execute(
        "SELECT count(*) FROM ops.events WHERE kind = ?", [events.EMPTIED]
    ).fetchone()
    details = {"until": until, "empty": int(row[0]) if row else 0, "days": days}
    events.append(connection, events.PRUNED, actor, details=details)
    return count
