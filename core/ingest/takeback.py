"""Rolling an upload back as an act: its own line in the uploads, its event, its way back."""

from __future__ import annotations

from core.errors import WrongState
from core.history import events
from core.history.events import Origin, now
from core.ingest import quarantine, rollback, uploads
from core.ingest.corridor import Corridor
from core.ingest.plan import Plan
from core.ingest.rollback import Rollback
from core.ingest.uploads import Counts, Upload
from core.storage import vacuum
from core.storage.database import Connection, transaction
from core.storage.ids import new_id


def take_back(
    corridor: Corridor, upload_id: str, origin: Origin, *, dry_run: bool, limit: int
) -> Rollback:
    """Preview (`dry_run`) or do it. Raises WrongState when there is nothing to take back."""
    # Its name is none that the sweep of what is staged for uploads looks for.
    work = f'staging."back_{new_id().replace("-", "")}"'
    upload = corridor.upload(upload_id)
    corridor.database.read(lambda c: _check(c, upload))
    dataset = corridor.dataset(upload.dataset)

    def task(connection: Connection) -> Rollback:
        try:
            rollback.plan(connection, dataset, upload.id, work)
            if dry_run:
                return rollback.result(connection, work, upload.id, None, limit)
            present = uploads.get(connection, upload.id)  # another one may have been faster
            _check(connection, present)
            with transaction(connection):
                rollback_id = _open(connection, present, origin)
                rollback.apply(connection, dataset, work, rollback_id, origin)
                found = rollback.result(connection, work, upload.id, rollback_id, limit)
                _close(connection, present, found, origin)
            vacuum.decide(connection)
            return found
        finally:
            connection.execute(f"DROP TABLE IF EXISTS {work}")

    if dry_run:
        return corridor.database.read(task, name="rollback preview")
    return corridor.database.write(task, transaction=False, name="rollback")


def _check(connection: Connection, upload: Upload) -> None:
    if upload.status == "imported":
        return
    if upload.status == "rolled_back" and _kept(connection, upload):
        return  # what a later change kept may be free by now
    raise WrongState(
        f"{upload.filename} is {upload.status.replace('_', ' ')}, so there is nothing to take back",
        upload_id=upload.id,
    )


def _kept(connection: Connection, upload: Upload) -> int:
    """How many records the last attempt to take an upload back left as they were."""
    if upload.kind == "import":
        return upload.counts.kept
    last = uploads.find(
        connection, target_id=upload.id, status="imported", kind="rollback", limit=1
    )
    return last[0].counts.kept if last else 0


def _open(connection: Connection, upload: Upload, origin: Origin) -> str:
    return uploads.create(
        connection,
        kind="rollback",
        plan=Plan(dataset=upload.dataset, source=f"take back {upload.filename}"),
        filename=upload.filename,
        origin=origin,
        status="imported",
        target_id=upload.id,
    )


def _close(connection: Connection, upload: Upload, found: Rollback, origin: Origin) -> None:
    done = Counts(**found.counts)
    uploads.update(connection, found.id or "", counts=done, finished_at=now())
    if upload.kind == "import":
        # What was taken back before and stays so, plus now: `kept` says whether it is worth trying again.
        totals = upload.counts.model_copy(
            update={"reversed": upload.counts.reversed + done.reversed, "kept": done.kept}
        )
        uploads.update(connection, upload.id, status="rolled_back", counts=totals)
        quarantine.release(connection, upload.id)
    else:  # a rollback's own counts say what it did, also when it counts again
        uploads.update(connection, upload.id, status="rolled_back")
        _reinstate(connection, upload)
    events.append(
        connection,
        "upload.rolled_back",
        origin,
        dataset=upload.dataset,
        upload_id=upload.id,
        rollback_id=found.id,
        counts=found.counts,
    )


def _reinstate(connection: Connection, rolled: Upload) -> None:
    """Taking back a rollback: its target counts as imported again."""
    target = uploads.get(connection, rolled.target_id or "")
    if target.kind == "rollback":
        uploads.update(connection, target.id, status="imported")
    else:
        counts = target.counts.model_copy(update={"reversed": 0, "kept": 0})
        uploads.update(connection, target.id, status="imported", counts=counts)
        quarantine.reinstate(connection, target.id)
