"""Numbers, times, sizes and values as people read them."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timezone
from typing import Any

from core.history.events import now

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:<])")
_LINKS = re.compile(r"https?:|www|@")
_STEPS = ((60, "second"), (60, "minute"), (24, "hour"), (7, "day"), (5, "week"))
EMPTY = "–"


def plain(text: object) -> str:
    """Text for a place that reads Markdown, so that nothing in it acts as Markdown.

    A word joiner, which nobody sees, keeps addresses from becoming links.
    """
    shown = _LINKS.sub("\\g<0>\u2060", str(text))
    return _MARKDOWN.sub(r"\\\1", shown).replace("\n", " ")


def upper_first(words: str) -> str:
    """A sentence begins with a capital."""
    return words[:1].upper() + words[1:]


def number(value: int) -> str:
    """1234567 -> 1,234,567"""
    return f"{value:,}"


def count(value: int, one: str, many: str | None = None) -> str:
    """1 row, 1,200 rows"""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def size(value: int | None) -> str:
    """Bytes as B, KB, MB or GB (powers of 1000)."""
    amount = float(value or 0)
    for unit in ("B", "KB", "MB"):
        if round(amount) < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is None else at.astimezone(timezone.utc).replace(tzinfo=None)


def ago(at: datetime | None) -> str:
    """Relative words for a time in UTC: just now, 3 minutes ago, 2 weeks ago, then the date."""
    if at is None:
        return EMPTY
    amount = int((_utc(now()) - _utc(at)).total_seconds())
    if amount < 45:
        return "just now"
    for factor, unit in _STEPS:
        if amount < factor:
            return f"{count(amount, unit)} ago"
        amount //= factor
    return f"{_utc(at):%d %B %Y}".lstrip("0")


def exact(at: datetime | None) -> str:
    """The time to the second, in UTC."""
    return EMPTY if at is None else f"{_utc(at):%Y-%m-%d %H:%M:%S} UTC"


def text(value: Any, limit: int = 0) -> str:
    """A value as text: lists with commas, nothing as a dash; cut at `limit` characters."""
    if value is None or value == "" or value == []:
        return EMPTY
    if isinstance(value, bool):
        shown = "yes" if value else "no"
    elif isinstance(value, (list, tuple)):
        shown = ", ".join(str(v) for v in value)
    elif isinstance(value, dict):
        shown = ", ".join(f"{k}: {text(v)}" for k, v in value.items())
    elif isinstance(value, (datetime, date)):
        shown = exact(value) if isinstance(value, datetime) else value.isoformat()
    elif isinstance(value, float):
        shown = f"{value:,g}"
    else:
        shown = str(value)
    return shown if not limit or len(shown) <= limit else shown[: limit - 1] + "…"


def extra(value: Any) -> dict[str, Any]:
    """The extra fields of a record as a dict."""
    if isinstance(value, str):
        value = json.loads(value)
    return dict(value or {})


def listed(items: list[str], most: int = 3) -> str:
    """a, b, c and 4 more"""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {number(rest)} more" if rest > 0 else "")


DOORS = {
    "page": "web page",
    "api": "REST API",
    "cli": "command line",
    "folder": "watched folder",
    "notebook": "notebook",
}


def who(actor: str, door: str) -> str:
    """local, by the web page"""
    return f"{actor}, through the {DOORS.get(door, door)}"
