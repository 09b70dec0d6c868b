"""What happens when DuckDB gives its instance up, or its room: it is closed, and the file is opened anew.

A disk that fills up in the middle of a checkpoint invalidates the whole instance: every question
fails from then on, though nothing that was committed is lost. Until the file is open again everybody
gets a clear word; work that was interrupted goes on by itself then.

A disk that fills up while data spills is the same: of a write to its temporary files that
failed DuckDB never gives the place back (1.5), so they stay as large as they are, on a disk that has no
room left to write down how anything ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from core.errors import StorageError
from core.observe import faults, logs, metrics, scrub
from core.storage.faults import REOPENS, is_fatal

log = logs.get("storage")
PAUSE = 2.0  # seconds between two tries
LEAVING = 10.0  # seconds that readers have to leave, before it is tried without
HELD = 60.0  # seconds that a try waits for an answer that is still being read


class Recovery:
    """Notices the end of an instance, keeps everybody out, and opens the next one.

    `reopen` closes what is left and opens the file; it raises while that is not possible. `again` are
    called when it is: what was staged is gone, and what was interrupted can go on.

    DuckDB opens no file whose lost instance somebody still holds: it waits, without end, for an answer
    that is half read. After a while everybody is told who that is, by `holders`, and `give_up` is called
    once: a server ends then, to be started again. Anybody else goes on as soon as the answer is let go.
    """

    def __init__(
        self, reopen: Callable[[], None], holders: Callable[[], list[str]] = lambda: []
    ) -> None:
        self._reopen, self._holders = reopen, holders
        self.give_up: Callable[[str], None] = lambda reason: None
        self.again: list[Callable[[], None]] = []
        self.reason: str | None = None
        self.lost = 0  # how many instances; who sees it grow has lost what it had staged
        self._inside = 0
        self._changed = threading.Condition()
        self._ended = False

    def check(self) -> None:
        """Raises StorageError while there is no instance."""
        if self.reason is not None:
            raise StorageError(
                self.reason,
                hint=f"{REOPENS} When the disk is full, free some space.",
            )

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Somebody uses the instance. Raises StorageError while there is none."""
        with self._changed:
            self.check()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def notice(self, error: duckdb.Error, *, lost: bool = False) -> None:
        """Look at an error; when the instance is lost, begin to open the next one."""
        if lost or is_fatal(error):
            self.renew(str(error).splitlines()[0][:300])

    def renew(self, reason: str) -> None:
        """Begin to open the next instance, unless that has begun."""
        with self._changed:
            if self.reason is not None or self._ended:
                return
            self.reason = reason
            self.lost += 1
        log.say("database.lost", reason=scrub.foreign(reason))
        metrics.count("marquee.database.lost")
        threading.Thread(target=self._loop, name="marquee-reopen", daemon=True).start()

    def end(self) -> None:
        """No more tries: the database is being closed."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _is_held(self) -> None:
        who = ", ".join(self._holders()) or "an object outside Marquee"
        with self._changed:
            if self.reason is None or self._ended:
                return
            self.reason = f"the database was lost, and an answer of it is still being read: {who}"
            told = self.reason
        log.say("database.not_again", reason=scrub.foreign(told or ""))
        self.give_up(told)

    def _loop(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._inside == 0, LEAVING)
                if self._ended:
                    return
            watch = threading.Timer(HELD, self._is_held)
            watch.daemon = True
            watch.start()
            try:
                self._reopen()
                break
            except Exception as error:
                log.say("database.not_yet", code=faults.code_of(error))
            finally:
                watch.cancel()
            with self._changed:
                self._changed.wait_for(lambda: self._ended, PAUSE)
        with self._changed:
            self.reason = None
        log.say("database.again")
        for act in self.again:
            try:
                act()
            except Exception as error:  # the others have their turn
                log.say("database.resume_failed", error)
