"""What the name of a column says about its dates."""

from __future__ import annotations

import pytest

from core.dates import header


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("DOB (DD/MM/YYYY)", "dmy"), ("Geburtsdatum (TT.MM.JJJJ)", "dmy"), ("date de naissance (jj/mm/aaaa)", "dmy"),
        ("Birth date MM/DD/YYYY", "mdy"), ("born (mm-dd-yy)", "mdy"), ("date_yyyymmdd", "ymd"), ("YYMMDD", "ymd"),
        ("data di nascita (gg/mm/aaaa)", "dmy"), ("doğum tarihi (gg.aa.yyyy)", "dmy"), ("Дата (дд.мм.гггг)", "dmy"),
        ("data urodzenia (dd.mm.rrrr)", "dmy"), ("DOB day/month/year", "dmy"), ("生日（年/月/日）", "ymd"),
        ("Birth date", None), ("Hammond", None), ("Summary", None), ("DD/MM/YYYY or MM/DD/YYYY", None), ("dmy", None),
        ("Mommy", None), ("ddmmyyyy", "dmy"), ("", None), ("d/m/y", "dmy"),
        ("Born (YYYY-DD-MM)", "ydm"), ("yyyyddmm", "ydm"), ("Geburtstag (JJJJ-MM-TT)", "ymd"), ("生年月日（年/日/月）", "ydm"),
    ],
)  # fmt: skip
def test_order(name: str, order: str | None) -> None:
    found = header.order(name)
    assert (found[0] if found else None) == order


@pytest.mark.parametrize(
    ("name", "calendar"),
    [("出生日期(民國)", "roc"), ("วันเกิด (พ.ศ.)", "buddhist"), ("DOB (Hijri)", "hijri"), ("تاریخ تولد شمسی", "persian"),
     ("Birth date", None), ("Roche", None), ("Ahmed", None), ("Born (U.S.)", None), ("Born (BS)", "unknown"),
     ("Born (E.C.)", "unknown"), ("born (x.y.)", "unknown"), ("生日(农历)", "unknown"), ("生日（西曆）", None), ("DOB (A.D.)", None),
     ("Born (Gregorian calendar)", None), ("Coptic calendar birth", "unknown"), ("Jobs", None), ("Born (n.s.)", None)],
)  # fmt: skip
def test_calendar(name: str, calendar: str | None) -> None:
    found = header.calendar(name)
    assert (found[0] if found else None) == calendar
