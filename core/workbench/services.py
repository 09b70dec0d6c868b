"""What all doors of a process share: one database, its datasets, and the services that work on them."""

from __future__ import annotations

from core.actor import Actor
from core.backups.service import KIND as BACKUP, Backups
from core.datasets.registry import Registry
from core.history import events
from core.ingest import background, housekeeping
from core.ingest.corridor import Corridor
from core.jobs.clock import Clock
from core.matching import arriving, running as following
from core.quality import gate, kept_checks
from core.search.asked import Log
from core.search.room import Room
from core.search.watching import Watch
from core.settings import Settings
from core.storage.opening import open_store
from core.storage.warm import warm_up
from core.telemetry.benchmark import Benchmarks
from core.telemetry.observing import observe
from core.workbench.policy import Everyone, Policy


class Services:
    """The store, the corridor, the job worker and the clock. Opened once, closed once."""

    def __init__(self, settings: Settings, policy: Policy | None = None) -> None:
        self.settings, self.policy = settings, policy or Everyone()
        self.registry = Registry(settings.datasets_dir)
        warm_up()
        self.database = open_store(settings, observe)
        self.database.read(events.go_on)
        self.corridor = Corridor(self.database, self.registry, settings)
        self.corridor.gates.append(gate.Keeper(self.corridor))
        self.corridor.alike.append(arriving.find)
        self.benchmarks = Benchmarks(settings)
        self.worker = background.worker(self.corridor)
        backups = Backups(self.corridor, self.worker, Actor())
        self.worker.kinds[BACKUP] = backups.run
        self.worker.apart.add(BACKUP)  # no import waits until one is made
        self.search = Room(self.database, self.registry.all, settings)
        self.searches = Log(self.database, settings.search_history_days)
        watch = Watch(self.database, settings, self.corridor.dataset, self.search.of)
        self.clock = Clock()
        self.clock.every(10, self.searches.write)
        self.clock.every(3_600, self.searches.expire)
        self.clock.every(30, watch.look)
        self.clock.every(
            housekeeping.pause(self.corridor), lambda: housekeeping.tidy(self.corridor)
        )
        self.counting = (
            Clock()
        )  # of its own: counting a large dataset takes longer than a task of the clock may
        self.counting.every(60, lambda: kept_checks.run_all(self.corridor))
        self.counting.every(120, lambda: following.follow(self.database, self.registry.all()))
        if backups.scheduled:
            self.clock.every(60, backups.tick)
        self._closed = False
        self.database.recovery.again.append(self._go_on)

    def _go_on(self) -> None:
        # The database was opened anew while the services run: they take up what was interrupted.
        if self.worker.alive and not self.worker.busy:
            self.database.write(background.resume)
        self.worker.wake()

    def start(self) -> None:
        """Start what works in the background. Uploads that a crash left in the middle go on, or are open again."""
        self.database.write(background.resume)
        self.worker.start()
        self.clock.start()
        self.counting.start()
        self.search.start()

    def close(self) -> None:
        """Stop the services and let go of the file; harmless when that was done."""
        if not self._closed:
            self._closed = True
            self.benchmarks.close()
            self.clock.stop()
            self.counting.stop()
            self.search.close()
            self.searches.close()
            self.worker.stop()
            self.database.release()
