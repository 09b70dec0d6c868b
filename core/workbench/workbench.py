"""The Workbench: a handful of verbs, and the nouns that have the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack

from core.access import roles
from core.actor import Actor
from core.datasets.registry import DEFAULT, Registry
from core.errors import InputError
from core.files import frames
from core.files.source import Reading
from core.files.table import Table
from core.ingest import drafting, importing, takeback
from core.ingest.back.rollback import Rollback
from core.ingest.corridor import Corridor
from core.ingest.previewing import PreviewHandle
from core.ingest.recipes.recipe import Recipe
from core.ingest.uploads import Upload
from core.integrity import check as check_
from core.integrity.findings import Report
from core.jobs.progress import Progress
from core.jobs.worker import Worker
from core.records import requests
from core.records.query import Result
from core.settings import Settings, load
from core.storage.store import Store
from core.workbench.access import Access
from core.workbench.backups import Backups
from core.workbench.connected import Connected
from core.workbench.datasets import Datasets
from core.workbench.decisions import Decisions
from core.workbench.engine import Engine
from core.workbench.history import History
from core.workbench.jobs import Jobs
from core.workbench.matching import Matching
from core.workbench.monitoring import Monitoring
from core.workbench.policy import Arguments, Policy, needs
from core.workbench.privacy import Privacy
from core.workbench.quality import Quality
from core.workbench.queue import Queue
from core.workbench.recipes import Recipes
from core.workbench.records import Records
from core.workbench.request import Bytes, ImportOptions, ImportRequest
from core.workbench.schedules import Schedules
from core.workbench.search import Search
from core.workbench.services import Services
from core.workbench.transfers import Transfers
from core.workbench.uploads import Uploads
from core.workbench.webhooks import Webhooks

# What was a method of the Workbench itself before there were nouns, so that notebooks keep working.
FORMERLY = {
    **{name: ("uploads", name) for name in ("draft", "plan", "at_hand", "original", "problems")},
    **{name: ("uploads", name) for name in ("changes", "quarantine", "quarantine_csv", "requeue")},
    **{name: ("records", name) for name in ("count", "mismatch", "delete", "restore", "deleted")},
    **{name: ("history", name) for name in ("sources", "feed", "edits", "events")},
    **{name: ("jobs", name) for name in ("submit", "cancel")},
    **{name: (f"{name}s", "get") for name in ("dataset", "upload", "job")},
    "infer_dataset": ("datasets", "infer"),
    "save_dataset": ("datasets", "save"),
    "data_version": ("datasets", "version"),
    "verify_events": ("history", "verify"),
}


class Workbench:
    """An open Marquee database. Use it as a context manager, or call `close`.

    Verbs: read, preview, commit, import_file, rollback, record, edit, sql, check. Nouns: `uploads`, `recipes`, `records`,
    `datasets`, `history`, `jobs`, `search`, `backups`, `quality`, `access`, `engine`; calling
    one of the first six lists, selects or finds.
    Every method raises errors of `core.errors` and nothing else on bad input.
    """

    def __init__(
        self, settings: Settings, *, services: Services | None = None, actor: Actor = Actor()
    ) -> None:
        self.services = services or Services(settings)
        self.settings, self.actor = settings, actor

    @classmethod
    def open(
        cls,
        database: str | Path | None = None,
        *,
        data_dir: str | Path | None = None,
        settings: Settings | None = None,
        policy: Policy | None = None,
    ) -> Workbench:
        """Open or create a database. Arguments win over settings, these over the defaults.

        With a path and no `data_dir`, the raw files live in `data_uploads` where settings say.
        `policy` decides who may do what; without one, everybody may do everything. Raises DatabaseLocked when
        another process has the database.
        """
        base = settings or load()
        changes = {"database": database, "data_dir": data_dir}
        given = {k: Path(v) for k, v in changes.items() if v is not None}
        found = base.model_copy(update=given)
        return cls(found, services=Services(found, policy))

    @staticmethod
    def connect(url: str, key: str | None = None, *, timeout: float = 120.0) -> Connected:
        """The workbench of a running server (`http://localhost:8501`), by an API key or its token.

        The same words for what its API can; results are as tables, objects and frames. Raises FetchFailed when
        nobody answers, NotAllowed for a wrong key.
        """
        return Connected(url, key, timeout=timeout)

    def acting_as(self, actor: Actor) -> Workbench:
        """The same workbench for somebody else: what it does is written down under that name and door."""
        return Workbench(self.settings, services=self.services, actor=actor)

    def through(self, door: str, who: str = "local") -> Workbench:
        """The same workbench for another door."""
        return self.acting_as(replace(self.actor, who=who, door=door))

    def start(self) -> None:
        """Start the services of a server: the job worker and the clock.

        Uploads that a crash left in the middle go on, or are open again.
        """
        self.services.start()

    def close(self) -> None:
        """Stop the services and let go of the file."""
        self.services.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @needs("access.write", narrowed=True)
    def seeing_as(self, role: str) -> Workbench:
        """The same workbench as somebody with this role sees it: to try what a role may, and what it sees. NotFound."""
        self.database.read(lambda c: roles.get(c, role))
        return self.acting_as(replace(self.actor, role=role, roles=()))

    def _may(self, permission: str, arguments: Arguments) -> None:
        self.services.policy.check(self.actor, permission, arguments)

    def _taken(self, what: str, arguments: Arguments) -> None:
        self.services.access.tell_taken(what, self.actor, arguments)

    def _whole(self, permission: str, arguments: Arguments) -> None:
        self.services.access.whole(self.actor, permission, arguments)

    # -------------------------------------------------------------- nouns

    @cached_property
    def uploads(self) -> Uploads:
        """Files that somebody brought. Calling it lists them."""
        return Uploads(self.services, self.actor)

    @cached_property
    def decisions(self) -> Decisions:
        """What is decided in the preview of an upload. Calling it gives the rows that were decided."""
        return Decisions(self.services, self.actor)

    @cached_property
    def queue(self) -> Queue:
        """Many files at once, with what is done for each. Calling it lists them."""
        return Queue(self.services, self.actor)

    @cached_property
    def transfers(self) -> Transfers:
        """Large files in chunks. Calling it lists those that are on their way."""
        return Transfers(self.services, self.actor)

    @cached_property
    def schedules(self) -> Schedules:
        """What is imported by itself. Calling it lists the schedules."""
        return Schedules(self.services, self.actor)

    @cached_property
    def recipes(self) -> Recipes:
        """Cleaning that is saved by name. Calling it lists the recipes."""
        return Recipes(self.services, self.actor)

    @cached_property
    def records(self) -> Records:
        """What came in. Calling it selects: `records("celebrities", where={"name": "Ada"}).pl()`."""
        return Records(self.services, self.actor)

    @cached_property
    def datasets(self) -> Datasets:
        """What a record is. Calling it lists the datasets."""
        return Datasets(self.services, self.actor)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Addresses of others that are told what happens. Calling it lists them."""
        return Webhooks(self.services, self.actor)

    @cached_property
    def history(self) -> History:
        """What was done. Calling it gives the history of one record."""
        return History(self.services, self.actor)

    @cached_property
    def search(self) -> Search:
        """Find records by words. Calling it searches: `search("ben joh")`."""
        return Search(self.services, self.actor)

    @cached_property
    def jobs(self) -> Jobs:
        """Work in the background. Calling it lists the jobs."""
        return Jobs(self.services, self.actor)

    @cached_property
    def backups(self) -> Backups:
        """Backups of this database."""
        return Backups(self.services, self.actor)

    @cached_property
    def quality(self) -> Quality:
        """How good the records are: scores that open their rows, profiles, checks, incidents."""
        return Quality(self.services, self.actor)

    @cached_property
    def matching(self) -> Matching:
        """The same person twice: found, reviewed, merged, taken apart."""
        return Matching(self.services, self.actor)

    @cached_property
    def access(self) -> Access:
        """People, roles, API keys, sessions, limits. Calling it lists the accounts."""
        return Access(self.services, self.actor)

    @cached_property
    def privacy(self) -> Privacy:
        """A person everywhere: what is known of them, and forgetting them."""
        return Privacy(self.services, self.actor)

    @cached_property
    def monitoring(self) -> Monitoring:
        """How the server does: health, alerts, objectives, errors, traces."""
        return Monitoring(self.services, self.actor)

    @cached_property
    def engine(self) -> Engine:
        """The work of the database: statistics, sizes, memory, plans."""
        return Engine(self.services, self.actor)

    # What the rooms below work with.

    @property
    def database(self) -> Store:
        """The store."""
        return self.services.database

    @property
    def registry(self) -> Registry:
        """The definitions of the datasets."""
        return self.services.registry

    @property
    def corridor(self) -> Corridor:
        """What the steps of an import share."""
        return self.services.corridor

    @property
    def worker(self) -> Worker:
        """What does the jobs."""
        return self.services.worker

    # -------------------------------------------------------------- verbs

    def read(self, path: str | Path, *, first: bool = False, **reading: Unpack[Reading]) -> Table:
        """Read a file without importing it: columns, rows of text, decisions with their evidence.

        With `first`, the beginning of a large file is enough: its table is not `whole`.
        """
        return self.datasets.read(path, first=first, **reading)

    def receive(
        self, source: Bytes, *, dataset: str = DEFAULT, **options: Unpack[ImportOptions]
    ) -> Upload:
        """Keep the bytes of a file or a frame and open an upload for it; see ImportRequest for the options.

        Raises DuplicateUpload unless `force`.
        """
        return self.uploads.receive(source, ImportRequest(dataset=dataset, **options))

    @needs("uploads.write")
    def preview(
        self,
        source: Bytes,
        dataset: str = DEFAULT,
        *,
        mapping: Mapping[str | int, str | None] | None = None,
        progress: Progress | None = None,
        **options: Unpack[ImportOptions],
    ) -> PreviewHandle:
        """What importing a file, a frame (or an upload, by its id) would do. Live data stays untouched.

        An upload that was cancelled is open again. `options` are those of ImportRequest.
        """
        upload_id, recipe = self._upload_id(source), options.pop("recipe", None)
        # Before anything is kept or opened again: what it gives shows records.
        self._may("uploads.read", {"upload_id": upload_id} if upload_id else {"dataset": dataset})
        if upload_id is None:
            options.setdefault("force", True)
            upload_id = self.receive(source, dataset=dataset, **options).id
            options = {}
        changes: dict[str, Any] = dict(options)
        if "source_name" in changes:  # the plan of an upload calls it so
            changes["source"] = changes.pop("source_name")
        if isinstance(recipe, (Mapping, Recipe)):
            self.recipes.apply(upload_id, recipe)
            recipe = None
        if mapping or recipe is not None or changes:
            drafting.plan(self.corridor, upload_id, choices=mapping, steps=recipe, **changes)
        else:
            self.uploads.reopen(upload_id)
        return self.uploads.preview(upload_id, progress)

    def _upload_id(self, source: object) -> str | None:
        if not isinstance(source, str) or len(source) != 36 or Path(source).exists():
            return None
        return self.uploads.get(source).id

    @needs("uploads.import")
    def commit(
        self,
        upload_id: str,
        progress: Progress | None = None,
        *,
        confirm_deletions: bool = False,
    ) -> Upload:
        """Import what was previewed. Raises StalePreview when it would do something else by now.

        `confirm_deletions`: see ImportRequest.
        """
        with self.services.access.importing(self.actor.who):
            return importing.commit(
                self.corridor, upload_id, self.actor, progress, confirmed=confirm_deletions
            )

    @needs("uploads.import")
    def import_file(
        self,
        source: Bytes,
        dataset: str = DEFAULT,
        *,
        mapping: Mapping[str | int, str | None] | None = None,
        progress: Progress | None = None,
        **options: Unpack[ImportOptions],
    ) -> Upload:
        """Receive, preview and commit a file or a frame in one go. Raises DuplicateUpload unless `force=True`.

        `options` are those of ImportRequest.
        """
        recipe = options.get("recipe")
        if isinstance(recipe, (Mapping, Recipe)):
            recipe = None  # a whole one goes into the plan that the upload is opened with
        else:
            options.pop("recipe", None)
        self.services.access.check_imports(self.actor.who)  # before anything is kept
        upload = self.receive(source, dataset=dataset, **options)
        if mapping or recipe is not None:
            self.uploads.plan(upload.id, choices=mapping, steps=recipe)
        with self.services.access.importing(self.actor.who):
            return importing.commit(self.corridor, upload.id, self.actor, progress, promised=False)

    @needs("uploads.import")
    def import_frame(
        self, frame: Any, dataset: str = DEFAULT, **options: Unpack[ImportOptions]
    ) -> Upload:
        """`import_file` for a pandas, polars or Arrow frame. Raises InputError for anything else."""
        if not frames.is_frame(frame):
            raise InputError(
                f"a {type(frame).__name__} is no frame", hint="Use import_file for a file."
            )
        return self.import_file(frame, dataset, **options)

    @needs("uploads.rollback")
    def rollback(self, upload_id: str, *, dry_run: bool = False, limit: int = 1_000) -> Rollback:
        """Take an upload back: .reversed, .kept and .failed, each with record and reason.

        A key that may not see records is given the counts alone.
        """
        shown = limit if self.services.access.shows_records(self.actor) else 0
        return takeback.take_back(
            self.corridor, upload_id, self.actor, dry_run=dry_run, limit=shown
        )

    def record(self, dataset: str, record_id: str) -> dict[str, Any]:
        """One record with `_version`, `_upload_id`, ... Raises NotFound."""
        return self.records.get(dataset, record_id)

    def edit(
        self, dataset: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None
    ) -> dict[str, Any]:
        """Change fields of a record: cleaned and checked like an import, versioned, in history.

        Raises BadValue with every fault, VersionMismatch when `version` is not the present one.
        """
        return self.records.edit(dataset, record_id, values, version=version)

    @needs("database.sql", narrowed=True, takes="an answer of SQL")
    def sql(self, statement: str) -> Result:
        """A read-only SELECT over the records, history and ops tables; datasets as they are defined."""
        self.corridor.look_at_all()
        access = self.services.access
        seen = [access.narrow(self.actor, each) for each in self.registry.all()]
        return requests.sql(self.database, seen, statement)

    @needs("database.check")
    def check(self, *, deep: bool = False, progress: Progress | None = None) -> Report:
        """Tables against history, ledger against uploads, files against hashes; reads only.

        `deep` reads every raw file again and holds every value that came from it against its row.
        """
        self.corridor.look_at_all()
        return check_.check(self.corridor, deep=deep, progress=progress)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            noun, method = FORMERLY.get(name, ("", ""))
            if not noun:
                raise AttributeError(f"a Workbench has no {name!r}")
            return getattr(getattr(self, noun), method)
