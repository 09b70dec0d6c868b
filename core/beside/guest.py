"""The command's side: what looks like a Workbench, and lives in the app."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from core.beside import door as doors, proving
from core.beside.messages import Ask, Cancel, Failed, Far, Given, Held, Method, Watched
from core.errors import Cancelled, DatabaseLocked, StorageError
from core.jobs.progress import Progress

TICK = 0.2  # seconds


@contextmanager
def visiting(database: Path, version: str, who: str) -> Iterator[Any]:
    """The workbench of the app that has this database, or None when none listens. Raises DatabaseLocked, StorageError."""
    door = doors.read(database)
    connection = None if door is None else _reached(door)
    if door is None or connection is None:
        yield None
        return
    if door.version != version:
        connection.close()
        raise DatabaseLocked(
            f"process {door.process} has it, which is Marquee {door.version}; this is {version}",
            hint="Start the app again, so that both are of one version.",
        )
    with tempfile.TemporaryDirectory(prefix="marquee-stdin-") as scratch:
        line = Line(connection, Path(scratch))
        try:
            try:
                connection.send(who)
            except OSError as error:
                raise StorageError("the running app ended", hint="Ask again.") from error
            yield Remote(line, 0)
        finally:
            connection.close()


def _reached(door: doors.Door) -> Connection | None:
    try:
        connection = proving.reached(door.address) if doors.guarded(door) else None
    except Exception:  # nobody listens any more: the app was killed
        return None
    if connection is None:
        return None
    try:
        proving.prove(connection, door.key, hosts=False)
    except Exception:  # it does not answer, or has another key
        connection.close()
        return None
    return connection


class Line:
    """One question after the other."""

    def __init__(self, connection: Connection, scratch: Path) -> None:
        self.connection, self.scratch = connection, scratch
        self.broken = False  # a question was left without its answer: what comes next would be taken for another's
        self.dropped: deque[int] = deque()  # what the app holds for nobody any more
        self._lock = threading.Lock()
        self._files = 0

    def ask(self, asked: Ask) -> Any:
        """The answer. Raises what was raised in the app, StorageError when the app went away."""
        progress = next(
            (v for v in (*asked.args, *asked.kwargs.values()) if isinstance(v, Progress)), None
        )
        args = tuple(self._sent(value) for value in asked.args)
        kwargs = {name: self._sent(value) for name, value in asked.kwargs.items()}
        with self._lock:
            answer = self._answered(asked, args, kwargs, progress)
        if isinstance(answer, Failed):
            raise answer.error
        return self._given(answer.value) if isinstance(answer, Given) else None

    def _answered(
        self,
        asked: Ask,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        progress: Progress | None,
    ) -> Given | Failed:
        dropped = tuple(self.dropped.popleft() for _ in range(len(self.dropped)))
        sent = Ask(asked.act, asked.holder, asked.name, args, kwargs, dropped)
        packed = ForkingPickler.dumps(sent)  # what cannot travel is told before anything is sent
        try:
            self.connection.send_bytes(packed)
            return self._heard(progress)
        except (OSError, EOFError) as error:
            self.broken = True
            raise StorageError(
                "the running app ended while this command was at work",
                hint="Look at what was done with `uploads`, then ask again.",
            ) from error
        except BaseException:  # Ctrl-C: the app stops the work when nobody is there any more
            self.broken = True
            self.connection.close()
            raise

    def _heard(self, progress: Progress | None) -> Given | Failed:
        stopped = False
        while True:
            if self.connection.poll(TICK):
                answer: Given | Failed | Far = self.connection.recv()
                if not isinstance(answer, Far):
                    return answer
                if progress is not None:
                    progress.follow(answer.snapshot)
            if progress is not None and not stopped and _cancelled(progress):
                self.connection.send(Cancel())
                stopped = True

    def _given(self, value: Any) -> Any:
        return Remote(self, value.number, value.text) if isinstance(value, Held) else value

    def _sent(self, value: Any) -> Any:
        if isinstance(value, Remote):
            return Held(value._number)
        if isinstance(value, Progress):
            return Watched()
        if isinstance(value, Path):
            return value.absolute()  # the app works in a folder of its own
        return self._spooled(value) if hasattr(value, "read") else value

    def _spooled(self, stream: Any) -> Path:
        """A stream as a file: both processes are on this machine."""
        self._files += 1
        path = self.scratch / str(self._files)
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file)
        return path


def _cancelled(progress: Progress) -> bool:
    try:
        progress.check()
    except Cancelled:
        return True
    return False


class Remote:
    """Something in the app: its attributes, calls and items are asked for there."""

    def __init__(self, line: Line, number: int, text: str = "") -> None:
        self._line, self._number, self._text = line, number, text

    def __del__(self) -> None:
        if self._number:  # told with the next question: this may run in the middle of one
            self._line.dropped.append(self._number)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = self._line.ask(Ask("get", self._number, name))
        return self._method(name) if isinstance(found, Method) else found

    def _method(self, name: str) -> Any:
        return lambda *args, **kwargs: self._call(name, *args, **kwargs)

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._line.ask(Ask("call", self._number, name, args, kwargs))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call("__call__", *args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self._call("__getitem__", key)

    def __len__(self) -> int:
        try:
            return int(self._call("__len__"))
        except AttributeError as error:  # `list` asks rows that nobody counted, too
            raise TypeError(f"{self._text} has no length") from error

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        found = self._call("__iter__")
        while batch := self._line.ask(Ask("next", found._number)):
            yield from batch

    def __enter__(self) -> Any:
        return self._call("__enter__")

    def __exit__(self, *error: object) -> None:
        if not self._line.broken:
            self._call("__exit__", None, None, None)

    def __repr__(self) -> str:
        return self._text
