"""Views that people save of a dataset: what is asked, in which order, which columns. Everybody has their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.errors import InputError, NotFound
from core.history.events import now
from core.storage.store import Connection

LONGEST = 20_000  # characters of a definition


@dataclass(frozen=True)
class View:
    """A view by its name. `definition` holds what the page has in its address: q, f, where, sort, size, columns.

    The view without a name is how somebody left the table.
    """

    name: str
    definition: dict[str, Any]


def find(connection: Connection, dataset: str, actor: Actor) -> list[View]:
    """Somebody's views of a dataset, by name."""
    rows = connection.execute(
        "SELECT name, definition FROM ops.record_views WHERE dataset = ? AND actor = ? ORDER BY name",
        [dataset, actor.who],
    ).fetchall()
    return [View(name, json.loads(text)) for name, text in rows]


def save(
    connection: Connection, dataset: str, name: str, definition: dict[str, Any], actor: Actor
) -> View:
    """Keep it; one of that name is replaced. Raises InputError."""
    name, text = " ".join(name.split()), json.dumps(definition, ensure_ascii=False)
    if len(name) > 80 or len(text) > LONGEST:
        raise InputError(
            "this view is too long to be kept", hint="A name has 80 characters at most."
        )
    connection.execute(
        "DELETE FROM ops.record_views WHERE dataset = ? AND actor = ? AND name = ?",
        [dataset, actor.who, name],
    )
    connection.execute(
        "INSERT INTO ops.record_views VALUES (?, ?, ?, ?, ?)",
        [name, dataset, actor.who, text, now()],
    )
    return View(name, definition)


def remove(connection: Connection, dataset: str, name: str, actor: Actor) -> None:
    """Forget it. Raises NotFound."""
    gone = connection.execute(
        "DELETE FROM ops.record_views WHERE dataset = ? AND actor = ? AND name = ? RETURNING name",
        [dataset, actor.who, name],
    ).fetchall()
    if not gone:
        raise NotFound(f"there is no view {name!r}")
