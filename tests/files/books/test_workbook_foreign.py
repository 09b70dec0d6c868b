"""Workbooks that others read: old streams and formats, damaged .xls, one XML file, tables of web pages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlrd
import xlwt

from core.errors import BrokenFile, MarqueeError, UnknownFormat
from core.files.reader import read
from core.files.table import Table
from tests.files.books.made import SPACES, SPREADSHEET

PEOPLE = [["Ann Lee", "1990-05-02"], ["Bo Ek", "1991-12-31"], ["Zoë Fox", "1992-01-01"]]


def rows(table: Table) -> list[list[str]]:
    assert table.total == len(list(table.rows()))
    return [list(row) for row in table.rows()]


# ------------------------------------------------------------------ .xls


def xls(path: Path, format_: str = "yyyy-mm-dd") -> bytes:
    """A workbook of a name, a number with this format, and a date."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for column, name in enumerate(("name", "value", "born")):
        sheet.write(0, column, name)
    for row, name in enumerate(("Ann Lee", "Bo Ek", "Cy Fox"), start=1):
        sheet.write(row, 0, name)
        sheet.write(row, 1, 0.75, xlwt.easyxf(num_format_str=format_))
        sheet.write(row, 2, 35376 + row, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(path))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("format_", "text"),
    [("A/P", "18:00:00"), ("h:mm A/P", "18:00:00"), ("hh AM/PM", "18:00:00"), ("0%", "75%")],
)
def test_half_days_are_times(tmp_path: Path, format_: str, text: str) -> None:
    xls(tmp_path / "a.xls", format_)
    assert rows(read(tmp_path / "a.xls"))[0] == ["Ann Lee", text, "1996-11-08"]


@pytest.mark.parametrize("number", [27, 31, 36, 50, 57, 58])
def test_dates_of_east_asian_editions_are_named_by_number_only(tmp_path: Path, number: int) -> None:
    data = bytearray(xls(tmp_path / "a.xls"))
    made = (164).to_bytes(2, "little")  # the first format of one's own
    record = data.index(b"\x1e\x04")  # FORMAT
    while data[record + 4 : record + 6] != made:
        record = data.index(b"\x1e\x04", record + 1)
    data[record + 4] = 200  # the text belongs to a number that no cell has
    place = data.find(b"\xe0\x00\x14\x00")  # XF: font, format, ...
    while place >= 0:
        if data[place + 6 : place + 8] == made:
            data[place + 6 : place + 8] = number.to_bytes(2, "little")
        place = data.find(b"\xe0\x00\x14\x00", place + 4)
    (tmp_path / "b.xls").write_bytes(data)
    assert [row[2] for row in rows(read(tmp_path / "b.xls"))] == [
        "1996-11-08",
        "1996-11-09",
        "1996-11-10",
    ]


def test_a_stream_in_capitals(tmp_path: Path) -> None:
    data = xls(tmp_path / "a.xls")
    old, new = "Workbook".encode("utf-16-le"), "BOOK".encode("utf-16-le") + b"\0" * 8
    data = data.replace(old, new)
    at = data.index(new)
    data = data[: at + 64] + (10).to_bytes(2, "little") + data[at + 66 :]
    (tmp_path / "b.xls").write_bytes(data)
    table = read(tmp_path / "b.xls")
    assert rows(table)[0][0] == "Ann Lee" and not table.notes


def _fails(data: bytes) -> bool:
    try:
        xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True)
    except Exception:  # of any kind: it checks little
        return True
    return False


def test_what_one_reader_stumbles_over_the_next_one_reads_and_it_is_said(tmp_path: Path) -> None:
    data, path = xls(tmp_path / "a.xls"), tmp_path / "b.xls"
    saved = 0
    for place in range(512, len(data), 7):
        damaged = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        if saved == 2 or not _fails(damaged):
            continue
        path.write_bytes(damaged)
        try:
            table = read(path, header=1)
        except MarqueeError:
            continue
        saved += 1
        assert any("compare" in note for note in table.notes)
        assert {row[0] for row in rows(table)} <= {"Ann Lee", "Bo Ek", "Cy Fox"}
    assert saved


# ------------------------------------------------------------------ one XML file

EXCEL = "urn:schemas-microsoft-com:office:spreadsheet"
XML = f"""<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="{EXCEL}" xmlns:ss="{EXCEL}" xmlns:x="urn:schemas-microsoft-com:office:excel">
 <Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>
  <Style ss:ID="z"><NumberFormat ss:Format="00000"/></Style>
  <Style ss:ID="t"><NumberFormat ss:Format="Short Time"/></Style></Styles>
 <Worksheet ss:Name="Hidden"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">y</Data></Cell></Row></Table>
  <WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible>
  </WorksheetOptions></Worksheet>
 <Worksheet ss:Name="People"><Table>
  <Row ss:Index="2"><Cell><Data ss:Type="String">name</Data></Cell><Cell><Data ss:Type="String">born</Data></Cell>
   <Cell><Data ss:Type="String">share</Data></Cell><Cell><Data ss:Type="String">code</Data></Cell>
   <Cell><Data ss:Type="String">at</Data></Cell><Cell><Data ss:Type="String">alive</Data></Cell></Row>
  <Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Ann</B> Lee</ss:Data>
   <Comment><ss:Data><Font>not this</Font></ss:Data></Comment></Cell>
   <Cell><Data ss:Type="DateTime">1990-05-02T00:00:00.000</Data></Cell>
   <Cell ss:StyleID="p"><Data ss:Type="Number">0.07</Data></Cell>
   <Cell ss:StyleID="z"><Data ss:Type="Number">42</Data></Cell>
   <Cell ss:StyleID="t"><Data ss:Type="DateTime">1899-12-31T18:30:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">Bo &amp; Ek</Data></Cell>
   <Cell ss:Index="3"><Data ss:Type="Error">#N/A</Data></Cell>
   <Cell><Data ss:Type="Number">1.0</Data></Cell></Row>
 </Table></Worksheet></Workbook>"""


