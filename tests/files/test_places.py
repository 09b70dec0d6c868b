"""Every row knows where it stands in the file as it came."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from core.files.reader import read

TEXT = 'title\n\nname,born\nZoë,1979\n"two\nlines",1980\n\n周杰伦,1981\n'


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_and_bytes(tmp_path: Path, codec: str, end: str) -> None:
    path = tmp_path / "a.csv"
    text = (TEXT + "李,1982\n" * 3).replace("\n", end)
    path.write_bytes(text.encode(codec))
    rows = list(read(path, encoding=codec, header=3).placed())
    assert [row.line for row in rows] == [4, 5, 8, 9, 10, 11]
    raw = path.read_bytes()
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec)
    for row, start in zip(rows, ("Zoë", '"two', "周", "李", "李", "李"), strict=True):
        assert row.offset is not None and raw[row.offset :].startswith(start.encode(plain))


def test_a_regular_file_and_a_page_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n,m\n" + "".join(f"{i},x\n" for i in range(5_000)), encoding="utf-8")
    table = read(path)
    rows = list(table.placed(limit=2, offset=4_000))
    assert [(row.cells, row.line) for row in rows] == [(["4000", "x"], 4002), (["4001", "x"], 4003)]
    assert path.read_bytes()[rows[0].offset :].startswith(b"4000,x")


def test_a_workbook_has_sheets_and_rows_but_no_bytes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "People"
    for row in (["name", "born"], ["Ann", "1979"], [None, None], ["Bob", "1980"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    rows = list(read(tmp_path / "a.xlsx").placed())
    assert [(row.sheet, row.line, row.offset) for row in rows] == [
        ("People", 2, None),
        ("People", 4, None),
    ]
