"""In which state of an upload which act is possible, and the state that a failure leads to."""

from __future__ import annotations

import duckdb

from core.actor import Actor
from core.errors import (
    Cancelled,
    Conflict,
    DiskFull,
    HeldBack,
    MarqueeError,
    StalePreview,
    TakenOver,
    WrongState,
)
from core.history import events
from core.ingest import uploads
from core.ingest.corridor import Corridor
from core.ingest.uploads import Upload
from core.jobs import table as jobs
from core.jobs.progress import Progress
from core.observe import logs, metrics
from core.storage.store import Connection

OBJECTIVE_SECONDS, ROWS_PER_SECOND = 30.0, 2_000  # an import that takes longer is a late one
log = logs.get("ingest")
STARTABLE = ("importing", "cancelled", "rejected", "failed")  # beside the open ones


def must_be_open(upload: Upload) -> None:
    """Refuse what is imported or rolled back already. Raises WrongState."""
    if upload.kind != "import":
        raise WrongState("a rollback cannot be imported")
    if not upload.open and upload.status not in STARTABLE:
        raise WrongState(
            f"{upload.filename} is {upload.status.replace('_', ' ')}",
            hint="Upload the file again to import it once more.",
            upload_id=upload.id,
        )


def must_be_wanted(upload: Upload) -> None:
    """Refuse to import what somebody cancelled. Raises WrongState."""
    if upload.status == "cancelled":
        raise WrongState(
            f"{upload.filename} was cancelled",
            hint="Preview it again to go on with it, or upload the file again.",
            upload_id=upload.id,
        )


def must_not_be_cancelled(connection: duckdb.DuckDBPyConnection, before: Upload) -> None:
    """Raises Cancelled when somebody cancelled the upload since the work on it began."""
    present = uploads.get(connection, before.id).status
    if present == "cancelled" != before.status:
        raise Cancelled("this upload was cancelled meanwhile")


def must_have_its_file(connection: duckdb.DuckDBPyConnection, before: Upload) -> None:
    """Raises StalePreview when its raw file is another one since it was read: somebody in it was forgotten."""
    if uploads.get(connection, before.id).sha256 != before.sha256:
        raise StalePreview(
            f"a person in {before.filename} was forgotten since it was read",
            hint="Preview it again, and import what is left.",
        )


def reopen(connection: Connection, upload_id: str) -> None:
    """What was refused or cancelled is open again."""
    upload = uploads.get(connection, upload_id)
    if upload.kind == "import" and upload.status in ("rejected", "cancelled"):
        status = "received" if upload.data_version is None else "previewed"
        uploads.update(connection, upload_id, status=status, error=None)


def ended_badly(
    corridor: Corridor,
    upload: Upload,
    error: Exception,
    progress: Progress,
    actor: Actor | None = None,
) -> None:
    """Write down why an upload was not previewed or imported; it stays usable.

    The event is the actor's, or that of whoever brought the file.
    """
    if progress.stopping or isinstance(error, TakenOver):
        return  # nobody asked to cancel it: it goes on at the next start, or with another worker
    if not isinstance(error, MarqueeError):  # a bug; the upload says so
        error = MarqueeError(f"{type(error).__name__}: {error}", hint="Please report this.")
    status, told = _status_after(upload, error), error
    outcome = "failed" if status == "failed" else "refused"
    if status != "cancelled":
        metrics.count("marquee.imports", outcome=outcome)
        log.say("upload.failed", dataset=upload.dataset, code=told.code)
    if told.status >= 500:  # what is wrong with a file is no fault of the service
        metrics.count("marquee.slo.events", slo="imports", outcome="bad")

    def task(connection: Connection) -> None:
        present = uploads.get(connection, upload.id).status
        if present == "imported" or present == status == "cancelled":
            return
        if status == "cancelled" and any(
            job.active for job in jobs.find(connection, upload_id=upload.id)
        ):
            return  # what was cancelled ends late: somebody goes on with the upload already
        uploads.update(connection, upload.id, status=status, error=told)
        events.append(
            connection,
            f"upload.{'held' if status == 'previewed' else status}",
            actor or Actor(upload.actor, upload.door),
            dataset=upload.dataset,
            upload_id=upload.id,
            details={"code": told.code},
        )

    if status in ("cancelled", "failed"):
        # First: on a full disk, its temporary files take the space in which its end is written down.
        corridor.shelf.forget(upload.id)
    corridor.database.write(task, note=True)
    if isinstance(error, DiskFull):
        corridor.database.free_spill()


def ended_well(upload: Upload, rows: int, seconds: float) -> None:
    """Count an import, and whether it came in the time that people expect."""
    good = seconds <= OBJECTIVE_SECONDS + rows / ROWS_PER_SECOND
    metrics.count("marquee.imports", outcome="imported")
    metrics.count("marquee.import.rows", rows)
    metrics.count("marquee.slo.events", slo="imports", outcome="good" if good else "bad")
    log.say("upload.imported", dataset=upload.dataset, rows=rows, seconds=round(seconds, 3))


def _status_after(upload: Upload, error: MarqueeError) -> str:
    if isinstance(error, HeldBack):
        return "rejected"
    if isinstance(error, Conflict):
        return "previewed" if upload.data_version is not None else "received"
    return "cancelled" if error.code == "cancelled" else "failed"
