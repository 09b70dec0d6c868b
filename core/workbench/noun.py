"""What every noun of the Workbench has: the services of the process, and who acts."""

from __future__ import annotations

from core.actor import Actor
from core.datasets.model import Dataset
from core.ingest.corridor import Corridor
from core.storage.store import Store
from core.workbench.policy import Arguments
from core.workbench.services import Services


class Noun:
    """A part of the Workbench, for one actor."""

    def __init__(self, services: Services, actor: Actor) -> None:
        self._services, self._actor = services, actor

    def _may(self, permission: str, arguments: Arguments) -> None:
        self._services.policy.check(self._actor, permission, arguments)

    def _whole(self, permission: str, arguments: Arguments) -> None:
        self._services.access.whole(self._actor, permission, arguments)

    def _must(self, permission: str, dataset: str) -> None:
        """Raises Forbidden for a dataset that is no argument of the method: told from the content, or by an option."""
        self._may(permission, {"dataset": dataset})
        self._whole(permission, {"dataset": dataset})

    def _may_bring(self, dataset: str | None, *, imported: bool = False) -> None:
        """Before a file is kept. Raises Forbidden where what becomes of it could not be told, or where it is `imported`."""
        self._may("uploads.read", {"dataset": dataset, "own": True, "bringing": True})
        if imported and dataset is not None:  # else the content tells, and is asked for then
            self._must("uploads.import", dataset)

    def _taken(self, what: str, arguments: Arguments) -> None:
        self._services.access.tell_taken(what, self._actor, arguments)

    def _dataset(self, name: str) -> Dataset:
        """A dataset as the actor may see it: its table is there. Raises NotFound, BadDataset."""
        return self._services.access.narrow(self._actor, self._corridor.dataset(name))

    @property
    def _corridor(self) -> Corridor:
        return self._services.corridor

    @property
    def _database(self) -> Store:
        return self._services.database
