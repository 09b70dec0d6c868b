"""Many changes by hand at once, each for itself: one that is refused holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import MarqueeError, TooManyRows

MOST = 1_000  # changes at once
Op = Literal["edit", "delete", "restore"]


@dataclass(frozen=True)
class Item:
    """One change: what is done to which record, and for which version of it (None: whatever there is)."""

    op: Op
    record_id: str
    values: dict[str, Any] | None = None
    version: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of it: the new version, or the error."""

    record_id: str
    op: Op
    version: int | None = None
    error: dict[str, Any] | None = None
    status: int = 200


def each(items: Iterable[Item], act: Callable[[Item], int | None]) -> list[Outcome]:
    """Do one after the other; `act` gives the new version. Raises TooManyRows for more than 1,000."""
    wanted = list(items)
    if len(wanted) > MOST:
        raise TooManyRows(
            f"{len(wanted):,} changes, and {MOST:,} at once are possible",
            hint="Send them in parts, or import a file.",
        )
    return [_one(item, act) for item in wanted]


def _one(item: Item, act: Callable[[Item], int | None]) -> Outcome:
    try:
        return Outcome(item.record_id, item.op, act(item))
    except MarqueeError as error:
        if error.status >= 500:  # the database cannot, so none of the rest can either
            raise
        return Outcome(item.record_id, item.op, None, error.as_dict(), error.status)
