"""What a cell holds is what is read: numbers, dates, durations, percentages, errors, text."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from core.errors import BrokenFile
from core.files.books.number_format import shown
from core.files.reader import read
from core.files.table import Table
from tests.files.books.made import MAIN, ods, sheet, strings, styles, xlsx


def cells(
    path: Path, values: list[str], *, workbook: str = "", codes: tuple[str | int, ...] = ()
) -> list[str]:
    """The texts of a column of cells, given as the XML of each."""
    rows = "".join(f'<row r="{n}">{cell}</row>' for n, cell in enumerate(values, 2))
    name = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
    parts = {"xl/styles.xml": styles(*codes)}
    table = read(
        xlsx(path / "a.xlsx", sheet(name + rows), workbook=workbook, parts=parts), header=1
    )
    found = {line: row[0] for line, row in zip(_lines(table), table.rows(), strict=True)}
    return [found.get(n, "") for n in range(2, len(values) + 2)]


def _lines(table: Table) -> list[int]:
    import duckdb

    with duckdb.connect() as connection:
        return [row[0] for row in connection.execute(table.sql).fetchall()]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("7", "7"),
        ("7.0", "7"),
        ("-0", "0"),
        ("12345678901234567890", "12345678901234567890"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("1.1000000000000001", "1.1"),
        ("0.1000000000000000055511151231257827", "0.1"),
        ("3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"),
        ("1E+22", "10000000000000000000000"),
        ("1.2345678901234567E+19", "12345678901234567000"),
        ("1E-7", "0.0000001"),
        ("-2.5", "-2.5"),
        ("100", "100"),
        ("0.5", "0.5"),
    ],
)
def test_numbers(tmp_path: Path, stored: str, text: str) -> None:
    assert cells(tmp_path, [f'<c r="A2"><v>{stored}</v></c>']) == [text]


@pytest.mark.parametrize(
    ("code", "stored", "text"),
    [
        (14, "43101", "2018-01-01"),
        ("yyyy\\-mm\\-dd;@", "43101.75", "2018-01-01 18:00:00"),
        ("dd/mm/yyyy hh:mm", "43101", "2018-01-01"),
        ("[$-409]d\\-mmm\\-yy;@", "1", "1900-01-01"),
        ("m/d/yyyy", "59", "1900-02-28"),
        ("m/d/yyyy", "60", "1900-02-29"),
        ("m/d/yyyy", "61", "1900-03-01"),
        ("m/d/yyyy", "0", "1900-01-00"),
        ("m/d/yyyy", "2958465", "9999-12-31"),
        ("m/d/yyyy", "2958466", "2958466"),
        ("m/d/yyyy", "-1", "1899-12-29"),  # as LibreOffice writes days before 1900
        ("mmm", "43101", "2018-01-01"),
        ("h:mm:ss", "0.5", "12:00:00"),
        ("h:mm AM/PM", "0.999988425925926", "23:59:59"),
        ("mm:ss.0", "0.00001736111", "00:00:01.5"),
        ("[h]:mm:ss", "1.25", "30:00:00"),
        ("[h]:mm", "-0.5", "-12:00:00"),
        ("[mm]:ss", "0.0625", "1:30:00"),
        (46, "2", "48:00:00"),
        ("0%", "0.125", "12.5%"),
        (10, "0.07", "7%"),
        ("0.00%", "1.1000000000000001", "110%"),
        ("00000", "501", "00501"),
        ("0", "501", "501"),
        ("#,##0.00", "1234.5", "1234.5"),
        ('0 "days"', "3", "3"),
        ('#,##0\\ "h";[Red]-#,##0\\ "h"', "3", "3"),
        ("[Red]0", "3", "3"),
        ("General", "3", "3"),
        ("0.00E+00", "3", "3"),
        ("@", "43101", "43101"),
        ('yyyy"年"m"月"d"日"', "43101", "2018-01-01"),
    ],
)
def test_numbers_by_their_format(tmp_path: Path, code: str | int, stored: str, text: str) -> None:
    assert cells(tmp_path, [f'<c r="A2" s="1"><v>{stored}</v></c>'], codes=(code,)) == [text]


def test_the_other_epoch(tmp_path: Path) -> None:
    values = [f'<c r="A2" s="1"><v>{serial}</v></c>' for serial in ("0", "1", "39813", "0.5")]
    book = '<workbookPr date1904="1"/>'
    texts = ["1904-01-01", "1904-01-02", "2013-01-01", "1904-01-01 12:00:00"]
    assert cells(tmp_path, values, workbook=book, codes=("yyyy-mm-dd",)) == texts


def test_an_extension_does_not_change_the_epoch(tmp_path: Path) -> None:
    more = '<x:workbookPr xmlns:x="urn:x" chartTrackingRefBase="1"/>'
    book = f'<workbookPr date1904="true"/>{more}'
    values = ['<c r="A2" s="1"><v>0</v></c>']
    assert cells(tmp_path, values, workbook=book, codes=(14,)) == ["1904-01-01"]


def test_other_kinds_of_cells(tmp_path: Path) -> None:
    values = [
        '<c r="A2" t="b"><v>1</v></c>',
        '<c r="A3" t="e"><v>#DIV/0!</v></c>',
        '<c r="A4" t="str"><f>A1&amp;"x"</f><v>7.0</v></c>',
        '<c r="A5" t="d"><v>1979-01-18T00:00:00</v></c>',
        '<c r="A6" t="inlineStr"><is><r><t>Jay </t></r><r><t>Chou</t></r><rPh><t>x</t></rPh></is></c>',
        '<c r="A7" t="inlineStr"><is><t xml:space="preserve"> a_x0007_b_x005F_x0041_ </t></is></c>',
        '<c r="A8" t="inlineStr"><is><t>1E5</t></is></c>',
    ]
    texts = ["TRUE", "#DIV/0!", "7.0", "1979-01-18", "Jay Chou", " a\x07b_x0041_ ", "1E5"]
    assert cells(tmp_path, values) == texts


def test_shared_strings(tmp_path: Path) -> None:
    items = [
        "<si><t>name</t></si>",
        "<si><r><t>周</t></r><r><rPr><b/></rPr><t>杰伦</t></r><rPh sb='0' eb='1'><t>zhou</t></rPh>"
        "<phoneticPr fontId='1'/></si>",
        "<si/>",
        "<si><t>a &amp; b &lt;c&gt; &#26085;</t></si>",
    ]
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, 5))
    parts = {"xl/sharedStrings.xml": strings(*items)}
    table = read(xlsx(tmp_path / "a.xlsx", sheet(rows), parts=parts), header=1)
    assert [row[0] for row in table.rows()] == ["周杰伦", "a & b <c> 日"]
    with pytest.raises(BrokenFile, match="shared text 3"):
        parts = {"xl/sharedStrings.xml": strings(*items[:3])}
        read(xlsx(tmp_path / "b.xlsx", sheet(rows), parts=parts))


def test_formulas_without_a_value(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f>A2+1</f><v>2</v></c></row>'
        '<row r="4"><c r="A4"><f>A3+1</f></c><c r="B4" t="str"><f>""</f><v></v></c></row>'
        '<row r="5"><c r="A5"><f>A4+1</f><v/></c></row><row r="6"><c r="A6"><v>9</v></c></row>'
    )
    table = read(xlsx(tmp_path / "a.xlsx", sheet(rows)))
    decision = table.decision("formulas")
    assert (
        not decision.sure and "2 of 4 formulas" in decision.evidence and "A4" in decision.evidence
    )
    assert any("A4" in note for note in table.notes)
    assert [row[0] for row in table.rows()] == ["1", "2", "9"]


@pytest.mark.parametrize("asked", [True, False])
def test_values_that_no_program_computed(tmp_path: Path, asked: bool) -> None:
    """XlsxWriter saves 0 for a formula, and asks for it to be computed later."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><f>A1</f><v>0</v></c></row>'
    path, asking = tmp_path / "a.xlsx", '<calcPr fullCalcOnLoad="1"/>' if asked else ""
    decision = read(xlsx(path, sheet(rows), workbook=asking), header=0).decision("formulas")
    assert decision.sure != asked and ("outdated" in decision.evidence) == asked


