"""Workbooks of kind .xlsb, made record by record; calamine reads the same values from them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from core.errors import BrokenFile, EmptyFile, TooManyColumns
from core.files.books import biff12
from core.files.reader import read
from tests.files.books.made import LINKS, PACKAGE


def record(kind: int, data: bytes = b"") -> bytes:
    """One record: its type and size in groups of seven bits, then its data."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = b""
    left = len(data)
    while True:
        more = left >> 7
        size += bytes([left & 0x7F | (0x80 if more else 0)])
        left = more
        if not left:
            return head + size + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def cell(kind: int, column: int, data: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + data)


def row(number: int, *cells: bytes, hidden: bool = False) -> bytes:
    flags = bytes([0, 0x10 if hidden else 0])
    head = struct.pack("<IIH", number, 0, 300) + flags + bytes(5)
    return record(biff12.ROW, head) + b"".join(cells)


def text(column: int, value: str) -> bytes:
    return cell(biff12.TEXT, column, wide(value))


def xlsb(
    path: Path,
    sheets: dict[str, bytes],
    *,
    texts: Sequence[str] = (),
    flags: int = 0,
    hidden: str = "",
    comments: bytes = b"",
) -> Path:
    """A workbook of these sheets, each the records of its rows (and what stands behind them)."""
    listed = b"".join(
        record(biff12.SHEET, struct.pack("<II", name == hidden, n) + wide(f"rId{n}") + wide(name))
        for n, name in enumerate(sheets, 1)
    )
    kinds = [(n, "worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)]
    kinds += [(98, "styles", "styles.bin"), (99, "sharedStrings", "sharedStrings.bin")]
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for n, kind, target in kinds
    )
    code = record(biff12.FORMAT, struct.pack("<H", 164) + wide("yyyy\\-mm\\-dd"))
    styles = [0, 164, 9, 46]
    looks = [*((n, 0) for n in styles), (0, 1)]  # the last one is struck through
    xfs = b"".join(
        record(biff12.STYLE, struct.pack("<HHH", 0, n, font) + bytes(10)) for n, font in looks
    )
    fonts = record(611, struct.pack("<I", 2)) + b"".join(
        record(biff12.FONT, struct.pack("<HH", 220, flags) + bytes(17) + wide("Calibri"))
        for flags in (0, 8)
    )
    strings = b"".join(record(biff12.SHARED_TEXT, b"\0" + wide(each)) for each in texts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{LINKS}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        rels = f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
        archive.writestr("xl/_rels/workbook.bin.rels", rels)
        book = record(biff12.BOOK_PROPERTIES, struct.pack("<II", flags, 0) + wide(""))
        listed = record(143) + listed + record(144)
        ends = record(157, bytes(26)) + record(132)
        archive.writestr("xl/workbook.bin", record(131) + book + listed + ends)
        count = struct.pack("<II", len(texts), len(texts))
        archive.writestr("xl/sharedStrings.bin", record(159, count) + strings + record(160))
        archive.writestr(
            "xl/styles.bin",
            record(278)
            + record(615, struct.pack("<I", 1))
            + code
            + record(616)
            + fonts
            + record(612)
            + record(biff12.BEGIN_STYLES, struct.pack("<I", len(looks)))
            + xfs
            + record(biff12.END_STYLES)
            + record(279),
        )
        for number, rows in enumerate(sheets.values(), 1):
            size = record(148, struct.pack("<4I", 0, 20, 0, 5))
            data = record(129) + size + record(145) + rows + record(146) + record(130)
            archive.writestr(f"xl/worksheets/sheet{number}.bin", data)
        if comments:
            rel = f'<Relationship Id="rId1" Type="{LINKS}/comments" Target="../comments1.bin"/>'
            rels = f'<Relationships xmlns="{PACKAGE}">{rel}</Relationships>'
            archive.writestr("xl/worksheets/_rels/sheet1.bin.rels", rels)
            archive.writestr("xl/comments1.bin", record(628) + record(633) + comments)
    return path


def number(column: int, value: float, style: int = 0) -> bytes:
    return cell(biff12.REAL, column, struct.pack("<d", value), style)


def rk(column: int, raw: int) -> bytes:
    return cell(biff12.RK, column, struct.pack("<i", raw))


UNKNOWN = ("rich", "#N/A", "#DIV/0!")  # to calamine
HEAD = row(0, text(0, "name"), text(1, "value"))
VALUES: list[tuple[bytes, str]] = [
    (number(1, 0.1), "0.1"),
    (number(1, 43101.75, 1), "2018-01-01 18:00:00"),
    (number(1, 0.125, 2), "12.5%"),
    (number(1, 1.25, 3), "30:00:00"),
    (rk(1, 7 << 2 | 2), "7"),
    (rk(1, -5 << 2 | 2), "-5"),
    (rk(1, 1234 << 2 | 3), "12.34"),
    (rk(1, struct.unpack("<i", struct.pack("<d", 2.5)[4:])[0]), "2.5"),
    (cell(biff12.SHARED, 1, struct.pack("<I", 1)), "周杰伦 😀"),
    (cell(biff12.RICH_TEXT, 1, b"\0" + wide("rich")), "rich"),
    (cell(biff12.BOOLEAN, 1, b"\1"), "TRUE"),
    (cell(biff12.ERROR, 1, b"\x2a"), "#N/A"),
    (cell(biff12.FORMULA_ERROR, 1, b"\x07" + bytes(10)), "#DIV/0!"),
    (cell(biff12.FORMULA_TEXT, 1, wide("of text") + bytes(10)), "of text"),
    (cell(biff12.FORMULA_REAL, 1, struct.pack("<d", 3.0) + bytes(10)), "3"),
    (cell(biff12.FORMULA_BOOLEAN, 1, b"\0" + bytes(10)), "FALSE"),
]


def book(path: Path, **more: Any) -> Path:
    rows = [row(n, text(0, f"v{n}"), each) for n, (each, _) in enumerate(VALUES, 1)]
    return xlsb(path, {"S": HEAD + b"".join(rows)}, texts=["zero", "周杰伦 😀"], **more)


def test_every_kind_of_cell(tmp_path: Path) -> None:
    table = read(book(tmp_path / "a.xlsb"))
    assert [one[1] for one in table.rows()] == [shown for _, shown in VALUES]
    assert table.columns == ("name", "value") and table.decision("format").value == "xlsb"
    assert "4 formulas" in table.decision("formulas").evidence
    assert any("error" in note and "2" in note for note in table.notes)


def test_the_other_epoch(tmp_path: Path) -> None:
    rows = list(read(book(tmp_path / "a.xlsb", flags=1)).rows())
    assert rows[1][1] == "2022-01-02 18:00:00"


def test_calamine_sees_the_same(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsb")
    with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
        values = workbook.get_sheet_by_index(0).to_python()[1:]
    for (_, shown), (_, value) in zip(VALUES, values, strict=True):
        if isinstance(value, bool) or isinstance(value, str):
            assert str(value).upper() == shown.upper() or (value == "" and shown in UNKNOWN)
        elif isinstance(value, float):
            assert value == float(shown.rstrip("%")) / (100 if shown.endswith("%") else 1)
        else:
            assert str(value)[:10] == shown[:10] or "1 day, 6:00:00" == str(value)


def test_cells_right_of_the_one_before(tmp_path: Path) -> None:
    short = [
        record(biff12.SHORT + biff12.REAL - 1, struct.pack("<Id", 0, 1.5)),
        record(biff12.SHORT + biff12.SHARED - 1, struct.pack("<II", 0, 0)),
    ]
    rows = HEAD + row(1, text(0, "a"), *short)
    assert list(read(xlsb(tmp_path / "a.xlsb", {"S": rows}, texts=["x"])).rows()) == [
        ["a", "1.5", "x"]
    ]


def test_what_is_hidden_or_merged(tmp_path: Path) -> None:
    rows = HEAD + row(1, text(0, "a"), text(1, "b")) + row(2, text(1, "c"), hidden=True)
    behind = record(biff12.MERGED, struct.pack("<4I", 1, 2, 0, 0))
    columns = record(biff12.COLUMNS, struct.pack("<4IH", 1, 1, 0, 0, 1))
    path = xlsb(tmp_path / "a.xlsb", {"No": HEAD + rows, "S": columns + rows + behind}, hidden="No")
    table = read(path, merged=True)
    assert table.sheet == "S" and [one.hidden for one in table.sheets] == [True, False]
    assert list(table.rows()) == [["a", "b"], ["a", "c"]]
    assert table.sheets[1].hidden_rows == (3,) and table.sheets[1].hidden_columns == (2,)


def test_hostile_records(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    for rows in (
        row(1_048_576, text(0, "x")),
        row(0, text(16_384, "x")),
        row(0, cell(biff12.SHARED, 0, struct.pack("<I", 5))),
        row(0, cell(biff12.TEXT, 0, struct.pack("<I", 0x7FFFFFFF))),
        row(0, cell(biff12.REAL, 0, b"\0")),
        b"\x06\xff\xff\xff\xff",
        b"\x06\xff\xff\xff\x7f",
    ):
        with pytest.raises(BrokenFile):
            read(xlsb(path, {"S": HEAD + rows}))
        path.unlink()
    with pytest.raises(EmptyFile):
        read(xlsb(path, {"S": b""}))
    many = row(0, *(text(n, "x") for n in range(3_200)))
    with pytest.raises(TooManyColumns):
        read(xlsb(tmp_path / "b.xlsb", {"S": many}))
    far = HEAD + row(1, text(0, "a"), text(1, "b")) + row(1_048_575, text(16_383, "x"))
    assert read(xlsb(tmp_path / "c.xlsb", {"S": far})).total == 1


def test_comments_links_and_what_is_struck_through_are_told(tmp_path: Path) -> None:
    rows = row(0, text(0, "name"), text(1, "job"))
    rows += row(1, text(0, "Ann"), text(1, "poet"))
    rows += row(2, text(0, "Bob"), cell(biff12.TEXT, 1, wide("actor"), style=4))
    area = struct.pack("<4I", 2, 2, 0, 0)
    link = record(biff12.LINK, struct.pack("<4I", 1, 1, 1, 1) + wide("rId9") + 3 * wide(""))
    said = record(biff12.COMMENT, struct.pack("<I", 0) + area + bytes(16))
    path = xlsb(tmp_path / "a.xlsb", {"People": rows + record(146) + link}, comments=said)
    table = read(path)
    assert list(table.rows()) == [["Ann", "poet"], ["Bob", "actor"]]
    assert "1 cell has a comment, the first in A3" in table.decision("comments").evidence
    assert "the first in B2" in table.decision("links").evidence
    assert not table.decision("struck_through").sure
    few = row(0, text(0, "name"), text(1, "job")) + row(1, text(0, "Ann"), text(1, "poet"))
    plain = read(xlsb(tmp_path / "b.xlsb", {"People": few}))
    assert not {d.name for d in plain.decisions} & {"comments", "links", "struck_through"}
