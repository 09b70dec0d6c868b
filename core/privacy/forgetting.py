"""Forget a person: everywhere where this installation knows them, with a paper that says what was done.

The order is that of a crash: first the new raw files; then the ledger, which is applied again at the next start, just before
the database in one transaction; and at last what is destroyed. Applying it twice does no harm. While it looks for the person,
nothing else is committed in the dataset (core/history/erasing.py), and a file that comes in meanwhile is looked at, too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import Conflict, MarqueeError
from core.files import cache, hidden
from core.files.store import RawFile, raw_path
from core.history import erasing, events
from core.ingest.corridor import Corridor
from core.privacy import beside, ledger, paper, scrubbing
from core.privacy.beside import Beside
from core.privacy.finding import FileRows, Known, brought, known, must_be_quiet
from core.privacy.redacting import destroy, redacted
from core.records import edit
from core.storage.ids import new_id
from core.storage.store import Connection

Made = dict[str, tuple[FileRows, RawFile | None]]  # by upload; None: the file goes as a whole
TRIES = 5


class _Grown(Exception):
    """A file came in since the person was looked for."""


@dataclass(frozen=True)
class Forgotten:
    """What was done, and the paper that says so."""

    forgotten_id: str
    dataset: str
    record_id: str
    at: datetime
    done: dict[str, int]
    paper: str


def forget(
    corridor: Corridor,
    dataset: Dataset,
    record_id: str,
    actor: Actor,
    *,
    reason: str = "",
    destroy_files: bool = False,
    backups: tuple[str, ...] = (),
    again: str | None = None,
) -> Forgotten:
    """Forget a person. `again`: the id of the ledger's entry that is applied once more.

    Raises NotFound; Conflict while they are imported, when they are part of a merge, and when a raw file can only be
    destroyed as a whole and `destroy_files` does not say so. Nothing was done then.
    """
    database, act_id = corridor.database, again or new_id()
    database.write(lambda c: erasing.begin(c, dataset.name, act_id, over=again is not None))
    try:
        for _ in range(TRIES):
            made: Made = {}
            try:
                found = _looked(corridor, dataset, record_id, act_id, again is not None)
                for each in found.files:
                    made[each.upload.id] = (each, redacted(corridor, each, found.names))
                    database.write(lambda c: erasing.renew(c, dataset.name, act_id))
                _must_be_wanted(made, destroy_files)
                there = beside.look(corridor, found)
                return _forget(
                    *(corridor, dataset, found, made, there, act_id, actor),
                    *(reason, destroy_files, backups, again is not None),
                )
            except _Grown:
                _discard(corridor, made)
            except MarqueeError:
                _discard(corridor, made)
                raise
    finally:
        database.write(lambda c: erasing.end(c, dataset.name, act_id))
    raise Conflict(
        f"files keep coming in for {dataset.name}, and each may have a row of this person",
        hint="Try again when they are there; nothing was forgotten.",
    )


def _looked(
    corridor: Corridor, dataset: Dataset, record_id: str, act_id: str, again: bool
) -> Known:
    found = known(corridor, dataset, record_id)
    if not again:  # after a restore nothing works on an upload yet; it is read anew when it goes on
        must_be_quiet(found)
    corridor.database.write(lambda c: erasing.renew(c, dataset.name, act_id))
    return found


def _must_be_wanted(made: Made, destroy_files: bool) -> None:
    """Raises Conflict when a whole file would have to go, and nobody said that it shall."""
    whole = [each.upload.filename for each, raw in made.values() if raw is None]
    if whole and not destroy_files:
        raise Conflict(
            f"{', '.join(whole)} cannot be changed row by row: the whole file would have to be destroyed",
            hint="Say that it shall be destroyed. The records that came from it stay, without their file.",
        )


def _forget(
    corridor: Corridor,
    dataset: Dataset,
    found: Known,
    made: Made,
    there: Beside,
    forgotten_id: str,
    actor: Actor,
    reason: str,
    destroy_files: bool,
    backups: tuple[str, ...],
    again: bool,
) -> Forgotten:
    """Write it. Raises _Grown when a file came in that was not looked at."""
    at = events.now()
    entry = ledger.Entry(
        *(forgotten_id, dataset.name, found.record_id, at.isoformat(), destroy_files)
    )
    secret = ledger.key(corridor.database.path)
    done: dict[str, int] = {}

    def task(connection: Connection) -> str:
        erasing.must_hold(connection, dataset.name, forgotten_id)
        if brought(connection, dataset) - found.looked_at:
            raise _Grown
        ledger.add(corridor.database.path, entry)
        erasing.end(connection, dataset.name, forgotten_id)  # what follows is an act of its own
        if found.live:
            edit.delete(connection, dataset, found.record_id, actor, None)
        digests = scrubbing.history(connection, dataset, found.record_id, secret, done)
        for each, raw in made.values():
            scrubbing.upload(connection, each, raw, done)
        scrubbing.decisions(connection, found.record_id, secret, done)
        scrubbing.texts(connection, found.names, done)
        done.update({"copies": len(there.copies), "left": there.named + there.on_their_way})
        done["named_by_events"] = scrubbing.named(connection, found.names)
        text = paper.made(entry, actor, at, reason, found, made, there, done, backups)
        connection.execute(
            "DELETE FROM ops.forgotten WHERE record_id = ?::UUID AND dataset = ?",
            [found.record_id, dataset.name],
        )
        connection.execute(
            "INSERT INTO ops.forgotten VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [forgotten_id, dataset.name, found.record_id, at, actor.who, actor.door]
            + [reason, json.dumps(digests), text],
        )
        events.append(
            *(connection, "record.forgotten", actor),
            dataset=dataset.name,
            record_id=found.record_id,
            details={"forgotten": forgotten_id, "again": again, **done},
        )
        return text

    text = corridor.database.write(task, name="forget")
    beside.settle(there, found.names, made)
    _files(corridor, made)
    scrubbing.blocks(corridor.database, dataset)
    return Forgotten(forgotten_id, dataset.name, found.record_id, at, done, text)


def _discard(corridor: Corridor, made: Made) -> None:
    """The new raw files of an act that was not done, unless an upload has the same."""
    for _, raw in made.values():
        if raw is not None and not corridor.database.read(
            lambda c, raw=raw: c.execute(  # type: ignore[misc]
                "SELECT 1 FROM ops.uploads WHERE sha256 = ? LIMIT 1", [raw.sha256]
            ).fetchone()
        ):
            destroy(raw.path)


def _files(corridor: Corridor, made: Made) -> None:
    """The old raw files go, and all that was made of them."""
    for upload_id, (each, raw) in made.items():
        corridor.shelf.forget(upload_id)
        sha = each.upload.sha256
        if sha and (raw is None or raw.sha256 != sha):
            destroy(raw_path(corridor.folder, sha))
    corridor.tables.clear()
    hidden.forget()
    for folder in (hidden.cache_dir(corridor.settings), cache.default_dir()):
        for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
            destroy(path) if path.is_file() else path.rmdir()


def again(corridor: Corridor, actor: Actor) -> int:
    """Forget again whom the ledger names and this database knows: after a restore. Returns how many."""
    waiting = list(ledger.entries(corridor.database.path))
    if not waiting:
        return 0
    rows = corridor.database.read(
        lambda c: c.execute("SELECT forgotten_id::VARCHAR FROM ops.forgotten").fetchall()
    )
    there = {row[0] for row in rows}
    count = 0
    for entry in waiting:
        if entry.forgotten_id in there or not _is_known(corridor, entry):
            continue
        forget(
            *(corridor, corridor.dataset(entry.dataset), entry.record_id, actor),
            reason="the erasure ledger, after a restore",
            destroy_files=True,
            again=entry.forgotten_id,
        )
        count += 1
    return count


def _is_known(corridor: Corridor, entry: ledger.Entry) -> bool:
    row = corridor.database.read(
        lambda c: c.execute(
            "SELECT 1 FROM history.changes WHERE dataset = ? AND record_id = ?::UUID LIMIT 1",
            [entry.dataset, entry.record_id],
        ).fetchone()
    )
    return row is not None


__all__ = ["Forgotten", "Known", "again", "forget"]
