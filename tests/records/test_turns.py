"""Searches take turns, and nothing else waits for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from core.errors import BadQuery, Busy
from core.records import turns
from core.workbench import Workbench


def test_a_search_waits_for_another_and_nothing_else_does(things: Workbench) -> None:
    begun = Event()
    with ThreadPoolExecutor(2) as pool:
        with turns.turn():

            def search() -> int:
                begun.set()
                return len(list(things.records("things", search="a").rows()))

            waiting = pool.submit(search), pool.submit(things.count, "things", search="a")
            assert begun.wait(10)
            assert things.count("things") == 60
            assert len(things.records("things", limit=5).fetchall()) == 5
            assert things.records("things", search="a").columns()
            assert not any(one.done() for one in waiting)
        assert waiting[0].result(30) == waiting[1].result(30)


def test_who_waits_too_long_is_told(things: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.01)
    with turns.turn(), pytest.raises(Busy, match="other searches"):
        things.count("things", search="a")
    assert things.count("things", search="a") == len(
        things.records("things", search="a").fetchall()
    )


def test_who_reads_slowly_holds_nobody_up(things: Workbench) -> None:
    slow = things.records("things", search="a").rows()
    next(slow)
    assert things.count("things", search="a")
    with pytest.raises(BadQuery):
        things.records("things", where="size > 'word'", search="a").fetchall()
    assert things.count("things", search="a")  # a question that failed has given its turn back
    slow.close()