def test_hidden_rows_and_columns_are_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    worksheet = workbook.add_worksheet("S")
    for row in range(5):
        worksheet.write_row(row, 0, [f"name {row}", row, "x"])
    worksheet.set_row(2, None, None, {"hidden": True})
    worksheet.set_column(1, 1, None, None, {"hidden": True})
    workbook.add_worksheet("T").very_hidden()
    workbook.close()
    table = read(path, header=0)
    assert table.total == 5
    assert table.sheets[0].hidden_rows == (3,) and table.sheets[0].hidden_columns == (2,)
    assert [one.hidden for one in table.sheets] == [False, True]
    assert any("Hidden rows" in note and "3" in note for note in table.notes)
    assert any("Hidden columns" in note and "B" in note for note in table.notes)


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_namespaces_do_not_matter(tmp_path: Path, prefix: str) -> None:
    space = MAIN.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml")
    xml = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row><row><c><v>5</v></c></row>')
    xml = xml.replace(MAIN, space).replace(' xmlns="', f' xmlns{":x" if prefix else ""}="')
    for name in ("worksheet", "sheetData", "row", "c ", "c>", "v>"):
        xml = xml.replace(f"<{name}", f"<{prefix}{name}").replace(f"</{name}", f"</{prefix}{name}")
    parts = {"xl/sharedStrings.xml": strings("<si><t>n</t></si>")}
    table = read(xlsx(tmp_path / "a.xlsx", xml, parts=parts))
    assert table.columns == ("n",) and list(table.rows()) == [["5"]]


