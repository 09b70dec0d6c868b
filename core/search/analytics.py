"""How the search is used: searches over time, what is asked most, what finds nothing, and what is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.storage.store import Connection

TOP = 20


@dataclass(frozen=True)
class Day:
    """The searches of one day, and how many found nothing."""

    day: date
    searches: int
    without_hits: int


@dataclass(frozen=True)
class Top:
    """One text with how often it was searched, its hits the last time, and how often one was opened."""

    text: str
    searches: int
    hits: int
    opened: int
    position: float | None  # the middle one of those opened


@dataclass(frozen=True)
class Analytics:
    """The searches since a time. What was never searched has no share and no seconds: None, not 0."""

    since: datetime
    searches: int
    people: int
    without_hits: float | None  # share of the searches
    opened: float | None  # share of the searches of which a hit was opened
    position: float | None  # the middle one of the opened hits
    p50: float | None  # seconds
    p95: float | None
    days: tuple[Day, ...]
    top: tuple[Top, ...]
    nothing: tuple[Top, ...]  # searched most without a hit


_OPENED = """(SELECT query_id, count(*) AS opened, min(ordinal) AS first FROM ops.search_events
    WHERE action_name = 'open' GROUP BY query_id)"""
_SEARCHED = f"""(SELECT q.*, coalesce(o.opened, 0) AS opened, o.first FROM ops.search_queries q
    LEFT JOIN {_OPENED} o USING (query_id) WHERE q."timestamp" >= ? AND (?::VARCHAR IS NULL OR q.dataset = ?))"""


def analytics(connection: Connection, since: datetime, dataset: str | None = None) -> Analytics:
    """The figures of one dataset, or of all."""
    asked: list[object] = [since, dataset, dataset]
    totals = connection.execute(
        "SELECT count(*), count(DISTINCT client_id), avg((hits = 0)::INTEGER), avg((opened > 0)::INTEGER),"
        f" median(first), quantile_cont(seconds, 0.5), quantile_cont(seconds, 0.95) FROM {_SEARCHED}",
        asked,
    ).fetchone() or (0, 0, None, None, None, None, None)
    days = connection.execute(
        f'SELECT "timestamp"::DATE, count(*), count(*) FILTER (hits = 0) FROM {_SEARCHED} GROUP BY ALL ORDER BY ALL',
        asked,
    ).fetchall()
    searches, people, without, opened, position, p50, p95 = totals
    return Analytics(
        *(since, searches, people, without, opened, position, p50, p95),
        days=tuple(Day(*row) for row in days),
        top=_top(connection, asked, "true"),
        nothing=_top(connection, asked, "hits = 0"),
    )


def _top(connection: Connection, asked: list[object], condition: str) -> tuple[Top, ...]:
    rows = connection.execute(
        'SELECT lower(user_query) AS text, count(*) AS many, arg_max(hits, "timestamp"),'
        f" count(*) FILTER (opened > 0), median(first) FROM {_SEARCHED}"
        f" WHERE user_query <> '' AND {condition} GROUP BY text ORDER BY many DESC, text LIMIT {TOP}",
        asked,
    ).fetchall()
    return tuple(Top(*row) for row in rows)
