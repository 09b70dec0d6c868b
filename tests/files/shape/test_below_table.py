"""What stands below a table and is no row of it: totals, means, notes, counts of rows, also padded with delimiters."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from core.files.reader import read
from core.files.table import Table

PEOPLE = ["Name,Goals,Points", "Ann Ames,1,2", "Bob Best,5,7", "Cy Cole,9,10"]


def both(tmp_path: Path, lines: list[str]) -> list[Table]:
    """The lines as a text and as a workbook."""
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"strings_to_numbers": True})
    sheet = book.add_worksheet("Data")
    for number, line in enumerate(lines):
        for column, cell in enumerate(line.split(",")):
            sheet.write(number, column, cell)
    book.close()
    return [read(tmp_path / "a.csv"), read(tmp_path / "a.xlsx")]


@pytest.mark.parametrize(
    "last",
    [
        *("Total,15,19", "Summe,15,19", "合計,15,19", "Sum:,15,19", "TOTAL,15,"),
        *("Samlet,15,19", "Σ,15,19", ",15,19"),
        *("Average,5,6.33", "Ø,5.0,6.33"),
        *(
            "Source: Wikipedia,,",
            "(3 rows affected),,",
            "Page 2 of 2,,",
            "* as of today,,",
            "\\.,,",
        ),
    ],
)
def test_it_is_kept_aside(tmp_path: Path, last: str) -> None:
    table = read_csv(tmp_path, [*PEOPLE, last])
    if last == "Average,5,6.33":  # a whole mean may be a value
        assert table.total == 4
        return
    assert table.total == 3
    decision = table.decision("footer")
    assert decision.value == 1 and last.strip(",").split(",")[0] in decision.evidence


def read_csv(tmp_path: Path, lines: list[str]) -> Table:
    return both(tmp_path, lines)[0]


@pytest.mark.parametrize(
    "last",
    [
        *("Di Dole,15,18", "Total Recall,x,y", "Summer,15,18", "Sum Wong,15,18", "Di Dole,3,4"),
        *("Summe,15,actor", "Di Dole,,", "Ann: Ames,1,2"),
    ],
)
def test_a_person_is_a_row(tmp_path: Path, last: str) -> None:
    for table in both(tmp_path, [*PEOPLE, last]):
        assert table.total == 4, last


def test_two_people_and_one_with_their_sum_are_three(tmp_path: Path) -> None:
    for table in both(tmp_path, ["Name,Goals,Points", "Ann,1,2", "Bo,5,6", "Cy,6,8"]):
        assert table.total == 3


def test_a_note_of_two_cells_behind_a_gap(tmp_path: Path) -> None:
    lines = [*PEOPLE, ",,", "Source:,Wikipedia,"]
    for table in both(tmp_path, lines):
        assert table.total == 3


@pytest.mark.parametrize("last", ["Total,15,19", "Source: Wikipedia,,", "(3 rows affected),,"])
def test_in_a_workbook_as_well(tmp_path: Path, last: str) -> None:
    assert both(tmp_path, [*PEOPLE, last])[1].total == 3
