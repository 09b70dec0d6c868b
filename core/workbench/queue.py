"""`workbench.queue`: many files at once, with what is done for each; the list outlives reload and restart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from core.datasets.registry import DEFAULT
from core.errors import MarqueeError, NotFound
from core.files import hidden, reader
from core.files.store import RawFile
from core.ingest import background, drafting, placing, queue, receiving
from core.ingest.columns import proposing
from core.ingest.columns.proposing import Proposal
from core.ingest.queue import Act, Entry
from core.ingest.uploads import Upload
from core.storage.store import Connection
from core.workbench.noun import Noun
from core.workbench.policy import needs
from core.workbench.request import Bytes, ImportRequest


class Queue(Noun):
    """Files that were brought together: list them by calling, add, import, cancel, retry, discard."""

    @needs("uploads.read")
    def __call__(self, only: Sequence[str] | None = None) -> list[Entry]:
        """The files in the order in which they came, with stage, share, rows per second and time left."""
        return self._entries(only)

    def _entries(self, only: Sequence[str] | None = None) -> list[Entry]:
        return queue.entries(self._corridor, self._services.worker, only)

    @needs("uploads.write")
    def add(
        self,
        source: Bytes | RawFile,
        request: ImportRequest | None = None,
        *,
        dataset: str | None = None,
        act: Act = "preview",
    ) -> Entry:
        """Keep a file and look at it in the background (or import it at once, by `act`).

        Without a dataset, the one that fits the content is taken; where none fits, the entry asks and nothing runs.
        Raises DuplicateUpload unless the request forces it, TooMany before anything is kept; to import takes the
        permission for that.
        """
        return self._bring(source, request, dataset, act)

    def _bring(
        self,
        source: Bytes | RawFile,
        request: ImportRequest | None,
        dataset: str | None,
        act: Act,
        opened: Callable[[Connection, str], None] | None = None,
    ) -> Entry:
        """`add` for a noun that asked whether somebody may. `opened` gets the upload's id in the transaction that opens it."""
        asked = request or ImportRequest(dataset=dataset or DEFAULT)
        self._may_bring(dataset or asked.dataset, imported=act == "import" and dataset is not None)
        access, who = self._services.access, self._actor.who
        with receiving.given(source, asked.filename) as (found, name):
            access.check_quota(who)
            if act == "import":
                access.check_imports(who)
            raw = (
                found if isinstance(found, RawFile) else receiving.keep(self._corridor, found, name)
            )
        receiving.scanned(self._corridor, raw)
        proposals = self._proposals(raw, asked) if dataset is None else []
        chosen = dataset or (proposals[0].dataset if proposals else asked.dataset)
        self._must("uploads.write", chosen)
        self._may_bring(chosen, imported=act == "import")
        runs = not proposals or proposals[0].fits
        plan = replace(asked, dataset=chosen).plan(self._services.registry)

        def task(connection: Connection, upload: Upload) -> None:
            queue.put(connection, upload.id, proposals, act, self._actor)
            if runs:
                background.order(connection, upload.id, act, self._actor, act == "import")
            if opened:
                opened(connection, upload.id)

        with access.ordering(who) if runs and act == "import" else nullcontext():
            upload = receiving.receive(
                *(self._corridor, raw, plan, self._actor),
                filename=raw.filename,
                force=asked.force,
                opened=task,
            )
        self._services.worker.wake()
        access.count_bytes(who, raw.size)
        return self._entry(upload.id)

    def _entry(self, upload_id: str) -> Entry:
        """Of a file that the caller may see. Raises NotFound where somebody took it off the list."""
        found = self._entries([upload_id])
        if not found:
            raise NotFound("this file was taken off the list", upload_id=upload_id)
        return found[0]

    def _proposals(self, raw: RawFile, asked: ImportRequest) -> list[Proposal]:
        """What the rows probably are; empty for a file that cannot be read: the job says why."""
        try:
            table = reader.read(
                hidden.plain(raw.path),
                filename=raw.filename,
                cache_dir=hidden.cache_dir(self._services.settings),
                settings=self._services.settings,
                first=True,
                **dict(asked.reading or {}),
            )
            sample = list(table.rows(limit=drafting.SAMPLE_ROWS))
        except MarqueeError:
            return []
        datasets = self._services.registry.all()
        return proposing.propose(datasets, table.names, sample, asked.source_name or raw.filename)

    def _submit(
        self, ids: Sequence[str] | None, act: Act, states: Sequence[queue.State]
    ) -> list[str]:
        counted = partial(self._services.access.ordering, self._actor.who)
        return queue.submit(
            *(self._corridor, self._services.worker, ids, act, states, self._actor),
            counted if act == "import" else nullcontext,
        )

    @needs("uploads.import")
    def import_(self, ids: Sequence[str] | None = None) -> list[str]:
        """Import what is ready, in the background; all of it, or these uploads. Gives the ids of those that were ordered.

        Of more files than somebody may import at once the first are ordered, and the others stay ready; TooMany where not
        even one may be. A file that would delete many records fails, and waits for its own preview: see ImportRequest.
        """
        return self._submit(ids, "import", ("ready",))

    @needs("uploads.write")
    def retry(self, ids: Sequence[str] | None = None) -> list[str]:
        """Look again at what failed; at what was cancelled only where it is named. Gives the ids."""
        states: tuple[queue.State, ...] = ("failed",)
        return self._submit(ids, "preview", states if ids is None else (*states, "cancelled"))

    @needs("uploads.write")
    def cancel(self, ids: Sequence[str] | None = None) -> list[str]:
        """Stop what waits or runs. Gives the ids."""
        return queue.cancel(self._corridor, self._services.worker, ids, self._actor)

    @needs("uploads.write")
    def discard(self, ids: Sequence[str] | None = None) -> list[str]:
        """Take files off the list; those that are not imported are cancelled. Gives the ids."""
        return queue.discard(self._corridor, self._services.worker, ids, self._actor)

    @needs("uploads.write")
    def place(self, upload_id: str, dataset: str) -> Entry:
        """Say which dataset a file is for, and look at it. It takes the permission in the dataset where it is as well."""
        self._must("uploads.write", self._corridor.upload(upload_id).dataset)
        self._shown(upload_id)
        self._may_bring(dataset)
        placing.move(self._corridor, upload_id, dataset, self._actor)
        self._submit([upload_id], "preview", ("asks", "ready", "failed"))
        return self._entry(upload_id)

    @needs("uploads.write")
    def split(self, upload_id: str, sheets: Sequence[str]) -> list[Entry]:
        """Take several sheets of a workbook, each as an upload of its own."""
        self._shown(upload_id)
        made: list[Upload] = placing.split(self._corridor, upload_id, sheets, self._actor)
        there = {e.upload.id for e in self._entries()}
        for upload in made:
            if upload.id not in there:
                proposals = placing.proposals(self._corridor, upload.id)
                self._database.write(
                    lambda c: queue.put(c, upload.id, proposals, "preview", self._actor)
                )
        ids = [u.id for u in made]
        self._submit(ids, "preview", ("asks", "ready", "failed"))
        return self._entries(ids)

    def _shown(self, upload_id: str) -> None:
        """Before an upload changes: raises Forbidden for whoever could not be told what became of it."""
        self._may("uploads.read", {"upload_id": upload_id, "own": True})
