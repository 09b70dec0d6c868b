"""`workbench.engine`: the work of the database, measured."""

from __future__ import annotations

from core.actor import Actor
from core.telemetry import engine
from core.telemetry.benchmark import Benchmarks
from core.workbench.policy import Arguments, needs
from core.workbench.services import Services


class Engine(engine.Engine):
    """Statistics, sizes, memory and plans of the database, for one actor."""

    def __init__(self, services: Services, actor: Actor) -> None:
        super().__init__(services.database, services.benchmarks)
        self._policy, self._actor = services.policy, actor

    def _may(self, permission: str, arguments: Arguments) -> None:
        self._policy.check(self._actor, permission, arguments)

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
