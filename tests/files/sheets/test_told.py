"""What a cell has beside its text: an address behind it, and a line through it. Both are told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from core.files import reader
from tests.files.books.made import ods


def _book(folder: Path, change: bool) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["name", "born"], ["Ada Roth", 1980], ["Bo Roth", 1981], ["Cy Roth", 1982]):
        sheet.append(row)
    if change:
        sheet["A2"].hyperlink = "https://example.org/ada"
        sheet["A3"].font = Font(strike=True)
        sheet["A4"].comment = Comment("born 1983?", "someone")
    path = folder / f"{change}.xlsx"
    book.save(path)
    return path


def test_links_and_lines_through_cells_are_told(tmp_path: Path) -> None:
    table = reader.read(_book(tmp_path, True))
    links, struck = table.decision("links"), table.decision("struck_through")
    assert not links.sure and "A2" in links.evidence and "1 cell has" in links.evidence
    assert not struck.sure
    comments = table.decision("comments")
    assert not comments.sure and "1 cell has a comment, the first in A4" in comments.evidence
    assert list(table.rows())[1] == ["Bo Roth", "1981"]


def test_a_sheet_without_says_nothing_of_them(tmp_path: Path) -> None:
    names = {d.name for d in reader.read(_book(tmp_path, False)).decisions}
    assert not names & {"links", "struck_through", "comments"}


def _part(folder: Path) -> Path:
    """The old name is struck through within its cell."""
    book = openpyxl.load_workbook(_book(folder, False))
    assert book.active is not None
    old = TextBlock(InlineFont(strike=True), "Bo Roth")
    book.active["A3"] = CellRichText(old, TextBlock(InlineFont(), " Bo Ott"))
    path = folder / "part.xlsx"
    book.save(path)
    return path


def _xls(folder: Path, part: bool) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for i, (name, born) in enumerate([("name", "born"), ("Ada Roth", "1980"), ("Cy Roth", "1982")]):
        sheet.write(i, 0, name)
        sheet.write(i, 1, born)
    line = xlwt.easyfont("struck_out true")
    if part:
        sheet.write_rich_text(3, 0, [("Bo Roth", line), " Bo Ott"])
    else:
        sheet.write(3, 0, "Bo Roth", xlwt.easyxf("font: struck_out true"))
    sheet.write(3, 1, "1981")
    path = folder / "told.xls"
    book.save(str(path))
    return path


LINE = (
    '<style:style style:name="x" style:family="{}">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
)


def _ods(folder: Path, kind: str) -> Path:
    row = "<table:table-row><table:table-cell {}><text:p>{}</text:p></table:table-cell><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    rows = [row.format("", "name", "born"), row.format("", "Ada Roth", "1980")]
    inside = {
        "link": '<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://x.org/">Bo Roth</text:a>',
        "text": 'Bo <text:span text:style-name="x">Roth</text:span>',
    }.get(kind, "Bo Roth")
    style = 'table:style-name="x"' if kind == "table-cell" else ""
    rows += [row.format(style, inside, "1981"), row.format("", "Cy Roth", "1982")]
    table = f'<table:table table:name="S">{"".join(rows)}</table:table>'
    return ods(folder / "told.ods", table, automatic=LINE.format(kind))


def _told(path: Path) -> set[str]:
    return {d.name for d in reader.read(path).decisions if not d.sure}


def test_a_line_through_a_part_of_a_text_is_told(tmp_path: Path) -> None:
    assert "struck_through" in _told(_part(tmp_path))
    assert ["Bo Roth Bo Ott", "1981"] in list(reader.read(_part(tmp_path)).rows())


@pytest.mark.parametrize("part", [True, False])
def test_lines_of_an_xls_are_told(tmp_path: Path, part: bool) -> None:
    assert "struck_through" in _told(_xls(tmp_path, part))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("link", {"links"}),
        ("text", {"struck_through"}),
        ("table-cell", {"struck_through"}),
        ("", set()),
    ],
)
def test_links_and_lines_of_an_ods_are_told(tmp_path: Path, kind: str, told: set[str]) -> None:
    path = _ods(tmp_path, kind)
    assert _told(path) & {"links", "struck_through"} == told
    assert ["Bo Roth", "1981"] in list(reader.read(path).rows())


def test_addresses_in_formulas_and_comments_of_other_kinds_are_told(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_book(tmp_path, False))
    assert book.active is not None
    for row in range(5, 30):
        book.active.append([f'=HYPERLINK("https://example.org/{row}","Di")', row])
    book.save(tmp_path / "links.xlsx")
    links = reader.read(tmp_path / "links.xlsx").decision("links")
    assert "25 cells have" in links.evidence and "A5" in links.evidence
    note = "<table:table-cell><office:annotation><text:p>sic</text:p></office:annotation><text:p>Ada</text:p></table:table-cell>"
    address = "<table:table-cell table:formula='of:=HYPERLINK(&quot;x&quot;)'><text:p>Bo</text:p></table:table-cell>"
    rows = "".join(f"<table:table-row>{cell}</table:table-row>" for cell in (note, address))
    table = f'<table:table table:name="S">{rows}</table:table>'
    found = reader.read(ods(tmp_path / "told.ods", table))
    assert "A1" in found.decision("comments").evidence and "A2" in found.decision("links").evidence
