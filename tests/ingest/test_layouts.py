"""Layouts through the door that all doors share: what is imported is the table, and nobody is lost."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from core import Workbench

PEOPLE = [
    ["name", "birth_date", "occupations"],
    ["Ann Lee", "1950-01-02", "actor"],
    ["Bob Day", "1951-02-03", "poet"],
    ["Cem Can", "1952-03-04", "singer"],
]


def names(wb: Workbench) -> list[str]:
    return [str(r["name"]) for r in wb.records("celebrities", order_by="name").rows()]


def test_a_workbook_that_begins_with_notes(wb: Workbench, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    notes = book.add_worksheet("Read me")
    notes.write_column(0, 0, ["People of note", "Contact: hr@x.org", "Do not edit!"])
    notes.write(1, 2, "v3")
    sheet = book.add_worksheet("People")
    for row, cells in enumerate(PEOPLE):
        sheet.write_row(row + 3, 1, cells)
    sheet.write_row(0, 1, ["Report:", "People", "2024"])
    book.close()
    wb.import_file(tmp_path / "a.xlsx")
    assert names(wb) == ["Ann Lee", "Bob Day", "Cem Can"]


def test_nobody_is_swallowed_by_a_nickname(wb: Workbench, tmp_path: Path) -> None:
    lines = [",".join(PEOPLE[0]), '"Weird Al" Yank,1959-10-23,singer', "Bob Day,1951-02-03,poet"]
    lines += ['"Quoted, Last",1961-01-02,poet', "Mo,May 1990,poet"]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    wb.import_file(tmp_path / "a.csv")
    assert {'"Weird Al" Yank', "Bob Day", "Quoted, Last"} <= set(names(wb))
