"""When a schedule runs next, held against plain reasoning about clocks that are changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.errors import BadSchedule
from core.schedules.model import Rhythm, parse
from core.schedules.times import after, back_off

BEGAN = datetime(2026, 1, 7, 10, 0)  # a Wednesday, in UTC


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_minutes_count_from_the_beginning_and_do_not_drift() -> None:
    rhythm = Rhythm(every=15, unit="minutes")
    assert after(rhythm, at("2026-01-07 10:00"), BEGAN) == at("2026-01-07 10:15")
    assert after(rhythm, at("2026-01-07 11:07:31"), BEGAN) == at("2026-01-07 11:15")
    assert after(rhythm, at("2026-01-01 00:00"), BEGAN) == at("2026-01-07 10:15")


def test_a_day_keeps_its_time_when_the_clock_is_changed() -> None:
    berlin = Rhythm(at="08:30", zone="Europe/Berlin")
    assert after(berlin, at("2026-03-28 00:00"), BEGAN) == at("2026-03-28 07:30")
    assert after(berlin, at("2026-03-28 07:30"), BEGAN) == at("2026-03-29 06:30")  # summer time
    assert after(berlin, at("2026-10-25 00:00"), BEGAN) == at("2026-10-25 07:30")


def test_a_time_that_the_clock_jumps_over_runs_once_and_one_that_comes_twice_runs_once() -> None:
    night = Rhythm(at="02:30", zone="Europe/Berlin")
    jumped = after(night, at("2026-03-28 12:00"), BEGAN)
    assert jumped == at("2026-03-29 01:30")  # 02:30 is no time on that day; 03:30 is shown then
    assert after(night, jumped, BEGAN) == at("2026-03-30 00:30")
    twice = after(night, at("2026-10-24 12:00"), BEGAN)
    assert twice == at("2026-10-25 00:30")
    assert after(night, twice, BEGAN) == at("2026-10-26 01:30")


def test_weeks_and_days_of_the_week() -> None:
    fortnight = Rhythm(every=2, unit="weeks", days=("friday",), at="09:00")
    first = after(fortnight, BEGAN, BEGAN)
    assert first == at("2026-01-09 09:00")
    assert after(fortnight, first, BEGAN) == at("2026-01-23 09:00")
    work = Rhythm(days=("monday", "tuesday"), at="06:00")
    assert after(work, at("2026-01-07 00:00"), BEGAN) == at("2026-01-12 06:00")
    third = Rhythm(every=3, unit="days", at="06:00")
    assert after(third, at("2026-01-07 12:00"), BEGAN) == at("2026-01-10 06:00")


@pytest.mark.parametrize(
    ("rhythm", "told"),
    [
        ({"at": "25:00"}, "HH:MM"),
        ({"zone": "Mars/Base"}, "time zone"),
        ({"every": 0}, "greater"),
        ({"unit": "years"}, "unit"),
    ],
)
def test_what_is_no_rhythm_is_told(rhythm: dict[str, object], told: str) -> None:
    place = {"kind": "folder", "folder": "/in"}
    with pytest.raises(BadSchedule, match=told):
        parse({"name": "x", "dataset": "celebrities", "place": place, "rhythm": rhythm})


def test_after_failures_it_waits_longer_and_longer() -> None:
    waits = [back_off(n) for n in (1, 2, 3, 30)]
    assert waits == [*(timedelta(minutes=m) for m in (2, 4, 8)), timedelta(days=1)]
