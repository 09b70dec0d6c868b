"""The last step: what was previewed is written in one transaction, or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import duckdb

from core.actor import Actor
from core.cleaning import filled
from core.cleaning.plan import parse_steps
from core.cleaning.step import Step
from core.datasets import tables
from core.files import reader
from core.ingest import deletions, drafting, previewing, quarantine, receiving, states, uploads
from core.ingest.columns import mapping
from core.ingest.corridor import Corridor
from core.ingest.preview import Preview
from core.ingest.recipes import undoing
from core.ingest.rows import compare, promise
from core.ingest.rows.promise import Promise
from core.ingest.rows.staged import Staged
from core.ingest.uploads import Upload
from core.ingest.writing import commit as commit_
from core.jobs.progress import Progress
from core.observe import context, logs
from core.storage.store import Connection, transaction

log = logs.get("ingest")


class Guard(Protocol):
    """Checked inside the commit's transaction; raises to refuse it."""

    def __call__(self, connection: duckdb.DuckDBPyConnection) -> None: ...


def commit(
    corridor: Corridor,
    upload_id: str,
    actor: Actor,
    progress: Progress | None = None,
    *,
    promised: bool | Promise = True,
    confirmed: bool = False,
    guard: Guard | None = None,
    ended: Callable[[Connection, int], None] | None = None,
) -> Upload:
    """Import an upload. With `promised`, only if it does what its preview said (StalePreview).

    `promised` may be what was shown when somebody said yes; True means the newest preview. `confirmed`: that it
    deletes many records is meant. `ended` is written in the same transaction, with the number of rows: a job is
    done exactly when its rows are in.
    """
    with context.bound(upload=upload_id, door=actor.door, request=actor.request):
        act = _Act(actor, progress or Progress(), confirmed, guard, ended)
        return _commit(corridor, upload_id, act, promised)


@dataclass(frozen=True)
class _Act:
    """Who imports, and what holds for it."""

    actor: Actor
    progress: Progress
    confirmed: bool
    guard: Guard | None
    ended: Callable[[Connection, int], None] | None


def _commit(corridor: Corridor, upload_id: str, act: _Act, promised: bool | Promise) -> Upload:
    began, progress = time.perf_counter(), act.progress
    with corridor.shelf.held(upload_id), corridor.database.operations.measure("import") as timer:
        upload = corridor.upload(upload_id)
        states.must_be_open(upload)
        states.must_be_wanted(upload)
        shown = promise.shown(upload) if promised is True else promised or None
        preview = previewing.preview(corridor, upload_id, progress)
        try:
            promise.check(shown, Promise(preview.counts, preview.mark))
            deletions.must_be_confirmed(preview, act.actor, act.confirmed)
            for gate in corridor.gates:
                gate(preview)
            imported = _write(corridor, preview, act, shown, _wanted(upload, act.guard))
        except Exception as error:
            states.ended_badly(corridor, upload, error, progress, act.actor)
            raise
        timer.rows = preview.counts.rows
        corridor.note(upload_id, progress, timer.rows)
        states.ended_well(imported, timer.rows, time.perf_counter() - began)
        _forget(corridor, upload_id)
        return imported


def _write(
    corridor: Corridor, preview: Preview, act: _Act, shown: Promise | None, guard: Guard
) -> Upload:
    staged, actor, progress = preview.staged, act.actor, act.progress

    def task(connection: Connection) -> Upload:
        with progress.watch(connection):
            counts = preview.counts
            if tables.data_version(connection, staged.dataset.name) != preview.data_version:
                counts = compare.compare(connection, staged)
                if shown is not None:
                    promise.check(shown, Promise(counts, promise.mark(connection, staged)))
                found = replace(preview, counts=counts)
                deletions.must_be_confirmed(found, actor, act.confirmed)
            commit_.refuse_or_go_on(connection, staged, counts)
            with transaction(connection):
                guard(connection)
                commit_.commit(connection, staged, counts, actor)
                for settle in corridor.settles:
                    settle(connection, staged, actor)
                _remember_mapping(connection, staged)
                undoing.forget(connection, staged.upload_id)
                if act.ended:
                    act.ended(connection, counts.rows)
                # Asked for here, since after the commit nothing may fail any more.
                imported = uploads.get(connection, preview.id)
                progress.stage("finishing")  # or stop, if that was asked for between two statements
        corridor.database.maintain(connection)
        return imported

    progress.stage("writing", preview.counts.rows)
    corridor.database.check_space(2 * (corridor.upload(preview.id).size or 0))
    return corridor.database.write(task, transaction=False)


def _forget(corridor: Corridor, upload_id: str) -> None:
    """What is staged is not needed any more. It is swept up by age, too: an import is not told as failed for it."""
    try:
        corridor.shelf.forget(upload_id)
    except Exception as error:
        log.say("upload.left_staged", error)


def _wanted(upload: Upload, guard: Guard | None) -> Guard:
    """The guard; that nobody cancelled the upload meanwhile; that no other upload imported its bytes.

    When the same file comes through several doors at once, all of them are received before the first
    one is imported.
    """

    def check(connection: duckdb.DuckDBPyConnection) -> None:
        if guard:
            guard(connection)
        states.must_not_be_cancelled(connection, upload)
        states.must_have_its_file(connection, upload)
        receiving.refuse_double(connection, upload)

    return check


def _remember_mapping(connection: Connection, staged: Staged) -> None:
    if staged.plan.confirmed:
        hashed = mapping.headers_hash(staged.table.names)
        uploads.remember(connection, staged.dataset.name, hashed, staged.plan)


def _steps(corridor: Corridor, upload: Upload) -> tuple[Step, ...]:
    """The recipe as it ran."""
    dataset = corridor.registry.get(upload.dataset)
    return parse_steps(dataset, upload.reading.get("recipe", []))


def read_quarantine(corridor: Corridor, upload: Upload) -> None:
    """Fetch the text of clean rows in quarantine. Raises NotFound when the raw file is gone."""
    if not corridor.database.read(lambda c: quarantine.unread(c, upload.id)):
        return
    table = drafting.read(corridor, upload)
    columns = filled.columns(upload.plan, _steps(corridor, upload))
    try:
        corridor.database.write(lambda c: quarantine.read_cells(c, upload.id, table, columns))
    except duckdb.Error as error:
        if not reader.is_refusal(error):
            raise
        careful = table.careful()
        corridor.database.write(lambda c: quarantine.read_cells(c, upload.id, careful, columns))
