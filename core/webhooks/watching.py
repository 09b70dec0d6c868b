"""What happened since the last look becomes messages: one transaction moves the positions and adds the deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.history import events, feed
from core.history.feed import Position
from core.quality import incidents
from core.search import saved
from core.storage.store import Connection
from core.webhooks import deliveries, hooks
from core.webhooks.events import TRAIL

CONSUMER = "webhooks"
AT_ONCE = 1_000  # events of one look
_EPOCH = "SELECT epoch_us(?::TIMESTAMP)"


@dataclass(frozen=True)
class Message:
    """Something to tell."""

    event: str
    dataset: str | None
    data: dict[str, Any]


def look(connection: Connection) -> int:
    """Add a delivery for each message and each address that wants it; returns how many. Inside a write task."""
    wanting = [each for each in hooks.listed(connection) if each.disabled_at is None]
    added = 0
    for message in _messages(connection):
        for each in wanting:
            if each.wants(message.event, message.dataset):
                deliveries.add(connection, each.id, message.event, message.data)
                added += 1
    return added


def start(connection: Connection) -> None:
    """From here on: what was before the first address is told to nobody."""
    _move(connection, "*trail", events.last(connection))
    for _ in _messages(connection):
        pass


def _messages(connection: Connection) -> Iterator[Message]:
    yield from _trail(connection)
    yield from _records(connection)
    yield from _searches(connection)
    yield from _quality(connection)
    yield from _duplicates(connection)


def _behind(connection: Connection, about: str) -> int:
    return feed.position(connection, CONSUMER, about).act


def _move(connection: Connection, about: str, to: int) -> None:
    feed.move(connection, CONSUMER, about, Position(to))


def _trail(connection: Connection) -> Iterator[Message]:
    seq = _behind(connection, "*trail")
    found = events.behind(connection, seq, limit=AT_ONCE)
    for event in found:
        if event.kind in TRAIL:
            data = {"upload_id": event.upload_id, "dataset": event.dataset, "actor": event.actor}
            yield Message(event.kind, event.dataset, {**data, "seq": event.seq, "at": event.at})
    if found:
        _move(connection, "*trail", found[-1].seq)


def _records(connection: Connection) -> Iterator[Message]:
    for dataset, act in feed.acts(connection).items():
        before = _behind(connection, f"records:{dataset}")
        if act == before:
            continue
        if act > before:  # a backup that was restored counts from an earlier act
            number = feed.waiting(connection, dataset, before)
            data = {"dataset": dataset, "after": before, "act": act, "changes": number}
            yield Message("records.changed", dataset, data)
        _move(connection, f"records:{dataset}", act)


def _searches(connection: Connection) -> Iterator[Message]:
    for one in saved.listed(connection):
        before = _behind(connection, f"search:{one.id}")
        if one.news > before:
            data = {"search_id": one.id, "name": one.name, "dataset": one.dataset, "news": one.news}
            yield Message("search.found", one.dataset, data)
        if one.news != before:
            _move(connection, f"search:{one.id}", one.news)


def _quality(connection: Connection) -> Iterator[Message]:
    before, newest = _behind(connection, "*incidents"), 0
    for one in incidents.load(connection, status="open"):
        row = connection.execute(_EPOCH, [one.changed_at]).fetchone()
        at = int(row[0]) if row else 0
        opened = one.opened_at == one.changed_at or one.reopened > 0
        if at > before and opened:
            data = {"incident_id": one.id, "title": one.title, "severity": one.severity}
            told = {**data, "dataset": one.dataset, "bad": one.bad, "act": one.act}
            yield Message("quality.fell", one.dataset, told)
        newest = max(newest, at)
    if newest > before:
        _move(connection, "*incidents", newest)


def _duplicates(connection: Connection) -> Iterator[Message]:
    rows = connection.execute(
        "SELECT r.dataset, max(epoch_us(r.run_at)), (SELECT count(*) FROM ops.match_pairs p"
        " WHERE p.dataset = r.dataset) FROM ops.match_runs r GROUP BY r.dataset"
    ).fetchall()
    for dataset, at, pairs in rows:
        before = _behind(connection, f"pairs:{dataset}")
        if at > before:
            if pairs:
                data = {"dataset": dataset, "pairs": pairs}
                yield Message("duplicate.found", dataset, data)
            _move(connection, f"pairs:{dataset}", at)
