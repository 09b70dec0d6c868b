"""Backups as one thing with an address: `workbench.backups`."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.actor import Actor
from core.backups import making, restoring, retention, trial
from core.backups.folder import Folder, ahead, now
from core.backups.manifest import Format, Manifest, Test
from core.backups.ownership import Owner, own
from core.backups.restoring import Verified
from core.errors import BackupBroken, Conflict, DiskFull, of_system
from core.history import events
from core.ingest.corridor import Corridor
from core.jobs import table as jobs
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.storage import installation
from core.storage.store import Connection

KIND = "backup"
NO_ROOM = (
    "Free some space, keep fewer backups, or set MARQUEE_BACKUP_DIR to another disk. Nothing was"
    " changed, and the earlier backups are as they were."
)
RETRY_AFTER = timedelta(hours=1)  # after a failure, before the schedule tries again


@dataclass(frozen=True)
class Backup:
    """A backup in a list: what it says of itself, and how its last restore test ended."""

    name: str
    manifest: Manifest | None
    test: Test | None
    error: str = ""
    foreign: bool = False  # of another database that keeps its backups in the same folder

    @property
    def ok(self) -> bool:
        """It was really restored once, and was whole."""
        return self.manifest is not None and bool(self.test and self.test.ok)


@dataclass(frozen=True)
class State:
    """How things stand: the newest backup, the job that runs or ran last, and what is to be worried about."""

    last: Backup | None
    job: Job | None
    worry: str = ""


class Backups:
    """Make, list, verify, test and delete backups. They are only read from the configured folder."""

    def __init__(self, corridor: Corridor, worker: Worker, actor: Actor) -> None:
        self.corridor, self.worker, self.actor = corridor, worker, actor
        self.settings = corridor.settings
        self.folder = Folder(self.settings.backup_dir)

    def through(self, actor: Actor) -> Backups:
        """The same for another door."""
        return Backups(self.corridor, self.worker, actor)

    # -------------------------------------------------------------- looking

    def all(self) -> list[Backup]:
        """All whole backups, the newest first; one whose manifest is damaged has an `error`."""
        owner = self.owner
        return [self._backup(name, owner) for name in self.folder.names()]

    def get(self, name: str) -> Manifest:
        """What a backup says of itself. Raises NotFound, BackupBroken."""
        return self.folder.manifest(name)

    def is_foreign(self, manifest: Manifest) -> bool:
        """Whether a backup is of another database."""
        return not self.owner.has(manifest)

    @property
    def owner(self) -> Owner:
        """The database whose backups are made here."""
        return Owner(self.corridor.database.read(installation.known), self.settings.database)

    def _backup(self, name: str, owner: Owner) -> Backup:
        try:
            found = self.folder.manifest(name)
            return Backup(name, found, self.folder.test(name), foreign=not owner.has(found))
        except BackupBroken as error:
            return Backup(name, None, None, error.detail)

    def verify(self, name: str, progress: Progress | None = None) -> Verified:
        """Hash every file of a backup. Raises NotFound, BackupBroken."""
        return restoring.verify(self.folder, name, progress)

    def state(self) -> State:
        """The newest backup and, where a schedule is set, what is wrong with how things stand."""
        owner = self.owner
        names = own(self.folder, owner)
        last = self._backup(names[0], owner) if names else None
        found = self.worker.live(self._jobs)
        job = found[0] if found else None
        return State(last, job, self._worry(last, job) if self.scheduled else "")

    def _jobs(self) -> list[Job]:
        """The last ones: what waits or runs first, and what was done under a wrong clock behind."""
        found = self.corridor.database.read(lambda c: jobs.find(c, kind=KIND, limit=20))
        present = now()
        return sorted(found, key=lambda j: (not j.active, ahead(j.created_at, present)))

    @property
    def scheduled(self) -> bool:
        """Whether the clock makes backups."""
        return self.settings.backup_every_hours > 0

    def _worry(self, last: Backup | None, job: Job | None) -> str:
        if job and job.status == "failed":
            return f"The last backup failed: {(job.error or {}).get('title', 'see the job')}."
        if last is None:
            return "" if job and job.active else "There is no backup yet."
        if last.error or (last.test and not last.test.ok):
            return "The last backup did not pass its restore test."
        made, present = _made(last), now()
        if made and ahead(made, present):
            return (
                f"The last backup is dated {made:%Y-%m-%d %H:%M} UTC, which is still to come: the clock of"
                " this machine was wrong then, or is now."
            )
        if made and present - made > 2 * self._every():
            return f"The last backup is from {made:%Y-%m-%d %H:%M} UTC, which is too old."
        return ""

    # -------------------------------------------------------------- making

    def create(self, format: Format | None = None, progress: Progress | None = None) -> Backup:
        """Make a backup and test that it can be restored. Raises DiskFull, BackupBusy, BackupBroken."""
        progress = progress or Progress()
        with self.folder.held(), self._room():
            kind = format or self.settings.backup_format
            made = making.make(self.corridor, self.folder, kind, progress)
            manifest = made.manifest
            self._tell("backup.made", manifest.name, {"bytes": manifest.size, "format": kind})
            try:
                test, _ = trial.test(
                    self.folder, manifest, self.settings, progress, hashed=made.hashed
                )
            except DiskFull as error:
                raise DiskFull(
                    f"{manifest.name} was made, and there is no room to test it: {error.detail}",
                    hint=f"The backup is kept. Free some space in {self.folder.path}, and test it with"
                    f" `python -m core verify {manifest.name} --test`.",
                ) from error
        if not test.ok:
            raise BackupBroken(
                f"{manifest.name} was made, but not restored: {test.detail}",
                hint="It is kept. `python -m core check` tells whether the database itself is well, and"
                f" `python -m core verify {manifest.name}` whether the backup is.",
            )
        return Backup(manifest.name, manifest, test)

    def restore_test(self, name: str, progress: Progress | None = None) -> Test:
        """Really restore a backup into a file of its own, check it, and keep the result beside it."""
        with self.folder.held(), self._room():
            manifest = self.folder.manifest(name)
            return trial.test(self.folder, manifest, self.settings, progress or Progress())[0]

    def prune(self, keep: int | None = None, *, made: str | None = None) -> list[str]:
        """Delete all but the newest and what was just `made`; gives the names that went. Raises BackupBusy."""
        with self.folder.held(), self._room():
            gone = retention.prune(self.folder, self.owner, keep or self.settings.backup_keep, made)
        for name in gone:
            self._tell("backup.deleted", name, {})
        return gone

    @contextmanager
    def _room(self) -> Iterator[None]:
        """The system's word for what it refuses, in ours. Raises DiskFull, NoAccess."""
        try:
            yield
        except OSError as error:
            if error.errno == errno.ENOSPC:
                where = error.filename or self.folder.path
                raise DiskFull(f"no room is left for a backup: {where}", hint=NO_ROOM) from error
            raise of_system(error) from error
        except DiskFull as error:
            if error.hint == DiskFull.default_hint:
                raise DiskFull(error.detail, hint=NO_ROOM) from error
            raise

    def _tell(self, kind: str, name: str, details: Mapping[str, object]) -> None:
        self.corridor.database.write(
            lambda c: events.append(c, kind, self.actor, details={"backup": name, **details})
        )

    # -------------------------------------------------------------- in the background

    def submit(self, format: Format | None = None) -> Job:
        """Make one in the background. Raises Conflict while one is being made."""

        def task(connection: Connection) -> str:
            if any(j.active for j in jobs.find(connection, kind=KIND, limit=20)):
                raise Conflict("a backup is being made already", hint="Wait until it is done.")
            options = {"format": format or self.settings.backup_format}
            return jobs.add(connection, KIND, None, self.actor, options)

        job_id = self.corridor.database.write(task)
        self.worker.wake()
        return self.corridor.database.read(lambda c: jobs.get(c, job_id))

    def cancel(self) -> None:
        """Stop the one that is being made; nothing of it is left."""
        active = [
            j
            for j in self.corridor.database.read(lambda c: jobs.find(c, kind=KIND, limit=20))
            if j.active
        ]
        for job in active:
            self.corridor.database.write(lambda c, job=job: jobs.finish(c, job, "cancelled"))  # type: ignore[misc]
            self.worker.cancel(job)

    def run(self, job: Job, progress: Progress) -> int:
        """What the worker does for such a job; gives how many records were copied."""
        mine = self.through(job.by)
        progress.stages = STAGES
        made = mine.create(job.options.get("format"), progress)
        if job.door == "schedule":
            mine.prune(made=made.name)
        return made.manifest.records if made.manifest else 0

    def tick(self) -> None:
        """For the clock: submit a backup when one is due."""
        if self.due():
            try:
                self.through(Actor("marquee", "schedule")).submit()
            except Conflict:
                pass

    def due(self) -> bool:
        """Whether the schedule wants a backup now."""
        if not self.scheduled:
            return False
        if any(job.active or _failed_just_now(job) for job in self._jobs()):
            return False
        owner = self.owner
        names = own(self.folder, owner)
        made, present = _made(self._backup(names[0], owner)) if names else None, now()
        return made is None or ahead(made, present) or present - made >= self._every()

    def _every(self) -> timedelta:
        return timedelta(hours=self.settings.backup_every_hours)

    # -------------------------------------------------------------- taking away

    def files(self, name: str) -> Iterator[tuple[str, Path]]:
        """Every file of a backup with its path below the folder, the manifest first."""
        manifest = self.folder.manifest(name)
        yield f"{name}/manifest.json", self.folder.of(name) / "manifest.json"
        places = {part.path: self.folder.part(part) for part in manifest.parts}
        places |= {
            f"raw/{r.sha256[:2]}/{r.sha256}": self.folder.raw(r.sha256) for r in manifest.raw
        }
        yield from places.items()


# The share of the whole that each stage takes, roughly: what the bar shows.
STAGES = {
    "copying the tables": 0.4,
    "copying the files": 0.15,
    "testing the backup": 0.3,
    "checking the tables": 0.15,
}


def _made(backup: Backup) -> datetime | None:
    return backup.manifest.made_at if backup.manifest else None


def _failed_just_now(job: Job) -> bool:
    since = now() - (job.finished_at or job.created_at)
    return job.status == "failed" and -RETRY_AFTER < since < RETRY_AFTER
