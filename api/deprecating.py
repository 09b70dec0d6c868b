"""What will go: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) in its answers, at least 180 days before the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from email.utils import format_datetime
from typing import Any

LEAST = 180  # days


@dataclass(frozen=True)
class Ending:
    """Since when an operation should not be used, its last day, and what to read about it."""

    since: date
    until: date
    instead: str

    def headers(self) -> dict[str, str]:
        """What its answers carry."""
        return {
            "Deprecation": f"@{int(_moment(self.since).timestamp())}",
            "Sunset": format_datetime(_moment(self.until), usegmt=True),
            "Link": f'<{self.instead}>; rel="deprecation"',
        }


# By operation id. An entry also sets `deprecated` in the description.
ENDING: dict[str, Ending] = {}


def of(scope: Mapping[str, Any]) -> Ending | None:
    """The end of the operation that answers a request, if it has one."""
    return ENDING.get(getattr(scope.get("route"), "name", ""))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.utc)
