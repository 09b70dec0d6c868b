"""A consumer of the feed: after each act the counts behind the scores are kept, so that a change has its cause."""

from __future__ import annotations

from datetime import datetime

from core.datasets.model import Dataset
from core.history import feed
from core.history.events import now
from core.history.feed import Position
from core.ingest.corridor import Corridor
from core.quality import delta, measures, past, score as score_, sketches
from core.quality.score import Checked
from core.storage.store import Connection

CONSUMER = "quality"
MOST = (
    20  # acts that are counted one by one when many are behind; the older ones are counted together
)


def catch_up(corridor: Corridor, name: str) -> int:
    """Count what was committed since the last time; gives how many acts were counted. Exactly once each."""
    dataset = corridor.dataset(name)
    with corridor.database.reader() as cursor:
        done = feed.position(cursor, CONSUMER, name).act
        newest = feed.last(cursor, name)
    if newest <= done:
        return 0
    counted = 0
    for first, act in _spans(done, newest):
        with corridor.database.reader() as cursor:
            if feed.last(cursor, name) < act:
                break
            counts = _count(cursor, dataset, act, single=first == act)
        if not corridor.database.write(
            lambda c, f=first, a=act, n=counts: _write(c, dataset, f, a, n)  # type: ignore[misc]
        ):
            break  # another process was faster
        counted += 1
    sketches.catch_up(corridor, dataset)
    return counted


def _spans(done: int, newest: int) -> list[tuple[int, int]]:
    """(first, last) of what is counted together: single acts, but for a long backlog before them."""
    single = max(done + 1, newest - MOST + 1)
    spans = [(done + 1, single - 1)] if single > done + 1 else []
    return spans + [(a, a) for a in range(single, newest + 1)]


def _count(
    cursor: Connection, dataset: Dataset, act: int, *, single: bool = False
) -> tuple[int, tuple[Checked, ...]]:
    """The counts after an act; of a small one from those before it."""
    score_.prepare(cursor, dataset)
    cursor.execute("BEGIN TRANSACTION")  # one moment: no act comes in between
    try:
        moved = delta.count(cursor, dataset, act) if single else None
        if moved is not None:
            return moved
        with past.records(cursor, dataset, act) as records:
            found = [m for m in measures.build(dataset, records, now()) if m.by_act]
            return score_.count(cursor, dataset, found, records)
    finally:
        cursor.execute("ROLLBACK")


def _write(
    connection: Connection,
    dataset: Dataset,
    first: int,
    act: int,
    counts: tuple[int, tuple[Checked, ...]],
) -> bool:
    """Counts and position in one transaction. False when the act was counted already."""
    if feed.position(connection, CONSUMER, dataset.name).act != first - 1:
        return False
    records, checks = counts
    at, changed, upload, actor, door = _about(connection, dataset.name, first, act)
    connection.execute(
        "INSERT INTO ops.quality_acts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [dataset.name, first, act, at, records, changed, upload, actor, door],
    )
    connection.executemany(
        "INSERT INTO ops.quality_counts VALUES (?, ?, ?, ?, ?)",
        [
            [dataset.name, act, delta.basis(dataset), 0, 0],
            *([dataset.name, act, c.id, c.counted, c.bad] for c in checks if c.scored),
        ],
    )
    feed.move(connection, CONSUMER, dataset.name, Position(act))
    return True


def _about(
    connection: Connection, dataset: str, first: int, act: int
) -> tuple[datetime, int, str | None, str | None, str | None]:
    """When, how many changes, and whose they are; of several acts the last one's time and nobody's name."""
    row = connection.execute(
        "SELECT max(happened_at), count(*), any_value(upload_id)::VARCHAR, any_value(actor), any_value(door)"
        " FROM history.changes WHERE dataset = ? AND act BETWEEN ? AND ?",
        [dataset, first, act],
    ).fetchone()
    at, changed, upload, actor, door = row or (None, 0, None, None, None)
    if first < act:
        upload = actor = door = None
    return at or now(), int(changed), upload, actor, door
