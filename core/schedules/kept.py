"""Schedules and their runs in the database. Which one is due is decided in a transaction, so that one process takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.actor import Actor
from core.errors import Conflict, NotFound
from core.history.events import now
from core.schedules import times
from core.schedules.model import Definition, Run, Schedule
from core.storage.ids import check_id, new_id
from core.storage.store import Connection

_COLUMNS = "schedule_id::VARCHAR, definition, paused, next_at, failures, last_at, actor, role, created_at, updated_at"
_RUN = (
    "run_id::VARCHAR, schedule_id::VARCHAR, job_id::VARCHAR, why, due_at, started_at, ended_at, status, files, rows,"
    " uploads, error"
)
KEPT = 200  # runs of a schedule


def find(connection: Connection, dataset: str | None = None) -> list[Schedule]:
    """All by name, or those of a dataset."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.schedules WHERE ?1 IS NULL OR dataset = ?1 ORDER BY name",
        [dataset],
    ).fetchall()
    return [_schedule(row) for row in rows]


def get(connection: Connection, name: str) -> Schedule:
    """One by its id or name. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.schedules WHERE schedule_id::VARCHAR = ?1 OR name = ?1 LIMIT 1",
        [name],
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no schedule {name!r}")
    return _schedule(row)


def _schedule(row: Sequence[Any]) -> Schedule:
    names = ("id", "definition", "paused", "next_at", "failures", "last_at", "actor", "role")
    data = dict(zip((*names, "created_at", "updated_at"), row))
    data["definition"] = Definition.model_validate_json(data["definition"])
    return Schedule(**data)


def save(
    connection: Connection, definition: Definition, actor: Actor, replaced: str | None = None
) -> Schedule:
    """Keep a new one, or in place of another. Raises Conflict for a name that is taken, NotFound."""
    taken = connection.execute(
        "SELECT schedule_id::VARCHAR FROM ops.schedules WHERE name = ?", [definition.name]
    ).fetchone()
    before = get(connection, replaced) if replaced else None
    if taken and (before is None or taken[0] != before.id):
        raise Conflict(
            f"there is a schedule {definition.name!r} already", hint="Take another name."
        )
    at, schedule_id = now(), before.id if before else new_id()
    same = before is not None and before.definition.rhythm == definition.rhythm
    began = before.created_at if before and same else at
    paused = before.paused if before else False
    next_at = None if paused else times.after(definition.rhythm, at, began)
    if before and before.definition.place != definition.place:
        connection.execute("DELETE FROM ops.schedule_files WHERE schedule_id = ?", [schedule_id])
    connection.execute("DELETE FROM ops.schedules WHERE schedule_id = ?", [schedule_id])
    connection.execute(
        "INSERT INTO ops.schedules VALUES (?, ?, ?, ?, '{}', ?, ?, 0, ?, ?, ?, ?, ?)",
        [
            *(schedule_id, definition.name, definition.dataset, definition.model_dump_json()),
            *(paused, next_at, before.last_at if before else None),
            *(actor.who, actor.role, began, at),
        ],
    )
    return get(connection, schedule_id)


def remove(connection: Connection, schedule_id: str) -> None:
    """Forget it with its runs; what it imported stays."""
    for table in ("schedules", "schedule_runs", "schedule_files"):
        connection.execute(f"DELETE FROM ops.{table} WHERE schedule_id = ?", [schedule_id])


def pause(connection: Connection, schedule: Schedule, paused: bool) -> Schedule:
    """It does not run until it goes on; then at its next time, and without what failed before."""
    next_at = (
        None if paused else times.after(schedule.definition.rhythm, now(), schedule.created_at)
    )
    connection.execute(
        "UPDATE ops.schedules SET paused = ?, next_at = ?, failures = 0, updated_at = ? WHERE schedule_id = ?",
        [paused, next_at, now(), schedule.id],
    )
    return get(connection, schedule.id)


def due(connection: Connection, moment: datetime) -> list[Schedule]:
    """Those whose time has come, the longest waiting first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.schedules WHERE NOT paused AND next_at <= ? ORDER BY next_at",
        [moment],
    ).fetchall()
    return [_schedule(row) for row in rows]


def move(connection: Connection, schedule_id: str, next_at: datetime | None) -> None:
    """Its next time."""
    connection.execute(
        "UPDATE ops.schedules SET next_at = ? WHERE schedule_id = ?", [next_at, schedule_id]
    )


# ------------------------------------------------------------------ runs


