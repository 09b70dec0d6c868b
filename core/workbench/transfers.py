"""`workbench.transfers`: large files in chunks, taken up again where a connection broke."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.access import tickets
from core.errors import DuplicateUpload, InputError, WrongState
from core.files.given import file_at
from core.ingest import transfers
from core.ingest.queue import Entry
from core.ingest.transfers import Chunk, Transfer
from core.workbench.noun import Noun
from core.workbench.policy import needs
from core.workbench.queue import Queue
from core.workbench.request import ImportRequest

OPTIONS = ("dataset", "mode", "on_error", "source", "force", "confirm_deletions", "act", "reading")


class Transfers(Noun):
    """Files on their way: list them by calling, start one, put its chunks, finish it."""

    @needs("uploads.read")
    def __call__(self, *, mine: bool = False) -> list[Transfer]:
        """Unfinished transfers, the oldest first."""
        who = self._actor.who if mine else None
        return self._database.read(lambda c: transfers.find(c, who))

    @needs("uploads.read", own=True)
    def get(self, transfer_id: str) -> Transfer:
        """One, with how many bytes are safe. Raises NotFound."""
        return self._database.read(lambda c: transfers.get(c, transfer_id))

    def _get(self, transfer_id: str) -> Transfer:
        """For whoever sends it, or may see those of others. Raises NotFound, Forbidden."""
        found = self._database.read(lambda c: transfers.get(c, transfer_id))
        if found.actor != self._actor.who:
            self._may("uploads.read", {"transfer_id": transfer_id})
        return found

    @needs("uploads.write")
    def start(self, filename: str, size: int, **options: Any) -> Transfer:
        """Begin with a file of `size` bytes. Options: dataset (none: told from the content), mode, on_error, source,
        force, reading, act (preview or import). Raises FileTooLarge, DiskFull, InputError.
        """
        given = {k: v for k, v in options.items() if v is not None}
        if unknown := sorted(set(given) - set(OPTIONS)):
            raise InputError(f"there is no option {unknown[0]!r}")
        self._may_bring(given.get("dataset"), imported=given.get("act") == "import")
        self._request(given).plan(self._services.registry)  # what makes no sense is refused now
        self._services.access.check_quota(self._actor.who)
        return transfers.start(self._corridor, filename, size, given, self._actor)

    @needs("uploads.write")
    def chunk(self, transfer_id: str, offset: int, checksum: str) -> Chunk:
        """A chunk to be written: `.write(bytes)`, then `.finish()`, or `.abort()`."""
        return Chunk(self._corridor, self._get(transfer_id).id, offset, checksum)

    @needs("uploads.write")
    def put(
        self, transfer_id: str, offset: int, checksum: str, pieces: Iterable[bytes]
    ) -> Transfer:
        """The bytes from `offset` on, in pieces; `checksum` is the hex of their SHA-256 or CRC-32."""
        chunk = self.chunk(transfer_id, offset, checksum)
        try:
            for piece in pieces:
                chunk.write(piece)
            return chunk.finish()
        finally:
            chunk.abort()

    @needs("uploads.write")
    def finish(self, transfer_id: str, *, force: bool = False) -> Entry:
        """All bytes are there: the file goes into the queue. Asked again, the same entry answers.

        Raises WrongState while bytes are missing, DuplicateUpload unless `force`, TooMany, and NotFound where it was
        taken off the list.
        """
        transfer = self._get(transfer_id)
        waiting = Queue(self._services, self._actor)
        if transfer.opened:
            return waiting._entry(transfer.opened)
        options = {**transfer.options, **({"force": True} if force else {})}
        raw = transfers.adopt(self._corridor, transfer.id)
        try:
            return waiting._bring(
                raw,
                self._request(options),
                options.get("dataset"),
                options.get("act", "preview"),
                # In the transaction that opens the upload, so that who asks again never opens another one.
                lambda c, upload_id: transfers.ended(c, transfer.id, upload_id),
            )
        except (WrongState, DuplicateUpload):
            if (opened := self._get(transfer_id).opened) is None:
                raise
            return waiting._entry(opened)  # somebody asked for the same at the same moment

    @needs("uploads.write")
    def discard(self, transfer_id: str) -> None:
        """Forget a file that is on its way."""
        transfers.discard(self._corridor, self._get(transfer_id).id)

    @needs("uploads.write")
    def send(self, path: str | Path, **options: Any) -> Entry:
        """A whole file of this machine in chunks; goes on with one of the same name and size that broke off."""
        source = file_at(path)
        size = source.stat().st_size
        begun = [t for t in self(mine=True) if (t.filename, t.size) == (source.name, size)]
        transfer = begun[0] if begun else self.start(source.name, size, **options)
        with source.open("rb") as file:
            file.seek(transfer.received)
            while piece := file.read(transfer.chunk):
                checksum = hashlib.sha256(piece).hexdigest()
                transfer = self.put(transfer.id, transfer.received, checksum, [piece])
        return self.finish(transfer.id)

    @needs("uploads.write")
    def ticket(self) -> str:
        """A secret by which a page sends chunks to the API, for twelve hours."""
        return tickets.issue(self._services.access, self._actor)

    @staticmethod
    def _request(options: dict[str, Any]) -> ImportRequest:
        given: dict[str, Any] = {
            ("source_name" if k == "source" else k): v
            for k, v in options.items()
            if k in OPTIONS and k != "act"
        }
        return ImportRequest(**given)
