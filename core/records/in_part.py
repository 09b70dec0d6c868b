"""History and edits for who sees a part of a dataset (core/records/narrowing.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.actor import Actor
from core.datasets.model import Dataset
from core.datasets.narrowed import Narrowed
from core.errors import Conflict, Forbidden, InputError
from core.history.changes import Change
from core.records import edit as edit_
from core.records.narrowing import HIDDEN_SIGN
from core.storage.store import Connection, Store


def of_record(dataset: Dataset, found: Iterable[Change]) -> list[Change]:
    """The history of a record, the newest first, as somebody may see it.

    A value that is seen in part has a sign in its place. Where records are seen by their values, versions from before
    the newest change of such a value are left out: the record may have been somebody else's then.
    """
    if not isinstance(dataset, Narrowed):
        return list(found)
    seen: list[Change] = []
    for change in found:
        if change.kind != "insert" and dataset.ruled & set(change.fields):
            break
        seen.append(_narrowed(dataset, change))
    return seen


def of_deleted(dataset: Dataset, found: Iterable[Change]) -> list[Change]:
    """Records that are gone. Nobody can say which of them somebody saw who sees some records alone: none is told."""
    if not isinstance(dataset, Narrowed):
        return list(found)
    return [] if tells_no_deleted(dataset) else [_narrowed(dataset, each) for each in found]


def tells_no_deleted(dataset: Dataset) -> bool:
    """Whether somebody is told of no record that is gone."""
    return isinstance(dataset, Narrowed) and dataset.by_rows


def _narrowed(dataset: Narrowed, change: Change) -> Change:
    names = set(dataset.field_names)
    whole = names == dataset.plain and not dataset.hides
    fields = {
        name: pair if name in dataset.plain or (name == "_extra" and whole) else _signs(pair)
        for name, pair in change.fields.items()
        if name in names or (name == "_extra" and whole)
    }
    return replace(change, fields=fields)


def _signs(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    old, new = (None if value is None else HIDDEN_SIGN for value in pair)
    return old, new


def edit(
    database: Store,
    whole: Dataset,
    mine: Narrowed,
    record_id: str,
    values: Mapping[str, Any],
    actor: Actor,
    version: int | None,
) -> dict[str, Any]:
    """Change fields that are seen as they are, of a record that is seen before and after.

    Raises Forbidden for any other: an answer would tell what is not seen.
    """
    if not isinstance(values, Mapping):
        raise InputError("an edit is a field and its value", hint="Such as {'name': 'Ada'}.")
    for name in values:
        mine.field(name)
        if name not in mine.plain:
            raise Forbidden(f"{mine.field(name).label} is seen in part, and cannot be changed")
        beside = {n for rule in whole.rules if name in rule.fields for n in rule.fields}
        if name in {*whole.key.fields, whole.key.when_both}:
            beside |= {*whole.key.fields, *filter(None, [whole.key.when_both])}
        if beside - mine.plain:
            raise Forbidden(f"{mine.field(name).label} is checked beside what is not seen")
    with database.reader() as cursor:
        record = edit_.fetch(cursor, mine, record_id)
        typed = edit_.typed(cursor, mine, dict(values), record)

    def task(connection: Connection) -> dict[str, Any]:
        edit_.expect(connection, mine, edit_.fetch(connection, mine, record_id), version, values)
        try:
            edit_.edit(connection, whole, record_id, dict(typed), actor, version)
        except Conflict as error:  # it names the other record
            raise Conflict("another record has this key") from error
        after = edit_.find(connection, mine, record_id)
        if after is None:
            raise Forbidden("the record would not be seen any more after this change")
        return after

    return database.write(task)
