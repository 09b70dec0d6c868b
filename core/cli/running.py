"""Long work in a thread, with a bar on a terminal, and Ctrl-C as a wish to stop cleanly."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress as Bar, TextColumn, TimeElapsedColumn

from core.cli.output import note, printable
from core.errors import Cancelled
from core.jobs.progress import Progress, Snapshot

T = TypeVar("T")
TICK = 0.1  # seconds
INTERRUPTED = 130


def run(work: Callable[[Progress], T], label: str = "") -> T:
    """`work(progress)` in a thread, until it ends. Raises what it raises.

    The first Ctrl-C cancels: Cancelled is raised when everything is as it was before. A second one
    ends the process at once, which the database survives, too.
    """
    progress = Progress()
    with ThreadPoolExecutor(1, thread_name_prefix="marquee-cli") as pool:
        future = pool.submit(work, progress)
        with _bar(progress, label) as draw:
            return _wait(future, progress, draw)


def _wait(future: Future[T], progress: Progress, draw: Callable[[], None]) -> T:
    stopping = False
    while True:
        try:
            if stopping:
                progress.cancel()  # again: the first may have come between two statements
            return future.result(timeout=TICK)
        except TimeoutError:
            if future.done():
                raise
            draw()
        except KeyboardInterrupt:
            if stopping:
                os._exit(INTERRUPTED)
            stopping = True
            note("stopping; nothing will be left half done (Ctrl-C again ends at once)")
        except Exception as error:
            # A child process that read the file got the same Ctrl-C and may have died of it.
            if stopping and not isinstance(error, Cancelled):
                raise Cancelled("stopped on request") from error
            raise


@contextmanager
def _bar(progress: Progress, label: str) -> Iterator[Callable[[], None]]:
    if not sys.stderr.isatty():
        yield lambda: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[rows]}", markup=False),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(label, 40), total=1.0, rows="")

        def draw() -> None:
            now = progress.snapshot()
            words = f"{printable(label, 40)}  {now.stage}".strip()
            bar.update(task, completed=now.share, description=words, rows=_rows(now))

        yield draw


def _rows(now: Snapshot) -> str:
    if not now.rows_total:
        return ""
    return f"{now.rows_done:,} of about {now.rows_total:,} rows, {now.rate:,.0f} rows/s"
