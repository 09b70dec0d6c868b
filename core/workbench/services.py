"""What all doors of a process share: one database, its datasets, and the services that work on them."""

from __future__ import annotations

from core import __version__ as VERSION
from core.access.room import Room as Access
from core.actor import Actor
from core.backups.service import KIND as BACKUP, Backups
from core.datasets.registry import Registry
from core.errors import SettingsError
from core.files import hidden
from core.history import events, pruning
from core.ingest import background, housekeeping, transfers
from core.ingest.corridor import Corridor
from core.jobs import results
from core.jobs.answers import Answers
from core.jobs.clock import Clock
from core.matching import arrivals, arriving, background as comparing, running as following
from core.monitoring import parts
from core.monitoring.measuring import Measures
from core.monitoring.monitor import Monitor
from core.privacy import forgetting
from core.quality import bands, gate, kept_checks
from core.records.pictures import Pictures
from core.schedules import running as scheduled
from core.search.asked import Log
from core.search.band import Bands
from core.search.exports import Exports
from core.search.room import Room
from core.search.watching import Watch
from core.settings import Settings
from core.storage.opening import open_store
from core.storage.warm import warm_up
from core.telemetry.benchmark import Benchmarks
from core.telemetry.observing import observe
from core.telemetry.usage import Usage
from core.webhooks.sender import Sender
from core.workbench import deferred
from core.workbench.policy import PERMISSIONS, Policy


class Services:
    """The store, the corridor, the job worker and the clock. Opened once, closed once."""

    def __init__(self, settings: Settings, policy: Policy | None = None) -> None:
        self.settings = settings
        self.registry = Registry(settings.datasets_dir)
        warm_up()
        hidden.use(settings)
        self.database = open_store(settings, observe)
        self.database.read(events.go_on)
        self.access = Access(self.database, settings)
        self.access.permissions = PERMISSIONS
        if settings.mode == "team":
            try:
                self.access.check_settings()
            except SettingsError:
                self.database.release()
                raise
        self.policy: Policy = policy or self.access
        self.corridor = Corridor(self.database, self.registry, settings)
        self.corridor.gates.append(gate.Keeper(self.corridor))
        self.corridor.alike.append(arriving.find)
        self.corridor.links.append(arrivals.by_rule)
        self.corridor.settles.append(arrivals.settle)
        self.corridor.settles.append(self.access.count_rows)
        self.benchmarks = Benchmarks(settings)
        self.worker = background.worker(self.corridor)
        backups = self.backups = Backups(self.corridor, self.worker, Actor())
        self.worker.kinds[BACKUP] = backups.run
        self.worker.apart.add(BACKUP)  # no import waits until one is made
        self.worker.kinds[comparing.KIND] = comparing.work(
            self.database, self.corridor.dataset, self.corridor.settings
        )
        self.worker.apart.add(comparing.KIND)
        self.worker.kinds |= deferred.kinds(self.corridor)
        self.worker.apart.add(deferred.CHECK)
        self.answers = Answers(self.database)
        self.usage = Usage(self.database)
        self.worker.kinds[scheduled.KIND] = scheduled.work(self.corridor)
        self.search = Room(
            self.database,
            self.registry.all,
            settings,
            Bands(bands.WORDS, bands.sql),
            lambda: self.corridor.shelf.busy,
        )
        self.pictures = Pictures(settings)
        self.searches = Log(self.database, settings.search_history_days)
        self.exports = Exports(
            self.worker,
            settings.database.with_name(f"{settings.database.stem}.exports"),
            lambda name: self.search.of(self.corridor.dataset(name)),
        )
        watch = Watch(self.database, settings, self.corridor.dataset, self.search.of)
        self.clock = Clock()
        self.clock.every(10, self.searches.write)
        self.clock.every(20, self.access.keep)
        self.clock.every(3_600, self.searches.expire)
        self.clock.every(3_600, self._prune_events)
        self.clock.every(3_600, self.exports.expire)
        self.clock.every(60, self.usage.write)
        self.clock.every(3_600, self.answers.expire)
        self.clock.every(3_600, lambda: self.database.write(results.expire))
        self.clock.every(30, watch.look)
        self.clock.every(
            housekeeping.pause(self.corridor), lambda: housekeeping.tidy(self.corridor)
        )
        self.clock.every(3_600, self._sweep_transfers)
        self.clock.every(5, self._run_schedules)
        self.counting = (
            Clock()
        )  # of its own: counting a large dataset takes longer than a task of the clock may
        self.counting.every(60, lambda: kept_checks.run_all(self.corridor))
        self.counting.every(120, lambda: following.follow(self.database, self.registry.all()))
        self.webhooks = Sender(self.database, settings)
        self.telling = Clock()  # of its own: an address that is slow holds up nothing else
        self.telling.every(2, self.webhooks.look)
        self.telling.every(2, self.webhooks.send)
        self.telling.every(3_600, self.webhooks.expire)
        if backups.scheduled:
            self.clock.every(60, backups.tick)
        checks = parts.checks(settings, self.corridor, self.worker, self.clock, self.search)
        measures = Measures(settings, self.corridor, backups, self.search)
        # A server starts it; a notebook can ask it all the same.
        self.monitor = Monitor(settings, self.database, checks, measures, VERSION)
        self._closed = False
        self._stay_forgotten()
        self.database.recovery.again.append(self._go_on)

    def _run_schedules(self) -> None:
        if scheduled.tick(self.corridor):
            self.worker.wake()

    def _prune_events(self) -> None:
        if self.settings.audit_days:
            days = self.settings.audit_days
            self.database.write(lambda c: pruning.prune(c, days, Actor("marquee", "schedule")))

    def _sweep_transfers(self) -> None:
        transfers.sweep(self.corridor)

    def _stay_forgotten(self) -> None:
        """After a restore: whom the erasure ledger names is forgotten again before anybody asks."""
        if forgetting.again(self.corridor, Actor("marquee", "schedule")):
            for dataset in self.search.with_table():
                self.search.of(dataset).engine.drop()

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
        self.telling.start()
        self.search.start()

    @property
    def closed(self) -> bool:
        """Whether they were stopped, for ever."""
        return self._closed

    def close(self) -> None:
        """Stop the services and let go of the file; harmless when that was done."""
        if not self._closed:
            self._closed = True
            self.monitor.close()
            self.benchmarks.close()
            self.clock.stop()
            self.counting.stop()
            self.telling.stop()
            self.search.close()
            self.searches.close()
            self.worker.stop()
            self.usage.write()
            self.database.release()
