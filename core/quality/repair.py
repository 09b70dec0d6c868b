"""From the rows of a check to their repair: what their values are, what the score would be, and one act that does it.

A repair says for each value what it should be. Replacing is an import of these records by their ids: one act, which is
in the history, passes the checks of an import, and can be taken back. Emptying is an edit of each record.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from core.actor import Actor
from core.cleaning import vocabularies
from core.cleaning.plan import checked
from core.datasets import tables
from core.datasets.model import Dataset, Field
from core.errors import InputError
from core.history.events import now
from core.ingest import importing, receiving
from core.ingest.corridor import Corridor
from core.ingest.uploads import Upload
from core.quality import kept_checks, measures, running, score as score_
from core.quality.expectation import Expectation
from core.quality.score import BeforeAfter
from core.records import edit
from core.storage.patience import present, watched
from core.storage.sql import ident, literal
from core.storage.store import Connection

Fixes = Mapping[
    str, str | None
]  # a value as text ('' for an empty one) to what it should be; None empties it
VALUES = 200  # different values that are listed
LIKE = 60.0
EDITS = 1_000  # records that are emptied at most in one go


@dataclass(frozen=True)
class FoundValue:
    """A value among the bad rows: how many have it, and what is probably meant. '' is an empty one."""

    value: str
    count: int
    suggestion: str | None


@dataclass(frozen=True)
class Projected(BeforeAfter):
    """What a repair would do, before anything is written: how many records it changes, and the scores."""

    field: str
    records: int


@dataclass(frozen=True)
class _Bad:
    """The rows of a check: their dataset, the field that is repaired, and the SQL of `r` that finds them."""

    dataset: Dataset
    field: Field
    where: str
    own: Expectation | None = None  # its rows are held in a temporary table of the cursor

    def prepare(self, corridor: Corridor, cursor: Connection) -> Connection:
        """What `where` speaks of is there on this cursor. Raises InputError for a check that takes too long."""
        vocabularies.prepare(cursor, measures.vocabularies(self.dataset))
        if self.own is not None:
            running.hold(cursor, corridor.registry, self.own, tables.table(self.dataset))
        return cursor

    @property
    def text(self) -> str:
        """SQL: the value as text."""
        return f"coalesce({measures.column(self.field.name)}::VARCHAR, '')"


def _bad(corridor: Corridor, name: str, check: str, field: str | None) -> _Bad:
    """Of a measure (by its id) or of a check that somebody made (by its id)."""
    given: Expectation | None = None
    if ":" in check:
        dataset = corridor.dataset(name)
        records = tables.table(dataset)
        found = next((m for m in measures.build(dataset, records, now()) if m.id == check), None)
        if found is None:
            raise InputError(f"{name} has no check {check!r}")
        where, own = f"({found.counted}) AND ({found.bad})", field or found.field
    else:
        given = kept_checks.get(corridor, check, name)
        dataset = corridor.dataset(name)
        running.bad_rows(corridor.registry, given, tables.table(dataset))
        where = f"r.record_id IN (SELECT record_id FROM temp.{running.BAD})"
        own = field or given.field
    if own is None:
        raise InputError("this check is of several fields", hint="Name the field to repair.")
    chosen = dataset.field(own)
    if chosen.type == "list":
        raise InputError(
            f"{chosen.label} is a list, which has no single value to replace",
            hint="Open the records and edit them, or import a file with their record_id.",
        )
    return _Bad(dataset, chosen, f"coalesce({where}, false)", given)


def values(corridor: Corridor, name: str, check: str, field: str | None = None) -> list[FoundValue]:
    """The values of the bad rows, the most frequent first, each with what is probably meant."""
    bad = _bad(corridor, name, check, field)
    rows = corridor.database.read(
        lambda c: bad.prepare(corridor, c)
        .execute(
            f"SELECT {bad.text} AS v, count(*) AS n FROM {tables.table(bad.dataset)} r"
            f" WHERE {bad.where} GROUP BY v ORDER BY n DESC, v LIMIT {VALUES}"
        )
        .fetchall()
    )
    return [FoundValue(str(v), int(n), suggestion(bad.field, str(v))) for v, n in rows]


def suggestion(field: Field, value: str) -> str | None:
    """The choice that is nearest to a value."""
    if not value or not field.choices:
        return None
    near = process.extractOne(value, field.choices, scorer=fuzz.WRatio, processor=str.casefold)
    return str(near[0]) if near and near[1] >= LIKE else None


def project(
    corridor: Corridor, name: str, check: str, fixes: Fixes, field: str | None = None
) -> Projected:
    """The score as it is, and as it would be. Raises BadValue for what is no value of the field."""
    bad = _bad(corridor, name, check, field)
    with corridor.database.reader() as cursor, watched(cursor, present()):
        bad.prepare(corridor, cursor)
        after = _repaired(bad, _typed(cursor, bad, fixes))
        before_score = score_.of(cursor, bad.dataset, tables.table(bad.dataset), now())
        after_score = score_.of(cursor, bad.dataset, f"({after})", now())
        row = cursor.execute(
            f"SELECT count(*) FROM {tables.table(bad.dataset)} r"
            f" WHERE {bad.where} AND {_named(bad, fixes)}"
        ).fetchone()
    count = int(row[0]) if row else 0
    return Projected(bad.field.name, count, before=before_score, after=after_score)


def _typed(cursor: Connection, bad: _Bad, fixes: Fixes) -> dict[str, Any]:
    """The fixes as values of the field, cleaned and checked as an edit is."""
    if not fixes:
        raise InputError("a repair says what a value should be", hint="Such as {'INTX': 'INTJ'}.")
    found = {}
    for value, wanted in fixes.items():
        typed = edit.typed(cursor, bad.dataset, {bad.field.name: wanted})
        found[str(value)] = typed[bad.field.name]
    return found


def _named(bad: _Bad, fixes: Fixes) -> str:
    return f"list_contains({literal(list(fixes))}::VARCHAR[], {bad.text})"


def _repaired(bad: _Bad, typed: Mapping[str, Any]) -> str:
    """SELECT of all records with the repair done."""
    x = measures.column(bad.field.name)
    cases = " ".join(
        f"WHEN {bad.text} = {literal(value)} THEN {literal(wanted)}"
        for value, wanted in typed.items()
    )
    new = f"CASE WHEN NOT {bad.where} THEN {x} {cases} ELSE {x} END::{bad.field.sql_type}"
    return (
        f"SELECT r.* REPLACE ({new} AS {ident(bad.field.name)}) FROM {tables.table(bad.dataset)} r"
    )


def apply(
    corridor: Corridor,
    name: str,
    check: str,
    fixes: Fixes,
    actor: Actor,
    field: str | None = None,
) -> Upload | None:
    """Do it. Gives the upload that did it, which can be taken back; None where values were emptied by hand."""
    bad = _bad(corridor, name, check, field)
    empty = {str(v) for v, wanted in fixes.items() if wanted is None}
    if empty and len(empty) < len(fixes):
        raise InputError("replace values, or empty them, one after the other")
    with corridor.database.reader() as cursor:
        typed = _typed(cursor, bad, fixes)
    if empty or bad.field.on_update in ("keep", "fill"):
        _edit(corridor, bad, typed, actor)
        return None
    return _import(corridor, bad, typed, actor, check)


def _edit(corridor: Corridor, bad: _Bad, typed: Mapping[str, Any], actor: Actor) -> None:
    found = corridor.database.read(
        lambda c: bad.prepare(corridor, c)
        .execute(
            f"SELECT r.record_id::VARCHAR, {bad.text}, r._version FROM {tables.table(bad.dataset)} r"
            f" WHERE {bad.where} AND {_named(bad, typed)} ORDER BY r.record_id LIMIT {EDITS + 1}"
        )
        .fetchall()
    )
    if len(found) > EDITS:
        raise InputError(f"more than {EDITS:,} records would be edited one by one")

    def task(connection: Connection) -> None:
        for record, value, version in found:
            new = {bad.field.name: typed[value]}
            edit.edit(connection, bad.dataset, record, new, actor, version)

    corridor.database.write(task, name="repair")


def _import(
    corridor: Corridor, bad: _Bad, typed: Mapping[str, Any], actor: Actor, check: str
) -> Upload:
    dataset = bad.dataset
    own = dict.fromkeys(
        (*dataset.key.fields, *([dataset.key.when_both] if dataset.key.when_both else ()))
    )
    own.update(dict.fromkeys(f.name for f in dataset.fields if f.required))
    names = [n for n in own if n != bad.field.name] + [bad.field.name]
    columns = ", ".join(ident(n) for n in ("record_id", *names))
    sql = (
        f"SELECT {columns} FROM ({_repaired(bad, typed)}) WHERE record_id IN (SELECT r.record_id"
        f" FROM {tables.table(dataset)} r WHERE {bad.where} AND {_named(bad, typed)})"
    )
    plan = checked(
        dict(dataset=dataset.name, on_error="refuse", source=measures.REPAIR, together=True)
    )
    with tempfile.TemporaryDirectory(prefix="marquee-repair-") as folder:
        path = Path(folder) / "repair.jsonl"
        with corridor.database.reader() as cursor:
            bad.prepare(corridor, cursor).execute(
                f"COPY ({sql}) TO {literal(str(path))} (FORMAT json)"
            )
        if not path.stat().st_size:
            raise InputError("no record of this check has one of these values")
        upload = receiving.receive(
            corridor,
            path,
            plan,
            actor,
            filename=f"repair of {check.replace(':', ' ')}.jsonl",
            force=True,
        )
    return importing.commit(corridor, upload.id, actor, promised=False)
