"""`workbench.records`: what came in, asked for and changed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.datasets import tables
from core.datasets.registry import DEFAULT
from core.errors import Merged, VersionMismatch
from core.history import changes
from core.history.changes import Change
from core.records import edit as edit_, requests
from core.records.filters import Filter
from core.records.query import Result, Where
from core.storage.store import Connection
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Records(Noun):
    """The records: ask for them by calling, get one, change, delete and restore it."""

    @needs("records.read")
    def __call__(
        self,
        dataset: str = DEFAULT,
        *,
        where: Where | Filter = None,
        order_by: str | Sequence[str] | None = None,
        search: str | None = None,
        fields: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
        after: str | None = None,
    ) -> Result:
        """Records as .pl() .df() .arrow() .rows(). `where`: {field: value}, [(field, operator, value)],

        a tree of conditions as the search takes it (`core.records.filters`), or SQL.
        """
        return requests.select(
            self._database,
            self._corridor.dataset(dataset),
            where=where,
            order_by=order_by,
            search=search,
            fields=fields,
            limit=limit,
            offset=offset,
            after=after,
        )

    @needs("records.read")
    def count(
        self, dataset: str = DEFAULT, *, where: Where | Filter = None, search: str | None = None
    ) -> int:
        """How many records fit."""
        return requests.count(self._database, self._corridor.dataset(dataset), where, search)

    @needs("records.read")
    def get(self, dataset: str, record_id: str) -> dict[str, Any]:
        """One record with `_version`, `_upload_id`, ... Raises NotFound.

        One that was merged answers by its old id, too: `record_id` is that of the record it is part of.
        """
        definition = self._corridor.dataset(dataset)

        def question(connection: Connection) -> dict[str, Any]:
            try:
                return edit_.fetch(connection, definition, record_id)
            except Merged as error:
                return edit_.fetch(connection, definition, error.extra["survivor"])

        return self._database.read(question, name="record")

    @needs("records.edit")
    def edit(
        self, dataset: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None
    ) -> dict[str, Any]:
        """Change fields of a record: cleaned and checked like an import, versioned, in history.

        Raises BadValue with every fault, VersionMismatch when `version` is not the present one.
        """
        definition = self._corridor.dataset(dataset)
        return requests.edit(self._database, definition, record_id, values, self._actor, version)

    @needs("records.read")
    def mismatch(
        self, dataset: str, record_id: str, version: int, fields: Iterable[str] = ()
    ) -> VersionMismatch:
        """The error that a record is not at that version any more: it names what changed since."""
        definition = self._corridor.dataset(dataset)
        return self._database.read(
            lambda c: edit_.mismatch(
                c, definition, edit_.fetch(c, definition, record_id), version, fields
            )
        )

    @needs("records.delete")
    def delete(self, dataset: str, record_id: str, *, version: int | None = None) -> None:
        """Delete a record; `restore` brings it back."""
        definition = self._corridor.dataset(dataset)
        self._database.write(
            lambda c: edit_.delete(c, definition, record_id, self._actor, version), name="delete"
        )

    @needs("records.delete")
    def restore(self, dataset: str, record_id: str) -> dict[str, Any]:
        """Bring a deleted record back as it was."""
        definition = self._corridor.dataset(dataset)
        return self._database.write(
            lambda c: edit_.restore(c, definition, record_id, self._actor), name="restore"
        )

    @needs("records.read")
    def deleted(self, dataset: str, *, limit: int = 100) -> list[Change]:
        """Records that are not there any more, by their last state."""
        definition = self._corridor.dataset(dataset)
        return self._database.read(
            lambda c: changes.deleted(c, dataset, tables.table(definition), limit=limit)
        )
