"""Two tasks of a clock: look for what happened, and send what is due."""

from __future__ import annotations

import time
from functools import partial

from core.errors import MarqueeError
from core.fetching.post import post
from core.settings import Settings
from core.storage.store import Connection, Store
from core.webhooks import deliveries, hooks, signing, watching
from core.webhooks.deliveries import Delivery

SECONDS = 10.0  # for an answer
GONE = "the address answered 410 Gone"


class Sender:
    """The messages of one database."""

    def __init__(self, database: Store, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def look(self) -> None:
        """Make messages of what happened. Costs one small read while there are no webhooks."""
        if self._database.read(hooks.listed):
            self._database.write(watching.look)

    def send(self) -> None:
        """Send what is due, one after the other."""
        while self._database.read(deliveries.due):
            for one in self._database.write(deliveries.claim):
                self.deliver(one)

    def expire(self) -> None:
        """Forget old messages."""
        self._database.write(deliveries.expire)

    def deliver(self, one: Delivery) -> None:
        """One attempt."""
        began = time.monotonic()
        answer, error = self._attempt(one)
        seconds = round(time.monotonic() - began, 3)

        def task(connection: Connection) -> None:
            deliveries.sent(connection, one, answer, error, seconds)
            if answer == 410:
                hooks.disable(connection, one.webhook_id, GONE)

        self._database.write(task)

    def _attempt(self, one: Delivery) -> tuple[int | None, str | None]:
        hook = self._database.read(partial(hooks.get, webhook_id=one.webhook_id))
        secret = self._database.read(partial(hooks.secret_of, webhook_id=hook.id))
        body = one.payload.encode()
        signed = signing.headers(secret, one.message_id, int(time.time()), body)
        try:
            answer = post(hook.url, body, signed, self._settings, seconds=SECONDS)
        except MarqueeError as error:
            return None, error.detail
        good = 200 <= answer < 300
        return answer, None if good else f"the address answered {answer}"
