"""The app's side: commands of the same user work with its workbench."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from core.beside import door as doors, proving
from core.beside.messages import Ask, Cancel, Failed, Far, Given, Held, Method, Watched
from core.errors import Fault, MarqueeError
from core.jobs.progress import Progress
from core.observe import logs

TICK = 0.2  # seconds between two words about how far work is
GRACE = 2.0  # seconds that work has to stop when the app ends
PAUSES = (0.1, 5.0)  # seconds after a connection that could not be taken: at first, at most
BATCH = 500
AWAY = (OSError, EOFError)
log = logs.get("beside")


class Host:
    """Listens beside `database`; each command begins with what `root(who)` gives."""

    def __init__(self, database: Path, version: str, root: Callable[[str], Any]) -> None:
        self.database, self.version, self.root = database, version, root
        self.door: doors.Door | None = None
        self._listener: Listener | None = None
        self._accepts: threading.Thread | None = None
        self._ends = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[Connection, threading.Thread] = {}

    def start(self) -> None:
        """Begin to listen. Where no socket can be made, commands beside the app say that it has the database."""
        try:
            doors.tidy(self.database)
            self.door = door = doors.made(self.version)
            # Without a key: it is asked for in a thread of each connection, so that nobody waits for another one.
            self._listener = listener = Listener(door.address, backlog=proving.QUEUE)
            doors.write(self.database, door)
        except OSError as error:
            log.say("beside.off", reason=type(error).__name__)
            self.close()
            return
        self._accepts = threading.Thread(
            target=self._accept, args=(listener, door), name="marquee-beside", daemon=True
        )
        self._accepts.start()

    def close(self) -> None:
        """Listen no longer; commands that are at work end with an error. Takes no more than some seconds."""
        self._ends.set()
        listener, self._listener = self._listener, None
        door, self.door = self.door, None
        if self._accepts is not None and door is not None:
            with suppress(*AWAY):  # wake the thread that waits for somebody
                proving.reached(door.address, 0.5).close()
            self._accepts.join(GRACE)
        if listener is not None:
            with suppress(OSError):
                listener.close()
        with self._lock:
            working = list(self._open.values())
            for connection in self._open:
                proving.hang_up(connection)
        end = time.monotonic() + GRACE
        for thread in working:
            thread.join(max(0.0, end - time.monotonic()))
        if door is not None:
            with suppress(OSError):
                doors.remove(self.database, door)

    def _accept(self, listener: Listener, door: doors.Door) -> None:
        pause = 0.0
        while not self._ends.is_set():
            try:
                connection = listener.accept()
                threading.Thread(
                    target=self._serve, args=(connection, door), name="marquee-command", daemon=True
                ).start()
                pause = 0.0
            except Exception as error:  # such as no more open files: it passes, or the app ends
                if not pause and not self._ends.is_set():
                    log.say("beside.waits", reason=type(error).__name__)
                pause = min(max(2 * pause, PAUSES[0]), PAUSES[1])
                self._ends.wait(pause)

    def _serve(self, connection: Connection, door: doors.Door) -> None:
        with connection:
            with self._lock:
                if self._ends.is_set():
                    return
                self._open[connection] = threading.current_thread()
            try:
                proving.prove(connection, door.key, hosts=True)
                who = connection.recv()
                log.say("beside.command")
                Guest(connection, self.root(str(who))).serve()
            except (*AWAY, AuthenticationError):
                pass
            except Exception as error:  # it says what no command of ours says
                log.say("beside.lost", error)
            finally:
                with self._lock:
                    del self._open[connection]


class Guest:
    """One command: what it holds on to, and what it asks for, one after the other."""

    def __init__(self, connection: Connection, root: Any) -> None:
        self.connection = connection
        self.held: dict[int, Any] = {0: root}
        self._number = 0

    def serve(self) -> None:
        """Until the command ends."""
        while True:
            asked: Ask | Cancel = self.connection.recv()
            if isinstance(asked, Cancel):  # its work was done before this came
                continue
            for number in asked.dropped:
                self.held.pop(number, None)
            progress = Progress()
            answer: list[memoryview] = []
            work = threading.Thread(
                target=lambda: answer.append(self._answer(asked, progress)), daemon=True
            )
            work.start()
            self._wait(work, progress, asked)
            self.connection.send_bytes(answer.pop())

    def _wait(self, work: threading.Thread, progress: Progress, asked: Ask) -> None:
        """Tell how far it is, and hear when it shall stop. A command that died stops its work."""
        told = _has_progress(asked)
        work.join(0.01)
        while work.is_alive():
            try:
                if told:
                    self.connection.send(Far(progress.snapshot()))
                if self.connection.poll(TICK / 4):
                    if not isinstance(self.connection.recv(), Cancel):
                        raise EOFError("it asks before it was answered")
                    progress.cancel()
            except AWAY:
                progress.cancel()
                work.join()
                raise
            work.join(TICK)

    def _answer(self, asked: Ask, progress: Progress) -> memoryview:
        try:
            return self._given(self._done(asked, progress))
        except (
            *(MarqueeError, StopIteration, KeyError, AttributeError),
            *(TypeError, ValueError, OSError),
        ) as error:
            return _failed(error)
        except BaseException as error:
            return _pickled(Failed(Fault(f"{type(error).__name__}: {error}")))

    def _done(self, asked: Ask, progress: Progress) -> Any:
        target = self.held[asked.holder]
        if asked.act == "get":
            found = getattr(target, asked.name)
            return Method() if _to_call(found) else found
        if asked.act == "next":
            return list(islice(target, BATCH))
        args = [self._own(value, progress) for value in asked.args]
        kwargs = {name: self._own(value, progress) for name, value in asked.kwargs.items()}
        return getattr(target, asked.name)(*args, **kwargs)

    def _own(self, value: Any, progress: Progress) -> Any:
        if isinstance(value, Watched):
            return progress
        return self.held[value.number] if isinstance(value, Held) else value

    def _given(self, value: Any) -> memoryview:
        """A value that travels as it is, or what stands for it."""
        if not isinstance(value, Iterator):
            try:
                return _pickled(Given(value))
            except Exception:  # nosec B110 - a lock, a connection, a function: it stays here
                pass
        self._number += 1
        self.held[self._number] = value
        return _pickled(Given(Held(self._number, repr(value)[:200])))


def _to_call(value: Any) -> bool:
    # A noun can be called, too, but has methods that are asked for first.
    return hasattr(value, "__self__") or type(value).__name__ == "function"


def _has_progress(asked: Ask) -> bool:
    return any(isinstance(v, Watched) for v in (*asked.args, *asked.kwargs.values()))


def _failed(error: Exception) -> memoryview:
    """An error as it is, or where it cannot be made again on the other side, as one that says the same."""
    try:
        packed = _pickled(Failed(error))
        ForkingPickler.loads(packed)
        return packed
    except Exception:
        return _pickled(Failed(Fault(f"{type(error).__name__}: {error}")))


def _pickled(value: Given | Failed) -> memoryview:
    """As `Connection.send` pickles it, and `recv` expects it."""
    return ForkingPickler.dumps(value)
