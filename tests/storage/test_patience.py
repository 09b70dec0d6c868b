"""What somebody waits for is stopped after a while, or when they have left; what nobody waits for is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core import Workbench
from core.errors import Cancelled, MarqueeError, TookTooLong
from core.storage import patience as patience_
from core.storage.patience import Patience, Stoppable, offered, present, taken, watched
from core.storage.store import Connection

SLOW = "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3"

LISTED = (  # a question of somebody has no function that makes tables
    "SELECT count(*) FROM (SELECT unnest(range(1000000)) x) a, (SELECT unnest(range(1000000)) x) b"
    " WHERE a.x * b.x % 7 = 3"
)


def asked(wb: Workbench) -> None:
    wb.database.read(lambda c: c.execute(SLOW).fetchall())


def test_a_question_ends_after_its_time_and_the_next_one_works(wb: Workbench) -> None:
    began = time.monotonic()
    with offered(Patience(0.3)), taken(), pytest.raises(TookTooLong, match="0.3 s") as caught:
        asked(wb)
    assert 0.3 <= time.monotonic() - began < 5
    assert caught.value.extra["seconds"] == 0.3
    with offered(Patience(0.3)), taken():
        assert wb.database.read(lambda c: c.execute("SELECT 1").fetchall()) == [(1,)]


def test_many_short_statements_end_too(wb: Workbench) -> None:
    def often(cursor: object) -> None:
        while True:
            cursor.execute("SELECT count(*) FROM range(200000)").fetchall()  # type: ignore[attr-defined]

    with offered(Patience(0.3)), taken(), pytest.raises(TookTooLong):
        wb.database.read(often)


def test_it_ends_when_whoever_asked_has_left(wb: Workbench) -> None:
    patience = Patience(0)  # as long as it takes
    timer = threading.Timer(0.3, patience.leave)
    timer.start()
    with offered(patience), taken(), pytest.raises(Cancelled, match="has left"):
        asked(wb)
    timer.join()


def test_the_answer_that_is_computed_later_ends_too(wb: Workbench) -> None:
    with offered(Patience(0.3)):
        lazy = wb.sql(LISTED)
    assert present() is None
    for asking in (lazy.fetchall, lazy.df, lazy.arrow, lambda: list(lazy.rows())):
        with pytest.raises(TookTooLong):
            asking()


def test_changes_and_what_no_door_waits_for_have_all_the_time(wb: Workbench) -> None:
    seen: list[Patience | None] = []
    thread = threading.Thread(target=lambda: seen.append(present()))
    with offered(Patience(0.01)), taken():
        thread.start()
        thread.join()
        assert wb.database.write(lambda c: c.execute(SLOW.replace("100000000", "1000")).fetchall())
    with offered(Patience(0.01)):
        assert wb.database.read(lambda c: c.execute(SLOW.replace("100000000", "1000")).fetchall())
    assert seen == [None]


def test_an_error_of_the_question_itself_stays_what_it_is(wb: Workbench) -> None:
    with offered(Patience(30)), pytest.raises(MarqueeError) as caught:
        wb.sql("SELECT 1 / 'x'").fetchall()
    assert caught.value.code == "bad_query"


def test_what_is_read_after_a_change_is_not_stopped(wb: Workbench) -> None:
    patience = Patience(0.01)
    with offered(patience), taken():
        wb.database.write(lambda c: c.execute("SELECT 1").fetchall())
        patience.leave()
        assert wb.database.read(lambda c: c.execute(SLOW.replace("100000000", "2000")).fetchall())


class Gone:
    """A cursor that was closed."""

    def interrupt(self) -> None:
        raise RuntimeError("closed")


def test_one_that_cannot_be_interrupted_harms_no_other(wb: Workbench) -> None:
    with watched(Gone(), Patience(0.01)):
        time.sleep(0.3)
    with offered(Patience(0.3)), taken(), pytest.raises(TookTooLong):
        asked(wb)


def test_a_watcher_that_ended_is_followed_by_another(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Thread(target=lambda: None)
    ended.start()
    ended.join()
    monkeypatch.setattr(patience_, "_watchers", [ended])
    with offered(Patience(0.3)), taken(), pytest.raises(TookTooLong):
        asked(wb)


def test_an_interrupt_that_is_met_late_is_no_error_of_the_question() -> None:
    patience = Patience(0)
    with pytest.raises(Cancelled), watched(Gone(), patience):
        patience.leave()
        raise RuntimeError("INTERRUPT")


def test_what_takes_a_reader_of_its_own_has_a_limit_too(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb.import_file(b"name,mbti\nAda Lovelace,INTJ\n")
    file = tmp_path / "a.csv"
    file.write_text("name\nAda\n")
    record = str(wb.records(limit=1).df()["record_id"][0])
    given, limited, reader = [], [], wb.database.reader

    @contextmanager
    def noted() -> Iterator[Connection]:
        with reader() as cursor:
            given.append(cursor)
            yield cursor

    class Noted(patience_._Watched):
        def __init__(self, cursor: Stoppable, patience: Patience) -> None:
            super().__init__(cursor, patience)
            limited.append(cursor)

    monkeypatch.setattr(wb.database, "reader", noted)
    monkeypatch.setattr(patience_, "_Watched", Noted)
    for asking in (
        lambda: wb.quality.profile(file),
        lambda: wb.history("celebrities", record),
        lambda: wb.quality.project("celebrities", "validity:mbti:choices", {"INTX": "INTJ"}),
    ):
        with offered(Patience(60)):
            asking()
        assert given and given == limited
