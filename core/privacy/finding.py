"""Where a person is: their record, what the history says, rows of files, decisions, texts that name them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.datasets.model import Dataset
from core.errors import Conflict, MarqueeError, NotFound
from core.history import changes
from core.ingest import drafting, uploads
from core.ingest.corridor import Corridor
from core.ingest.uploads import Upload
from core.records import edit
from core.storage.ids import check_id
from core.storage.store import Connection

NAMED = 3  # characters of a name that is looked for in texts


@dataclass(frozen=True)
class FileRows:
    """Rows of an upload's raw file that are this person's, from 1, with their cells."""

    upload: Upload
    rows: tuple[int, ...]
    cells: tuple[dict[str, str], ...]
    unread: str = ""  # why the file could not be read


@dataclass(frozen=True)
class Known:
    """All that is known of a person. `values` are their present or last ones."""

    dataset: str
    record_id: str
    live: bool
    values: dict[str, Any]
    names: tuple[str, ...]  # texts by which they are found
    versions: int
    files: tuple[FileRows, ...]
    quarantined: int
    decisions: int
    events: int
    merged: bool
    importing: tuple[str, ...] = field(default=())  # files that are being imported now
    looked_at: frozenset[tuple[str, str | None]] = field(default=frozenset())  # uploads, hashes

    @property
    def places(self) -> dict[str, Any]:
        """Where they are, without a value of theirs: what the API and the command line show."""
        return {
            "record_id": self.record_id,
            "live": self.live,
            "versions": self.versions,
            "files": [
                {"upload_id": f.upload.id, "filename": f.upload.filename, "rows": list(f.rows)}
                for f in self.files
            ],
            "quarantined": self.quarantined,
            "decisions": self.decisions,
            "events": self.events,
            "merged": self.merged,
            "importing": list(self.importing),
        }


def known(corridor: Corridor, dataset: Dataset, record_id: str) -> Known:
    """Look everywhere. Reads every raw file of the dataset. Raises NotFound."""
    wanted = check_id(record_id, "record")
    with corridor.database.reader() as cursor:
        looked_at = brought(cursor, dataset)  # before they are read: what comes later is seen
        present = edit.find(cursor, dataset, wanted)
        history = changes.of_record(cursor, dataset.name, wanted, present, dataset.field_names)
        if not history:
            raise NotFound(f"there never was a record {record_id!r} in {dataset.name}")
        values = {n: v for n, v in (present or _last(history)).items() if n in dataset.field_names}
        names = _names(dataset, [values, *_earlier(history)])
        count = {
            "decisions": "SELECT (SELECT count(*) FROM history.match_decisions WHERE $1::UUID IN (left_id, right_id))"
            " + (SELECT count(*) FROM history.match_arrivals WHERE record_id = $1::UUID)",
            "events": "SELECT count(*) FROM ops.events WHERE record_id = $1::UUID",
            "merges": "SELECT count(*) FROM history.merges WHERE $1::UUID IN (survivor_id, absorbed_id)",
        }
        found = {
            k: int((cursor.execute(q, [wanted]).fetchone() or (0,))[0]) for k, q in count.items()
        }
        linked, others = _linked(cursor, wanted)
        every = uploads.find(cursor, dataset=dataset.name, limit=100_000)
        busy = tuple(u.filename for u in every if u.status == "importing") + _queued(
            cursor, dataset
        )
    files = [
        _rows(corridor, u, linked.get(u.id, set()), others.get(u.id, set()), names)
        for u in every
        if u.kind == "import" and u.sha256
    ]
    files = [f for f in files if f.rows or f.unread]
    return Known(
        *(dataset.name, wanted, present is not None, values, names, len(history)),
        *(tuple(files), _quarantined(corridor, files), found["decisions"], found["events"]),
        *(found["merges"] > 0, busy, looked_at),
    )


def brought(cursor: Connection, dataset: Dataset) -> frozenset[tuple[str, str | None]]:
    """Every upload of a dataset with the hash of its file."""
    rows = cursor.execute(
        "SELECT upload_id::VARCHAR, sha256 FROM ops.uploads WHERE dataset = ? AND kind = 'import'",
        [dataset.name],
    ).fetchall()
    return frozenset((upload, sha) for upload, sha in rows)


def must_be_quiet(found: Known) -> None:
    """Raises Conflict while the person may come in by an import, or is part of a merge."""
    if found.importing:
        raise Conflict(
            f"{', '.join(found.importing)} is being imported into {found.dataset}, and may bring this person",
            hint="Wait until it is done, or cancel it; nothing was forgotten.",
        )
    if found.merged:
        raise Conflict(
            "this record was merged with another one, and each is part of what the other was",
            hint="Take the merge apart, and forget each of the records.",
        )


def _last(history: list[changes.Change]) -> dict[str, Any]:
    return {name: old for name, (old, _) in history[0].fields.items()}


def _earlier(history: list[changes.Change]) -> list[dict[str, Any]]:
    found = [{n: pair[0] for n, pair in c.fields.items()} for c in history]
    return found + [{n: pair[1] for n, pair in c.fields.items()} for c in history]


def _names(dataset: Dataset, every: list[dict[str, Any]]) -> tuple[str, ...]:
    """What names them: names, addresses and long texts, of every version."""
    fields = {dataset.title_field, *dataset.key.also, *dataset.search.names}
    fields |= {
        f.name for f in dataset.fields if f.format or f.multiline or f.name in dataset.key.fields
    }
    fields = {n for n in fields if dataset.field(n).type in ("text", "list")}
    found: dict[str, None] = {}
    for values in every:
        for name in sorted(fields):
            value = values.get(name)
            for each in value if isinstance(value, list) else [value]:
                text = str(each or "").strip()
                if len(text) >= NAMED or (len(text) > 1 and not text.isascii()):
                    found[text] = None
    return tuple(found)


def _linked(cursor: Connection, record_id: str) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Upload id to rows that are this record's, and to rows that are others'."""
    sql = (
        "SELECT upload_id::VARCHAR, row_no, record_id = $1::UUID FROM history.changes WHERE row_no IS NOT NULL"
        " AND upload_id IS NOT NULL UNION SELECT upload_id::VARCHAR, row_no, record_id = $1::UUID"
        " FROM history.vouched WHERE row_no IS NOT NULL"
    )
    mine: dict[str, set[int]] = {}
    others: dict[str, set[int]] = {}
    for upload, row, own in cursor.execute(sql, [record_id]).fetchall():
        (mine if own else others).setdefault(upload, set()).add(int(row))
    return mine, others


