"""No silent corruption: a table of hostile text comes back cell by cell as it was written."""

from __future__ import annotations

import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings, strategies as st

from core.files.reader import read
from tests.files.books.made import ods

HOSTILE = [
    "007",
    "00",
    "123456789012345678901234567890",
    "1E5",
    "1e-5",
    "0x1F",
    "TRUE",
    "false",
    "NULL",
    "None",
    "NaN",
    "#N/A",
    "=1+1",
    "+49 170 1234567",
    "-1",
    "1.0",
    "1,5",
    "12.5%",
    "01/02/03",
    "2018-01-02",
    "2018-01-02T00:00:00",
    "13.01.1979",
    "12:00:00",
    " leading",
    "trailing ",
    "two  blanks",
    "\ttab\t",
    "line\nbreak",
    "_x000D_",
    "_x0041_x",
    "<b>&amp;</b>",
    "]]>",
    "'quoted'",
    '"',
    "周杰伦",
    "한국어",
    "عربي \u202e עברית",
    "😀👩\u200d👩\u200d👧",
    "e\u0301\u0327",
    "\u200b\ufeff\u00a0",
    "ﷺ",
    "DROP TABLE people; --",
    "../../etc/passwd",
    "x" * 5_000,
]
# XML 1.0 holds no other control characters; .xlsx writes them as _x0001_, .ods cannot.
CONTROL = [chr(code) for code in (1, 7, 8, 11, 12, 27, 31)]
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20),
    st.text(st.sampled_from("01e.,-+/:%_xX \t\n" + "é周😀"), max_size=12),
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(texts, min_size=width, max_size=width).filter(any), min_size=1, max_size=6
    )
)
ONCE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def written_xlsx(path: Path, rows: list[list[str]], *, inline: bool) -> Path:
    workbook = xlsxwriter.Workbook(path, {"constant_memory": inline})
    sheet = workbook.add_worksheet()
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    workbook.close()
    return path


def written_ods(path: Path, rows: list[list[str]]) -> Path:
    """As LibreOffice writes: runs of blanks, tabulators and line ends as elements of their own."""
    made = []
    for row in rows:
        cells = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{_marked(text)}</text:p>'
            "</table:table-cell>"
            for text in row
        )
        made.append(f"<table:table-row>{cells}</table:table-row>")
    return ods(path, f'<table:table table:name="S">{"".join(made)}</table:table>')


def _marked(text: str) -> str:
    marks = {" ": '<text:s text:c="1"/>', "\t": "<text:tab/>", "\n": "<text:line-break/>"}
    return "".join(marks.get(char, escape(char)) for char in text)


def everything(path: Path) -> list[list[str]]:
    """All cells, but for columns that hold nothing at all."""
    return list(read(path, header=0, footer=0, range="A:Z").rows())


def expected(rows: list[list[str]]) -> list[list[str]]:
    """The table without its blank columns, which no workbook tells from none."""
    kept = [i for i in range(len(rows[0])) if any(row[i] for row in rows)]
    return [[row[i] for i in kept] for row in rows]


@pytest.mark.parametrize("kind", ["xlsx", "inline", "ods"])
def test_every_hostile_text(tmp_path: Path, kind: str) -> None:
    rows = [[text, f"row {number}"] for number, text in enumerate(HOSTILE)]
    if kind == "ods":
        path = written_ods(tmp_path / "a.ods", rows)
    else:
        path = written_xlsx(tmp_path / "a.xlsx", rows, inline=kind == "inline")
    assert everything(path) == rows


@ONCE
@given(tables)
def test_text_in_xlsx(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written_xlsx(Path(folder) / "a.xlsx", rows, inline=len(rows) % 2 == 0)
        assert everything(path) == expected(rows)


@ONCE
@given(tables)
def test_text_in_ods(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert everything(written_ods(Path(folder) / "a.ods", rows)) == expected(rows)


def test_control_characters_in_xlsx(tmp_path: Path) -> None:
    rows = [[f"a{char}b", "x"] for char in CONTROL]
    assert everything(written_xlsx(tmp_path / "a.xlsx", rows, inline=False)) == rows


def test_no_sheet_tells_an_empty_text_from_nothing(tmp_path: Path) -> None:
    rows = [["a", ""], ["b", "x"], ["", ""], ["c", ""]]
    path = written_xlsx(tmp_path / "a.xlsx", rows, inline=False)
    assert everything(path) == [row for row in rows if any(row)]


def test_text_beside_numbers_of_the_same_look(tmp_path: Path) -> None:
    """What was typed as text stays as it was typed; a number is written as Excel knows it."""
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    for row, (text, number) in enumerate([("007", 7), ("1E5", 1e5), ("7.0", 7.0), ("0.10", 0.1)]):
        sheet.write_string(row, 0, text)
        sheet.write_number(row, 1, number)
    workbook.close()
    assert everything(path) == [["007", "7"], ["1E5", "100000"], ["7.0", "7"], ["0.10", "0.1"]]
