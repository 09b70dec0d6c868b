"""The second step: the file is read and its columns go to fields; the plan can be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypedDict, Unpack, cast

import duckdb

from core.actor import Actor
from core.cleaning.plan import (
    OWN,
    Column,
    Mode,
    OnError,
    Plan,
    checked,
    parse_steps,
    reading,
    rebased,
    same_rows,
)
from core.cleaning.shaping.shaped import check, shaped
from core.cleaning.shaping.step import TableStep, parse_table_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.errors import EmptyFile, HeaderOnly, TooManyRows
from core.files import hidden, reader
from core.files.registry import FORMATS
from core.files.source import Reading
from core.files.table import Table
from core.ingest import redacted, states, uploads
from core.ingest.columns import choices as choices_, exported, mapping
from core.ingest.corridor import Corridor, Draft
from core.ingest.receiving import original
from core.ingest.recipes import undoing
from core.ingest.uploads import Upload
from core.storage.store import Connection

SAMPLE_ROWS = 200


def read(corridor: Corridor, upload: Upload, *, first: bool = False) -> Table:
    """Read the raw file as the plan says, table steps included. Raises EmptyFile, HeaderOnly, TooManyRows."""
    steps = upload.plan.table_steps
    return shaped(read_raw(corridor, upload, first=first), steps, lenient=True)


def read_raw(corridor: Corridor, upload: Upload, *, first: bool = False) -> Table:
    """Read the raw file without the table steps of the plan. Raises as `read` does."""
    raw, how = original(corridor, upload), cast(
        Reading, upload.plan.reading
    )  # the reader checks it
    read_ = partial(
        reader.read,
        raw,
        filename=upload.filename,
        cache_dir=hidden.cache_dir(corridor.settings),
        settings=corridor.settings,
        first=first,
        **how,
    )
    key = (raw, upload.filename, first, json.dumps(how, sort_keys=True))
    table = corridor.tables.find(key, read_, raw)
    if table.total == 0:
        raise _no_rows(upload, table)
    if table.total is not None and table.total > corridor.settings.max_rows:
        raise TooManyRows(f"{table.total} rows, and {corridor.settings.max_rows} are allowed")
    return table


def _no_rows(upload: Upload, table: Table) -> EmptyFile | HeaderOnly:
    if table.columns and FORMATS[table.format].header_row:
        names = f"{len(table.columns)} column name{'s' if len(table.columns) > 1 else ''}"
        return HeaderOnly(f"{upload.filename}: {names} and nothing below")
    return EmptyFile(f"{upload.filename} has {upload.size or 0:,} bytes and no rows")


def draft(corridor: Corridor, upload_id: str, *, first: bool = False) -> Draft:
    """Read the file and map its columns; nothing is staged yet.

    With `first`, the beginning of a large file is enough (`draft.table.whole` tells).
    """
    with corridor.database.reader() as cursor:
        upload = uploads.get(cursor, upload_id)
        table = read(corridor, upload, first=first)
        sample = list(table.rows(limit=SAMPLE_ROWS))
        dataset = corridor.registry.get(upload.dataset)
        columns = upload.plan.mapping
        if len(columns) != len(table.names) or any(
            c.column != name for c, name in zip(columns, table.names)
        ):
            more = table.whole and len(sample) == SAMPLE_ROWS
            seen = [*sample, *table.spread(SAMPLE_ROWS)] if more else sample
            columns = _guess(cursor, dataset, table, seen, upload.plan)
        columns = known(dataset, columns)
    candidates = mapping.candidates(dataset, table.names, sample)
    return Draft(upload, table, columns, candidates, sample)


def known(dataset: Dataset, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The mapping without fields that the dataset has lost since.

    Their columns are kept as extra fields, as they are when such a file comes now.
    """
    names = {*dataset.field_names, *OWN}
    return tuple(
        (
            c
            if c.field is None or c.field in names
            else c.model_copy(
                update={
                    "field": None,
                    "part": None,
                    "keep": True,
                    "reason": f"there is no field {c.field} any more",
                }
            )
        )
        for c in columns
    )


def _guess(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    table: Table,
    sample: list[list[str]],
    plan: Plan,
) -> tuple[Column, ...]:
    guessed = exported.recognise(
        dataset, mapping.guess(dataset, table.names, sample), sample, table.format
    )
    known = uploads.remembered(cursor, dataset.name, mapping.headers_hash(table.names)) or {}
    # A field that the dataset has lost since takes only the choice of its own column with it.
    still = {
        i: f
        for i, f in known.items()
        if f in (None, "extra", *OWN) or f.split(":")[0] in dataset.field_names
    }
    guessed = choices_.apply_choice(dataset, guessed, still, reason=choices_.REMEMBERED)
    guessed = _chosen_before(dataset, guessed, plan)
    return tuple(Column(**vars(g)) for g in guessed)


def _chosen_before(
    dataset: Dataset, guessed: tuple[mapping.ColumnMapping, ...], plan: Plan
) -> tuple[mapping.ColumnMapping, ...]:
    """What a saved recipe wants, and then what somebody chose before the columns were others."""
    names = [m.column for m in guessed]
    fields = (None, "extra", *dataset.field_names)
    for reason, wanted in (
        (choices_.OF_RECIPE, plan.wanted),
        (
            choices_.CHOSEN,
            {c.column: c.choice for c in plan.mapping if c.reason == choices_.CHOSEN},
        ),
    ):
        still: dict[str | int, str | None] = {
            names.index(c): f
            for c, f in wanted.items()
            if c in names and (f in fields or (f or "").split(":")[0] in fields)
        }
        guessed = choices_.apply_choice(dataset, guessed, still, reason=reason)
    return guessed


