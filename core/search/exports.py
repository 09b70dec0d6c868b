"""Exports of searches: what goes into the file, and the job that writes it beside the database.

A job's file is `<database>.exports/<job>.<ending>`; it is removed after a day, and when the job is cancelled.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import BadQuery, Conflict, NotFound, of_system
from core.jobs import table as jobs
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.records import filters as trees, requests
from core.records.export import columns
from core.records.exporting import FORMATS, Counted, Format, Told, exported
from core.records.query import Result
from core.search import band
from core.search.searching import Searching
from core.search.whole import EXPORTED, every_id, every_record

KIND = "export"
KEPT = 86_400  # seconds for which a file is kept
STAGES = {"finding": 0.1, "writing the file": 0.9}


@dataclass(frozen=True)
class Export:
    """What is exported: a search, its order, the columns (None: all that brings a record back), and the format."""

    dataset: str
    text: str = ""
    filters: str | None = None  # a tree as JSON
    sort: str | None = None
    fields: tuple[str, ...] | None = None
    format: Format = "csv"


def checked(definition: Dataset, export: Export) -> Export:
    """The export with its columns. Raises BadQuery for a format or a column that there is not."""
    if export.format not in FORMATS:
        raise BadQuery(
            f"there is no format {export.format!r}", hint=f"Formats: {', '.join(FORMATS)}."
        )
    known = columns(definition)
    for name in export.fields or ():
        if name not in known:
            raise BadQuery(f"there is no field {name!r}", hint=f"Fields: {', '.join(known)}.")
    trees.read(export.filters)
    names = tuple(export.fields or known)
    return Export(*(export.dataset, export.text, export.filters, export.sort, names, export.format))


def found(searching: Searching, export: Export) -> tuple[Result, int]:
    """The records, and how many there are: by words the best first, at most a million; by filters all of them."""
    tree, names = trees.read(export.filters), list(export.fields or ())
    database, definition = searching.database, searching.dataset
    if export.text.strip() or band.asks(tree):
        ids = every_id(searching, export.text, tree, export.sort, EXPORTED)
        return every_record(searching, ids, names), len(ids)
    searching.sorted_by(export.sort)
    rows = requests.select(
        *(database, definition),
        where=tree,
        order_by=export.sort,
        search=None,
        fields=names,
        limit=None,
        offset=0,
        after=None,
    )
    return rows, requests.count(database, definition, tree, None)


def pieces(searching: Searching, export: Export, told: Told | None = None) -> Iterator[bytes]:
    """The file, piece by piece. `told` hears of the rows, and may stop it by an error."""
    rows, _ = found(searching, export)
    return _file(searching, export, rows, told)


def _file(searching: Searching, export: Export, rows: Result, told: Told | None) -> Iterator[bytes]:
    separators = searching.dataset.cleaning.list_separators
    watched = Counted(rows, told) if told else rows
    return exported(watched, list(export.fields or ()), export.format, separators)


class Exports:
    """The jobs that write exports, and their files. `searching` gives the search of a dataset by its name."""

    def __init__(self, worker: Worker, folder: Path, searching: Callable[[str], Searching]) -> None:
        self._worker, self._database = worker, worker.database
        self.folder, self._searching = folder, searching
        worker.kinds[KIND] = self.run
        worker.apart.add(KIND)  # no import waits for it

    def order(self, export: Export, actor: Actor) -> str:
        """Queue a job that writes the file; gives its id."""
        job_id = self._database.write(lambda c: jobs.add(c, KIND, None, actor, asdict(export)))
        self._worker.wake()
        return job_id

    def job(self, job_id: str, actor: Actor) -> Job:
        """One of somebody's export jobs with its progress of this moment. Raises NotFound."""
        (found_,) = self._worker.live(lambda: [self._database.read(lambda c: jobs.get(c, job_id))])
        if found_.kind != KIND or found_.actor != actor.who:
            raise NotFound(f"there is no export {job_id!r}")
        return found_

    def file(self, job_id: str, actor: Actor) -> Path:
        """The finished file. Raises NotFound, also when it was removed; Conflict while it is being written."""
        job = self.job(job_id, actor)
        if job.active:
            raise Conflict("this export is still being written", hint="Ask for it again later.")
        path = self._path(job)
        if job.status != "done" or not path.is_file():
            raise NotFound(
                "this export has no file",
                hint="It was cancelled, it failed, or a day went by: order it again.",
            )
        return path

    def cancel(self, job_id: str, actor: Actor) -> Job:
        """Stop it, or remove its file."""
        job = self.job(job_id, actor)
        self._database.write(lambda c: jobs.finish(c, job, "cancelled"))
        self._worker.cancel(job)
        self._path(job).unlink(missing_ok=True)
        return self.job(job_id, actor)

    def run(self, job: Job, progress: Progress) -> int:
        """Write the file of a job; gives its rows. Nothing is left of one that was stopped."""
        progress.stages = STAGES
        progress.stage("finding")
        export = _read(job)
        searching = self._searching(export.dataset)
        rows, total = found(searching, export)
        progress.stage("writing the file", total)

        def told(done: int) -> None:
            progress.check()
            progress.done(done / max(1, total))

        path = self._path(job)
        begun = path.with_name(f"{path.name}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with begun.open("wb") as out:
                for piece in _file(searching, export, rows, told):
                    out.write(piece)
            begun.replace(path)
        except OSError as error:
            raise of_system(error) from error
        finally:
            begun.unlink(missing_ok=True)
        return total

    def expire(self) -> None:
        """Remove files of yesterday. A task of the clock."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime > KEPT:
                        path.unlink()

    def _path(self, job: Job) -> Path:
        return self.folder / f"{job.id}.{FORMATS[_read(job).format].ending}"


def _read(job: Job) -> Export:
    options = json.loads(json.dumps(job.options))
    fields = options.pop("fields", None)
    return Export(**options, fields=tuple(fields) if fields else None)
