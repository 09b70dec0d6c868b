"""Tickets: secrets with which a page of somebody who is logged in sends a file to the API. They do nothing else."""

from __future__ import annotations

import json
from datetime import timedelta

from core.access import accounts, secrets
from core.access.room import Room
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.history.events import now
from core.storage.store import Connection

LIFE = timedelta(hours=12)


def issue(room: Room, actor: Actor) -> str:
    """A ticket for whoever looks at the page. Only its hash is kept."""
    secret = secrets.token()

    def task(connection: Connection) -> None:
        connection.execute("DELETE FROM ops.access_tickets WHERE ends_at < ?", [now()])
        told = json.dumps({"who": actor.who, "role": actor.role})
        connection.execute(
            "INSERT INTO ops.access_tickets VALUES (?, ?, ?)",
            [secrets.digest(secret), told, now() + LIFE],
        )

    room.write(task)
    return secret


def actor(room: Room, secret: str, request: str | None = None) -> Actor:
    """Who a ticket is of, as that account is now. Raises NotAllowed."""

    def question(connection: Connection) -> Actor | None:
        row = connection.execute(
            "SELECT actor FROM ops.access_tickets WHERE digest = ? AND ends_at > ?",
            [secrets.digest(secret), now()],
        ).fetchone()
        if row is None:
            return None
        told = json.loads(row[0])
        if room.settings.mode != "team":
            return Actor(told["who"], "page", told["role"], request)
        try:
            account = accounts.get(connection, told["who"])
        except NotFound:
            return None
        if not account.active:
            return None
        if room.needs_second_factor(account) and not account.second_factor:
            return None
        role = told["role"] if account.role == accounts.ADMIN else account.role
        return Actor(
            account.name, "page", role, request, roles=tuple(sorted(account.roles.items()))
        )

    found = room.read(question)
    if found is None:
        raise NotAllowed("the page is too old to send files", hint="Load it again.")
    return found
