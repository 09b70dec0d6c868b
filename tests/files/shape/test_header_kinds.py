"""Names that look like values, and values that look like names: which row holds the names."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from core.files.reader import read
from core.files.table import Table

SUMS = [
    [f"Land {i}", *(str((i * 977 + j * 1_313) % 9_000 + 1_000) for j in range(6))] for i in range(8)
]
SMALL = [[f"Ann {i}", *(str((i * 7 + j * 5) % 9) for j in range(6))] for i in range(8)]


def text_of(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


def both(tmp_path: Path, rows: list[list[str]]) -> list[Table]:
    """The rows as a text and as a workbook."""
    (tmp_path / "a.csv").write_text(text_of(rows), encoding="utf-8")
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"strings_to_numbers": True})
    sheet = book.add_worksheet("Data")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.close()
    return [read(tmp_path / "a.csv"), read(tmp_path / "a.xlsx")]


NAMES = [
    ["Country", "2019", "2020", "2021", "2022"],
    ["Country", "2022", "2021", "2020", "2019"],
    ["Country", "1990", "1995", "2000", "2005"],
    ["Country", "2019", "2020"],
    ["", "2019", "2020", "2021"],
    ["", "1", "2", "3", "4"],
    ["Country", "10%", "20%", "30%"],
    ["Day", "1", "2", "3", "4", "5", "6"],
    ["Person", "6", "5", "4", "3"],
    ["Person", "10", "20", "30"],
    ["Country", "Jan", "Feb", "Mar", "Apr"],
    ["Land", "Januar", "Februar", "März"],
    ["国家", "2019年", "2020年", "2021年"],
    ["Country", "Q1 2020", "Q2 2020", "Q3 2020"],
    ["Country", "2020-01", "2020-02", "2020-03"],
    ["Country", "Sales 2019", "Sales 2020", "Sales 2021"],
    ["Person", "Mon", "Tue", "Wed"],
    ["Country", "Code", "2019", "2020", "2021"],
    ["Country", "2019", "2020", "2019", "2020"],
    ["Country", "2020", "2019", "2020", "2019", "2020", "2019"],
    ["Country", "2019", "2020", "2021", "2020", "2021"],
    ["Country", "2020-01", "2020-02", "2020-01", "2020-02"],
    ["Country", "2019", "2019", "2020", "2020"],
    ["Country", "1", "2", "3", "1", "2", "3"],
]


@pytest.mark.parametrize("names", NAMES, ids=" ".join)
@pytest.mark.parametrize("body", [SUMS, SMALL], ids=["sums", "small"])
def test_years_days_and_months_are_names(
    tmp_path: Path, names: list[str], body: list[list[str]]
) -> None:
    for table in both(tmp_path, [names, *(row[: len(names)] for row in body)]):
        assert table.columns == tuple(names), table.decision("header")
        assert table.total == len(body)


@pytest.mark.parametrize(
    "dates",
    [
        ["2020-03-01", "2020-02-01", "2020-01-01"],
        ["Nov-19", "Dec-19", "Jan-20"],
        ["Okt-19", "Dez-19", "Mai-20"],
        ["1-Apr-20", "1-May-20", "1-Jun-20"],
        ["31/01/2020", "29/02/2020", "31/03/2020"],
        ["9/1/2020", "10/1/2020", "11/1/2020"],
        ["31.12.2019", "30.11.2019", "31.10.2019"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("corner", ["Person", ""])
def test_dates_in_order_are_names(tmp_path: Path, dates: list[str], corner: str) -> None:
    for table in both(tmp_path, [[corner, *dates], *(row[:4] for row in SMALL)]):
        assert [name for name in table.columns if not name.startswith("column_")][-3:] == dates
        assert table.total == len(SMALL)


def test_three_numbers_in_step_are_names_but_never_sure(tmp_path: Path) -> None:
    rows = [["Ann", "1", "2", "3"], ["Bo", "5", "7", "9"], ["Cy", "4", "4", "1"]]
    for table in both(tmp_path, rows):
        assert not table.decision("header").sure


LIVES = [[f"P{i}", str(1900 + i), str(1950 + 2 * i), str(1980 + i)] for i in range(8)]


@pytest.mark.parametrize(
    "rows",
    [
        LIVES,  # born, married, died: each row is in order
        [row[1:] for row in LIVES],
        [[f"P{i}", str(i), str(i + 1), str(i + 2)] for i in range(8)],
        [["Mo", "May 1990", "June 2001", "2003"], *LIVES],
        [["1", "2", "3"], *([str(i), str(2 * i), str(i * i)] for i in range(8))],
    ],
)
def test_a_first_row_like_the_body_is_body(tmp_path: Path, rows: list[list[str]]) -> None:
    table = both(tmp_path, rows)[0]
    decision = table.decision("header")
    assert not decision.value or not decision.sure
    assert decision.value or table.total == len(rows)


@pytest.mark.parametrize(
    "first",
    [
        ["Mo", "May 1990", "June 2001"],
        ["Mo", "c. 1990", "around 2001"],
        ["Mo", "unknown", "alive"],
        ["Mo", "1990?", "2001 or 2002"],
        ["Mo", "ukjent", "lever"],
        ["Mo", "spring 1990", ""],
    ],
    ids=" ".join,
)
def test_the_first_person_is_no_second_line_of_names(tmp_path: Path, first: list[str]) -> None:
    rows = [["name", "born", "died"], first, *(row[:3] for row in LIVES)]
    for table in both(tmp_path, rows):
        assert table.columns == ("name", "born", "died")
        assert list(table.rows())[0] == first and table.total == 9
        assert table.decision("header_rows").value == 1


def test_texts_in_the_second_row_are_a_doubt(tmp_path: Path) -> None:
    rows = [["name", "born", "died"], ["full name", "year", "year"], *(row[:3] for row in LIVES)]
    table = both(tmp_path, rows)[0]
    decision = table.decision("header_rows")
    assert decision.value == 1 and not decision.sure and decision.runner_up == "2"
