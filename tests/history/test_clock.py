"""The clock may be set back; the order of what happened stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.history import events
from core.storage import ids


def test_times_and_ids_go_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before, first = events.now(), ids.new_id()
    back = timedelta(hours=1)

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def,override]
            return datetime.now(tz) - back

    present = ids.time.time_ns()
    monkeypatch.setattr(events, "datetime", Clock)
    monkeypatch.setattr(ids.time, "time_ns", lambda: present - 3_600_000_000_000)
    later = [events.now() for _ in range(5)]
    assert [before, *later] == sorted({before, *later})
    assert later[-1] - before < timedelta(minutes=1), "it does not run ahead either"
    made = [first, *(ids.new_id() for _ in range(5))]
    assert made == sorted(made)
