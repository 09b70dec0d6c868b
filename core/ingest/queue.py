"""Many files at once: a list of uploads with what is done for each, kept in the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.actor import Actor
from core.errors import Conflict, MarqueeError, NotFound, TooMany, WrongState
from core.history.events import now
from core.ingest import background, uploads
from core.ingest.columns.proposing import Proposal
from core.ingest.corridor import Corridor
from core.ingest.uploads import Upload
from core.jobs import table as jobs
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.storage.ids import check_id
from core.storage.store import Connection

Act = Literal["preview", "import"]
State = Literal[
    "asks", "waiting", "working", "ready", "imported", "rolled_back", "failed", "cancelled"
]
OVER = ("imported", "rolled_back", "failed", "cancelled")
MOST = 1_000  # files in the list


@dataclass(frozen=True)
class Entry:
    """One file in the queue.

    `state`: asks (which dataset?), waiting (for its turn), working, ready (previewed), imported, rolled_back, failed or
    cancelled. `share` is 0 to 1, `rate` rows per second, `seconds_left` None where nobody can tell. `error` is what went
    wrong, as doors render it; `waiting_rows` stand in quarantine.
    """

    upload: Upload
    state: State
    proposals: tuple[Proposal, ...]
    actor: str
    added_at: datetime
    stage: str | None = None
    share: float = 0.0
    rows_done: int = 0
    rows_total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    error: dict[str, Any] | None = None
    waiting_rows: int = 0


def put(
    connection: Connection, upload_id: str, proposals: Sequence[Proposal], act: Act, actor: Actor
) -> None:
    """Note that an upload is one of the queue."""
    told = json.dumps([p.model_dump(mode="json") for p in proposals], ensure_ascii=False)
    connection.execute(
        "INSERT INTO ops.queue VALUES (?, ?, ?, ?, ?, NULL)",
        [upload_id, actor.who, told, act, now()],
    )


def entries(corridor: Corridor, worker: Worker, only: Sequence[str] | None = None) -> list[Entry]:
    """What is in the queue, in the order in which it came; of some uploads alone where `only` names them."""

    def ask(connection: Connection) -> list[tuple[Any, ...]]:
        return connection.execute(
            "SELECT upload_id::VARCHAR, actor, proposal, act, added_at FROM ops.queue"
            " WHERE cleared_at IS NULL AND (?1 IS NULL OR list_contains(?1::VARCHAR[], upload_id::VARCHAR))"
            " ORDER BY added_at, upload_id LIMIT ?2",
            [None if only is None else [check_id(i, "upload") for i in only], MOST],
        ).fetchall()

    rows = corridor.database.read(ask)
    if not rows:
        return []
    ids = [row[0] for row in rows]
    latest = {j.upload_id: j for j in worker.live(lambda: _latest(corridor, ids))}
    found = {u.id: u for u in corridor.database.read(lambda c: uploads.of_ids(c, ids))}
    waiting = corridor.database.read(lambda c: _waiting(c, ids))
    return [
        _entry(found[i], latest.get(i), proposal, actor, added, waiting.get(i, 0))
        for i, actor, proposal, _act, added in rows
        if i in found
    ]


def _latest(corridor: Corridor, ids: Sequence[str]) -> list[Job]:
    return corridor.database.read(lambda c: jobs.latest(c, ids))


def _waiting(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    rows = connection.execute(
        "SELECT upload_id::VARCHAR, count(*) FROM ops.quarantine WHERE status = 'waiting'"
        " AND list_contains(?::VARCHAR[], upload_id::VARCHAR) GROUP BY ALL",
        [list(ids)],
    ).fetchall()
    return dict(rows)


def _entry(
    upload: Upload, job: Job | None, proposal: str, actor: str, added: datetime, waiting: int
) -> Entry:
    proposals = tuple(Proposal.model_validate(p) for p in json.loads(proposal or "[]"))
    state = _state(upload, job, proposals)
    error = upload.error if state == "failed" else None
    if state == "failed" and not error and job:
        error = job.error
    if job is None or state not in ("working", "waiting"):
        return Entry(upload, state, proposals, actor, added, error=error, waiting_rows=waiting)
    left = (job.rows_total - job.rows_done) / job.rate if job.rate >= 1 else None
    return Entry(
        *(upload, state, proposals, actor, added, job.stage, job.share, job.rows_done),
        *(job.rows_total, job.rate, left, error, waiting),
    )


def _state(upload: Upload, job: Job | None, proposals: Sequence[Proposal]) -> State:
    if upload.status in ("imported", "rolled_back", "cancelled"):
        return upload.status  # type: ignore[return-value]
    if job is not None and job.active:
        return "working" if job.status == "running" else "waiting"
    if upload.status in ("failed", "rejected"):
        return "failed"
    if upload.status == "previewed":
        return "ready"
    if job is not None and job.status == "failed":
        return "failed"
    return "waiting" if job is not None and job.status == "done" else "asks"


# ------------------------------------------------------------------ acts on some, or on all


def chosen(corridor: Corridor, worker: Worker, only: Sequence[str] | None) -> list[Entry]:
    """The entries of these uploads, or all. Raises NotFound for one that is not in the queue."""
    found = entries(corridor, worker, only)
    missing = set(only or ()) - {e.upload.id for e in found}
    if missing:
        raise NotFound(f"there is no upload {sorted(missing)[0]} in the queue")
    return found


def submit(
    corridor: Corridor,
    worker: Worker,
    only: Sequence[str] | None,
    act: Act,
    states: Sequence[State],
    actor: Actor,
    counted: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> list[str]:
    """Order a job for those entries that are in one of these states. Gives the ids of their uploads.

    Each is ordered within `counted()`. Where that raises TooMany, the others stay as they are; raised for the first, it
    goes on to the caller. Of all entries, those that somebody else ordered meanwhile are left out.
    """
    done: list[str] = []
    for entry in chosen(corridor, worker, only):
        if entry.state not in states:
            continue
        try:
            with counted():
                background.submit(corridor, worker, entry.upload.id, act, actor, act == "import")
        except TooMany:
            if not done:
                raise
            break
        except (Conflict, WrongState):  # somebody else ordered it since it was listed
            if only is not None:
                raise
            continue
        done.append(entry.upload.id)
    return done


def cancel(
    corridor: Corridor, worker: Worker, only: Sequence[str] | None, actor: Actor
) -> list[str]:
    """Stop what waits or runs; files that wait for somebody stay as they are, unless they are named."""
    running = ("waiting", "working")
    states = running if only is None else (*running, "ready", "asks", "failed")
    done = []
    for entry in chosen(corridor, worker, only):
        if entry.state in states:
            background.cancel(corridor, worker, entry.upload.id, actor)
            done.append(entry.upload.id)
    return done


def discard(
    corridor: Corridor, worker: Worker, only: Sequence[str] | None, actor: Actor
) -> list[str]:
    """Take files off the list; what is not imported is cancelled first. Without names: all that are not at work."""
    done = []
    for entry in chosen(corridor, worker, only):
        if only is None and entry.state in ("waiting", "working"):
            continue
        if entry.state not in ("imported", "rolled_back", "cancelled"):
            try:
                background.cancel(corridor, worker, entry.upload.id, actor)
            except MarqueeError as error:
                if error.code != "wrong_state":  # it came in meanwhile
                    raise
        done.append(entry.upload.id)
    corridor.database.write(lambda c: clear(c, done))
    return done


def clear(connection: Connection, ids: Sequence[str]) -> None:
    """These are not shown any more."""
    connection.execute(
        "UPDATE ops.queue SET cleared_at = ? WHERE cleared_at IS NULL"
        " AND list_contains(?::VARCHAR[], upload_id::VARCHAR)",
        [now(), list(ids)],
    )
