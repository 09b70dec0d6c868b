"""The operations of a store, counted and written down in the store itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone

from core.errors import StorageError
from core.storage.store import Store
from core.telemetry import kept
from core.telemetry.operations import Line, Operations


def observe(store: Store) -> Operations:
    """What a store tells its operations to. Batches are written behind whatever is queued; nobody waits."""

    def keep(lines: list[Line]) -> None:
        if lines and not store.writing:
            with suppress(StorageError):  # closed
                store.queue(
                    lambda c: kept.write(c, lines, datetime.now(timezone.utc).replace(tzinfo=None))
                )

    return Operations(keep)
