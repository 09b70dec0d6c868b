"""The port for logs: a room says an event of the catalogue with its fields, and knows nothing of how it is written.

Without a server, the line goes to Python's `logging` as a sentence, for notebooks and tests. A server writes JSON or
a readable line with the ids that are bound (`core.observe.writing`).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from core.observe import context, faults, traces
from core.observe.catalogue import EVENTS


@dataclass(frozen=True)
class Said:
    """An event with its fields and the ids that were bound when it happened."""

    name: str
    fields: dict[str, Any]
    ids: dict[str, str] = field(default_factory=lambda: {**context.ids(), **traces.ids()})


class Log:
    """The log of one room: `Log("jobs").say("job.done", kind="import", rows=3)`."""

    def __init__(self, room: str) -> None:
        self._log = logging.getLogger(f"marquee.{room}")

    def say(self, name: str, error: BaseException | None = None, **fields: Any) -> None:
        """Log one event. A fault also goes into the list of unexpected errors. Raises KeyError for an unknown one."""
        event = EVENTS[name]
        if context.is_quiet() and event.level < logging.WARNING:
            return
        if unknown := fields.keys() - set(event.fields):
            raise KeyError(f"{name} has no field {', '.join(sorted(unknown))}")
        if event.unexpected and error is not None:
            faults.note(error, name, fields)
        if self._log.isEnabledFor(event.level):
            said = Said(name, {k: v for k, v in fields.items() if v is not None})
            text = event.text.format_map({f: fields.get(f, "") for f in event.fields})
            self._log.log(event.level, "%s", text, exc_info=error, extra={"said": said})


def get(room: str) -> Log:
    """The log of a room."""
    return Log(room)