def _queued(cursor: Connection, dataset: Dataset) -> tuple[str, ...]:
    rows = cursor.execute(
        "SELECT DISTINCT u.filename FROM ops.jobs j JOIN ops.uploads u USING (upload_id)"
        " WHERE j.status IN ('queued', 'running') AND u.dataset = ? AND u.status <> 'importing'",
        [dataset.name],
    ).fetchall()
    return tuple(row[0] for row in rows)


def _rows(
    corridor: Corridor, upload: Upload, mine: set[int], others: set[int], names: tuple[str, ...]
) -> FileRows:
    """Rows that are known to be theirs, and rows that are nobody's and name them."""
    wanted = {n.casefold() for n in names}
    rows, cells = [], []
    try:
        read = drafting.read(corridor, upload)
        for number, row in enumerate(read.rows(), 1):
            own = number in mine
            if own or (number not in others and any(c.strip().casefold() in wanted for c in row)):
                rows.append(number)
                cells.append(dict(zip(read.names, row)))
    except MarqueeError as error:
        return FileRows(upload, tuple(sorted(mine)), (), error.detail or error.title)
    return FileRows(upload, tuple(rows), tuple(cells))


def _quarantined(corridor: Corridor, files: list[FileRows]) -> int:
    total = 0
    for each in files:
        row = corridor.database.read(
            lambda c, each=each: c.execute(  # type: ignore[misc]
                "SELECT count(*) FROM ops.quarantine WHERE upload_id = ?::UUID AND list_contains(?::BIGINT[], row_no)",
                [each.upload.id, list(each.rows)],
            ).fetchone()
        )
        total += int(row[0])
    return total
