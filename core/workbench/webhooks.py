"""`workbench.webhooks`: addresses of others that are told what happens here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.fetching import post
from core.history import events
from core.storage.store import Connection
from core.webhooks import deliveries, hooks, watching
from core.webhooks.deliveries import Delivery
from core.webhooks.hooks import Webhook
from core.workbench.noun import Noun
from core.workbench.policy import needs


@dataclass(frozen=True)
class Made:
    """A new webhook; `secret` signs what it is sent, and is told this once."""

    webhook: Webhook
    secret: str


class Webhooks(Noun):
    """The webhooks: list them by calling, add, change and remove one, see what was sent, send it again."""

    @needs("webhooks.read")
    def __call__(self) -> list[Webhook]:
        """All of them, the oldest first."""
        return self._database.read(hooks.listed)

    @needs("webhooks.read")
    def get(self, webhook_id: str) -> Webhook:
        """One of them. Raises NotFound."""
        return self._database.read(lambda c: hooks.get(c, webhook_id))

    @needs("webhooks.write")
    def add(
        self,
        url: str,
        events_: Sequence[str] = (),
        *,
        dataset: str | None = None,
        description: str = "",
    ) -> Made:
        """Tell an address of some kinds of events (none: all), of one dataset or all.

        Raises AddressRefused for a host that may not be asked, BadValue for an unknown kind.
        """
        post.check(url, self._services.settings)
        if dataset is not None:
            self._services.registry.get(dataset)

        def task(connection: Connection) -> Made:
            if not hooks.listed(connection):
                watching.start(connection)
            found = hooks.add(connection, url, events_, dataset, description, self._actor.who)
            self._note(connection, "webhook.added", found[0].id)
            return Made(*found)

        return self._database.write(task)

    @needs("webhooks.write")
    def change(self, webhook_id: str, **values: Any) -> Webhook:
        """Set url, events, dataset or description; `enabled=False` turns it off, True on again."""
        if values.get("url"):
            post.check(values["url"], self._services.settings)

        def task(connection: Connection) -> Webhook:
            self._note(connection, "webhook.changed", webhook_id)
            return hooks.change(connection, webhook_id, values)

        return self._database.write(task)

    @needs("webhooks.write")
    def remove(self, webhook_id: str) -> None:
        """Forget it with its deliveries. Raises NotFound."""

        def task(connection: Connection) -> None:
            hooks.remove(connection, webhook_id)
            self._note(connection, "webhook.removed", webhook_id)

        self._database.write(task)

    @needs("webhooks.write")
    def test(self, webhook_id: str) -> Delivery:
        """Send a message of the kind `webhook.test` now; its delivery says how that went."""
        self.get(webhook_id)
        data = {"message": "This is a test of Marquee.", "actor": self._actor.who}
        return self._now(lambda c: deliveries.add(c, webhook_id, "webhook.test", data))

    @needs("webhooks.read")
    def deliveries(
        self, webhook_id: str | None = None, *, limit: int = 100, offset: int = 0
    ) -> list[Delivery]:
        """What was sent, or waits to be, the newest first."""
        found = self.get(webhook_id).id if webhook_id is not None else None
        return self._database.read(lambda c: deliveries.listed(c, found, limit, offset))

    @needs("webhooks.read")
    def count_deliveries(self, webhook_id: str | None = None) -> int:
        """How many messages `deliveries` gives in all."""
        found = self.get(webhook_id).id if webhook_id is not None else None
        return self._database.read(lambda c: deliveries.count(c, found))

    @needs("webhooks.write")
    def replay(self, delivery_id: str) -> Delivery:
        """Send a message once more, under its id, now."""
        return self._now(lambda c: deliveries.replay(c, delivery_id))

    def _now(self, add: Any) -> Delivery:
        delivery_id = self._database.write(add)
        for one in self._database.write(deliveries.claim):
            self._services.webhooks.deliver(one)
        return self._database.read(partial(deliveries.get, delivery_id=delivery_id))

    def _note(self, connection: Connection, kind: str, webhook_id: str) -> None:
        events.append(connection, kind, self._actor, details={"webhook": webhook_id})
