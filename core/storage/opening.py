"""Which engine the records are kept in: the one place that chooses it."""

from __future__ import annotations

from core.settings import Settings
from core.storage.duckfile.database import Observe, open_database
from core.storage.store import Store


def open_store(settings: Settings, observe: Observe) -> Store:
    """The store that settings name; give it back with `release`. Raises StorageError, DatabaseLocked.

    `observe` makes what its operations are told to, when it is opened first.
    """
    return open_database(settings.database, settings, observe)
