"""The Redis in which several processes count what one of them alone cannot."""

from __future__ import annotations

from typing import Any

from limits.storage import Storage, storage_from_string

from core.errors import SettingsError


def counting(address: str) -> Storage:
    """What counts in Redis. Raises SettingsError for an address that is none."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # Not asked again: who waits for the answer is better served by counting in this process.
    once: Any = Retry(NoBackoff(), 0)
    found = storage_from_string(address, socket_connect_timeout=1, socket_timeout=1, retry=once)
    if not isinstance(found, Storage):
        raise SettingsError("MARQUEE_REDIS_URL: expected such as redis://localhost:6379")
    return found
