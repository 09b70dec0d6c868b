"""The work of the engine, for whoever looks: `Workbench.engine`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from core.errors import NotFound
from core.storage.size import Files, TableSize
from core.storage.store import Store
from core.telemetry import kept, memory, plans
from core.telemetry.benchmark import Benchmarks
from core.telemetry.kept import ImportRun, Statistic
from core.telemetry.memory import Memory
from core.telemetry.operations import Asked, Operations
from core.telemetry.plans import Plan


class Engine:
    """Statistics, sizes, memory and plans of one database; and benchmarks, which use none."""

    def __init__(self, database: Store, benchmarks: Benchmarks) -> None:
        self._database = database
        told = database.operations
        self._operations = told if isinstance(told, Operations) else Operations()
        self._benchmarks = benchmarks

    def operations(self, *, days: float = 7) -> list[Statistic]:
        """Every operation of the last days with its median and 95th percentile, the slowest first."""
        since = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(days=days)
        pending = self._operations.pending()
        return self._database.read(lambda c: kept.statistics(c, pending, since))

    def imports(self, *, limit: int = 50) -> list[ImportRun]:
        """The newest imports with the seconds of their stages, the newest first."""
        pending = self._operations.pending()
        return self._database.read(lambda c: kept.imports(c, pending, limit))

    def slow(self, name: str | None = None) -> list[Asked]:
        """The slowest statements since the start, to be explained."""
        return self._operations.slow(name)

    def explain(self, asked: int) -> Plan:
        """Run one of the slowest statements again and say where its time goes. Raises NotFound."""
        for one in self.slow():
            if one.id == asked:
                return self._database.read(lambda c: plans.explain(c, one))
        raise NotFound(f"statement {asked} is not among the slowest any more")

    def tables(self) -> list[TableSize]:
        """Every table with its rows and its bytes on disk, the largest first."""
        return self._database.tables()

    def files(self) -> Files:
        """Bytes on disk: database, WAL, spill, raw files, free."""
        return self._database.files()

    def memory(self) -> Memory:
        """Bytes in memory: DuckDB's share and limit, the process now and at its peak, its children."""
        return self._database.read(memory.memory)

    def report(self, *, days: float = 7, imports: int = 20) -> dict[str, Any]:
        """All of it as plain values: operations, imports, tables, files, memory."""
        return {
            "operations": [vars(one) for one in self.operations(days=days)],
            "imports": [
                {**vars(one), "seconds": one.seconds} for one in self.imports(limit=imports)
            ],
            "tables": [vars(one) for one in self.tables()],
            "files": vars(self.files()),
            "memory": vars(self.memory()),
        }
