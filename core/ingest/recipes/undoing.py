"""What was changed in the plan of an open upload, so that it can be undone and redone.

Each line holds the plan on the other side of a change: the one before it, or, once it was undone, the one behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.actor import Actor
from core.cleaning.plan import Plan
from core.errors import WrongState
from core.history.events import now
from core.storage.store import Connection

KEPT = 100  # changes of one upload


@dataclass(frozen=True)
class Changes:
    """How many changes of a plan can be undone, and how many redone."""

    undo: int = 0
    redo: int = 0


def counted(connection: duckdb.DuckDBPyConnection, upload_id: str) -> Changes:
    """How many there are of an upload."""
    row = connection.execute(
        "SELECT count(*) FILTER (NOT undone), count(*) FILTER (undone) FROM ops.plan_changes WHERE upload_id = ?",
        [upload_id],
    ).fetchone() or (0, 0)
    return Changes(int(row[0]), int(row[1]))


def note(connection: Connection, upload_id: str, before: Plan, actor: Actor) -> None:
    """A change was made: what was undone cannot be redone any more."""
    connection.execute("DELETE FROM ops.plan_changes WHERE upload_id = ? AND undone", [upload_id])
    row = connection.execute(
        "SELECT coalesce(max(place), 0) + 1 FROM ops.plan_changes WHERE upload_id = ?", [upload_id]
    ).fetchone() or (1,)
    connection.execute(
        "INSERT INTO ops.plan_changes VALUES (?, ?, ?, false, ?, ?)",
        [upload_id, row[0], before.model_dump_json(), actor.who, now()],
    )
    connection.execute(
        "DELETE FROM ops.plan_changes WHERE upload_id = ? AND place <= ?",
        [upload_id, row[0] - KEPT],
    )


def turn(connection: Connection, upload_id: str, present: Plan, *, back: bool) -> Plan:
    """The plan before the last change (`back`), or behind the one that was undone. Raises WrongState."""
    order = "DESC" if back else "ASC"
    row = connection.execute(
        f"SELECT place, plan FROM ops.plan_changes WHERE upload_id = ? AND undone = ? ORDER BY place {order} LIMIT 1",
        [upload_id, not back],
    ).fetchone()
    if row is None:
        raise WrongState(f"there is nothing to {'undo' if back else 'redo'}")
    connection.execute(
        "UPDATE ops.plan_changes SET plan = ?, undone = ? WHERE upload_id = ? AND place = ?",
        [present.model_dump_json(), back, upload_id, row[0]],
    )
    return Plan.model_validate_json(row[1])


def forget(connection: Connection, upload_id: str) -> None:
    """The upload was imported: there is nothing to undo."""
    connection.execute("DELETE FROM ops.plan_changes WHERE upload_id = ?", [upload_id])
