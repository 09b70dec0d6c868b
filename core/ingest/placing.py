"""What somebody decides of a file before its columns: which dataset it is for, and which of its sheets are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.cleaning.plan import Plan
from core.datasets import infer
from core.datasets.model import Dataset
from core.errors import Conflict, FileError, InputError, MarqueeError, NotFound
from core.files import store
from core.files.table import Table
from core.history import events
from core.ingest import drafting, receiving, states, uploads
from core.ingest.columns import proposing
from core.ingest.columns.proposing import Proposal
from core.ingest.corridor import Corridor
from core.ingest.uploads import Upload
from core.storage.store import Connection

PEEK = 5  # rows of a sheet that are shown
INFERRED = 5_000  # rows from which a dataset is made
SHEETS = 50  # that are looked into


@dataclass(frozen=True)
class SheetPeek:
    """A sheet of a workbook: its size in cells, its column names and first rows; `problem` where it holds no table."""

    name: str
    rows: int
    columns: int
    hidden: bool
    chosen: bool
    names: tuple[str, ...] = ()
    first: tuple[tuple[str, ...], ...] = ()
    problem: str = ""


def proposals(corridor: Corridor, upload_id: str) -> list[Proposal]:
    """Every dataset with how well it fits the file, the best first. Raises FileError when it cannot be read."""
    upload = corridor.upload(upload_id)
    table = drafting.read(corridor, upload, first=True)
    sample = list(table.rows(limit=drafting.SAMPLE_ROWS))
    return proposing.propose(corridor.registry.all(), table.names, sample, upload.source or "")


def move(corridor: Corridor, upload_id: str, dataset: str, actor: Actor) -> Upload:
    """An open upload goes to another dataset: its columns are mapped anew, what was cleaned by fields is gone."""
    wanted = corridor.dataset(dataset)

    def task(connection: Connection) -> Upload:
        states.reopen(connection, upload_id)
        upload = uploads.get(connection, upload_id)
        states.must_be_open(upload)
        if upload.dataset == wanted.name:
            return upload
        fresh: dict[str, Any] = {
            "dataset": wanted.name,
            "mapping": (),
            "recipe": None,
            "wanted": {},
            "decided": {},
            "preferred": (),
        }
        plan = upload.plan.model_copy(
            update={**fresh, "saved": None, "confirmed": False, "kept_fields": ()}
        )
        corridor.shelf.outdated(upload_id)
        uploads.redirect(connection, upload_id, plan)
        details = {"from": upload.dataset}
        events.append(
            *(connection, "upload.moved", actor),
            dataset=wanted.name,
            upload_id=upload_id,
            details=details,
        )
        return uploads.get(connection, upload_id)

    with corridor.shelf.held(upload_id):
        return corridor.database.write(task)


def inferred(corridor: Corridor, upload_id: str, name: str, title: str = "") -> Dataset:
    """A dataset made from the file of an upload; it is not saved yet. Raises BadDataset, FileError."""
    table = drafting.read(corridor, corridor.upload(upload_id))
    return infer.infer(name, table.names, list(table.rows(limit=INFERRED)), title=title)


def with_field(corridor: Corridor, upload_id: str, column: str) -> tuple[Dataset, str]:
    """The dataset of an upload with one more field, made of a column of its file; and the field's name. Not saved yet.

    Raises NotFound for a column that the file does not have, Conflict for a dataset that comes with Marquee.
    """
    upload = corridor.upload(upload_id)
    dataset = corridor.registry.get(upload.dataset)
    if dataset.origin == "built-in":
        hint = "Copy the dataset on the page Datasets, and change the copy; or keep it as an extra field."
        raise Conflict(f"{dataset.label} comes with Marquee and gets no fields", hint=hint)
    table = drafting.read(corridor, upload)
    if column not in table.names:
        raise NotFound(f"there is no column {column!r} in {upload.filename}")
    at = table.names.index(column)
    rows = [[row[at]] for row in table.rows(limit=INFERRED)]
    field = infer.infer(dataset.name, [column], rows).fields[0]
    name, number = field.name, 2
    while name in dataset.field_names:
        name, number = f"{field.name}_{number}", number + 1
    made = field.model_copy(update={"name": name, "required": False})
    return dataset.model_copy(update={"fields": (*dataset.fields, made)}), name


def name_for(corridor: Corridor, filename: str) -> str:
    """A free name for a dataset that is made from a file."""
    stem = filename.rsplit("/", 1)[-1].split(".")[0]
    base = infer.field_names([stem])[0]
    base = "records" if base.startswith("column_") else base[:50]
    taken = {d.name for d in corridor.registry.all()}
    names = [base, *(f"{base}_{n}" for n in range(2, 1_000))]
    return next(n for n in names if n not in taken)


# ------------------------------------------------------------------ sheets


def sheets(corridor: Corridor, upload_id: str) -> list[SheetPeek]:
    """The sheets of a workbook with their first rows; empty for a file without sheets."""
    upload = corridor.upload(upload_id)
    table = drafting.read_raw(corridor, upload, first=True)
    return [
        _peek(corridor, upload, table, number, sheet.name)
        for number, sheet in enumerate(table.sheets[:SHEETS])
    ]


def _peek(corridor: Corridor, upload: Upload, table: Table, number: int, name: str) -> SheetPeek:
    sheet = table.sheets[number]
    base = (sheet.name, sheet.rows, sheet.columns, sheet.hidden, name == table.sheet)
    try:
        of_it = table if name == table.sheet else _read(corridor, upload, name)
    except FileError as error:
        return SheetPeek(*base, problem=error.title)
    except MarqueeError as error:
        return SheetPeek(*base, problem=str(error))
    first = tuple(tuple(row) for row in of_it.rows(limit=PEEK))
    return SheetPeek(*base, of_it.names, first)


def _read(corridor: Corridor, upload: Upload, sheet: str) -> Table:
    plan = upload.plan.model_copy(update={"reading": _of_sheet(upload.plan, sheet)})
    other = upload.model_copy(update={"plan": plan})
    return drafting.read_raw(corridor, other, first=True)


def _of_sheet(plan: Plan, sheet: str) -> dict[str, str | int | None]:
    """How another sheet is read: what was decided of places in the first one does not hold there."""
    kept = {k: v for k, v in plan.reading.items() if k in ("format", "member", "merged", "unpack")}
    return {**kept, "sheet": sheet}


def split(corridor: Corridor, upload_id: str, names: Sequence[str], actor: Actor) -> list[Upload]:
    """Several sheets of one workbook as one upload each; the upload itself takes the first of them.

    Raises NotFound for a sheet that is not there, InputError without any.
    """
    upload = corridor.upload(upload_id)
    if not names:
        raise InputError("no sheet is named")
    states.must_be_open(upload)
    there = [s.name for s in drafting.read_raw(corridor, upload, first=True).sheets]
    for name in names:
        if name not in there:
            hint = f"There are: {', '.join(there[:20]) or 'none; it is no workbook'}."
            raise NotFound(f"there is no sheet {name!r} in {upload.filename}", hint=hint)
    made = [drafting.plan(corridor, upload_id, reading=_of_sheet(upload.plan, names[0]))]
    path = receiving.original(corridor, upload)
    raw = store.RawFile(upload.sha256 or "", upload.size or 0, path, upload.filename)
    for name in dict.fromkeys(names[1:]):
        fresh: dict[str, Any] = {
            "mapping": (),
            "recipe": None,
            "table_steps": (),
            "wanted": {},
            "saved": None,
            "decided": {},
            "preferred": (),
        }
        source = f"{upload.source} / {name}"
        reading = {"reading": _of_sheet(upload.plan, name), "source": source, "fixes": 0}
        plan = upload.plan.model_copy(update={**fresh, **reading, "confirmed": False})
        made.append(
            receiving.receive(
                corridor, raw, plan, actor, filename=upload.filename, force=plan.force
            )
        )
    return made
