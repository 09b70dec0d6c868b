"""Searches that somebody keeps, and what is new in them since somebody looked.

A kept search remembers the records that it found when its news were looked at, with their versions. What it finds
now against that is new, gone or changed, each with the act that caused it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import Conflict, InputError, NotFound
from core.history import feed
from core.history.events import now
from core.storage.ids import check_id, new_id
from core.storage.sql import ident
from core.storage.store import Connection

MOST = 1_000  # kept searches of one person in one dataset
LISTED = 100  # records of one kind that news name
_COLUMNS = (
    "search_id::VARCHAR, name, dataset, owner, query, filters, fields, sort, alert, created_at, looked_at,"
    " act, news, counted"
)


@dataclass(frozen=True)
class Saved:
    """A kept search. `filters` is the tree as JSON; `fields` are the columns shown, None for all.

    `act`: up to which act of the dataset its news were looked at. `news`: how many there were when it was last counted.
    """

    id: str
    name: str
    dataset: str
    owner: str
    query: str
    filters: str | None
    fields: tuple[str, ...] | None
    sort: str | None
    alert: str | None
    created_at: datetime
    looked_at: datetime
    act: int
    news: int
    counted: int


@dataclass(frozen=True)
class Item:
    """One record of the news, with the act that caused it, by whom, and from which file if it was an import."""

    record_id: str
    title: str
    act: int | None
    by: str | None
    upload_id: str | None
    filename: str | None


@dataclass(frozen=True)
class News:
    """What a search finds that it did not find before, no longer finds, and finds changed.

    Of each kind the first hundred records are named; `counts` has all.
    """

    since: datetime
    counts: dict[str, int]
    new: tuple[Item, ...] = ()
    gone: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()

    @property
    def total(self) -> int:
        """How many records."""
        return sum(self.counts.values())


def add(
    connection: Connection,
    dataset: Dataset,
    owner: str,
    name: str,
    query: str,
    *,
    found: Sequence[str],
    filters: Any = None,
    fields: Sequence[str] | None = None,
    sort: str | None = None,
    alert: str | None = None,
) -> str:
    """Keep a search with the records that it finds now; gives its id. Raises InputError, Conflict."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise InputError("a kept search has a name of 1 to 100 characters")
    mine = listed(connection, owner, dataset.name)
    if any(one.name.casefold() == name.casefold() for one in mine):
        raise Conflict(
            f"you keep a search with the name {name!r}", hint="Give this one another name."
        )
    if len(mine) >= MOST:
        raise InputError(f"{MOST:,} searches are kept at most", hint="Remove some of them first.")
    search_id, at, act = new_id(), now(), feed.last(connection, dataset.name)
    told = json.dumps(filters) if filters is not None and not isinstance(filters, str) else filters
    connection.execute(
        f"INSERT INTO ops.searches VALUES ({', '.join('?' * 14)})",
        [search_id, name, dataset.name, owner, query, told, list(fields) if fields else None, sort]
        + [alert, at, at, act, 0, act],
    )
    _remember(connection, dataset, search_id, found)
    return search_id


def listed(
    connection: Connection, owner: str | None = None, dataset: str | None = None
) -> list[Saved]:
    """Kept searches by name; of one person, in one dataset."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.searches WHERE (?1 IS NULL OR owner = ?1)"
        " AND (?2 IS NULL OR dataset = ?2) ORDER BY lower(name), search_id",
        [owner, dataset],
    ).fetchall()
    return [_saved(row) for row in rows]


def get(connection: Connection, search_id: str, owner: str) -> Saved:
    """One of somebody's kept searches. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.searches WHERE search_id = ? AND owner = ?",
        [check_id(search_id, "search"), owner],
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no kept search {search_id!r}")
    return _saved(row)


