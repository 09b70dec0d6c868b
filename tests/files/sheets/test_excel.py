"""Workbooks: cells as text, the table found, and a child that may die alone."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from core.errors import (
    BadOverride,
    BrokenFile,
    EncryptedFile,
    FileError,
    FileTooLarge,
    HeaderOnly,
    ReaderDied,
    UnknownFormat,
)
from core.files.books.xls import narrow
from core.files.reader import read
from core.settings import Settings


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def test_cells_as_text(tmp_path: Path) -> None:
    values = ["周杰伦", "007", 7, 7.0, 0.1, 12345678901234, True, dt.date(1979, 1, 18)]
    values += [dt.datetime(1979, 1, 18, 13, 5), None, "=1+1"]
    names = [f"n{i}" for i in range(len(values))]
    table = read(book(tmp_path / "a.xlsx", People=[names, values]))
    assert list(table.rows()) == [
        ["周杰伦", "007", "7", "7", "0.1", "12345678901234", "TRUE", "1979-01-18"]
        + ["1979-01-18 13:05:00", "", ""]
    ]
    assert (table.format, table.sheet, table.row_name, table.first_line) == (
        "excel",
        "People",
        "row",
        2,
    )


@pytest.mark.parametrize(("text", "shown"), [("m\0p\0g\0", "mpg"), ("a\0b", "a\0b")])
def test_text_that_was_marked_as_narrow(text: str, shown: str) -> None:
    assert narrow(text) == shown


def test_error_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("R&D")
    sheet.write_row(1, 1, ["name", "score"])
    sheet.write_row(2, 1, ["Ann", 1])
    sheet.write(3, 1, "Bob")
    sheet.write_formula(3, 2, "=NA()", None, "#N/A")
    sheet.write(4, 1, "Cay")
    sheet.write_formula(4, 2, "=1/0", None, "#DIV/0!")
    workbook.close()
    assert list(read(path).rows()) == [["Ann", "1"], ["Bob", "#N/A"], ["Cay", "#DIV/0!"]]


def test_a_table_below_a_title_and_beside_empty_columns(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Report of the year"], [], [None, None, "name", "born", "note"]]
    rows += [[None, None, f"name {i}", 1950 + i, None] for i in range(5)]
    rows += [[], [None, None, "last", 2000, None]]
    table = read(book(tmp_path / "a.xlsx", Data=rows))
    assert table.columns == ("name", "born", "note")
    assert list(table.rows())[-1] == ["last", "2000", ""]
    assert table.decision("header").value == 3 and table.first_line == 4
    import duckdb

    with duckdb.connect() as connection:
        places = [row[0] for row in connection.execute(table.sql).fetchall()]
    assert places == [4, 5, 6, 7, 8, 10]


def test_sheets(tmp_path: Path) -> None:
    people = [["name", "born"], ["Jay", 1979]]
    path = book(tmp_path / "a.xlsx", Empty=[], People=people, Other=[["x"], ["y"], ["z"]])
    table = read(path)
    assert table.sheet == "People" and [s.name for s in table.sheets] == [
        "Empty",
        "People",
        "Other",
    ]
    assert (table.sheets[1].rows, table.sheets[1].columns) == (2, 2)
    assert read(path, sheet="Other").columns == ("x",)
    assert read(path, sheet=3).columns == ("x",)
    with pytest.raises(BadOverride, match="People"):
        read(path, sheet="Nobody")
    with pytest.raises(FileError):
        read(path, sheet=1)


def test_a_number_is_the_place_of_a_sheet_unless_there_is_no_such_place(tmp_path: Path) -> None:
    sheets = {"2": [["a"], ["x"]], "1": [["b"], ["x"]], "2024": [["c"], ["x"]]}
    path = book(tmp_path / "a.xlsx", **sheets)
    for number, name in ((1, "a"), (2, "b"), (3, "c"), (2024, "c")):
        assert read(path, sheet=number).columns == (name,)
        assert read(path, sheet=str(number)).columns == (name,)
    with pytest.raises(BadOverride, match="no sheet 4"):
        read(path, sheet=4)


def test_hidden_sheets_come_last(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Secret=[["a"], ["1"]], Shown=[["b"], ["2"]])
    workbook = openpyxl.load_workbook(path)
    workbook["Secret"].sheet_state = "hidden"
    workbook.active = 1
    workbook.save(path)
    table = read(path)
    assert table.sheet == "Shown" and table.sheets[0].hidden


def test_header_overrides(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", S=[["a", "b"], ["c", "d"], ["e", "f"]])
    assert read(path, header=0).columns == ("column_1", "column_2")
    assert len(list(read(path, header=0).rows())) == 3
    table = read(path, header=2)
    assert table.columns == ("c", "d") and list(table.rows()) == [["e", "f"]]


def test_only_a_header(tmp_path: Path) -> None:
    with pytest.raises(HeaderOnly):
        read(book(tmp_path / "a.xlsx", S=[["name", "born"]]))


def test_damaged_workbooks(tmp_path: Path) -> None:
    whole = book(tmp_path / "a.xlsx", S=[["name"], ["Jay"]]).read_bytes()
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BrokenFile):
        read(broken)
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<nonsense")
    with pytest.raises(FileError):
        read(broken)
    broken.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000))
    with pytest.raises(UnknownFormat):
        read(broken)
    broken.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(EncryptedFile):
        read(broken)


def sparse(path: Path) -> Path:
    """A sheet with a cell in the first and one in the last place that a sheet has."""
    book(path, S=[["a"], ["b"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_cells_far_apart_are_two_tables(tmp_path: Path) -> None:
    table = read(sparse(tmp_path / "a.xlsx"))
    assert table.columns == ("a",) and list(table.rows()) == [["b"]]


def test_zip_bomb(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", S=[["a"], ["b"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", bytes(50_000_000))
    with pytest.raises(FileTooLarge, match="times"):
        read(path)
    path = book(tmp_path / "b.xlsx", S=[["a"], ["b"]])
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1100):
            archive.writestr(f"xl/media/{number}", b"")
    with pytest.raises(FileTooLarge, match="files"):
        read(path)


def test_it_takes_too_long(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", S=[["a", "b"]] + [[i, i] for i in range(20_000)])
    table = read(path)
    assert table.total == 20_000
    with pytest.raises(ReaderDied):
        read(
            path,
            settings=Settings.model_construct(**{**Settings().model_dump(), "child_seconds": 0.05}),
        )
