"""`workbench.records`: what came in, asked for and changed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.datasets import tables
from core.datasets.narrowed import Narrowed
from core.datasets.registry import DEFAULT
from core.errors import Merged, NotFound, VersionMismatch
from core.history import changes
from core.history.changes import Change
from core.ingest import adding
from core.records import (
    bulk,
    edit as edit_,
    filters,
    in_part,
    past,
    query,
    requests,
    statistics as statistics_,
    views as views_,
)
from core.records.filters import Filter
from core.records.pictures import Picture, picture_field
from core.records.query import Result, Where
from core.records.statistics import FieldStatistics
from core.records.views import View
from core.storage.store import Connection
from core.workbench.history import History
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Records(Noun):
    """The records: ask for them by calling, get one, change, delete and restore it."""

    @needs("records.read", narrowed=True)
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
            self._dataset(dataset),
            where=where,
            order_by=order_by,
            search=search,
            fields=fields,
            limit=limit,
            offset=offset,
            after=after,
        )

    @needs("records.read", narrowed=True, takes="records as a file")
    def note_export(self, dataset: str = DEFAULT) -> None:
        """Records leave as a file that a door writes: the audit trail is told."""

    @needs("records.read", narrowed=True)
    def count(
        self, dataset: str = DEFAULT, *, where: Where | Filter = None, search: str | None = None
    ) -> int:
        """How many records fit."""
        return requests.count(self._database, self._dataset(dataset), where, search)

    @needs("records.read", narrowed=True)
    def get(self, dataset: str, record_id: str) -> dict[str, Any]:
        """One record with `_version`, `_upload_id`, ... Raises NotFound.

        One that was merged answers by its old id, too: `record_id` is that of the record it is part of.
        """
        definition = self._dataset(dataset)

        def question(connection: Connection) -> dict[str, Any]:
            try:
                return edit_.fetch(connection, definition, record_id)
            except Merged as error:
                return edit_.fetch(connection, definition, error.extra["survivor"])

        return self._database.read(question, name="record")

    @needs("records.read", narrowed=True)
    def picture(self, dataset: str, record_id: str) -> Picture:
        """The picture of a record, fetched from the address that it has. Raises NotFound."""
        name = picture_field(self._dataset(dataset))
        url = self.get(dataset, record_id).get(name) if name else None
        if not url:
            raise NotFound("this record has no picture")
        return self._services.pictures.get(str(url))

    @needs("records.edit", narrowed=True)
    def edit(
        self, dataset: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None
    ) -> dict[str, Any]:
        """Change fields of a record: cleaned and checked like an import, versioned, in history.

        Raises BadValue with every fault, VersionMismatch when `version` is not the present one.
        """
        whole, mine = self._corridor.dataset(dataset), self._dataset(dataset)
        if isinstance(mine, Narrowed):
            return in_part.edit(
                *(self._database, whole, mine, record_id, values, self._actor, version)
            )
        return requests.edit(self._database, whole, record_id, values, self._actor, version)

    @needs("records.edit")
    def new(self, dataset: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """A record that somebody types, cleaned and checked like a row of a file. Raises BadValue with every fault."""
        made = adding.add(self._corridor, self._services.worker, dataset, dict(values), self._actor)
        return self.get(dataset, made)

    @needs("records.edit")
    def undo_edit(self, dataset: str, record_id: str, version: int) -> dict[str, Any]:
        """Give the fields that a version changed the values that they had before. It is an edit like any other.

        Raises NotFound for a version that there is not, InputError for one that changed no fields.
        """
        definition = self._corridor.dataset(dataset)
        values = past.undone(definition, self._history(dataset, record_id), version)
        return self.edit(dataset, record_id, values)

    @needs("records.edit")
    def back_to(self, dataset: str, record_id: str, version: int) -> dict[str, Any]:
        """Bring the values of a version back, as an edit. Nothing happens where they are the same."""
        definition, present = self._corridor.dataset(dataset), self.get(dataset, record_id)
        values = past.at(definition, self._history(dataset, record_id), version, present)
        return self.edit(dataset, record_id, values) if values else present

    def _history(self, dataset: str, record_id: str) -> list[Change]:
        return History(self._services, self._actor)(dataset, record_id)

    @needs("records.read", narrowed=True)
    def statistics(
        self,
        dataset: str = DEFAULT,
        *,
        where: Where | Filter = None,
        search: str | None = None,
        fields: Sequence[str] = (),
    ) -> list[FieldStatistics]:
        """Of each field over the records that fit: filled, empty, different ones, the most frequent, least and greatest."""
        definition = self._dataset(dataset)
        condition = filters.compiled(definition, where)
        question = query.compile_query(definition, condition, None, search)
        return self._database.read(
            lambda c: statistics_.statistics(c, definition, question, fields), name="statistics"
        )

    @needs("records.read", narrowed=True)
    def views(self, dataset: str) -> list[View]:
        """One's saved views of a dataset; the one without a name is how the table was left."""
        return self._database.read(lambda c: views_.find(c, dataset, self._actor))

    @needs("records.read", narrowed=True)
    def save_view(self, dataset: str, name: str, definition: Mapping[str, Any]) -> View:
        """Keep what is asked of the records under a name of one's own."""
        self._services.registry.get(dataset)
        return self._database.write(
            lambda c: views_.save(c, dataset, name, dict(definition), self._actor)
        )

    @needs("records.read", narrowed=True)
    def remove_view(self, dataset: str, name: str) -> None:
        """Forget a view. Raises NotFound."""
        self._database.write(lambda c: views_.remove(c, dataset, name, self._actor))

    @needs("records.read", narrowed=True)
    def mismatch(
        self, dataset: str, record_id: str, version: int, fields: Iterable[str] = ()
    ) -> VersionMismatch:
        """The error that a record is not at that version any more: it names what changed since."""
        definition = self._dataset(dataset)
        return self._database.read(
            lambda c: edit_.mismatch(
                c, definition, edit_.fetch(c, definition, record_id), version, fields
            )
        )

    @needs("records.delete", narrowed=True)
    def delete(self, dataset: str, record_id: str, *, version: int | None = None) -> None:
        """Delete a record; `restore` brings it back."""
        definition, mine = self._corridor.dataset(dataset), self._dataset(dataset)

        def task(connection: Connection) -> None:
            seen = edit_.fetch(connection, mine, record_id)  # who does not see it deletes it not
            edit_.expect(connection, mine, seen, version)
            edit_.delete(connection, definition, record_id, self._actor, version)

        self._database.write(task, name="delete")

    @needs("records.delete")
    def restore(self, dataset: str, record_id: str) -> dict[str, Any]:
        """Bring a deleted record back as it was."""
        definition = self._corridor.dataset(dataset)
        self._database.read(lambda c: edit_.must_not_be_forgotten(c, dataset, record_id))
        return self._database.write(
            lambda c: edit_.restore(c, definition, record_id, self._actor), name="restore"
        )

    @needs("records.edit", narrowed=True)
    def edit_many(self, dataset: str, items: Iterable[bulk.Item]) -> list[bulk.Outcome]:
        """Up to 1,000 changes, each for itself: edit, delete or restore. What is refused says why, beside the others.

        Deleting and restoring need their own permission.
        """

        def act(item: bulk.Item) -> int | None:
            if item.op == "edit":
                changed = self.edit(
                    dataset, item.record_id, item.values or {}, version=item.version
                )
                return int(changed["_version"])
            if item.op == "restore":
                return int(self.restore(dataset, item.record_id)["_version"])
            return self.delete(dataset, item.record_id, version=item.version)

        return bulk.each(items, act)

    @needs("records.read", narrowed=True)
    def deleted(self, dataset: str, *, limit: int = 100, offset: int = 0) -> list[Change]:
        """Records that are not there any more, by their last state."""
        table, mine = tables.table(self._corridor.dataset(dataset)), self._dataset(dataset)
        found = self._database.read(
            lambda c: changes.deleted(c, dataset, table, limit=limit, offset=offset)
        )
        return in_part.of_deleted(mine, found)

    @needs("records.read", narrowed=True)
    def count_deleted(self, dataset: str) -> int:
        """How many records are not there any more."""
        table, mine = tables.table(self._corridor.dataset(dataset)), self._dataset(dataset)
        if in_part.tells_no_deleted(mine):
            return 0
        return self._database.read(lambda c: changes.count_deleted(c, dataset, table))
