"""A raw file without a person: a new file in which nothing of their rows can be read, proven by reading it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import cast

from core.errors import MarqueeError
from core.files import hidden, store
from core.files.source import Reading
from core.files.store import raw_path
from core.ingest import drafting
from core.ingest.corridor import Corridor
from core.ingest.redacted import BLANK, blank, readable
from core.ingest.uploads import Upload
from core.privacy import redacting_json
from core.privacy.finding import FileRows
from core.storage.replacing import sync_folder


def redacted(
    corridor: Corridor, found: FileRows, names: Collection[str] = ()
) -> store.RawFile | None:
    """The new raw file; None where its rows cannot be changed alone, and the whole file has to go."""
    upload = found.upload
    if found.unread or not upload.sha256 or upload.plan.table_steps:
        return None
    try:
        made = _made(corridor, upload, upload.sha256, set(found.rows), names)
        if made is None:
            return None
        most = 4 * (upload.size or 0) + (1 << 20)  # a number becomes a text between quotes
        raw = store.receive(made, filename=upload.filename, folder=corridor.folder, max_bytes=most)
        if _proven(corridor, upload, raw, set(found.rows)):
            return raw
    except (MarqueeError, UnicodeError, OSError):
        return None
    if raw.sha256 != upload.sha256:
        destroy(raw.path)
    return None


def _made(
    corridor: Corridor, upload: Upload, sha256: str, rows: set[int], names: Collection[str]
) -> Iterable[bytes] | None:
    """The bytes of the new file; None where its rows cannot be changed alone."""
    path = hidden.plain(raw_path(corridor.folder, sha256))
    if drafting.read_raw(corridor, upload).format == "json":
        how = cast(Reading, upload.plan.reading)
        return redacting_json.without(path, upload.filename, how, rows, names, blank)
    spans = _spans(corridor, upload, rows)
    return None if spans is None else _without(path.read_bytes(), spans)


def _spans(
    corridor: Corridor, upload: Upload, rows: set[int]
) -> list[tuple[int, int | None]] | None:
    """Bytes of each row, from where its line begins to where the next begins; None where nobody knows."""
    spans: list[tuple[int, int | None]] = []
    begun: int | None = None
    seen = 0
    for number, row in enumerate(drafting.read_raw(corridor, upload).placed(), 1):
        if begun is not None:
            if row.offset is None:
                return None
            spans.append((begun, row.offset))
            begun = None
        if number in rows:
            if row.offset is None:
                return None
            begun, seen = row.offset, seen + 1
    if begun is not None:
        spans.append((begun, None))
    return spans if seen == len(rows) else None


def _without(data: bytes, spans: Iterable[tuple[int, int | None]]) -> Iterable[bytes]:
    place = 0
    for start, end in spans:
        stop = len(data) if end is None else end
        yield data[place:start]
        yield blank(data[start:stop].decode("utf-8")).encode("utf-8")
        place = stop
    yield data[place:]


def _proven(corridor: Corridor, upload: Upload, raw: store.RawFile, rows: set[int]) -> bool:
    """Read again, every other row is as it was, and of these rows nothing is left to read."""
    before = drafting.read(corridor, upload)
    after = drafting.read(
        corridor, upload.model_copy(update={"sha256": raw.sha256, "size": raw.size})
    )
    if before.names != after.names:
        return False
    for number, (old, new) in enumerate(zip(before.rows(), after.rows(), strict=True), 1):
        if number in rows:
            if readable(new) - {BLANK}:
                return False
        elif old != new:
            return False
    return True


def destroy(path: Path) -> None:
    """Overwrite a file and remove it. What a disk keeps elsewhere of it is the disk's."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            part = min(left, 1 << 20)
            file.write(b"\0" * part)
            left -= part
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
