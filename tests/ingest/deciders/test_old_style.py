"""Dates of the Julian calendar, months with a year of two digits, and files of two orders: each is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import Workbench

File = Callable[..., Path]


def test_old_style_is_kept_and_said(wb: Workbench, csv_file: File) -> None:
    rows = (
        "Ada Roth,3 January 1720 (O.S.)",
        "Bo Roth,11 Feb 1732 N.S.",
        "Cy Roth,3 января 1720 (ст. ст.)",
    )
    preview = wb.preview(csv_file("name,born", *rows))
    assert [(p.rule, p.count) for p in preview.problems] == [("old_style", 2)]
    wb.commit(preview.id)
    born = [r["birth_date"] for r in wb.records(order_by="name").rows()]
    assert born == ["1720-01-03", "1732-02-11", "1720-01-03"]


def test_many_dates_in_the_other_order_are_a_question(wb: Workbench, csv_file: File) -> None:
    first = [f"Ada {i} Roth,{i}/05/1990" for i in range(13, 28)]
    late = [f"Bo {i} Roth,05/{i}/1990" for i in range(13, 16)]
    order = {"op": "date_order", "field": "birth_date", "value": "dmy"}
    preview = wb.preview(csv_file("name,birth_date", *first, *late), recipe=[order])
    (asked,) = [p for p in preview.problems if p.rule == "other_order"]
    assert (asked.severity, asked.count, len(asked.answers)) == ("warning", 3, 3)
    slip = wb.preview(csv_file("name,birth_date", *first, late[0]), recipe=[order])
    assert [p.severity for p in slip.problems if p.rule == "other_order"] == ["info"]
