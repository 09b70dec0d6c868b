"""Rolling an upload back as an act: its own line in the uploads, its event, its way back."""

from __future__ import annotations

from contextlib import suppress

from core.actor import Actor
from core.cleaning.plan import Plan
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import Conflict, WrongState
from core.history import events
from core.history.events import now
from core.ingest import quarantine, uploads
from core.ingest.back import reversing, rollback, standing
from core.ingest.back.rollback import Rollback
from core.ingest.corridor import Corridor
from core.ingest.merges import standing as standing_merges, unwinding
from core.ingest.uploads import Counts, Upload
from core.observe import context, logs, metrics
from core.storage.ids import new_id
from core.storage.store import Connection, transaction

log = logs.get("ingest")


def take_back(
    corridor: Corridor, upload_id: str, actor: Actor, *, dry_run: bool, limit: int
) -> Rollback:
    """Preview (`dry_run`) or do it. Raises WrongState when there is nothing to take back."""
    with context.bound(upload=upload_id, door=actor.door, request=actor.request):
        found = _take_back(corridor, upload_id, actor, dry_run, limit)
        if not dry_run:
            metrics.count("marquee.imports", outcome="rolled_back")
            log.say("upload.rolled_back")
        return found


def _take_back(
    corridor: Corridor, upload_id: str, actor: Actor, dry_run: bool, limit: int
) -> Rollback:
    # Its name is none that the sweep of what is staged for uploads looks for.
    work = f'staging."back_{new_id().replace("-", "")}"'
    apart = f'temp."back_{new_id().replace("-", "")}"'
    upload = corridor.upload(upload_id)
    _must_have_been_imported(upload)
    dataset = corridor.dataset(upload.dataset)

    def task(connection: Connection) -> Rollback:
        try:
            present = uploads.get(connection, upload.id)  # another one may have been faster
            _must_have_been_imported(present)
            rollback.plan(connection, dataset, upload.id, work)
            _worth_it(connection, dataset, present, work)
            if dry_run:
                return rollback.result(connection, work, upload.id, None, limit)
            _possible(connection, present, work)
            with transaction(connection):
                rollback_id = _open(connection, present, actor)
                reversing.apply(connection, dataset, work, rollback_id, actor)
                found = rollback.result(connection, work, upload.id, rollback_id, limit)
                _close(connection, present, found, actor)
            corridor.database.maintain(connection)
            return found
        finally:
            connection.execute(f"DROP TABLE IF EXISTS {work}")

    def with_merges(connection: Connection) -> Rollback:
        """What merges made of the records is taken apart first, and made again of those that are left.

        All in one transaction, and the work table in `temp`: one transaction writes to one attached database.
        """
        found: list[Rollback] = []
        with suppress(_Shown), transaction(connection):
            merges = standing_merges.touched_by(
                connection, dataset.name, _chain(connection, upload)
            )
            unwinding.unwind(connection, dataset, merges, actor)
            present = uploads.get(connection, upload.id)
            _must_have_been_imported(present)
            rollback.plan(connection, dataset, upload.id, apart)
            _worth_it(connection, dataset, present, apart)
            if dry_run:
                found.append(rollback.result(connection, apart, upload.id, None, limit))
                raise _Shown
            _possible(connection, present, apart)
            rollback_id = _open(connection, present, actor)
            reversing.apply(connection, dataset, apart, rollback_id, actor)
            found.append(rollback.result(connection, apart, upload.id, rollback_id, limit))
            _close(connection, present, found[0], actor)
            unwinding.redo(connection, dataset, merges, actor)
            connection.execute(f"DROP TABLE {apart}")
        if not dry_run:
            corridor.database.maintain(connection)
        return found[0]

    if corridor.database.read(
        lambda c: standing_merges.touched_by(c, dataset.name, _chain(c, upload))
    ):
        return corridor.database.write(with_merges, transaction=False, name="rollback")
    if dry_run:
        return corridor.database.read(task, name="rollback preview")
    return corridor.database.write(task, transaction=False, name="rollback")


