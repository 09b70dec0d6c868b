"""`workbench.backups`: copies of the database, each tested by restoring it."""

from __future__ import annotations

from core.actor import Actor
from core.backups import service
from core.workbench.policy import Arguments, needs
from core.workbench.services import Services


class Backups(service.Backups):
    """Make, list, verify, test and delete backups, for one actor."""

    def __init__(self, services: Services, actor: Actor) -> None:
        super().__init__(services.corridor, services.worker, actor)
        self._policy = services.policy
        self._access = services.access

    def _may(self, permission: str, arguments: Arguments) -> None:
        self._policy.check(self.actor, permission, arguments)

    def _whole(self, permission: str, arguments: Arguments) -> None:
        self._access.whole(self.actor, permission, arguments)

    all = needs("backups.read")(service.Backups.all)
    get = needs("backups.read")(service.Backups.get)
    is_foreign = needs("backups.read")(service.Backups.is_foreign)
    verify = needs("backups.read")(service.Backups.verify)
    files = needs("backups.read")(service.Backups.files)
    state = needs("backups.read")(service.Backups.state)
    create = needs("backups.write")(service.Backups.create)
    restore_test = needs("backups.write")(service.Backups.restore_test)
    prune = needs("backups.write")(service.Backups.prune)
    submit = needs("backups.write")(service.Backups.submit)
    cancel = needs("backups.write")(service.Backups.cancel)
