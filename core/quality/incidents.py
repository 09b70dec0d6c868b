"""Incidents: one per cause, from the first time that something is wrong until somebody, or the data, puts it right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from core.errors import InputError, NotFound
from core.history.events import now
from core.storage.ids import check_id, new_id
from core.storage.store import Connection

SELF = "quality"  # who notes what nobody did by hand
Status = Literal["open", "resolved"]


@dataclass(frozen=True)
class Note:
    """One thing that happened to an incident."""

    at: datetime
    actor: str
    what: str
    note: str


@dataclass(frozen=True)
class Incident:
    """Something that is wrong: `cause` is a check or an anomaly; `bad` how many rows, when it was seen last."""

    id: str
    dataset: str
    cause: str
    title: str
    severity: str
    status: Status
    owner: str
    bad: int
    act: int
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    reopened: int
    notes: tuple[Note, ...] = ()


_COLUMNS = (
    "incident_id::VARCHAR, dataset, cause, title, severity, status, owner, bad, act,"
    " opened_at, changed_at, resolved_at, reopened"
)


def load(
    connection: Connection, dataset: str | None = None, *, status: Status | None = None
) -> list[Incident]:
    """Incidents, open ones first, then the newest."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.quality_incidents WHERE (? IS NULL OR dataset = ?)"
        " AND (? IS NULL OR status = ?) ORDER BY status = 'resolved', changed_at DESC, incident_id",
        [dataset, dataset, status, status],
    ).fetchall()
    return [Incident(*row) for row in rows]


def get(connection: Connection, incident_id: str) -> Incident:
    """One incident with its notes. Raises NotFound."""
    wanted = check_id(incident_id, "incident")
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.quality_incidents WHERE incident_id = ?::UUID", [wanted]
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no incident {incident_id!r}")
    notes = connection.execute(
        "SELECT happened_at, actor, what, note FROM ops.quality_notes WHERE incident_id = ?::UUID"
        " ORDER BY happened_at",
        [wanted],
    ).fetchall()
    return replace(Incident(*row), notes=tuple(Note(*n) for n in notes))


def saw(
    connection: Connection,
    dataset: str,
    cause: str,
    *,
    failing: bool,
    title: str,
    severity: str = "error",
    owner: str = "",
    bad: int = 0,
    act: int = 0,
) -> None:
    """What a look at a cause gave: an incident is opened, goes on, is opened again, or is resolved.

    What somebody resolved stays so until the records change and it is still wrong.
    """
    row = connection.execute(
        "SELECT incident_id::VARCHAR, status, act FROM ops.quality_incidents"
        " WHERE dataset = ? AND cause = ?",
        [dataset, cause],
    ).fetchone()
    if row is None:
        if failing:
            _open(connection, [dataset, cause, title, severity], owner, bad, act)
        return
    incident, status, seen = str(row[0]), str(row[1]), int(row[2])
    if status == "open" and not failing:
        _change(connection, incident, "resolved", SELF, "resolved", "it is right again")
    elif status == "resolved" and failing and act > seen:
        _change(connection, incident, "open", SELF, "reopened", title)
    elif status == "resolved":
        return
    connection.execute(
        "UPDATE ops.quality_incidents SET bad = ?, act = ?, title = ?, severity = ?"
        " WHERE incident_id = ?::UUID",
        [bad, act, title, severity, incident],
    )


def _open(connection: Connection, what: list[str], owner: str, bad: int, act: int) -> None:
    incident, at = new_id(), now()
    connection.execute(
        "INSERT INTO ops.quality_incidents VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, NULL, 0)",
        [incident, *what, owner, bad, act, at, at],
    )
    _note(connection, incident, SELF, "opened", what[2])


def _change(
    connection: Connection, incident: str, status: Status, actor: str, what: str, note: str
) -> None:
    at = now()
    connection.execute(
        "UPDATE ops.quality_incidents SET status = ?, changed_at = ?, resolved_at = ?,"
        " reopened = reopened + ? WHERE incident_id = ?::UUID",
        [status, at, at if status == "resolved" else None, int(status == "open"), incident],
    )
    _note(connection, incident, actor, what, note)


def _note(connection: Connection, incident: str, actor: str, what: str, note: str) -> None:
    connection.execute(
        "INSERT INTO ops.quality_notes VALUES (?, ?, ?, ?, ?)",
        [incident, now(), actor, what, note[:5_000]],
    )


def assign(connection: Connection, incident_id: str, owner: str, actor: str) -> Incident:
    """Give an incident an owner; '' takes it away."""
    incident = get(connection, incident_id)
    connection.execute(
        "UPDATE ops.quality_incidents SET owner = ?, changed_at = ? WHERE incident_id = ?::UUID",
        [owner[:200], now(), incident.id],
    )
    _note(connection, incident.id, actor, "assigned", owner or "nobody")
    return get(connection, incident.id)


def comment(connection: Connection, incident_id: str, note: str, actor: str) -> Incident:
    """Add a note. Raises InputError for an empty one."""
    incident = get(connection, incident_id)
    if not note.strip():
        raise InputError("the note is empty")
    _note(connection, incident.id, actor, "noted", note.strip())
    return get(connection, incident.id)


def set_status(
    connection: Connection, incident_id: str, status: Status, note: str, actor: str
) -> Incident:
    """Resolve or reopen by hand. Raises InputError when it is so already."""
    incident = get(connection, incident_id)
    if incident.status == status:
        raise InputError(f"this incident is {status} already")
    what = "resolved" if status == "resolved" else "reopened"
    _change(connection, incident.id, status, actor, what, note.strip())
    return get(connection, incident.id)
