"""A command and an app: what travels, what stays, and what neither of them may do to the other."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest

from core.beside import door as doors, guest, proving
from core.beside.guest import Line, Remote, visiting
from core.beside.host import Host
from core.beside.messages import Ask, Cancel, Failed, Given
from core.errors import Cancelled, DatabaseLocked, Fault, NotFound, StorageError
from core.jobs.progress import Progress

posix = pytest.mark.skipif(os.name == "nt", reason="a named pipe has no such rights")


class Odd(ValueError):
    """An error that is pickled, and cannot be made again."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


class Thing:
    """Stays in the app."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # which cannot be pickled
        self.entered = self.left = 0

    def rows(self, many: int) -> Iterator[int]:
        yield from range(many)

    def __enter__(self) -> Thing:
        self.entered += 1
        return self

    def __exit__(self, *error: object) -> None:
        self.left += 1


class Counted(list[int]):
    """Travels, and counts how often it is pickled."""

    times = 0

    def __reduce__(self) -> Any:
        Counted.times += 1
        return (list, (list(self),))


class Bench:
    """What the app lends."""

    def __init__(self) -> None:
        self.things: weakref.WeakSet[Thing] = weakref.WeakSet()
        self.began, self.stopped = threading.Event(), threading.Event()

    def add(self, one: int, two: int = 1) -> int:
        return one + two

    def thing(self) -> Thing:
        made = Thing()
        self.things.add(made)
        return made

    def counted(self) -> Counted:
        return Counted([1, 2])

    def fail(self, error: BaseException) -> None:
        raise error

    def odd(self) -> None:
        raise Odd("one", "two")

    def long(self, progress: Progress | None = None) -> None:
        self.began.set()
        try:
            while progress is not None:
                progress.check()
                time.sleep(0.01)
        finally:
            self.stopped.set()

    def size(self, data: bytes) -> int:
        return len(data)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "m.duckdb"


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def host(database: Path, bench: Bench) -> Iterator[Host]:
    with hosting(database, bench) as host:
        yield host


@contextmanager
def hosting(database: Path, bench: Any) -> Iterator[Host]:
    host = Host(database, "1", lambda who: bench)
    host.start()
    try:
        yield host
    finally:
        host.close()


def knock(database: Path) -> Connection:
    """A connection that proved nothing yet."""
    door = doors.read(database)
    assert door is not None
    return proving.reached(door.address)


def entered(database: Path) -> Connection:
    """One that did, and said its name."""
    connection, door = knock(database), doors.read(database)
    assert door is not None
    proving.prove(connection, door.key, hosts=False)
    connection.send("eva")
    return connection


def until(happened: Callable[[], object], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(happened())


def works(database: Path) -> bool:
    with visiting(database, "1", "eva") as bench:
        return bench is not None and bench.add(1, two=2) == 3


# ------------------------------------------------------------------ what is asked


def test_a_command_asks_and_is_answered(database: Path, host: Host) -> None:
    with visiting(database, "1", "eva") as bench:
        assert bench.add(2, two=3) == 5
        assert list(bench.thing().rows(1_234)) == list(range(1_234))
        with bench.thing() as thing:
            assert thing.entered == 1
        assert thing.left == 1
        with pytest.raises(NotFound, match="nobody") as told:
            bench.fail(NotFound("nobody", hint="look", record="7"))
        assert (told.value.hint, told.value.extra) == ("look", {"record": "7"})
        with pytest.raises(AttributeError):
            bench.nothing()


def test_an_error_that_cannot_travel_says_the_same(database: Path, host: Host) -> None:
    locked = ValueError("bad", threading.Lock())
    with visiting(database, "1", "eva") as bench:
        with pytest.raises(Fault, match="Odd: one two"):
            bench.odd()
        with pytest.raises(Fault, match="ValueError"):
            host.root("").fail = lambda: (_ for _ in ()).throw(locked)
            bench.fail()
        assert bench.add(1) == 2
        with pytest.raises(TypeError, match="pickle"):
            bench.add(threading.Lock())  # nothing was sent
        assert bench.add(1) == 2


def test_an_answer_is_pickled_once(database: Path, host: Host) -> None:
    Counted.times = 0
    with visiting(database, "1", "eva") as bench:
        assert bench.counted() == [1, 2]
    assert Counted.times == 1


def test_the_app_keeps_nothing_that_the_command_let_go(
    database: Path, host: Host, bench: Bench
) -> None:
    with visiting(database, "1", "eva") as wb:
        for _ in range(20):
            assert sum(wb.thing().rows(3)) == 3
        kept = wb.thing()
        gc.collect()
        assert wb.add(1) == 2  # tells what went
        assert until(lambda: len(bench.things) == 1)
        assert list(kept.rows(1)) == [0]
    assert until(lambda: not gc.collect() and len(bench.things) == 0)


def test_a_large_answer_and_a_large_question(database: Path, host: Host) -> None:
    with visiting(database, "1", "eva") as bench:
        assert bench.size(b"x" * 50_000_000) == 50_000_000


# ------------------------------------------------------------------ cancelled, and killed


def test_a_command_cancels_its_work_and_goes_on(database: Path, host: Host, bench: Bench) -> None:
    progress = Progress()
    threading.Thread(target=lambda: (bench.began.wait(10), progress.cancel())).start()
    with visiting(database, "1", "eva") as wb:
        with pytest.raises(Cancelled):
            wb.long(progress=progress)
        assert wb.add(1) == 2


def test_a_cancel_that_comes_too_late_means_nothing(database: Path, host: Host) -> None:
    with closing(entered(database)) as connection:
        connection.send(Ask("call", 0, "add", (1, 2)))
        assert connection.recv() == Given(3)
        connection.send(Cancel())
        connection.send(Ask("call", 0, "add", (2, 2)))
        assert connection.poll(5) and connection.recv() == Given(4)


def test_the_work_of_a_command_that_died_stops(database: Path, host: Host, bench: Bench) -> None:
    connection = entered(database)
    line = Line(connection, database.parent)
    asks = threading.Thread(
        target=lambda: pytest.raises(StorageError, Remote(line, 0).long, Progress())
    )
    asks.start()
    assert bench.began.wait(10)
    proving.hang_up(connection)
    assert bench.stopped.wait(10)
    asks.join(10)
    assert line.broken and works(database)


def test_what_was_left_without_an_answer_is_not_answered_to_another(
    database: Path, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Line, progress: object) -> None:
        raise KeyboardInterrupt

    with visiting(database, "1", "eva") as wb, wb.thing():
        with monkeypatch.context() as patch:
            patch.setattr(Line, "_heard", interrupted)
            with pytest.raises(KeyboardInterrupt):
                wb.add(1)
        with pytest.raises(StorageError):
            wb.add(5)


def test_who_asks_before_the_answer_is_hung_up_on(database: Path, host: Host, bench: Bench) -> None:
    with closing(entered(database)) as connection:
        from core.beside.messages import Watched

        connection.send(Ask("call", 0, "long", (Watched(),)))
        assert bench.began.wait(10)
        connection.send(Ask("call", 0, "add", (1,)))
        assert bench.stopped.wait(10)
    assert works(database)


@pytest.mark.parametrize("sent", [b"", b"no pickle", bytes(ForkingPickler.dumps(3))], ids=repr)
def test_nonsense_ends_its_own_connection_alone(database: Path, host: Host, sent: bytes) -> None:
    with closing(entered(database)) as connection:
        connection.send_bytes(sent)
        assert connection.poll(5)
        with pytest.raises((EOFError, OSError)):
            connection.recv()
    assert works(database)


# ------------------------------------------------------------------ who may come in


def test_an_app_of_another_version_is_told(database: Path, host: Host) -> None:
    with (
        pytest.raises(DatabaseLocked, match="Marquee 1; this is 2"),
        visiting(database, "2", "eva"),
    ):
        pass


def test_nobody_listens(database: Path, bench: Bench) -> None:
    with visiting(database, "1", "eva") as wb:
        assert wb is None
    with hosting(database, bench):
        door = doors.read(database)
        assert door is not None and works(database)
    assert doors.read(database) is None and not Path(door.address).parent.exists()
    doors.write(database, door)  # as an app leaves it that was killed
    with visiting(database, "1", "eva") as wb:
        assert wb is None


def test_without_the_key_nobody_comes_in(database: Path, host: Host) -> None:
    door = doors.read(database)
    assert door is not None
    with (
        closing(knock(database)) as connection,
        pytest.raises(Exception, match="digest|EOF|reset|^$"),
    ):
        proving.prove(connection, "0" * 64, hosts=False)
    doors.write(database, doors.Door(door.address, "0" * 64, door.version, door.process))
    with visiting(database, "1", "eva") as wb:
        assert wb is None
    doors.write(database, door)
    assert works(database)


@posix
def test_a_door_of_somebody_else_is_none(database: Path, host: Host, tmp_path: Path) -> None:
    path, door = doors.place(database), doors.read(database)
    assert door is not None
    path.chmod(0o644)
    assert doors.read(database) is None
    path.rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o600)
    path.symlink_to(tmp_path / "elsewhere")
    assert doors.read(database) is None
    path.unlink()
    os.mkfifo(path, 0o600)
    assert doors.read(database) is None  # and nobody waits for a writer
    doors.write(database, door)
    folder = Path(door.address).parent
    folder.chmod(0o755)
    with visiting(database, "1", "eva") as wb:
        assert wb is None
    folder.chmod(0o700)
    assert works(database)


@posix
def test_the_socket_of_an_app_that_was_killed_goes(database: Path, bench: Bench) -> None:
    door = doors.made("1")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(door.address)
    doors.write(database, door)
    with hosting(database, bench):
        assert works(database)
    assert not Path(door.address).parent.exists()


# ------------------------------------------------------------------ nobody waits for another one


def test_a_client_that_stops_in_the_handshake_stops_nobody_else(
    database: Path, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving.prove, "__kwdefaults__", {"limit": 3.0})
    with closing(knock(database)) as silent, closing(knock(database)) as slow:
        os.write(slow.fileno(), b"\0\0")  # a part of the length of an answer
        assert works(database)  # as soon as its own time allows
        for connection in (silent, slow):  # its time ends
            assert until(lambda: not _listens(connection), 60)


def _listens(connection: Connection) -> bool:
    try:
        while connection.poll(0):
            connection.recv_bytes()
    except (EOFError, OSError):
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="others say that nobody listens")
def test_a_command_waits_where_many_knock(database: Path) -> None:
    door = doors.made("1")
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(door.address)
        listening.listen(0)
        with suppress(BlockingIOError):
            for _ in range(10):
                end = stack.enter_context(socket.socket(socket.AF_UNIX))
                end.setblocking(False)
                end.connect(door.address)
        with pytest.raises(OSError):
            proving.reached(door.address, 0.1)
        later = threading.Timer(0.3, lambda: stack.push(listening.accept()[0]))
        later.start()
        proving.reached(door.address, 30).close()
        later.join()
    doors.remove(database, door)


def test_an_app_that_ends_before_the_name_is_said(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Pipe()
    there.close()
    monkeypatch.setattr(guest, "_reached", lambda door: here)
    doors.write(database, doors.made("1"))
    with pytest.raises(StorageError, match="ended") as told, visiting(database, "1", "eva"):
        pass
    assert told.value.hint == "Ask again." and here.closed


@posix
def test_an_app_that_stops_in_the_handshake_is_not_waited_for(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving.prove, "__kwdefaults__", {"limit": 0.5})
    door = doors.made("1")
    doors.write(database, door)
    with socket.socket(socket.AF_UNIX) as stopped:
        stopped.bind(door.address)
        stopped.listen(1)
        began = time.monotonic()
        with visiting(database, "1", "eva") as wb:
            assert wb is None and time.monotonic() - began < 5
    doors.remove(database, door)


def test_the_end_waits_for_nobody(database: Path, bench: Bench) -> None:
    with hosting(database, bench) as host:
        silent, busy = knock(database), entered(database)
        busy.send(Ask("call", 0, "long"))
        assert until(lambda: len(host._open) == 2)
        began = time.monotonic()
        host.close()
        assert time.monotonic() - began < 5
        with closing(silent), closing(busy):
            assert not _listens(silent) and not _listens(busy)
        host.close()  # once more does nothing


def test_what_cannot_be_taken_is_tried_again_and_not_at_once(
    database: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []

    class Full:
        """No more files can be opened."""

        def accept(self) -> Connection:
            tries.append(time.monotonic())
            raise OSError(24, "Too many open files")

    host = Host(database, "1", lambda who: bench)
    accepts = threading.Thread(target=host._accept, args=(Full(), doors.made("1")))
    accepts.start()
    time.sleep(1)
    host._ends.set()
    accepts.join(10)
    assert 2 <= len(tries) <= 6 and not accepts.is_alive()


def test_an_app_without_a_socket_starts_all_the_same(
    database: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors.tempfile, "mkdtemp", lambda prefix: str(database / "missing"))
    with hosting(database, bench), visiting(database, "1", "eva") as wb:
        assert wb is None


def test_a_failure_travels_as_one() -> None:
    told = ForkingPickler.loads(ForkingPickler.dumps(Failed(NotFound("x", hint="y"))))
    assert isinstance(told.error, NotFound) and told.error.hint == "y"