def test_formats_are_told_apart() -> None:
    assert [
        shown(code).kind for code in ("", "0.00", "d", "h", "[m]", "0.0%", "[Blue]General")
    ] == [
        "number",
        "number",
        "date",
        "time",
        "duration",
        "percent",
        "number",
    ]


def row_of(*xml: str) -> str:
    return f"<table:table-row>{''.join(xml)}</table:table-row>"


def text_cell(text: str) -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


def test_ods_cells(tmp_path: Path) -> None:
    kinds = [
        ('office:value-type="float" office:value="7.0"', "7,0", "7"),
        ('office:value-type="float" office:value="1E+22"', "x", "10000000000000000000000"),
        ('office:value-type="percentage" office:value="0.125"', "13%", "12.5%"),
        ('office:value-type="currency" office:value="3.5"', "3,50 €", "3.5"),
        ('office:value-type="date" office:date-value="1979-01-18"', "18.01.79", "1979-01-18"),
        (
            'office:value-type="date" office:date-value="1979-01-18T13:05:00"',
            "x",
            "1979-01-18 13:05:00",
        ),
        ('office:value-type="time" office:time-value="PT07H05M00S"', "x", "07:05:00"),
        ('office:value-type="time" office:time-value="PT30H05M00.5S"', "x", "30:05:00.5"),
        (
            'table:style-name="ce1" office:value-type="time" office:time-value="PT07H05M00S"',
            "x",
            "7:05:00",
        ),
        ('office:value-type="boolean" office:boolean-value="true"', "WAHR", "TRUE"),
        (
            'table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"',
            "#N/A",
            "#N/A",
        ),
        (
            'table:formula="of:=1/0" office:value-type="float" office:value="0"',
            "#DIV/0!",
            "#DIV/0!",
        ),
        ('office:value-type="string"', "a<text:s text:c='2'/>b<text:line-break/>c", "a  b\nc"),
        ('office:value-type="string"', "one  \n two", "one two"),
        (
            'office:value-type="string"',
            "<office:annotation><text:p>no</text:p></office:annotation>yes",
            "yes",
        ),
        (
            'office:value-type="string"',
            "<text:span>rich</text:span><text:span>er</text:span>",
            "richer",
        ),
    ]
    rows = [
        row_of(
            text_cell("name"),
            f"<table:table-cell {given}><text:p>{shown}</text:p></table:table-cell>",
        )
        for given, shown, _ in kinds
    ]
    long = (
        '<number:time-style style:name="N1" number:truncate-on-overflow="false"/>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    tables = f'<table:table table:name="S">{"".join(rows)}</table:table>'
    table = read(ods(tmp_path / "a.ods", tables, automatic=long), header=0)
    assert [row[1] for row in table.rows()] == [text for _, _, text in kinds]


def test_ods_sheets_and_repetition(tmp_path: Path) -> None:
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    hidden = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    people = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        + row_of(text_cell("name"), text_cell("born"))
        + row_of(
            '<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
        )
        + '<table:table-row table:number-rows-repeated="3" table:visibility="filter">'
        + text_cell("y")
        + "</table:table-row>"
        + blank
        + row_of(text_cell("last"), text_cell("z"))
    )
    tables = (
        f'<table:table table:name="Secret" table:style-name="ta2">{row_of(text_cell("a"))}</table:table>'
        f'<table:table table:name="People">{people}</table:table>'
    )
    table = read(ods(tmp_path / "a.ods", tables, automatic=hidden), header=1)
    assert table.sheet == "People" and [one.hidden for one in table.sheets] == [True, False]
    assert list(table.rows()) == [["x", "x"], ["y", ""], ["y", ""], ["y", ""], ["last", "z"]]
    assert table.sheets[1].hidden_rows == (3, 4, 5) and table.sheets[1].hidden_columns == (2,)
