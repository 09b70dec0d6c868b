"""`workbench.datasets`: what the records of each kind are."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from core.datasets import evolving, infer as infer_, tables
from core.datasets.model import Dataset
from core.errors import BadDataset, InputError
from core.files import reader
from core.files.given import file_at
from core.files.source import Reading
from core.files.table import Table
from core.history import events
from core.ingest.writing import keys
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Datasets(Noun):
    """The datasets: list them by calling, get one, make one from a sample, keep one."""

    @needs("datasets.read")
    def __call__(self) -> list[Dataset]:
        """Every dataset, the built-in ones first."""
        return self._services.registry.all()

    @needs("datasets.read")
    def get(self, name: str) -> Dataset:
        """One dataset. Raises NotFound."""
        return self._services.registry.get(name)

    @needs("datasets.read")
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
    def save(self, dataset: Dataset, *, replace: bool = False) -> Path:
        """Keep a dataset as TOML in the datasets folder. Raises Conflict when the name is taken.

        Records that are there are folded anew when the key changed. BadDataset when two would be the same,
        when a field has values of another type, or has another name now; the file is as it was then.
        """
        self._database.read(lambda c: tables.missing(c, dataset))
        self._database.read(lambda c: evolving.refuse(c, dataset))
        self._database.read(lambda c: keys.refuse_duplicates(c, dataset))
        path = self._services.registry.save(dataset, replace=replace)
        self._corridor.dataset(dataset.name)
        self._database.write(
            lambda c: events.append(c, "dataset.saved", self._actor, dataset=dataset.name)
        )
        return path

    @needs("datasets.read")
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
            cache_dir=settings.data_dir / ".cache",
            settings=settings,
            first=first,
            **reading,
        )
