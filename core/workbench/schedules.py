"""`workbench.schedules`: what is imported by itself, from a folder, an address or a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Conflict
from core.history import events
from core.history.events import now
from core.ingest.recipes import kept as recipes
from core.jobs.table import Job
from core.schedules import kept, model, running, sources
from core.schedules.model import Definition, Run, Schedule
from core.storage.store import Connection
from core.workbench.jobs import Jobs
from core.workbench.noun import Noun
from core.workbench.policy import needs


@dataclass(frozen=True)
class Tried:
    """What a run would take now: names of files, at most a hundred."""

    files: tuple[str, ...]


class Schedules(Noun):
    """Schedules: list them by calling, save, run now, pause, remove; their runs."""

    @needs("schedules.read")
    def __call__(self, dataset: str | None = None) -> list[Schedule]:
        """All by name, or those of one dataset."""
        return self._database.read(lambda c: kept.find(c, dataset))

    @needs("schedules.read")
    def get(self, schedule: str) -> Schedule:
        """One by its id or name. Raises NotFound."""
        return self._database.read(lambda c: kept.get(c, schedule))

    @needs("schedules.write")
    def save(
        self, definition: Definition | Mapping[str, Any], *, replace: str | None = None
    ) -> Schedule:
        """Keep a schedule, or change one (`replace`: its id or name).

        Raises BadSchedule, NotFound for a dataset or recipe that is not there, Conflict for a name that is taken.
        """
        wanted = model.parse(definition)
        dataset = self._services.registry.get(wanted.dataset)
        sources.check(wanted.place, self._services.settings)

        def task(connection: Connection) -> Schedule:
            if wanted.recipe:
                recipes.get(connection, dataset.name, wanted.recipe)
            saved = kept.save(connection, wanted, self._actor, replace)
            self._tell(connection, "schedule.saved", saved)
            return saved

        return self._database.write(task)

    @needs("schedules.write")
    def remove(self, schedule: str) -> None:
        """Forget a schedule and its runs. What it imported stays."""

        def task(connection: Connection) -> None:
            found = kept.get(connection, schedule)
            kept.remove(connection, found.id)
            self._tell(connection, "schedule.removed", found)

        self._database.write(task)

    @needs("schedules.write")
    def pause(self, schedule: str, *, on: bool = True) -> Schedule:
        """Let it rest, or (`on=False`) go on at its next time."""

        def task(connection: Connection) -> Schedule:
            found = kept.pause(connection, kept.get(connection, schedule), on)
            self._tell(connection, "schedule.paused" if on else "schedule.resumed", found)
            return found

        return self._database.write(task)

    @needs("schedules.run")
    def run(self, schedule: str, *, again: bool = False) -> Job:
        """Run it now, in the background, also while it is paused. `again` also takes files that were taken before.

        Raises Conflict while it runs.
        """

        def task(connection: Connection) -> str | None:
            found = kept.get(connection, schedule)
            if again:
                connection.execute(
                    "DELETE FROM ops.schedule_files WHERE schedule_id = ?", [found.id]
                )
            return running.order(connection, found, "asked", now())

        job_id = self._database.write(task)
        if job_id is None:
            raise Conflict("this schedule is running already", hint="Wait until it is done.")
        self._services.worker.wake()
        return Jobs(self._services, self._actor).get(job_id)

    @needs("schedules.read")
    def runs(self, schedule: str | None = None, *, limit: int = 50, offset: int = 0) -> list[Run]:
        """Runs with what came of them, the newest first."""
        found = self.get(schedule).id if schedule else None
        return self._database.read(lambda c: kept.runs(c, found, limit, offset))

    @needs("schedules.read")
    def count_runs(self, schedule: str | None = None) -> int:
        """How many runs there are, of a schedule or of all."""
        found = self.get(schedule).id if schedule else None
        return self._database.read(lambda c: kept.count_runs(c, found))

    @needs("schedules.write")
    def try_out(self, definition: Definition | Mapping[str, Any]) -> Tried:
        """Which files a schedule would find now; nothing is imported and nothing kept."""
        wanted = model.parse(definition)
        with sources.found(wanted.place, self._services.settings, {}) as files:
            return Tried(tuple(f.name for f in files[:100]))

    def _tell(self, connection: Connection, kind: str, schedule: Schedule) -> None:
        details = {"schedule": schedule.definition.name}
        dataset = schedule.definition.dataset
        events.append(connection, kind, self._actor, dataset=dataset, details=details)
