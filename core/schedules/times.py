"""When a schedule runs next: in its own time zone, right on days when clocks are changed; and later after failures."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from core.schedules.model import DAYS, Rhythm

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=24)


def after(rhythm: Rhythm, moment: datetime, began: datetime) -> datetime:
    """The first time behind a moment; both, and the answer, in UTC without a zone. `began` is when it was defined.

    Minutes and hours count from `began`, so that they do not drift; days and weeks from its day in the zone.
    """
    if rhythm.unit in ("minutes", "hours"):
        step = timedelta(**{rhythm.unit: rhythm.every})
        return began + step * max(1, (moment - began) // step + 1)
    zone, clock = ZoneInfo(rhythm.zone), time.fromisoformat(rhythm.at)
    first = _local(began, zone).date()
    day = max(first, _local(moment, zone).date() - timedelta(days=1))
    for _ in range(14 + 7 * rhythm.every * (7 if rhythm.unit == "weeks" else 1)):
        found = _utc(day, clock, zone)
        if found > moment and _fits(rhythm, day, first):
            return found
        day += timedelta(days=1)
    raise AssertionError("a rhythm without a day")


def _fits(rhythm: Rhythm, day: date, first: date) -> bool:
    if rhythm.unit == "weeks":
        weeks = (_monday(day) - _monday(first)).days // 7
        return DAYS[day.weekday()] in (rhythm.days or ("monday",)) and weeks % rhythm.every == 0
    if rhythm.days:
        return DAYS[day.weekday()] in rhythm.days
    return (day - first).days % rhythm.every == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=timezone.utc).astimezone(zone)


def _utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time of day as UTC. One that the clock jumps over becomes the hour behind it; of two, the first is taken."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)


def back_off(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 2 minutes, 4, 8, ... a day at most."""
    times: int = 2 ** min(max(failures, 1) - 1, 12)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE)
