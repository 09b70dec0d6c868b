"""What somebody waits for is stopped after a while, or when they have left; what nobody waits for is not."""

from __future__ import annotations

import threading
import time

import pytest

from core import Workbench
from core.errors import Cancelled, MarqueeError, TookTooLong
from core.storage.patience import Patience, offered, present, taken

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