def begin(
    connection: Connection, schedule_id: str, job_id: str | None, why: str, due_at: datetime
) -> str:
    """A run that waits for its turn, or one that is not made."""
    run_id = new_id()
    connection.execute(
        "INSERT INTO ops.schedule_runs BY NAME SELECT ?::UUID AS run_id, ?::UUID AS schedule_id, ?::UUID AS job_id,"
        " ? AS why, ?::TIMESTAMP AS due_at, 'waiting' AS status, 0 AS files, 0 AS rows, '[]' AS uploads",
        [run_id, schedule_id, job_id, why, due_at],
    )
    return run_id


def change(connection: Connection, run_id: str, **values: Any) -> None:
    """Set columns of a run."""
    # The names are keyword arguments of our own code.
    told = ", ".join(f"{name} = ?" for name in values)
    connection.execute(
        f"UPDATE ops.schedule_runs SET {told} WHERE run_id = ?", [*values.values(), run_id]
    )


_OF = "FROM ops.schedule_runs WHERE ?1 IS NULL OR schedule_id = ?1::UUID"


def runs(
    connection: Connection, schedule_id: str | None = None, limit: int = 50, offset: int = 0
) -> list[Run]:
    """Runs, the newest first."""
    rows = connection.execute(
        f"SELECT {_RUN} {_OF} ORDER BY due_at DESC, run_id DESC LIMIT ?2 OFFSET ?3",
        [schedule_id and check_id(schedule_id, "schedule"), limit, offset],
    ).fetchall()
    return [_run(row) for row in rows]


def count_runs(connection: Connection, schedule_id: str | None = None) -> int:
    """How many runs there are, of a schedule or of all."""
    known = schedule_id and check_id(schedule_id, "schedule")
    row = connection.execute(f"SELECT count(*) {_OF}", [known]).fetchone()
    return int(row[0]) if row else 0


def of_job(connection: Connection, job_id: str) -> Run | None:
    """The run that a job does."""
    row = connection.execute(
        f"SELECT {_RUN} FROM ops.schedule_runs WHERE job_id = ?", [job_id]
    ).fetchone()
    return _run(row) if row else None


def _run(row: Sequence[Any]) -> Run:
    data = dict(zip(Run.model_fields, row))
    data["uploads"] = tuple(json.loads(data["uploads"] or "[]"))
    data["error"] = json.loads(data["error"]) if data["error"] else None
    return Run(**data)


def end(
    connection: Connection,
    schedule: Schedule,
    run: Run,
    status: str,
    *,
    files: int = 0,
    rows: int = 0,
    uploads: Sequence[str] = (),
    error: Mapping[str, Any] | None = None,
) -> None:
    """How a run ended. After a failure the next one comes sooner or later than the rhythm says: see `back_off`."""
    at = now()
    change(
        *(connection, run.id),
        status=status,
        ended_at=at,
        files=files,
        rows=rows,
        uploads=json.dumps(list(uploads)),
        error=json.dumps(error, default=str, ensure_ascii=False) if error else None,
    )
    failures = schedule.failures + 1 if status == "failed" else 0
    regular = times.after(schedule.definition.rhythm, at, schedule.created_at)
    next_at = at + times.back_off(failures) if failures else regular
    connection.execute(
        "UPDATE ops.schedules SET failures = ?, last_at = ?, next_at = CASE WHEN paused THEN NULL ELSE ?::TIMESTAMP"
        " END WHERE schedule_id = ?",
        [failures, at, next_at, schedule.id],
    )
    connection.execute(
        "DELETE FROM ops.schedule_runs WHERE schedule_id = ?1 AND run_id NOT IN (SELECT run_id FROM"
        " ops.schedule_runs WHERE schedule_id = ?1 ORDER BY due_at DESC LIMIT ?2)",
        [schedule.id, KEPT],
    )


# ------------------------------------------------------------------ files


def taken(connection: Connection, schedule_id: str) -> dict[str, str]:
    """Name to the mark of the state in which it was taken last."""
    rows = connection.execute(
        "SELECT name, arg_max(mark, taken_at) FROM ops.schedule_files WHERE schedule_id = ? GROUP BY name",
        [schedule_id],
    ).fetchall()
    return dict(rows)


def take(
    connection: Connection, schedule_id: str, name: str, mark: str, upload_id: str | None
) -> None:
    """This state of a file is taken."""
    connection.execute(
        "DELETE FROM ops.schedule_files WHERE schedule_id = ? AND name = ?", [schedule_id, name]
    )
    connection.execute(
        "INSERT INTO ops.schedule_files VALUES (?, ?, ?, ?, ?)",
        [schedule_id, name, mark, upload_id, now()],
    )
