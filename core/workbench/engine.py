"""`workbench.engine`: the work of the database, measured."""

from __future__ import annotations

from collections.abc import Callable

from core.actor import Actor
from core.storage import installation
from core.telemetry import engine
from core.telemetry.benchmark import Benchmarks
from core.workbench.policy import Arguments, needs
from core.workbench.services import Services


class Engine(engine.Engine):
    """Statistics, sizes, memory and plans of the database, for one actor."""

    def __init__(self, services: Services, actor: Actor) -> None:
        super().__init__(services.database, services.benchmarks)
        self._store = services.database
        self._policy, self._actor = services.policy, actor
        self._access = services.access

    def _may(self, permission: str, arguments: Arguments) -> None:
        self._policy.check(self._actor, permission, arguments)

    def _whole(self, permission: str, arguments: Arguments) -> None:
        self._access.whole(self._actor, permission, arguments)

    operations = needs("database.read")(engine.Engine.operations)
    imports = needs("database.read")(engine.Engine.imports)
    slow = needs("database.read")(engine.Engine.slow)
    explain = needs("database.read")(engine.Engine.explain)
    tables = needs("database.read")(engine.Engine.tables)
    files = needs("database.read")(engine.Engine.files)
    memory = needs("database.read")(engine.Engine.memory)
    report = needs("database.read")(engine.Engine.report)

    @property
    @needs("database.benchmark")
    def benchmarks(self) -> Benchmarks:
        """Measure this installation, and see what was measured."""
        return self._benchmarks

    @needs("database.read")
    def identity(self) -> str:
        """The random id of this database; a copy of the file has it as well."""
        return self._store.read(installation.known)

    @needs("database.claim")
    def renew_identity(self) -> str:
        """Give the database another id, because a copy of it has this one too; returns the new one."""
        return self._store.write(installation.renew)

    @needs("database.read")
    def opened_anew(self) -> int:
        """How often the database was opened anew since the start, after an error that cost its connection."""
        return self._store.recovery.lost

    @needs("database.claim")
    def when_lost(self, end: Callable[[str], None]) -> None:
        """What the process does when the database cannot be opened anew: it ends with the reason."""
        self._store.recovery.give_up = end
