"""How the API is used, by hour, route, key and program: counts and times, no addresses, no parameters, no people."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from core.storage.store import Connection, Store

LINES = 2_000  # of one hour; what comes beyond is counted together
SAMPLE = 64  # seconds that are kept of a line, for its percentiles
KEPT = timedelta(days=90)
OTHER = "other"
_PROGRAM = re.compile(r"(marquee-client-[a-z]+/[0-9.]{1,12}|curl|python-httpx2?|python-requests)")
Place = tuple[datetime, str, str, str, str]  # hour, method, route, caller, program


@dataclass
class Line:
    """The requests of one hour, route, caller and program."""

    requests: int = 0
    errors: int = 0  # 5xx
    refused: int = 0  # 4xx
    bytes_out: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    deprecated: int = 0
    sample: list[float] = field(default_factory=list)

    def add(self, status: int, seconds: float, size: int, deprecated: bool) -> None:
        """One request more. Every request has the same chance to be in the sample."""
        self.requests += 1
        self.errors += status >= 500
        self.refused += 400 <= status < 500
        self.bytes_out += size
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)
        self.deprecated += deprecated
        if len(self.sample) < SAMPLE:
            self.sample.append(seconds)
        elif (place := random.randrange(self.requests)) < SAMPLE:  # nosec B311
            self.sample[place] = seconds


def program(agent: str) -> str:
    """The program that asks, of those that are known by name."""
    found = _PROGRAM.match(agent)
    return found[1] if found else OTHER


class Usage:
    """Counts in memory; `write` puts what came since into the table."""

    def __init__(self, database: Store) -> None:
        self._database, self._lock = database, threading.Lock()
        self._lines: dict[Place, Line] = {}

    def count(
        self,
        method: str,
        route: str,
        caller: str,
        agent: str,
        *,
        status: int,
        seconds: float,
        size: int,
        deprecated: bool = False,
    ) -> None:
        """One answer."""
        hour = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0, tzinfo=None)
        place = (hour, method, route, caller, program(agent))
        with self._lock:
            if place not in self._lines and len(self._lines) >= LINES:
                place = (hour, method, OTHER, OTHER, OTHER)
            self._lines.setdefault(place, Line()).add(status, seconds, size, deprecated)

    def write(self) -> None:
        """Add what was counted to the table; nothing is written when nobody asked."""
        with self._lock:
            lines, self._lines = self._lines, {}
        if lines:
            self._database.write(lambda c: _write(c, lines), note=True)

    def report(self, days: float) -> list[dict[str, Any]]:
        """By method and route, those that took the most time first: requests, errors, p50 and p95, callers."""
        self.write()
        since = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(days=days)
        return self._database.read(lambda c: _report(c, since))


def _write(connection: Connection, lines: dict[Place, Line]) -> None:
    for place, line in lines.items():
        connection.execute(
            "INSERT INTO ops.api_usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*place, line.requests, line.errors, line.refused, line.bytes_out]
            + [line.seconds, line.slowest, line.sample, line.deprecated],
        )
    old = datetime.now(timezone.utc).replace(tzinfo=None) - KEPT
    connection.execute("DELETE FROM ops.api_usage WHERE hour < ?", [old])


def _report(connection: Connection, since: datetime) -> list[dict[str, Any]]:
    found = connection.execute(
        "SELECT method, route, sum(requests)::BIGINT AS requests, sum(errors)::BIGINT AS errors,"
        " sum(refused)::BIGINT AS refused, sum(bytes_out)::BIGINT AS bytes_out, max(slowest) AS slowest,"
        " sum(deprecated)::BIGINT AS deprecated,"
        " list_sort(list(DISTINCT caller)) AS callers, list_sort(list(DISTINCT client)) AS programs,"
        " flatten(list(sample)) AS sample"
        " FROM ops.api_usage WHERE hour >= ? GROUP BY method, route ORDER BY sum(seconds) DESC",
        [since],
    )
    names = [d[0] for d in found.description or []]
    return [_line(dict(zip(names, row))) for row in found.fetchall()]


def _line(row: dict[str, Any]) -> dict[str, Any]:
    sample = sorted(row.pop("sample"))
    return {**row, "p50": _at(sample, 0.5), "p95": _at(sample, 0.95)}


def _at(sample: list[float], share: float) -> float:
    return sample[min(len(sample) - 1, int(len(sample) * share))] if sample else 0.0
