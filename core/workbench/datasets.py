"""`workbench.datasets`: what the records of each kind are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

from core.datasets import evolving, infer as infer_, tables
from core.datasets.model import Dataset, from_dict
from core.errors import BadDataset, Conflict, InputError
from core.files import hidden, reader
from core.files.given import file_at
from core.files.source import Reading
from core.files.table import Table
from core.history import events
from core.ingest import redefining
from core.ingest.redefining import Change, Tried
from core.ingest.writing import keys
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Datasets(Noun):
    """The datasets: list them by calling, get one, make one from a sample, keep one."""

    @needs("datasets.read", narrowed=True)
    def __call__(self) -> list[Dataset]:
        """Every dataset, the built-in ones first."""
        access = self._services.access
        return [access.narrow(self._actor, each) for each in self._services.registry.all()]

    @needs("datasets.read", narrowed=True)
    def get(self, name: str) -> Dataset:
        """One dataset. Raises NotFound."""
        return self._services.access.narrow(self._actor, self._services.registry.get(name))

    @needs("datasets.read", narrowed=True)
    def broken(self) -> dict[str, BadDataset]:
        """Files of the datasets folder that define none, with what is wrong in them."""
        return dict(self._services.registry.broken)

    @needs("datasets.read")
    def infer(
        self, path: str | Path, name: str, *, save: bool = False, **reading: Unpack[Reading]
    ) -> Dataset:
        """A dataset made from a sample file; with `save` it becomes one of the datasets."""
        table = self.read(path, **reading)
        sample = list(table.rows(limit=5_000))
        dataset = infer_.infer(name, table.names, sample)
        if save:
            self.save(dataset)
        return dataset

    @needs("datasets.write")
    def save(
        self, dataset: Dataset, *, replace: bool = False, renamed: Mapping[str, str] | None = None
    ) -> Path:
        """Keep a dataset as TOML in the datasets folder. Raises Conflict when the name is taken.

        Records that are there are folded anew when the key changed. BadDataset when two would be the same,
        when a field has values of another type, or has another name now; the file is as it was then.
        `renamed` says which fields have another name now (old to new): values and history come along.
        """
        redefining.refuse(self._corridor, dataset, renamed or {})
        if renamed and replace:
            return self._renamed(dataset, renamed)
        self._database.read(lambda c: tables.missing(c, dataset))
        self._database.read(lambda c: evolving.refuse(c, dataset))
        self._database.read(lambda c: keys.refuse_duplicates(c, dataset))
        path = self._services.registry.save(dataset, replace=replace)
        self._corridor.dataset(dataset.name)
        self._database.write(
            lambda c: events.append(c, "dataset.saved", self._actor, dataset=dataset.name)
        )
        return path

    def _renamed(self, dataset: Dataset, renamed: Mapping[str, str]) -> Path:
        """First the names alone, then what else is new, so that each is refused for itself."""
        old = self._services.registry.get(dataset.name)
        if old.origin == "built-in":
            raise BadDataset(f"{old.name} comes with Marquee", hint="Copy it, and change the copy.")
        names = redefining.with_names(old, renamed)
        redefining.rename(self._corridor, dataset.name, renamed)
        self._services.registry.save(names, replace=True)
        self._database.write(
            lambda c: events.append(
                c,
                "dataset.renamed",
                self._actor,
                dataset=dataset.name,
                details={"fields": dict(renamed)},
            )
        )
        return self.save(dataset, replace=True)

    @needs("datasets.write")
    def copy(self, name: str, to: str, *, title: str = "") -> Dataset:
        """A dataset of one's own with the fields and rules of another, without its records. Raises Conflict."""
        copied = {"name": to, "title": title, "origin": "user"}
        dataset = from_dict({**self.get(name).model_dump(mode="json"), **copied}, to)
        self.save(dataset)
        return dataset

    @needs("datasets.write")
    def remove(self, name: str, *, typed: str) -> int:
        """Delete a dataset with its records, history and uploads; `typed` is its name once more. Gives how many records.

        Raw files, backups and the audit trail stay. Raises InputError when the name is typed otherwise, Conflict
        for a built-in dataset.
        """
        known = self.get(name)
        if known.origin == "built-in":
            raise Conflict(f"{known.label} comes with Marquee and cannot be deleted")
        if typed != name:
            raise InputError(
                f"{typed!r} is not the name of the dataset",
                hint=f"Type {name} to delete it with all of its records.",
            )
        number = redefining.remove(self._corridor, name)
        self._services.registry.remove(name)
        details = {"records": number}
        self._database.write(
            lambda c: events.append(
                c, "dataset.removed", self._actor, dataset=name, details=details
            )
        )
        return number

    @needs("datasets.read")
    def changes(self, dataset: Dataset, renamed: Mapping[str, str] | None = None) -> list[Change]:
        """What saving a definition would do, in words; a refused change says why."""
        return redefining.changes(self._corridor, dataset, renamed or {})

    @needs("datasets.read")
    def try_out(
        self,
        dataset: Dataset,
        sample: str | Path | None = None,
        *,
        renamed: Mapping[str, str] | None = None,
    ) -> Tried:
        """Hold a definition, which need not be saved, against a sample file, or against the records that are there."""
        if sample is None:
            return redefining.try_records(self._corridor, dataset, renamed or {})
        path = file_at(sample)
        return redefining.try_sample(self._corridor, dataset, path, path.name)

    @needs("datasets.read", narrowed=True)
    def version(self, dataset: str) -> int:
        """A number that grows with every change to the dataset's records."""
        return self._database.read(lambda c: tables.data_version(c, dataset))

    @needs("datasets.read")
    def read(self, path: str | Path, *, first: bool = False, **reading: Unpack[Reading]) -> Table:
        """Read a file without importing it: columns, rows of text, decisions with their evidence.

        With `first`, the beginning of a large file is enough: its table is not `whole`.
        """
        if not isinstance(path, (str, Path)):
            raise InputError(f"a {type(path).__name__} is no path", hint="Name a file.")
        settings = self._services.settings
        return reader.read(
            file_at(path),
            cache_dir=hidden.cache_dir(settings),
            settings=settings,
            first=first,
            **reading,
        )
