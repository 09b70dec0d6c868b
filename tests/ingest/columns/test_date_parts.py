"""A birth date in three columns is put together, as a name is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import BadMapping

File = Callable[..., Path]


def births(wb: Workbench) -> list[str | None]:
    return [r["birth_date"] for r in wb.records(order_by="name").rows()]


@pytest.mark.parametrize(
    "header",
    [
        "birth_year,birth_month,birth_day",
        "birthYear,birthMonth,birthDay",
        "Year of birth,Month of birth,Day of birth",
        "Geburtsjahr,Geburtsmonat,Geburtstag",
        "出生年,出生月,出生日",
        "Année de naissance,Mois de naissance,Jour de naissance",
        "Год рождения,Месяц рождения,День рождения",
    ],
)
def test_year_month_and_day_are_joined(wb: Workbench, csv_file: File, header: str) -> None:
    path = csv_file(
        f"name,{header},death_year",
        *(
            "Ada Roth,1906,10,14,1975",
            "Bo Roth,1911.0,5.0,,1991",
            "Cy Roth,1920,0,0,",
            "Di Roth,,3,4,",
        ),
    )
    preview = wb.preview(path)
    step = next(s for s in preview.recipe if s.op == "join")
    assert (step.field, step.value) == ("birth_date", "year month day") and step.reason
    wb.commit(preview.id)
    assert births(wb) == ["1906-10-14", "1911-05", "1920", None]
    first = next(iter(wb.records(order_by="name").rows()))
    assert header.split(",")[0] in first["_extra"]


def test_months_by_name_and_a_day_that_is_none(wb: Workbench, csv_file: File) -> None:
    path = csv_file(
        "name,birth year,birth month,birth day",
        *("Ada Roth,1906,October,14", "Bo Roth,1911,May,", "Cy Roth,1911,2,30"),
    )
    upload = wb.import_file(path)
    assert births(wb) == ["1906-10-14", "1911-05"]
    assert upload.counts and upload.counts.rejected == 1


def test_a_whole_date_beside_its_parts_is_taken(wb: Workbench, csv_file: File) -> None:
    path = csv_file(
        "name,birth_year,birth_month,birth_day,birth_date", "Ada Roth,1906,10,14,1906-10-14"
    )
    assert [m.field for m in wb.draft(wb.receive(path).id).mapping][-1] == "birth_date"


def test_parts_are_chosen_by_hand(wb: Workbench, csv_file: File) -> None:
    path = csv_file("name,a,b,c", "Ada Roth,1906,10,14")
    wb.import_file(
        path, mapping={"a": "birth_date:year", "b": "birth_date:month", "c": "birth_date:day"}
    )
    assert births(wb) == ["1906-10-14"]
    with pytest.raises(BadMapping, match="no part of a date"):
        wb.preview(path, mapping={"a": "birth_date:given"})