@pytest.mark.parametrize("name", ["a.xml", "a.xls"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_an_xml_spreadsheet(tmp_path: Path, name: str, codec: str) -> None:
    text = XML if codec == "utf-8" else XML.replace("?>", ' encoding="UTF-16"?>', 1)
    (tmp_path / name).write_bytes(text.encode(codec))
    table = read(tmp_path / name)
    assert table.sheet == "People" and table.sheets[0].hidden
    assert table.columns == ("name", "born", "share", "code", "at", "alive")
    assert rows(table) == [
        ["Ann Lee", "1990-05-02", "7%", "00042", "18:30:00", "TRUE"],
        ["Bo & Ek", "", "#N/A", "1", "", ""],
    ]
    said = any("XML spreadsheet" in note for note in table.notes)
    assert said == (name == "a.xls")


def test_a_flat_document(tmp_path: Path) -> None:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in [["name", "born"], *PEOPLE]
    )
    (tmp_path / "a.fods").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} office:mimetype="{SPREADSHEET}">'
        f'<office:body><office:spreadsheet><table:table table:name="S">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document>",
        encoding="utf-8",
    )
    table = read(tmp_path / "a.fods")
    assert table.columns == ("name", "born") and rows(table) == PEOPLE


@pytest.mark.parametrize("doctype", ['<!DOCTYPE x [<!ENTITY a "b">]>'])
def test_entities_are_refused(tmp_path: Path, doctype: str) -> None:
    (tmp_path / "a.xml").write_text(XML.replace("<Workbook", f"{doctype}<Workbook"))
    with pytest.raises(BrokenFile, match="document type or entities"):
        read(tmp_path / "a.xml")


# ------------------------------------------------------------------ web pages

BODY = "".join(f"<tr><td>{name}<td>{born}</tr>" for name, born in PEOPLE)
TABLE = f"<table><tr><th>name</th><th>born</th></tr>{BODY}</table>"


@pytest.mark.parametrize(
    "page",
    [
        f"<html><body>{TABLE}</body></html>",
        f"<!DOCTYPE html>\n<html><head><title>x<table></title></head><body><p>hello{TABLE}",
        f"<table><tr><td>{TABLE}</td></tr></table>",
        f"<table><tr><td>menu</td></tr></table>{TABLE}",
        f'<?xml version="1.0"?><!DOCTYPE html><html>{TABLE}</html>',
        TABLE.replace("born</th>", 'born<span style="display:none">0001</span></th>'),
        TABLE.replace("Ann Lee", "Ann&nbsp;<b>Lee</b><script>x()</script>"),
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B\nContent-Type: text/html;"
        f" charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n<html>{TABLE}</html>\n--B--\n",
    ],
)
@pytest.mark.parametrize("name", ["a.html", "a.xls"])
def test_the_table_of_a_page(tmp_path: Path, page: str, name: str) -> None:
    (tmp_path / name).write_text(page, encoding="utf-8")
    table = read(tmp_path / name)
    assert table.columns == ("name", "born") and rows(table) == PEOPLE
    assert any("web page" in note for note in table.notes) == (name == "a.xls")


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', "cp1250"),
        ("<meta charset='iso-8859-1'>", "cp1252"),
        ("", "utf-8"),
        ("", "utf-16"),
        ("", "cp1252"),
    ],
)
def test_characters_of_a_page(tmp_path: Path, head: str, codec: str) -> None:
    (tmp_path / "a.html").write_bytes(f"<html>{head}{TABLE}</html>".encode(codec))
    assert rows(read(tmp_path / "a.html")) == PEOPLE


def test_cells_that_span(tmp_path: Path) -> None:
    page = """<table><tr><th>name<th>city<th>born</tr>
      <tr><td>Ann<td rowspan=2>Oslo<td>1990</tr><tr><td>Bo<td>1991</tr>
      <tr><td colspan=2>Cy<td>1992</tr></table>"""
    (tmp_path / "a.html").write_text(page)
    table = read(tmp_path / "a.html")
    assert rows(table) == [["Ann", "Oslo", "1990"], ["Bo", "", "1991"], ["Cy", "", "1992"]]
    assert not table.decision("merged").sure
    filled = rows(read(tmp_path / "a.html", merged=True))
    assert filled[1] == ["Bo", "Oslo", "1991"]


def test_a_page_without_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><p>No table here</p></body></html>")
    with pytest.raises(UnknownFormat, match="without a table"):
        read(tmp_path / "a.html")


def test_a_workbook_part_outside_of_its_folder(tmp_path: Path) -> None:
    """The package says which part is the workbook; writers need not call it xl/workbook.xml."""
    from tests.files.books.made import sheet, xlsx

    made = xlsx(
        tmp_path / "a.xlsx",
        sheet(
            "".join(
                f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{a}</t></is></c>'
                f'<c r="B{n}" t="inlineStr"><is><t>{b}</t></is></c></row>'
                for n, (a, b) in enumerate([["name", "born"], *PEOPLE], start=1)
            )
        ),
    )
    moved = tmp_path / "b.xlsx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "_rels/.rels":
                text = text.replace(b"xl/workbook.xml", b"/book/main.xml")
            new.writestr(
                name.replace("xl/workbook.xml", "book/main.xml")
                .replace("xl/_rels/workbook.xml.rels", "book/_rels/main.xml.rels")
                .replace("xl/", "book/")
                .replace("[Content_Types].xml", "[content_types].XML"),
                text,
            )
    assert rows(read(moved)) == PEOPLE
