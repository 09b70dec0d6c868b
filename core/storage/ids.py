"""UUIDv7: random, and in time order, so that tables stay sorted by it.

When the clock is set back, new ids go on from the latest millisecond until it has caught up (RFC 9562, 6.2).
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone

from core.errors import InputError, NotFound

BEHIND = 1_000  # milliseconds
_lock = threading.Lock()
_last = 0


def _milliseconds() -> int:
    global _last
    present = time.time_ns() // 1_000_000
    with _lock:
        if _last - present > BEHIND:
            _last += 1  # the clock was set back: ids still come one after the other
        _last = max(_last, present)
        return _last


def not_before(moment: datetime) -> None:
    """New ids come after those of that moment (UTC, without a zone)."""
    global _last
    with _lock:
        _last = max(_last, int(moment.replace(tzinfo=timezone.utc).timestamp() * 1_000))


def new_id() -> str:
    """A fresh UUIDv7 as text (RFC 9562, milliseconds and 74 random bits)."""
    milliseconds = _milliseconds()
    number = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (number >> 62 & 0xFFF) << 64
    return str(uuid.UUID(int=value | 0b10 << 62 | number & (1 << 62) - 1))


def article(noun: str) -> str:
    """A noun with its indefinite article."""
    return f"{'an' if noun[:1] in 'aeiouAEIO' else 'a'} {noun}"


def check_id(text: str, what: str) -> str:
    """The id in its normal form. Raises NotFound: what is no id names nothing; InputError for what has one."""
    if hasattr(text, "id") or isinstance(text, Mapping):
        raise InputError(
            f"the id of {article(what)} is a text, and this is {article(type(text).__name__)}",
            hint="Give the id of it, which is one of its attributes or values.",
        )
    try:
        return str(uuid.UUID(str(text)))
    except ValueError as error:
        raise NotFound(f"there is no {what} {text!r}") from error
