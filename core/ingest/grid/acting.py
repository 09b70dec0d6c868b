"""Cells typed anew in an open upload: fixed, checked at once together with nothing but their rows, undone, redone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import duckdb

from core.actor import Actor
from core.errors import InputError, NotFound, TooManyRows
from core.history import events
from core.ingest import fixes, fixing, previewing, states, uploads
from core.ingest.corridor import Corridor
from core.ingest.fixes import Fix
from core.ingest.grid import clusters as clusters_, view as view_
from core.cleaning.clusters import Method
from core.ingest.grid.models import Cluster, Facet, Fixed, GridPage, Only
from core.ingest.grid.view import View
from core.ingest.preview import Preview
from core.storage.store import Connection

R = TypeVar("R")
Fixes = Mapping[
    int, Mapping[str, str | None]
]  # row of the file (from 1) to {column of the file: text}
MOST = 50_000  # rows that one act fixes; more of them are for a step of the recipe


def standing(corridor: Corridor, upload_id: str) -> Preview:
    """What is staged of an upload, with fixed rows checked anew beside it; staged first if need be."""
    with corridor.shelf.held(upload_id):
        upload = corridor.upload(upload_id)
        states.must_be_open(upload)
        base = corridor.shelf.base(upload, corridor.registry.get(upload.dataset))
        if base is None:
            return previewing.preview(corridor, upload_id)
        corridor.shelf.used(upload_id)
        if corridor.shelf.laid(upload_id) != upload.plan.fixes:
            _lay(corridor, base, upload.plan.fixes, None)
        return base


def at_hand(corridor: Corridor, upload_id: str) -> bool:
    """Whether `standing` answers at once."""
    upload = corridor.upload(upload_id)
    return corridor.shelf.base(upload, corridor.registry.get(upload.dataset)) is not None


@dataclass(frozen=True)
class _Act:
    """What is in force after an act, and the rows and columns that it touched."""

    number: int
    rows: list[int]
    columns: set[int]


def _lay(corridor: Corridor, base: Preview, number: int, act: _Act | None = None) -> None:
    """Check rows again beside what is staged: those of an act, or all in which something was ever fixed."""
    with corridor.database.reader() as cursor:
        wanted = set(act.rows) if act else fixes.rows(cursor, base.id)
        given = [f for f in fixes.live(cursor, base.id) if f.row in wanted]
        changed = act.columns if act else None
        fixing.overlay(cursor, base.staged, sorted(wanted), given, changed)
    corridor.shelf.laid(base.id, number)


def _ask(corridor: Corridor, upload_id: str, question: Callable[[View], R]) -> R:
    with corridor.shelf.held(upload_id):
        base = standing(corridor, upload_id)
        return corridor.database.read(lambda c: question(View.of(c, base)), name="grid")


def page(
    corridor: Corridor, upload_id: str, only: Only, *, limit: int = 100, offset: int = 0
) -> GridPage:
    """One page of the grid. Raises WrongState for what is imported already."""
    return _ask(corridor, upload_id, lambda v: view_.page(v, only, limit=limit, offset=offset))


def rows(corridor: Corridor, upload_id: str, numbers: list[int]) -> GridPage:
    """These rows alone, with the counts of all."""
    return _ask(
        corridor, upload_id, lambda v: view_.page(v, Only(), limit=len(numbers), rows=numbers)
    )


def facet(corridor: Corridor, upload_id: str, column: str, *, limit: int = 50) -> Facet:
    """The texts of a column with their counts."""
    return _ask(corridor, upload_id, lambda v: view_.facet(v, _index(v, column), limit=limit))


def clusters(corridor: Corridor, upload_id: str, column: str, method: Method) -> list[Cluster]:
    """Spellings of a column that may be one text."""
    found = facet(corridor, upload_id, column, limit=clusters_.MOST)
    return clusters_.clusters(found.texts, method)


def _index(view: View, column: str) -> int:
    for each in view_.columns(view.staged):
        if column in (each.name, each.field):
            return each.index
    raise NotFound(f"the file has no column {column!r} that is kept")


def fix(corridor: Corridor, upload_id: str, given: Fixes, actor: Actor) -> Fixed:
    """Type cells anew. Raises InputError, NotFound for a row or column that is not there, WrongState."""
    if not any(given.values()):
        raise InputError("no cells were given")
    if len(given) > MOST:
        raise TooManyRows(f"{len(given):,} rows, and {MOST:,} are fixed at once", hint=_RULE)
    with corridor.shelf.held(upload_id):
        base = standing(corridor, upload_id)
        cells = corridor.database.read(lambda c: _cells(c, base, given))
        places = {c.column for c in cells}

        def add(connection: Connection) -> _Act:
            return _Act(fixes.add(connection, upload_id, cells, actor), list(given), places)

        return _acted(corridor, base, add, actor, len(cells))


_RULE = "Make it a step of the recipe: it holds for every row."


def _cells(cursor: duckdb.DuckDBPyConnection, base: Preview, given: Fixes) -> list[Fix]:
    staged, names = base.staged, list(base.staged.table.names)
    known = fixes.originals(cursor, base.id, list(given))
    raw = fixing.as_read(cursor, staged, list(given), known)
    made = []
    for row, texts in given.items():
        if row not in raw:
            raise NotFound(f"the file has no row {row}")
        for name, text in texts.items():
            if name not in names:
                raise NotFound(f"the file has no column {name!r}")
            place = names.index(name)
            made.append(Fix(row, place, name, raw[row][place], text))
    return made


def replace(
    corridor: Corridor,
    upload_id: str,
    column: str,
    found: Sequence[str | None],
    text: str | None,
    actor: Actor,
    *,
    dry_run: bool = False,
) -> Fixed:
    """Where one of these texts stands in a column, another one is said. With `dry_run` only how often."""
    with corridor.shelf.held(upload_id):
        where = _ask(
            corridor,
            upload_id,
            lambda v: (_index(v, column), view_.alike(v, _index(v, column), list(found))),
        )
        numbers = where[1]
        if dry_run or not numbers:
            return _fixed(corridor, upload_id, len(numbers), numbers[:MOST], dry_run)
        base = standing(corridor, upload_id)
        name = base.staged.table.names[where[0]]
        return fix(corridor, upload_id, {row: {name: text} for row in numbers}, actor)


def find_and_replace(
    corridor: Corridor,
    upload_id: str,
    find: str,
    text: str,
    actor: Actor,
    *,
    column: str | None = None,
    dry_run: bool = False,
) -> Fixed:
    """A part of a text becomes another, in one column or all of them. With `dry_run` only in how many cells."""
    if not find:
        raise InputError("nothing was given to be found")
    with corridor.shelf.held(upload_id):
        given: dict[int, dict[str, str | None]] = {}
        base = standing(corridor, upload_id)
        shown = view_.columns(base.staged)
        wanted = [c for c in shown if column is None or column in (c.name, c.field)]
        if not wanted:
            raise NotFound(f"the file has no column {column!r} that is kept")
        met = _ask(corridor, upload_id, lambda v: _holding(v, find, [c.index for c in wanted]))
        for row, index, stood in met:
            name = base.staged.table.names[index]
            given.setdefault(row, {})[name] = stood.replace(find, text)
        if dry_run or not given:
            return _fixed(corridor, upload_id, len(met), list(given)[:MOST], dry_run)
        return fix(corridor, upload_id, given, actor)


def _holding(view: View, find: str, indexes: list[int]) -> list[tuple[int, int, str]]:
    met: list[tuple[int, int, str]] = []
    for index in indexes:
        text = view.text(view.column(index))
        met += [
            (row, index, stood)
            for row, stood in view.cursor.execute(
                f'SELECT s."row" + 1, {text} FROM {view.rows} s WHERE contains({text}, ?) LIMIT {MOST + 1}',
                [find],
            ).fetchall()
        ]
    return sorted(met)


def undo(corridor: Corridor, upload_id: str, actor: Actor) -> Fixed:
    """Take the newest act of fixing back."""
    return _turned(corridor, upload_id, actor, back=True)


def redo(corridor: Corridor, upload_id: str, actor: Actor) -> Fixed:
    """Do again what was taken back last."""
    return _turned(corridor, upload_id, actor, back=False)


def _turned(corridor: Corridor, upload_id: str, actor: Actor, *, back: bool) -> Fixed:
    with corridor.shelf.held(upload_id):
        base = standing(corridor, upload_id)

        def turn(connection: Connection) -> _Act:
            numbers, places = fixes.turn(connection, upload_id, back=back)
            return _Act(fixes.standing(connection, upload_id).act, numbers, places)

        return _acted(corridor, base, turn, actor)


def _acted(
    corridor: Corridor,
    base: Preview,
    do: Callable[[Connection], _Act],
    actor: Actor,
    cells: int | None = None,
) -> Fixed:
    """Write an act down, with the plan that names it; then check its rows again."""

    def task(connection: Connection) -> _Act:
        upload = uploads.get(connection, base.id)
        states.must_be_open(upload)
        act = do(connection)
        plan = upload.plan.model_copy(update={"fixes": act.number})
        if plan != upload.plan:
            uploads.update(connection, base.id, plan=plan)
            events.append(
                *(connection, "upload.fixed", actor),
                dataset=upload.dataset,
                upload_id=base.id,
                details={"act": act.number, "rows": len(act.rows)},
            )
        return act

    act = corridor.database.write(task, name="fix")
    _lay(corridor, base, act.number, act)
    return _fixed(corridor, base.id, len(act.rows) if cells is None else cells, act.rows, False)


def _fixed(
    corridor: Corridor, upload_id: str, cells: int, numbers: Sequence[int], dry_run: bool
) -> Fixed:
    def question(view: View) -> Fixed:
        _, errors, _ = view_.summary(view)
        standing_ = fixes.standing(view.cursor, upload_id)
        return Fixed(cells, tuple(numbers), errors, standing_, dry_run)

    return _ask(corridor, upload_id, question)
