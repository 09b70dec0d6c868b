"""UUIDv7: random, and in time order, so that tables stay sorted by it."""

from __future__ import annotations

import os
import time
import uuid

from core.errors import NotFound


def new_id() -> str:
    """A fresh UUIDv7 as text (RFC 9562, milliseconds and 74 random bits)."""
    milliseconds = time.time_ns() // 1_000_000
    number = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (number >> 62 & 0xFFF) << 64
    return str(uuid.UUID(int=value | 0b10 << 62 | number & (1 << 62) - 1))


def check_id(text: str, what: str) -> str:
    """The id in its normal form. Raises NotFound: what is no id names nothing."""
    try:
        return str(uuid.UUID(str(text)))
    except ValueError as error:
        raise NotFound(f"there is no {what} {text!r}") from error
