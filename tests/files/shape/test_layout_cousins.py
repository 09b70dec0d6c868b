"""Layouts as people make them, as a text and as a workbook: the table is found, or it is a doubt."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.files.reader import read
from core.files.table import Table

Cell = str | int | float | None
Rows = list[list[Cell]]

NAMES: list[Cell] = ["Id", "Name", "City", "Joined", "Salary"]
STAFF: Rows = [
    [1, "Anna Kowalska", "Oslo", "2015-01-03", 1000],
    [2, "Jörg Müller", "Rome", "2015-02-03", 2000],
    [3, "Siobhán O'Neil", "Oslo", "2016-03-03", 3001],
    [4, "Wei Chen", "Bonn", "2015-04-03", 3002],
    [5, "Ole Hansen", "Lima", "2017-05-03", 500],
    [6, "Marta Díaz", "Oslo", "2018-06-03", 700],
]
TABLE: Rows = [NAMES, *STAFF]
GAP: Rows = [[]]
GROUPED: Rows = [[f"Thing {i}", "Oslo", i % 3, 10 + i, 8 - i % 4, i] for i in range(9)]
FILMS: Rows = [["Title", "Year"], ["Alien", 1979], ["Solaris", 1972], ["Stalker", 1979]]
TWO: Rows = [["Person", "Age"], ["Ann", 50], ["Bob", 51], ["Cem", 52]]
FULL = ["Name", "City", "Units", "Sales", "Units", "Sales"]
PROSE: Rows = [
    [f"This is line {i} of the terms, which nobody reads, and which say what is not meant."]
    for i in range(24)
]


@dataclass(frozen=True)
class Case:
    """What stands in the file; the names and the number of rows that must come of it.

    `merge` are merged areas of the workbook; `only` says which of the two kinds is meant.
    """

    rows: Rows
    columns: list[str]
    total: int
    merge: tuple[str, ...] = ()
    only: str = ""
    unsure: str = ""  # a decision that must be a doubt


STAFF_NAMES = [str(name) for name in NAMES]
UNITS = ["Name", "City", "2023 Units", "2023 Sales", "2024 Units", "2024 Sales"]
CASES: dict[str, Case] = {
    "labels above, a gap": Case(
        [["Report:", "Staff list", "Version:", 8.45], ["Rows:", 6], *GAP, *TABLE], STAFF_NAMES, 6
    ),
    "labels above, no gap": Case(
        [["Report:", "Staff list"], ["Rows:", 6], ["Made by:", "Ann"], *TABLE], STAFF_NAMES, 6
    ),
    "labels without colons": Case(
        [["Report", "Staff list"], ["Rows", 6], ["Total", 5031], *GAP, *TABLE], STAFF_NAMES, 6
    ),
    "one label in each line": Case(
        [["Company:", "X"], *GAP, ["Date:", "2020-01-02"], *GAP, *TABLE], STAFF_NAMES, 6
    ),
    "many labels above few rows": Case(
        [["Report:", "S"], ["By:", "A"], ["On:", "B"], ["At:", 5], ["To:", 6], *GAP, *TABLE[:4]],
        STAFF_NAMES,
        3,
    ),
    "a pivot's filters": Case(
        [["Year", "(All)"], ["Region", "North"], *GAP, ["Row Labels", "Sum of Sales"]]
        + [[f"Shop {i}", 100 * i] for i in range(8)],
        ["Row Labels", "Sum of Sales"],
        8,
    ),
    "a pivot with columns": Case(
        [["Year", "(All)"], *GAP, ["Sum of Sales", "Column Labels"]]
        + [["Row Labels", "2019", "2020", "Grand Total"]]
        + [[f"Shop {i}", i, 2 * i, 3 * i] for i in range(1, 9)],
        ["Row Labels", "2019", "2020", "Grand Total"],
        8,
    ),
    "a group row": Case([[None, None, 2023, None, 2024], FULL, *GROUPED], UNITS, 9),
    "a group row, merged": Case(
        [[None, None, 2023, None, 2024], FULL, *GROUPED], UNITS, 9, ("C1:D1", "E1:F1"), "xlsx"
    ),
    "a group row of words": Case(
        [
            [None, None, "Address", None, "Contact"],
            ["Name", "Born", "Street", "City", "Mail", "Phone"],
        ]
        + [[f"P{i}", 1950 + i, f"Road {i}", "Oslo", f"p{i}@x.org", 1000 + i] for i in range(8)],
        ["Name", "Born", "Address Street", "Address City", "Contact Mail", "Contact Phone"],
        8,
    ),
    "a group row from the first column on": Case(
        [["Person", None, "Work", None], ["First", "Last", "Job", "Since"]]
        + [["Ann", "Lee", "actor", 1950 + i] for i in range(6)],
        ["Person First", "Person Last", "Work Job", "Work Since"],
        6,
        unsure="header_rows",
    ),
    "numbers of the columns above the names": Case([[1, 2, 3, 4, 5], *TABLE], STAFF_NAMES, 6),
    "letters of the columns above the names": Case([[*"ABCDE"], *TABLE], STAFF_NAMES, 6),
    "numbers of the columns below the names": Case(
        [NAMES, [1, 2, 3, 4, 5], *STAFF], STAFF_NAMES, 6
    ),
    "a first row of numbers": Case([["a", "b", "c"], [1, 2, 3], [4, 5, 6], [9, 8, 9]], [*"abc"], 3),
    "comments as wide as the table": Case(
        [["# made by a tool"], ["# 2020-01-02", "v2", "final", "x", "y"], *TABLE], STAFF_NAMES, 6
    ),
    "names behind a hash": Case(
        [["#Name", "Born"], ["Ann", 1950], ["Bo", 1951]], ["#Name", "Born"], 2
    ),
    "the same names again, without a gap": Case([*TABLE, *TABLE], STAFF_NAMES, 12),
    "a list of codes beside the table": Case(
        [[*NAMES, None, None, "Code", "Meaning"], [*STAFF[0], None, None, "A", "active"]]
        + [[*STAFF[1], None, None, "B", "blocked"], *STAFF[2:]],
        STAFF_NAMES,
        6,
        only="xlsx",
        unsure="columns",
    ),
    "one merged group": Case(
        [[None, None, "Address"], ["Name", "Born", "Street", "City", "Mail"]]
        + [[f"P{i}", 1950 + i, f"Road {i}", "Oslo", f"p{i}@x.org"] for i in range(8)],
        ["Name", "Born", "Address Street", "Address City", "Mail"],
        8,
        ("C1:D1",),
        "xlsx",
    ),
    "a merged group from the first column on": Case(
        [["Person", None, "Address"], ["Name", "Born", "Street", "City"]]
        + [[f"P{i}", 1950 + i, f"Road {i}", "Oslo"] for i in range(8)],
        ["Person Name", "Person Born", "Address Street", "Address City"],
        8,
        ("A1:B1", "C1:D1"),
        "xlsx",
    ),
    "a merged title over all": Case(
        [["Staff of the year 2024"], FULL[:4], *(row[:4] for row in GROUPED)],
        FULL[:4],
        9,
        ("A1:D1",),
        "xlsx",
    ),
    "groups in two rows, merged": Case(
        [[None, None, "Trade"], [None, None, 2023, None, 2024], FULL, *GROUPED],
        ["Name", "City"] + [f"Trade {name}" for name in UNITS[2:]],
        9,
        ("C1:F1", "C2:D2", "E2:F2"),
        "xlsx",
    ),
    "a title above a group row": Case(
        [["Sales of things"], *GAP, [None, None, 2023, None, 2024], FULL, *GROUPED], UNITS, 9
    ),
    "quarters above": Case(
        [["", "Q1", "", "Q2", ""], ["Shop", "in", "out", "in", "out"]]
        + [[f"Shop {i}", i, 2 * i, 3 * i, 4 * i] for i in range(8)],
        ["Shop", "Q1 in", "Q1 out", "Q2 in", "Q2 out"],
        8,
    ),
    "two small tables": Case([*TWO, *GAP, *FILMS], ["Person", "Age"], 3, unsure="table"),
    "two small tables with titles": Case(
        [["People"], *TWO, *GAP, ["Films"], *FILMS], ["Person", "Age"], 3, unsure="table"
    ),
    "two tables of other shapes": Case([*TABLE, *GAP, *FILMS], STAFF_NAMES, 6, unsure="table"),
    "the same names again": Case(
        [*TWO, *GAP, ["Person", "Age"], ["Dee", 53], ["Eva", 54]],
        ["Person", "Age"],
        5,
        unsure="table",
    ),
    "names behind which a row is blank": Case(
        [NAMES, *GAP, [7, "Mo", "Oslo", "unknown", 5], *STAFF], STAFF_NAMES, 7
    ),
    "one year above the names": Case(
        [[None, None, 2023], FULL[:4], *(row[:4] for row in GROUPED)],
        ["Name", "City", "2023 Units", "2023 Sales"],
        9,
    ),
    "a word above the names may be a title": Case(
        [[None, None, "Sales of the year"], FULL[:4], *(row[:4] for row in GROUPED)], FULL[:4], 9
    ),
    "prose above": Case([*PROSE, *GAP, *TABLE], STAFF_NAMES, 6),
    "prose below": Case([*TABLE, *GAP, *PROSE], STAFF_NAMES, 6, only="xlsx"),
    "prose right below": Case([*TABLE, *PROSE], STAFF_NAMES, 6, only="xlsx", unsure="footer"),
    "a spacer column": Case(
        [[row[0], row[1], None, *row[2:]] for row in TABLE], STAFF_NAMES, 6, only="xlsx"
    ),
    "two spacer columns": Case(
        [[row[0], row[1], None, row[2], row[3], None, row[4]] for row in TABLE],
        STAFF_NAMES,
        6,
        only="xlsx",
    ),
    "notes beside": Case(
        [
            [*row, None, note]
            for row, note in zip(
                TABLE,
                [None, "Please check.", None, "Call Ann first", None, None, None],
                strict=True,
            )
        ],
        STAFF_NAMES,
        6,
        only="xlsx",
        unsure="columns",
    ),
    "a note beside the names": Case(
        [
            [*row, None, note]
            for row, note in zip(TABLE, ["Please check all rows.", *[None] * 6], strict=True)
        ],
        STAFF_NAMES,
        6,
        only="xlsx",
        unsure="columns",
    ),
    "labels beside": Case(
        [
            [*row, None, *note]
            for row, note in zip(
                TABLE,
                [["Contact:", "Ann"], ["Phone:", 123], ["Status:", "final"], [], [], [], []],
                strict=True,
            )
        ],
        STAFF_NAMES,
        6,
        only="xlsx",
        unsure="columns",
    ),
    "remarks are a column": Case(
        [
            [*row, note]
            for row, note in zip(
                TABLE, ["Remark", None, "x", None, None, "left", None], strict=True
            )
        ],
        [*STAFF_NAMES, "Remark"],
        6,
    ),
    "a title, notes and totals": Case(
        [["Staff"], *GAP, *TABLE, ["Total", None, None, None, 10203], *GAP, ["Source: office"]],
        STAFF_NAMES,
        6,
    ),
    "blank rows in between": Case([*TABLE[:4], *GAP, *TABLE[4:]], STAFF_NAMES, 6),
    "a row without a date behind a gap": Case(
        [*TABLE[:4], *GAP, [7, "Mo", "Oslo", "unknown", None], *TABLE[4:]], STAFF_NAMES, 7
    ),
    "few rows above many blank ones": Case([*TABLE, *[["", "", "", "", ""]] * 60], STAFF_NAMES, 6),
}


def write_text(path: Path, case: Case) -> Path:
    width = max(map(len, case.rows))
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in case.rows:
            cells = ["" if cell is None else cell for cell in row]
            csv.writer(file).writerow([*cells, *[""] * (width - len(cells))])
    return path


def write_book(path: Path, sheets: dict[str, Rows], merge: tuple[str, ...] = ()) -> Path:
    book = xlsxwriter.Workbook(path)
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        held: dict[tuple[int, int], Cell] = {}
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(number, column, cell)
                    held[number, column] = cell
        for area in merge:
            from xlsxwriter.utility import xl_cell_to_rowcol

            sheet.merge_range(area, held[xl_cell_to_rowcol(area.split(":")[0])])
    book.close()
    return path


def check(table: Table, case: Case) -> None:
    told = [(d.name, d.value, d.evidence) for d in table.decisions]
    assert [*table.columns] == case.columns, told
    assert table.total == len(list(table.rows())) == case.total, told
    if case.unsure:
        assert not table.decision(case.unsure).sure and table.decision(case.unsure).runner_up


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.only != "xlsx"])
def test_layouts_of_texts(tmp_path: Path, name: str) -> None:
    check(read(write_text(tmp_path / "a.csv", CASES[name])), CASES[name])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.only != "csv"])
def test_layouts_of_workbooks(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    check(read(write_book(tmp_path / "a.xlsx", {"Data": case.rows}, case.merge)), case)


COVERS: dict[str, Rows] = {
    "title": [["Company X staff list"], ["Version 3", None, "v3"], ["Contact: hr@x.org"]],
    "labels": [["Title:", "Staff"], ["Author:", "Ann"], ["Date:", "2020-01-02"]],
    "prose": PROSE,
    "codes": [[i, f"code{i}"] for i in range(40)],
    "a word": [["Read me"]],
    "contents": [["Contents"], ["Sheet 1", "Staff"], ["Sheet 2", "Codes"]],
}


@pytest.mark.parametrize("cover", COVERS)
def test_a_cover_goes_before_no_table(tmp_path: Path, cover: str) -> None:
    path = write_book(tmp_path / "a.xlsx", {"Read me": COVERS[cover], "Staff": TABLE})
    table = read(path)
    assert table.sheet == "Staff" and table.columns == tuple(STAFF_NAMES) and table.total == 6
    sheet = table.decision("sheet")
    assert not sheet.sure or max(map(len, COVERS[cover])) == 1
    first = read(path, sheet="Read me") if len(COVERS[cover]) > 3 else None
    assert first is None or first.sheet == "Read me"


def test_the_first_of_two_tables_is_read(tmp_path: Path) -> None:
    table = read(write_book(tmp_path / "a.xlsx", {"Staff": TABLE, "Films": FILMS}))
    assert table.sheet == "Staff" and table.decision("sheet").runner_up == "Films"


def test_a_much_longer_table_goes_before_a_short_one(tmp_path: Path) -> None:
    people: Rows = [NAMES, *[[i, f"P {i}", "Oslo", "2015-01-03", i] for i in range(300)]]
    table = read(write_book(tmp_path / "a.xlsx", {"Summary": FILMS, "People": people}))
    assert table.sheet == "People" and table.total == 300


def test_a_spacer_column_can_be_taken_for_a_border(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", {"Data": CASES["a spacer column"].rows})
    table = read(path)
    assert not table.decision("table").sure and len(table.tables) == 2
    assert read(path, table=1).columns == ("Id", "Name")


def test_names_that_stand_again_are_no_row(tmp_path: Path) -> None:
    case = CASES["the same names again"]
    for path in (
        write_text(tmp_path / "a.csv", case),
        write_book(tmp_path / "a.xlsx", {"Data": case.rows}),
    ):
        table = read(path)
        assert [row[0] for row in table.rows()] == ["Ann", "Bob", "Cem", "Dee", "Eva"]
        assert any("names again, left out: 1" in note for note in table.notes)


def test_the_other_table_can_be_chosen(tmp_path: Path) -> None:
    for path in (
        write_text(tmp_path / "a.csv", CASES["two small tables"]),
        write_book(tmp_path / "a.xlsx", {"Data": CASES["two small tables"].rows}),
    ):
        other: Any = read(path, table=2)
        assert other.columns == ("Title", "Year") and other.total == 3