def remove(connection: Connection, search_id: str, owner: str) -> None:
    """Forget a kept search. Raises NotFound."""
    get(connection, search_id, owner)
    for name in ("search_members", "searches"):
        connection.execute(f"DELETE FROM ops.{name} WHERE search_id = ?", [search_id])


def seen(connection: Connection, dataset: Dataset, search_id: str, found: Sequence[str]) -> None:
    """Its news were looked at: what it finds now is what the next news are told against."""
    connection.execute("DELETE FROM ops.search_members WHERE search_id = ?", [search_id])
    _remember(connection, dataset, search_id, found)
    act = feed.last(connection, dataset.name)
    connection.execute(
        "UPDATE ops.searches SET looked_at = ?, act = ?, counted = ?, news = 0 WHERE search_id = ?",
        [now(), act, act, search_id],
    )


def counted(connection: Connection, search_id: str, news: int, act: int) -> None:
    """Write down how many news there are, up to an act."""
    connection.execute(
        "UPDATE ops.searches SET news = ?, counted = ? WHERE search_id = ?", [news, act, search_id]
    )


def _remember(
    connection: Connection, dataset: Dataset, search_id: str, found: Sequence[str]
) -> None:
    connection.execute(
        f"INSERT INTO ops.search_members SELECT ?::UUID, record_id, _version FROM {table(dataset)}"
        " WHERE list_contains(?::UUID[], record_id)",
        [search_id, list(found)],
    )


def _saved(row: tuple[Any, ...]) -> Saved:
    values = list(row)
    values[6] = tuple(values[6]) if values[6] else None
    return Saved(*values)


# ------------------------------------------------------------------ news


def news(connection: Connection, dataset: Dataset, saved: Saved, found: Sequence[str]) -> News:
    """What is new, gone and changed against what was found when somebody looked."""
    live, title = table(dataset), ident(dataset.title_field)
    rows = connection.execute(
        f"""WITH here AS (
            SELECT record_id, _version AS version, {title}::VARCHAR AS title FROM {live}
            WHERE list_contains(?::UUID[], record_id)
        ), before AS (SELECT record_id, version FROM ops.search_members WHERE search_id = ?),
        told AS (
            SELECT record_id, CASE WHEN b.version IS NULL THEN 'new' WHEN h.version IS NULL THEN 'gone'
                ELSE 'changed' END AS kind, h.title
            FROM here h FULL JOIN before b USING (record_id) WHERE h.version IS DISTINCT FROM b.version
        ), cause AS (
            SELECT c.record_id, max(act) AS act, arg_max(actor, act) AS who, arg_max(upload_id, act) AS upload_id,
                arg_max(before, act) AS before
            FROM history.changes c WHERE c.dataset = ? AND c.act > ?
                AND c.record_id IN (SELECT record_id FROM told) GROUP BY c.record_id
        )
        SELECT t.kind, count(*) OVER (PARTITION BY t.kind), t.record_id::VARCHAR, coalesce(t.title, m.title, c.before->>?, ''),
            c.act, c.who, c.upload_id::VARCHAR, u.filename
        FROM told t LEFT JOIN (SELECT record_id, {title}::VARCHAR AS title FROM {live}) m USING (record_id)
            LEFT JOIN cause c USING (record_id) LEFT JOIN ops.uploads u ON u.upload_id = c.upload_id
        QUALIFY row_number() OVER (PARTITION BY t.kind ORDER BY c.act DESC, t.record_id) <= {LISTED}
        ORDER BY t.kind, c.act DESC, t.record_id""",
        [list(found), saved.id, dataset.name, saved.act, f"$.{dataset.title_field}"],
    ).fetchall()
    items: dict[str, list[Item]] = {"new": [], "gone": [], "changed": []}
    counts = dict.fromkeys(items, 0)
    for kind, many, *rest in rows:
        counts[kind] = int(many)
        items[kind].append(Item(*rest))
    return News(saved.looked_at, counts, *(tuple(items[k]) for k in ("new", "gone", "changed")))
