"""The app's side: commands of the same user work with its workbench."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from core.beside import door as doors
from core.beside.messages import Ask, Cancel, Failed, Far, Given, Held, Method, Watched
from core.errors import Fault, MarqueeError
from core.jobs.progress import Progress
from core.observe import logs

TICK = 0.2  # seconds between two words about how far work is
BATCH = 500
AWAY = (OSError, EOFError)
log = logs.get("beside")


class Host:
    """Listens beside `database`; each command begins with what `root(who)` gives."""

    def __init__(self, database: Path, version: str, root: Callable[[str], Any]) -> None:
        self.database, self.root = database, root
        self.door = doors.made(version)
        self._listener: Listener | None = None
        self._open: set[Connection] = set()

    def start(self) -> None:
        """Begin to listen. Where no socket can be made, commands beside the app say that it has the database."""
        try:
            self._listener = Listener(self.door.address, authkey=self.door.key.encode())
            doors.write(self.database, self.door)
        except OSError as error:
            log.say("beside.off", reason=type(error).__name__)
            return
        threading.Thread(target=self._accept, name="marquee-beside", daemon=True).start()

    def close(self) -> None:
        """Listen no longer; commands that are at work end with an error."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        with suppress(*AWAY, Exception):  # wake the thread that waits for somebody
            Client(self.door.address, authkey=self.door.key.encode()).close()
        listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.close()
        with suppress(OSError):
            doors.remove(self.database, self.door)

    def _accept(self) -> None:
        while (listener := self._listener) is not None:
            try:
                connection = listener.accept()
            except Exception:  # nosec B112 - whoever knocks without the key, or goes at once
                continue
            if self._listener is None:
                return connection.close()
            threading.Thread(
                target=self._serve, args=(connection,), name="marquee-command", daemon=True
            ).start()

    def _serve(self, connection: Connection) -> None:
        self._open.add(connection)
        try:
            who = connection.recv()
            log.say("beside.command")
            Guest(connection, self.root(str(who))).serve()
        except AWAY:
            pass
        finally:
            self._open.discard(connection)
            connection.close()


class Guest:
    """One command: what it holds on to, and what it asks for, one after the other."""

    def __init__(self, connection: Connection, root: Any) -> None:
        self.connection = connection
        self.held: dict[int, Any] = {0: root}
        self._number = 0

    def serve(self) -> None:
        """Until the command ends."""
        while True:
            asked: Ask = self.connection.recv()
            progress = Progress()
            answer: list[Any] = []
            work = threading.Thread(
                target=lambda: answer.append(self._answer(asked, progress)), daemon=True
            )
            work.start()
            self._wait(work, progress, asked)
            if asked.act != "drop":
                self.connection.send(answer[0])

    def _wait(self, work: threading.Thread, progress: Progress, asked: Ask) -> None:
        """Tell how far it is, and hear when it shall stop. A command that died stops its work."""
        told = _has_progress(asked)
        work.join(0.01)
        while work.is_alive():
            try:
                if told:
                    self.connection.send(Far(progress.snapshot()))
                if self.connection.poll(TICK / 4) and isinstance(self.connection.recv(), Cancel):
                    progress.cancel()
            except AWAY:
                progress.cancel()
                work.join()
                raise
            work.join(TICK)

    def _answer(self, asked: Ask, progress: Progress) -> Given | Failed:
        try:
            return Given(self._sent(self._done(asked, progress)))
        except MarqueeError as error:
            return Failed(error)
        except (StopIteration, KeyError, AttributeError, TypeError, ValueError, OSError) as error:
            return Failed(error if _travels(error) else Fault(str(error)))
        except BaseException as error:
            return Failed(Fault(f"{type(error).__name__}: {error}"))

    def _done(self, asked: Ask, progress: Progress) -> Any:
        if asked.act == "drop":
            return self.held.pop(asked.holder, None)
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

    def _sent(self, value: Any) -> Any:
        """A value that travels as it is, or what stands for it."""
        if not isinstance(value, Iterator) and _travels(value):
            return value
        self._number += 1
        self.held[self._number] = value
        return Held(self._number, repr(value)[:200])


def _to_call(value: Any) -> bool:
    # A noun can be called, too, but has methods that are asked for first.
    return hasattr(value, "__self__") or type(value).__name__ == "function"


def _has_progress(asked: Ask) -> bool:
    return any(isinstance(v, Watched) for v in (*asked.args, *asked.kwargs.values()))


def _travels(value: Any) -> bool:
    try:
        ForkingPickler.dumps(value)
    except Exception:
        return False
    return True
