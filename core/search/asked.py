"""What was searched and what was opened of it: in memory first, written by the clock, forgotten after some time.

The names are those of UBI (User Behavior Insights): a query has an id, its user, its text, and its hits; an event has
the id of its query, the record that was opened, and its position among the hits.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actor import Actor
from core.errors import MarqueeError
from core.history.events import now
from core.storage.ids import new_id
from core.storage.store import Connection, Store

LONGEST = 500  # characters kept of a query
REMEMBERED = 100  # searches of somebody that are offered again
WAITING = 1_000  # lines in memory; more are written at once


@dataclass(frozen=True)
class Query:
    """One search: who asked what, how many records fit, and how long it took."""

    id: str
    at: datetime
    who: str
    door: str
    dataset: str
    text: str
    hits: int
    seconds: float


@dataclass(frozen=True)
class Opened:
    """A hit that somebody opened: which record of which search, and its position (from 1)."""

    query_id: str
    at: datetime
    who: str
    record_id: str
    position: int


class Log:
    """The searches of one database. Safe in several threads."""

    def __init__(self, database: Store, days: int) -> None:
        self._database, self._days = database, days
        self._lock = threading.Lock()
        self._queries: list[Query] = []
        self._opened: list[Opened] = []
        self._known: dict[tuple[str, str], list[str]] = {}  # written searches, until others are

    def asked(
        self,
        actor: Actor,
        dataset: str,
        text: str,
        hits: int,
        seconds: float,
        before: str | None = None,
    ) -> str:
        """Note a search; gives its id. Nothing is kept where searches expire at once.

        `before` is the id of a search that was only the beginning of this one: while it is in memory, this one is
        noted in its place, so that typing a word is one search.
        """
        one = Query(
            *(new_id(), now(), actor.who, actor.door, dataset),
            *(" ".join(text.split())[:LONGEST], hits, seconds),
        )
        if self._days:
            with self._lock:
                self._queries = [q for q in self._queries if q.id != before or not _typing(q, one)]
                self._queries.append(one)
            self._written_if_many()
        return one.id

    def opened(self, actor: Actor, query_id: str, record_id: str, position: int) -> None:
        """Note that a hit was opened."""
        if self._days:
            with self._lock:
                self._opened.append(Opened(query_id, now(), actor.who, record_id, position))
            self._written_if_many()

    def _written_if_many(self) -> None:
        if len(self._queries) + len(self._opened) >= WAITING:
            self.write()

    def recent(self, who: str, dataset: str, limit: int = 10) -> list[str]:
        """The last searches of somebody, the newest first, each once. Asked with every keystroke: writes nothing."""
        with self._lock:
            waiting = [q.text for q in self._queries if (q.who, q.dataset) == (who, dataset)]
            known = self._known.get((who, dataset))
        if known is None:
            known = self._database.read(lambda c: _texts(c, who, dataset))
            with self._lock:
                self._known = (
                    {**self._known, (who, dataset): known} if len(self._known) < 999 else {}
                )
        every = dict.fromkeys(text for text in (*reversed(waiting), *known) if text)
        return list(every)[:limit]

    def forget(self, who: str) -> None:
        """Forget what somebody searched."""
        self.write()
        self._database.write(
            lambda c: _run(c, "WHERE client_id = ?", who),
        )
        self._forget_known()

    def write(self) -> None:
        """Write down what is in memory, and drop what has expired. A task of the clock."""
        with self._lock:
            queries, self._queries = self._queries, []
            opened, self._opened = self._opened, []
        if queries or opened:
            self._database.write(lambda c: _insert(c, queries, opened))
            self._forget_known()

    def _forget_known(self) -> None:
        with self._lock:
            self._known = {}

    def close(self) -> None:
        """Write what is in memory, unless the database is gone."""
        with suppress(MarqueeError):
            self.write()

    def expire(self) -> None:
        """Drop what is older than searches are kept. A task of the clock."""
        since = now() - timedelta(days=self._days)
        old = 'SELECT 1 FROM ops.search_queries WHERE "timestamp" < ? LIMIT 1'
        if not self._database.read(lambda c: c.execute(old, [since]).fetchone()):
            return
        self._database.write(lambda c: _run(c, 'WHERE "timestamp" < ?', since))
        self._forget_known()


def _texts(connection: Connection, who: str, dataset: str) -> list[str]:
    rows = connection.execute(
        "SELECT user_query FROM ops.search_queries WHERE client_id = ? AND dataset = ? AND user_query <> ''"
        ' GROUP BY user_query ORDER BY max("timestamp") DESC LIMIT ?',
        [who, dataset, REMEMBERED],
    ).fetchall()
    return [str(row[0]) for row in rows]


def _typing(first: Query, then: Query) -> bool:
    """Whether one text is the beginning of the other, by the same person."""
    longer, shorter = sorted((first.text, then.text), key=len, reverse=True)
    return first.who == then.who and longer.casefold().startswith(shorter.casefold())


def _run(connection: Connection, where: str, value: object) -> None:
    for table in ("search_events", "search_queries"):
        connection.execute(f"DELETE FROM ops.{table} {where}", [value])


def _insert(connection: Connection, queries: list[Query], opened: list[Opened]) -> None:
    if queries:
        connection.executemany(
            "INSERT INTO ops.search_queries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(q.id, q.at, q.who, q.door, q.dataset, q.text, q.hits, q.seconds) for q in queries],
        )
    if opened:
        connection.executemany(
            "INSERT INTO ops.search_events VALUES (?, ?, ?, 'open', ?, ?)",
            [(o.query_id, o.at, o.who, o.record_id, o.position) for o in opened],
        )
