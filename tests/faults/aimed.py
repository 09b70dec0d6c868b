"""The app in a wrapper that knows where it is: `python -m tests.faults.aimed run app.py ...`.

It starts Streamlit as the command `streamlit` does, after it put a note around the functions in which
the stages of an import happen. The product knows nothing of it. What it heeds, all in variables:

FAULT_BOARD       the file of `tests.faults.board`: stages are written there, deaths are ordered there
FAULT_LEASE       seconds of a job's lease
FAULT_CLOCK       a file with the seconds by which the clock is set off; read at every look at the clock
FAULT_STAGED      a file in which the number of staged tables is written every second
FAULT_ZOMBIE      the first commit hangs for twice the lease, which nobody renews, while a second worker runs;
                  the codes of refused commits are written into this file
FAULT_MIGRATION   a folder with more migrations
"""

from __future__ import annotations

import faulthandler
import functools
import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.board import Board

# Where the stages are: the module, the function in it, the stage.
PLACES = (
    ("core.storage.duckfile.database", "Database.__init__", "starting"),
    ("core.storage.migrations", "_apply_together", "migrating"),
    ("core.storage.migrations", "_copy_aside", "migrating"),
    ("core.files.store", "Receiving.finish", "receiving"),
    ("core.files.store", "Receiving.write", "receiving"),
    ("core.ingest.receiving", "_open", "receiving"),
    ("core.folder.claims", "Claims.claim", "claiming"),
    ("core.jobs.table", "claim", "claiming"),
    ("core.ingest.drafting", "draft", "reading"),
    ("core.ingest.staging", "stage", "staging"),
    ("core.ingest.rows.compare", "compare", "checking"),
    ("core.ingest.problems", "summarise", "checking"),
    ("core.ingest.previewing", "_write_down", "checking"),
    ("core.ingest.importing", "_write", "committing"),
    ("core.storage.ddl", "checkpoint", "checkpointing"),
    ("core.storage.duckfile.database", "Database.close", "checkpointing"),
    ("core.ingest.takeback", "take_back", "rolling back"),
    ("core.folder.watcher", "Watcher._finish", "moving"),
)


def note(board: Board) -> None:
    """Put a note around every place."""
    for module, name, stage in PLACES:
        owner: Any = importlib.import_module(module)
        *outer, last = name.split(".")
        for part in outer:
            owner = getattr(owner, part)
        plain = getattr(owner, last)
        noted = _noted(board, stage, plain)
        setattr(owner, last, noted)
        for other in list(sys.modules.values()):  # those who imported it by its name
            if not outer and getattr(other, "__name__", "").startswith("core."):
                if getattr(other, last, None) is plain:
                    setattr(other, last, noted)


def _noted(board: Board, stage: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(plain)
    def noted(*args: Any, **more: Any) -> Any:
        left = board.enter(stage)
        if left is not None:
            threading.Thread(target=die, args=(left,), daemon=True).start()
        begun = time.monotonic()
        try:
            return plain(*args, **more)
        finally:
            if left is not None:  # it was quicker this time: the last moment is here
                die(0)
            board.leave(stage, time.monotonic() - begun)

    return noted


def die(seconds: float) -> None:
    """kill -9 of this process after so long, by itself."""
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


def checkpoints(board: Board) -> None:
    """Checkpoint as the product does around DDL, whenever the harness wishes it."""
    from core import server
    from core.storage.ddl import checkpoint

    while True:
        time.sleep(0.005)
        if board.wants_checkpoint() and (wb := server.running()) is not None:
            wb.database.write(lambda c: checkpoint(c), transaction=False)


def staged(path: Path) -> None:
    """Write down how many tables are staged."""
    from core import server

    sql = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'staging'"
    while True:
        time.sleep(1)
        if (wb := server.running()) is not None:
            row = wb.database.read(lambda c: c.execute(sql).fetchone())
            path.write_text(str(row[0] if row else 0))


def make_zombie(told: Path) -> None:
    """Let the first commit hang until another worker has taken its job over."""
    from core import server
    from core.errors import MarqueeError
    from core.ingest import background, importing
    from core.jobs import table, worker

    plain, fence = importing._write, table.check_fence
    first = threading.Event()

    def heir() -> None:
        wb = server.running()
        assert wb is not None
        background.worker(wb.corridor).start()

    def slow(*args: Any, **more: Any) -> Any:
        if not first.is_set():
            first.set()
            heirs = threading.Thread(target=heir, daemon=True)
            threading.Timer(1.2 * table.LEASE.total_seconds(), heirs.start).start()
            time.sleep(2 * table.LEASE.total_seconds())
        return plain(*args, **more)

    def told_fence(*args: Any) -> None:
        try:
            fence(*args)
        except MarqueeError as error:
            with told.open("a") as file:
                file.write(error.code + "\n")
            raise

    worker.Worker._beat = lambda self: None  # type: ignore[method-assign]
    table.requeue_interrupted = lambda connection: 0
    importing._write = slow
    table.check_fence = told_fence


def set_off(path: Path) -> None:
    """Move this process's clock by what stands in the file, everywhere that Marquee looks at it."""
    import datetime as datetime_

    from core.folder import watcher
    from core.history import events
    from core.storage import ids

    def off() -> float:
        return float(path.read_text()) if path.exists() else 0.0

    class Shifted(datetime_.datetime):
        @classmethod
        def now(cls, tz: datetime_.tzinfo | None = None) -> datetime_.datetime:  # type: ignore[override]
            return datetime_.datetime.now(tz) + datetime_.timedelta(seconds=off())

    class Time:
        def __getattr__(self, name: str) -> Any:
            return getattr(time, name)

        def time(self) -> float:
            return time.time() + off()

        def time_ns(self) -> int:
            return time.time_ns() + int(off() * 1e9)

    events.datetime = watcher.datetime = Shifted  # type: ignore[attr-defined,misc]
    ids.time = watcher.time = Time()  # type: ignore[attr-defined,assignment]


def prepare() -> None:
    """Heed the variables."""
    faulthandler.register(signal.SIGUSR1, all_threads=True)  # "where are you?"
    import core.workbench  # noqa: F401  every room is there before the notes are put on

    if lease := os.environ.get("FAULT_LEASE"):
        from datetime import timedelta

        from core.jobs import table

        table.LEASE = timedelta(seconds=float(lease))
    if clock := os.environ.get("FAULT_CLOCK"):
        set_off(Path(clock))
    if more := os.environ.get("FAULT_MIGRATION"):
        from core.storage import migrations

        migrations.apply.__defaults__ = (Path(more),)
    if hanging := os.environ.get("FAULT_ZOMBIE"):
        make_zombie(Path(hanging))
    if told := os.environ.get("FAULT_STAGED"):
        threading.Thread(target=staged, args=(Path(told),), daemon=True).start()
    if path := os.environ.get("FAULT_BOARD"):
        board = Board(Path(path))
        note(board)
        threading.Thread(target=checkpoints, args=(board,), daemon=True).start()


def main() -> None:
    """Prepare, then go on as the command `streamlit` does."""
    prepare()
    from streamlit.web.cli import main as streamlit

    sys.argv[0] = "streamlit"
    streamlit()


if __name__ == "__main__":
    main()