class PlanSettings(TypedDict, total=False):
    """The parts of a plan that are set as they are; what is left out stays."""

    recipe: tuple[Step, ...] | None  # None: the usual one again
    mode: Mode
    on_error: OnError
    source: str | None
    reading: Mapping[str, Any]
    confirmed: bool
    force: bool
    confirm_deletions: bool
    decided: dict[int, str]
    preferred: tuple[int, ...]
    forgotten: tuple[int, ...]
    kept_fields: tuple[str, ...]
    kept_records: tuple[str, ...]
    wanted: dict[str, str | None]
    saved: str | None


class PlanChanges(PlanSettings, total=False):
    """What can be changed of an open upload's plan."""

    choices: Mapping[str | int, str | None] | None  # column, by name or number, to field
    steps: Sequence[Any] | None  # the whole recipe
    table_steps: Sequence[Any] | None  # all steps on the table of the file


class PlanFields(PlanSettings, total=False):
    """The fields of a plan, all but its dataset."""

    mapping: tuple[Column, ...]
    table_steps: tuple[TableStep, ...]


def plan(
    corridor: Corridor,
    upload_id: str,
    *,
    choices: Mapping[str | int, str | None] | None = None,
    steps: Sequence[Any] | None = None,
    table_steps: Sequence[Any] | None = None,
    actor: Actor | None = None,
    **changes: Unpack[PlanSettings],
) -> Upload:
    """Change the plan of an upload: mapping choices, recipe steps, table steps, mode, reading, ...

    What was refused or cancelled is open again then. The change can be undone (`turn`).
    """
    with corridor.shelf.held(upload_id):
        corridor.database.write(lambda c: states.reopen(c, upload_id))
        begun = corridor.upload(upload_id).plan
        if "reading" in changes:
            clean = changes["reading"] = reading(changes["reading"])
            replan(corridor, upload_id, reading=clean, mapping=())
        # Read in another way, the columns are guessed anew: the beginning is enough to be shown that.
        only_read = "reading" in changes and not choices and steps is None
        if table_steps is not None:
            _reshape(corridor, upload_id, table_steps)
        if "reading" in changes or table_steps is not None:
            changes.setdefault("decided", {})  # the rows are numbered otherwise
            changes.setdefault("preferred", ())
            if begun.forgotten:
                changes["forgotten"] = redacted.rows(read(corridor, corridor.upload(upload_id)))
        before = draft(corridor, upload_id, first=only_read and table_steps is None)
        dataset = corridor.registry.get(before.upload.dataset)
        columns = before.mapping
        were = begun.mapping if table_steps is not None and begun.mapping else columns
        if choices:
            columns = _chosen(dataset, columns, choices)
        if columns != were:
            recipe = rebased(dataset, before.upload.plan.recipe, were, columns)
            changes.setdefault("recipe", recipe)
        if steps is not None:
            changes["recipe"] = parse_steps(dataset, steps)
        made = replan(corridor, upload_id, mapping=columns, **changes)
        note(corridor, upload_id, begun, made.plan, actor or Actor())
        return made


def _reshape(corridor: Corridor, upload_id: str, steps: Sequence[Any]) -> None:
    """Other table steps, which fit the columns of the file. Raises BadRecipe; the plan is as it was then."""
    parsed, upload = parse_table_steps(steps), corridor.upload(upload_id)
    check(read_raw(corridor, upload, first=True), parsed)
    replan(corridor, upload_id, table_steps=parsed)


def note(corridor: Corridor, upload_id: str, begun: Plan, made: Plan, actor: Actor) -> None:
    """What somebody changed can be undone; that the columns were looked at, or guessed, is no change."""
    seen: dict[str, Any] = {"confirmed": begun.confirmed}
    if not begun.mapping:
        seen["mapping"] = begun.mapping
    if begun.model_copy(update=seen) != made.model_copy(update=seen):
        corridor.database.write(lambda c: undoing.note(c, upload_id, begun, actor))


def turn(corridor: Corridor, upload_id: str, *, back: bool) -> Upload:
    """Undo the last change of an open upload's plan (`back`), or redo it. Raises WrongState."""

    def task(connection: Connection) -> Upload:
        states.reopen(connection, upload_id)
        upload = uploads.get(connection, upload_id)
        states.must_be_open(upload)
        plan_ = undoing.turn(connection, upload_id, upload.plan, back=back)
        corridor.shelf.outdated(upload_id)
        uploads.update(connection, upload_id, plan=plan_)
        return uploads.get(connection, upload_id)

    with corridor.shelf.held(upload_id):
        return corridor.database.write(task)


def _chosen(
    dataset: Dataset, columns: tuple[Column, ...], choices: Mapping[str | int, str | None]
) -> tuple[Column, ...]:
    guessed = tuple(mapping.ColumnMapping(**c.model_dump()) for c in columns)
    return tuple(Column(**vars(c)) for c in choices_.apply_choice(dataset, guessed, choices))


def replan(corridor: Corridor, upload_id: str, **changes: Unpack[PlanFields]) -> Upload:
    """Write changes into the plan; what is staged is outdated when other rows come of it."""

    def task(connection: Connection) -> Upload:
        upload = uploads.get(connection, upload_id)
        states.must_be_open(upload)  # a job plans what nobody has looked at
        changed = checked({**dict(upload.plan), **changes})
        if not same_rows(changed, upload.plan):
            corridor.shelf.outdated(upload_id)
        if changed != upload.plan:
            uploads.update(connection, upload_id, plan=changed)
        return uploads.get(connection, upload_id)

    return corridor.database.write(task)
