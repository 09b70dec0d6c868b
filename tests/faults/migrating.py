"""kill -9 in the middle of a migration: the database is of before or of after, and goes on from there.

The program's own migrations are joined by one more that alters a table, fills a new one and touches
every line of the history, so that there is time to die in it.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from core.storage.migrations import FOLDER
from tests.faults import invariants
from tests.faults.app import App
from tests.faults.board import Board
from tests.faults.feed import Feed
from tests.faults.zygote import Zygote

LINES = 200_000
SQL = f"""
ALTER TABLE history.changes ADD COLUMN scene INTEGER;
UPDATE history.changes SET scene = version;
CREATE TABLE ops.scene AS SELECT range AS n, repeat('x', 100) AS filling FROM range({LINES});
ALTER TABLE ops.uploads ADD COLUMN scene VARCHAR DEFAULT 'after';
"""


@dataclass
class Told:
    """What came of it."""

    kills: int = 0
    faults: list[str] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)


def play(folder: Path, runs: int, rng: random.Random, zygote: Zygote | None = None) -> Told:
    """Migrate so many copies of one installation, each killed once on the way."""
    told = Told()
    if runs < 1:
        return told
    app = App(folder / "app")
    app.zygote = zygote
    board = Board(folder / "app" / "board")
    feed = Feed(app, rng, prefix="M")
    app.start(aimed=True, FAULT_BOARD=str(board.path))
    for _ in range(4):
        feed.send(feed.new("api", rows=2_000))
    feed.settle()
    app.stop()
    kept = shutil.copyfile(app.database, folder / "kept.duckdb")
    number = _one_more(folder / "migrations")
    for _ in range(runs):
        _once(app, board, kept, folder / "migrations", number, rng, told, feed)
        if told.faults:
            break
    app.kill()
    return told


def _one_more(folder: Path) -> int:
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__*"))
    number = len(list(folder.glob("*.sql"))) + 1
    (folder / f"{number:04d}_scene.sql").write_text(SQL, "utf-8")
    return number


def _once(
    app: App,
    board: Board,
    kept: Path,
    migrations: Path,
    number: int,
    rng: random.Random,
    told: Told,
    feed: Feed,
) -> None:
    for path in app.folder.glob("m.duckdb*"):
        path.unlink() if path.is_file() else shutil.rmtree(path)
    shutil.copyfile(kept, app.database)
    variables = {"FAULT_BOARD": str(board.path), "FAULT_MIGRATION": str(migrations)}
    board.clear()
    board.aim("migrating", rng.uniform(0, max(board.took("migrating"), 0.3)))
    assert app.spawn(aimed=True, **variables).wait(60) == -9, app.said()
    told.kills += 1
    _look(app, number, told, feed, None)
    board.clear()
    told.ready.append(app.start(aimed=True, **variables))
    app.stop()
    _look(app, number, told, feed, True)


def _look(app: App, number: int, told: Told, feed: Feed, expected: bool | None) -> None:
    with invariants.copied(app.database) as copy:
        after = (number,) in copy.execute("SELECT number FROM ops.migrations").fetchall()
        lines = _lines(copy)
        columns = copy.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE column_name = 'scene'"
        ).fetchone()
        if (lines, columns) != ((LINES, (2,)) if after else (None, (0,))):
            told.faults.append(f"the migration is half: {after}, {lines} lines, columns {columns}")
        if expected is not None and after != expected:
            told.faults.append("the migration was not made up for")
        state = invariants.look(copy)
    invariants.files(state, app.data, {})
    told.faults += state.faults + feed.model.compare(state, settled=True)
    aside = app.database.with_name(f"{app.database.name}.before-{number:04d}")
    if after and not aside.exists():
        told.faults.append("the copy of before is not there")
    if after:
        with duckdb.connect(str(aside), read_only=True) as before:
            told.faults += feed.model.compare(invariants.look(before), settled=True)


def _lines(connection: duckdb.DuckDBPyConnection) -> int | None:
    try:
        row = connection.execute("SELECT count(*) FROM ops.scene").fetchone()
    except duckdb.CatalogException:
        return None
    return row[0] if row else None
