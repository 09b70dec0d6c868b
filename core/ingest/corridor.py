"""What the steps of an import share: the database, the datasets, the settings and what is staged.

The steps are plain functions over a Corridor, one module each, in the order a file takes them:

    receiving -> drafting -> previewing -> importing -> requeue, takeback
    raw bytes,   read and    stage, check  one          fixed rows come back,
    an upload    map         and compare   transaction  an import is taken back

Every door walks through all of them; `background` does it in a job.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.actor import Actor
from core.cleaning.plan import Column
from core.datasets import evolving, tables
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.errors import BadDataset
from core.files.table import Table
from core.ingest import quarantine, uploads
from core.ingest.columns.scores import Candidate
from core.ingest.preview import Preview
from core.ingest.problems import Problem
from core.ingest.rows.staged import Staged
from core.ingest.shelf import Shelf, Tables
from core.ingest.uploads import Upload
from core.ingest.writing import keys
from core.jobs.progress import Progress
from core.settings import Settings
from core.storage.store import Connection, Store


@dataclass(frozen=True)
class Draft:
    """An upload as it was read and mapped, before the whole file is looked at."""

    upload: Upload
    table: Table
    mapping: tuple[Column, ...]
    candidates: tuple[tuple[Candidate, ...], ...]
    sample: list[list[str]]


class Gate(Protocol):
    """Asked before a previewed upload is written; raises HeldBack to keep it out."""

    def __call__(self, preview: Preview) -> None: ...


class Alike(Protocol):
    """Finds, for the preview, rows that are probably somebody who is there."""

    def __call__(self, cursor: Connection, staged: Staged) -> list[Problem]: ...


class Linking(Protocol):
    """Says who rows of a previewed upload are, by the rules of the dataset; whether it said anything."""

    def __call__(self, corridor: Corridor, staged: Staged) -> bool: ...


class Settle(Protocol):
    """Done in the transaction of an import, when its records are there."""

    def __call__(self, connection: Connection, staged: Staged, actor: Actor) -> None: ...


class Corridor:
    """One database with its datasets. Thread-safe: one upload is worked on by one thread at a time."""

    def __init__(self, database: Store, registry: Registry, settings: Settings) -> None:
        self.database, self.registry, self.settings = database, registry, settings
        self.shelf = Shelf(database)
        self.tables = Tables()
        self.gates: list[Gate] = []  # asked before each import; rooms above add theirs
        self.alike: list[Alike] = (
            []
        )  # find rows that are probably somebody who is there, for the preview
        self.links: list[Linking] = []  # asked after each comparison
        self.settles: list[Settle] = []  # a part of the commit; rooms above add theirs

    @property
    def folder(self) -> Path:
        """Where the raw files are kept."""
        return self.settings.data_dir

    def upload(self, upload_id: str) -> Upload:
        """One upload as it is now. Raises NotFound."""
        return self.database.read(lambda c: uploads.get(c, upload_id))

    def dataset(self, name: str) -> Dataset:
        """A dataset whose table is there with all its columns, folded by its key.

        Raises NotFound, or BadDataset when what is there does not fit the definition.
        """
        dataset = self.registry.get(name)
        missing, keyed, known = self.database.read(
            lambda c: (
                tables.missing(c, dataset),
                keys.kept(c, dataset.name),
                evolving.known(c, dataset.name),
            )
        )
        if known is not None and known != evolving.shape(dataset):
            self.database.write(lambda c: evolving.accept(c, dataset))
        if missing != {}:
            self.database.write(lambda c: tables.ensure(c, dataset), transaction=False)
        if keyed != keys.signature(dataset):
            self.database.write(lambda c: keys.renew(c, dataset, Actor()))
        return dataset

    def look_at_all(self) -> None:
        """Every table is there, for who reads them all; what does not fit its definition stays as it is."""
        for dataset in self.registry.all():
            with suppress(BadDataset):
                self.dataset(dataset.name)

    def note(self, upload_id: str, progress: Progress, rows: int) -> None:
        """Keep how long the stages took that an upload has gone through."""
        for stage, seconds in progress.spent().items():
            self.database.operations.stage(upload_id, stage, seconds, rows)

    def waiting(self, upload_id: str) -> int:
        """Rows in quarantine."""
        return self.database.read(lambda c: quarantine.waiting(c, upload_id))
