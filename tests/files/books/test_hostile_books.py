"""Workbooks made to hurt: each is one clear error, or is read, and the app goes on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from defusedxml import EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import fromstring

from core.errors import (
    BrokenFile,
    CellTooLong,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    TooManyColumns,
    TooManyRows,
)
from core.files.books import xlsx_strings
from core.files.books.book import Facts
from core.files.books.ods_cells import ContentReader
from core.files.books.places import Area
from core.files.books.xlsx_cells import SheetReader
from core.files.books.xlsx_package import Package
from core.files.reader import read
from core.files.safe.xml_stream import parse
from core.files.sheets.merged import filled
from core.settings import Settings
from tests.files.books.made import SPACES, ods, sheet, strings, xlsx

BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ROWS = "".join(
    f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>a{n}</t></is></c></row>' for n in (1, 2)
)
CELL = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'


def declared(xml: str, doctype: str) -> str:
    """The XML with a document type behind its declaration."""
    head, _, rest = xml.partition("?>")
    return f"{head}?>{doctype}{rest}"


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, "<!DOCTYPE x>"])
@pytest.mark.parametrize("where", ["sheet", "strings", "workbook", "styles", "ods"])
def test_entities_and_document_types(tmp_path: Path, doctype: str, where: str) -> None:
    path = tmp_path / "a.xlsx"
    if where == "ods":
        ods(
            path,
            f"<table:table><table:table-row>{CELL}</table:table-row></table:table>",
            head=doctype,
        )
    elif where == "sheet":
        xlsx(path, declared(sheet(ROWS), doctype))
    else:
        whole = {
            "strings": ("xl/sharedStrings.xml", strings("<si><t>a</t></si>")),
            "styles": ("xl/styles.xml", '<?xml version="1.0"?><styleSheet/>'),
            "workbook": ("xl/workbook.xml", '<?xml version="1.0"?><workbook/>'),
        }
        name, xml = whole[where]
        xlsx(path, sheet(ROWS), parts={name: declared(xml, doctype)})
    with pytest.raises(BrokenFile, match="document type"):
        read(path)


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE])
def test_what_defusedxml_refuses_is_refused(doctype: str) -> None:
    xml = f"<?xml version='1.0'?>{doctype}<x>&a;</x>"
    with pytest.raises((EntitiesForbidden, ExternalReferenceForbidden)):
        fromstring(xml)
    with pytest.raises(BrokenFile):
        parse(io.BytesIO(xml.encode()), "part", lambda name, flat: None)


def test_a_hundred_thousand_nested_elements(tmp_path: Path) -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert read(xlsx(tmp_path / "a.xlsx", sheet(ROWS + deep))).total == 1
    with pytest.raises(EmptyFile):
        read(xlsx(tmp_path / "b.xlsx", sheet(deep)))
    with pytest.raises(BrokenFile):
        read(xlsx(tmp_path / "c.xlsx", sheet("<a>" * 100_000)))
    nested = "<table:table><table:table-row><table:table-cell>" * 30_000
    nested += "</table:table-cell></table:table-row></table:table>" * 30_000
    with pytest.raises(EmptyFile):
        read(ods(tmp_path / "d.ods", nested))


def test_a_sheet_of_all_columns(tmp_path: Path) -> None:
    cells = '<c r="A1"><v>1</v></c>' + "<c><v>1</v></c>" * 16_383
    path = xlsx(tmp_path / "a.xlsx", sheet(f"<row>{cells}</row>"))
    with pytest.raises(TooManyColumns, match="more than 3,000 columns"):
        read(path)
    assert len(read(path, range="A1:C5", header=0).columns) == 3
    with pytest.raises(BrokenFile, match="beyond"):
        more = f"<row>{cells}<c><v>1</v></c></row>"
        read(xlsx(tmp_path / "b.xlsx", sheet(more)), range="A:C")


def test_more_rows_than_a_sheet_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.files.books.xlsx_cells.MAX_ROW", 2_000)
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    for xml in (row * 30_000, row.replace("<v>1", "<v><?x?>1") * 3_000):
        with pytest.raises(BrokenFile, match="more rows"):
            list(
                SheetReader(xlsx_strings.SharedTexts(), [], Facts()).rows(
                    io.BytesIO(sheet(xml).encode()), "part"
                )
            )


@pytest.mark.parametrize("place", ["A1048577", "XFE1", "ZZZ1", "A99999999999"])
def test_places_that_no_sheet_has(tmp_path: Path, place: str) -> None:
    row = "".join(c for c in place if c.isdigit())
    rows = f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
    if place == "A99999999999":  # no number of a row: the row follows the one before
        assert read(xlsx(tmp_path / "a.xlsx", sheet(rows))).total == 1
        return
    with pytest.raises(BrokenFile, match="beyond"):
        read(xlsx(tmp_path / "a.xlsx", sheet(rows)))


def test_ods_that_repeats_itself(tmp_path: Path) -> None:
    row = "<table:table-row{}>{}</table:table-row>"
    whole = "<table:table>{}</table:table>"
    many = ' table:number-columns-repeated="1000000000"'
    with pytest.raises(BrokenFile, match="beyond column"):
        read(ods(tmp_path / "a.ods", whole.format(row.format("", CELL.format(many)))))
    rows = ' table:number-rows-repeated="1000000000"'
    with pytest.raises(FileTooLarge, match="repeats"):
        read(ods(tmp_path / "b.ods", whole.format(row.format(rows, CELL.format("")))))
    far = row.format(rows, "<table:table-cell/>") + row.format("", CELL.format(""))
    near = row.format("", CELL.format("")) * 2
    assert read(ods(tmp_path / "c.ods", whole.format(near + far)), header=1).total == 2
    blanks = '<table:table-cell office:value-type="string"><text:p><text:s text:c="999999999"/></text:p></table:table-cell>'
    with pytest.raises(CellTooLong, match="blanks"):
        read(ods(tmp_path / "d.ods", whole.format(row.format("", blanks))))


def test_texts_beyond_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    shared = {"xl/sharedStrings.xml": strings("<si><t>a</t></si>" * 50_000)}
    xlsx(path, sheet(ROWS), parts=shared)
    monkeypatch.setattr(xlsx_strings, "MOST", 1_000_000)
    with zipfile.ZipFile(path) as archive, pytest.raises(FileTooLarge, match="memory"):
        xlsx_strings.read_strings(Package(archive))


def limited(**limits: int) -> Settings:
    return Settings(_env_file=None, **limits)  # type: ignore[arg-type]


def test_one_long_text_named_very_often(tmp_path: Path) -> None:
    shared = {"xl/sharedStrings.xml": strings(f"<si><t>{'x' * 900_000}</t></si>")}
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 200))
    path = xlsx(tmp_path / "a.xlsx", sheet(rows), parts=shared)
    with pytest.raises(FileTooLarge, match="characters"):
        read(path, settings=limited(max_unpacked_mb=100))
    with pytest.raises(CellTooLong, match="cell A1 has"):
        read(path, settings=limited(max_cell_chars=1_000))
    with pytest.raises(TooManyRows):
        read(path, settings=limited(max_rows=20))


def damaged(change: Callable[[bytearray], object]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        xlsx(path, sheet(ROWS), packed=zipfile.ZIP_STORED)
        data = bytearray(path.read_bytes())
        change(data)
        path.write_bytes(data)

    return make


def wrong_checksum(data: bytearray) -> None:
    at = data.index(b"<t>a1</t>")
    data[at + 3 : at + 5] = b"b1"


def overlapping(path: Path) -> None:
    """Two entries of the directory that name the same bytes."""
    xlsx(path, sheet(ROWS), parts={"xl/media/a": b"x" * 100, "xl/media/b": b"x" * 100})
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        first, second = (archive.getinfo(f"xl/media/{n}").header_offset for n in "ab")
    head, _, directory = data.rpartition(b"xl/media/a")
    at = data.rindex(b"xl/media/b") - 4
    assert int.from_bytes(data[at : at + 4], "little") == second
    path.write_bytes(data[:at] + first.to_bytes(4, "little") + data[at + 4 :])


@pytest.mark.parametrize(
    "make",
    [
        damaged(lambda data: data.__delitem__(slice(len(data) // 2, None))),
        damaged(lambda data: data.__delitem__(slice(100, 140))),
        damaged(wrong_checksum),
        overlapping,
    ],
)
def test_damaged_archives(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "a.xlsx")
    with pytest.raises(BrokenFile):
        read(tmp_path / "a.xlsx")


def test_limits_are_settings(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", sheet(ROWS), parts={"xl/media/a": bytes(20_000_000)})
    with pytest.raises(FileTooLarge, match="times its size") as refused:
        read(path)
    assert "unpack=true" in (refused.value.hint or "")
    assert read(path, unpack=True).total == 1  # who knows the file may have it
    with pytest.raises(FileTooLarge, match="unpacks to"):
        read(path, unpack=True, settings=limited(max_unpacked_mb=10))
    assert read(path, settings=limited(max_ratio=2_000)).total == 1
    with pytest.raises(FileTooLarge, match="unpacks to"):
        read(path, settings=limited(max_ratio=2_000, max_unpacked_mb=10))
    with pytest.raises(FileTooLarge, match="holds 6 files"):
        read(path, settings=limited(max_members=5))


def test_passwords(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", "<table:table/>")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(EncryptedFile, match="password"):
        read(path)


def test_two_sheets_of_one_part(tmp_path: Path) -> None:
    book = (
        '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/><sheet name="b" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    path = xlsx(tmp_path / "a.xlsx", sheet(ROWS), parts={"xl/workbook.xml": book})
    with pytest.raises(BrokenFile, match="same part"):
        read(path)


def test_merged_areas_of_a_whole_sheet(tmp_path: Path) -> None:
    everything = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    path = xlsx(tmp_path / "a.xlsx", sheet(ROWS, after=everything))
    assert read(path).decision("merged").value is False
    with pytest.raises(TooManyColumns):
        read(path, merged=True)
    rows = list(filled([(1, [1], ["a"])], [Area(1, 1, 1_048_576, 2)]))
    assert len(rows) < 20_000 and rows[-1][1:] == ([1, 2], ["a", "a"])


def test_xml_that_is_not_utf8(tmp_path: Path) -> None:
    for codec in ("utf-16", "iso-8859-1"):
        xml = sheet(ROWS.replace("a1", "é")).replace("UTF-8", codec).encode(codec)
        path = xlsx(tmp_path / "a.xlsx", "", parts={"xl/worksheets/sheet1.xml": xml})
        assert read(path, header=1).columns == ("é",)
    bad = sheet(ROWS).encode().replace(b"a1", b"\xff\xfe")
    with pytest.raises(BrokenFile, match="no valid XML"):
        read(xlsx(tmp_path / "b.xlsx", "", parts={"xl/worksheets/sheet1.xml": bad}))


def test_a_table_within_a_cell_is_left_out() -> None:
    inner = f"<table:table><table:table-row>{CELL.format('')}</table:table-row></table:table>"
    xml = (
        f"<office:document-content {SPACES}><table:table table:name='S'><table:table-row>"
        f"<table:table-cell>{inner}</table:table-cell>{CELL.format('')}</table:table-row>"
        "</table:table></office:document-content>"
    )
    found = list(ContentReader().rows(io.BytesIO(xml.encode()), "content.xml"))
    assert found == [(0, 1, 1, [2], ["x"])]