class _Shown(Exception):
    """What would happen was seen; nothing of it is to stay."""


def _chain(connection: Connection, upload: Upload) -> list[str]:
    """The import at the end of the chain, and all rollbacks of it."""
    acts = standing.load(connection, upload.dataset)
    root = acts.root(upload.id)
    return [root, *acts.of(root)]


def _must_have_been_imported(upload: Upload) -> None:
    if upload.status not in ("imported", "rolled_back"):
        raise _nothing(upload)


def _worth_it(connection: Connection, dataset: Dataset, upload: Upload, work: str) -> None:
    """What was taken back before may be once more, when something that had to stay is free by now."""
    if upload.status == "rolled_back" and not rollback.changes_anything(connection, work):
        raise _nothing(upload, _left(connection, dataset, upload))


def _possible(connection: Connection, upload: Upload, work: str) -> None:
    """An upload of which nothing can be taken back is not marked as taken back. Raises Conflict."""
    found = rollback.result(connection, work, upload.id, None, 1)
    if found.failed and not found.counts["reversed"] and not found.counts["kept"]:
        first, more = found.failed[0], found.counts["failed"] - 1
        raise Conflict(
            f"nothing of {upload.filename} can be taken back: {first.title} {first.reason}"
            + (f", and {more:,} more" if more else ""),
            hint="Edit or delete one of the two so that they differ, then try again.",
            record_id=first.record_id,
            upload_id=upload.id,
        )


def _left(connection: Connection, dataset: Dataset, upload: Upload) -> int:
    """How many of the records that an import changed are there."""
    row = connection.execute(
        f"SELECT count(*) FROM {table(dataset)} WHERE record_id IN"
        " (SELECT record_id FROM history.changes WHERE upload_id = ?::UUID)",
        [upload.id],
    ).fetchone()
    return int(row[0]) if row else 0


def _nothing(upload: Upload, left: int = 0) -> WrongState:
    hint = (
        f"Records of it that are there: {left:,}. Another upload vouches for them, or somebody edited or"
        " restored them since; delete those that are to go."
    )
    return WrongState(
        f"{upload.filename} is {upload.status.replace('_', ' ')}, so there is nothing to take back",
        upload_id=upload.id,
        **({"hint": hint} if left else {}),
    )


def _open(connection: Connection, upload: Upload, actor: Actor) -> str:
    return uploads.create(
        connection,
        kind="rollback",
        plan=Plan(dataset=upload.dataset, source=f"take back {upload.filename}"),
        filename=upload.filename,
        actor=actor,
        status="imported",
        target_id=upload.id,
    )


def _close(connection: Connection, upload: Upload, found: Rollback, actor: Actor) -> None:
    done = Counts(**found.counts)
    uploads.update(connection, found.id or "", counts=done, finished_at=now())
    acts = standing.load(connection, upload.dataset)
    root = uploads.get(connection, acts.root(upload.id))
    stands = acts.standing()
    for each in (root.id, *acts.of(root.id)):
        status = "imported" if stands.get(each, True) else "rolled_back"
        uploads.update(connection, each, status=status)
    _settle(connection, root, stands[root.id], done, again=root.id == upload.id)
    events.append(
        connection,
        "upload.rolled_back",
        actor,
        dataset=upload.dataset,
        upload_id=upload.id,
        details={"rollback_id": found.id, "counts": found.counts},
    )


def _settle(
    connection: Connection, root: Upload, stands: bool, done: Counts, *, again: bool
) -> None:
    """The counts and the quarantine of the import at the end of the chain."""
    if stands:
        totals = {"reversed": 0, "kept": 0, "failed": done.failed}
        quarantine.reinstate(connection, root.id)
    else:
        # What was taken back before and stays so, plus now.
        before = root.counts.reversed if again and root.status == "rolled_back" else 0
        totals = {**done.model_dump(include={"kept", "failed"}), "reversed": before + done.reversed}
        quarantine.release(connection, root.id)
    uploads.update(connection, root.id, counts=root.counts.model_copy(update=totals))
