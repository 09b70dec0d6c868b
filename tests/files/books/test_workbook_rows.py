"""Rows in their usual form are taken many at once: that must mean what the XML parser says."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given, strategies as st

from core.errors import BrokenFile
from core.files.books.book import Cells, Facts
from core.files.books.cell_text import number_text, percent_text
from core.files.books.places import column_letters
from core.files.books.xlsx_cells import SheetReader
from core.files.books.xlsx_rows import UsualRows
from core.files.books.xlsx_strings import SharedTexts
from core.files.reader import read
from core.files.safe import xml_stream
from tests.files.books.made import sheet, xlsx

STRINGS = ["zero", " one ", "周杰伦 & <co>", ""]
NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=4).map(str),
    st.sampled_from(["0", "-0", "7.0", "1E+22", "0.10", "007", "1e-7", " 5 ", "x"]),
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)


@st.composite
def cell(draw: st.DrawFn, row: int, column: int) -> str:
    place = f' r="{column_letters(column)}{row}"'
    style = draw(st.sampled_from(["", ' s="0"', ' s="1"', ' s="9"']))
    kind = draw(
        st.sampled_from(["n", "s", "str", "inlineStr", "b", "e", "blank", "formula", "none"])
    )
    formula = draw(st.sampled_from(["", "<f>A1&amp;1</f>", '<f t="shared" si="0"/>']))
    if kind == "none":
        return ""
    if kind == "blank":
        return f"<c{place}{style}/>"
    if kind == "inlineStr":
        space = draw(st.sampled_from(["", ' xml:space="preserve"']))
        text = escape(draw(TEXTS))
        return f'<c{place}{style} t="inlineStr"><is><t{space}>{text}</t></is></c>'
    value = {
        "n": draw(NUMBERS),
        "formula": draw(NUMBERS),
        "s": draw(st.sampled_from("0123")),
        "b": draw(st.sampled_from("01")),
        "e": "#N/A",
        "str": escape(draw(TEXTS)),
    }[kind]
    shown = "" if kind in ("n", "formula") else f" t={quoteattr(kind)}"
    inside = formula if kind in ("str", "formula") else ""
    return f"<c{place}{style}{shown}>{inside}<v>{value}</v></c>"


@st.composite
def rows(draw: st.DrawFn) -> str:
    made = []
    for row in range(1, draw(st.integers(1, 6)) + 1):
        cells = "".join(draw(cell(row, column)) for column in (1, 2, 3, 28))
        hidden = draw(st.sampled_from(["", ' hidden="1"', ' hidden="false"', ' spans="1:3"']))
        made.append(f'<row r="{row}"{hidden}>{cells}</row>')
    return "".join(made)


def by_parser(xml: str) -> tuple[list[Cells], Facts]:
    facts = Facts()
    reader = SheetReader(SharedTexts(STRINGS), [number_text, percent_text], facts)
    found = list(reader.rows(io.BytesIO(sheet(xml).encode()), "sheet"))
    return found, facts


def by_pattern(xml: str) -> tuple[list[Cells] | None, Facts]:
    facts = Facts()
    values = SheetReader(SharedTexts(STRINGS), [number_text, percent_text], facts)._values
    usual = UsualRows(values.converter, facts)
    usual.learn([1, 2, 3, 28])
    return usual.rows(xml.encode()), facts


def plain(rows: list[Cells]) -> list[tuple[int, dict[int, str]]]:
    made = [
        (row, {c: t for c, t in zip(columns, texts, strict=True) if t})
        for row, columns, texts in rows
    ]
    return [(row, cells) for row, cells in made if cells]


@example('<row r="1"><c r="A1"><v> 5 </v></c><c r="B1"/><c r="C1"/><c r="AB1"><v>0</v></c></row>')
@given(rows())
def test_both_ways_mean_the_same(xml: str) -> None:
    slow, slow_facts = by_parser(xml)
    quick, quick_facts = by_pattern(xml)
    if quick is None:  # a formula without a value: the parser looks for it
        assert "<v></v>" in xml and "<f" in xml
        return
    assert plain(quick) == plain(slow)
    assert quick_facts == slow_facts


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="1"><c r="A1"><v>1</v></c><junk/></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="D2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1<!-- 2 --></v></c></row>',
        '<row r="1"><c r="A1"><is><r><t>a</t></r></is></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row',
        '<row r="1"><c r="A1"><f>1</f></c></row>',
        '<row r="9999999"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_anything_unusual_is_left_to_the_parser(xml: str) -> None:
    assert by_pattern(xml)[0] is None


def test_an_entity_that_means_nothing() -> None:
    with pytest.raises(BrokenFile, match="means nothing"):
        by_pattern('<row r="1"><c r="A1" t="str"><v>&bad;</v></c></row>')


def big(rows: int, row: str) -> str:
    return "".join(re.sub("#", str(n), row) for n in range(1, rows + 1))


@pytest.mark.parametrize("odd", ["", "<!-- <row> -->", "<![CDATA[ ]]>", "<?pi?>"])
def test_a_sheet_of_many_pieces(tmp_path: Path, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = (
        '<row r="#"><c r="A#" t="inlineStr"><is><t>n&lt;#</t></is></c><c r="B#"><v>#</v></c></row>'
    )
    xml = (
        big(3_000, row)
        + odd
        + big(3_001, row).partition('<row r="3001">')[2].join(['<row r="3001">', ""])
    )
    table = read(xlsx(tmp_path / "a.xlsx", sheet(xml)), header=0)
    assert list(table.rows()) == [[f"n<{n}", str(n)] for n in range(1, 3_002)]


def test_most_of_a_sheet_never_reaches_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "CHUNK", 2_000)
    taken: list[bool] = []
    take = UsualRows.rows

    def noted(self: UsualRows, piece: bytes) -> list[Cells] | None:
        found = take(self, piece)
        taken.append(found is not None)
        return found

    monkeypatch.setattr(UsualRows, "rows", noted)
    row = '<row r="#"><c r="A#" s="1"><v>0.5</v></c><c r="B#" t="s"><v>1</v></c></row>'
    found, _ = by_parser(big(500, row))
    assert plain(found) == [(n, {1: "50%", 2: " one "}) for n in range(1, 501)]
    assert len(taken) > 10 and all(taken[1:-1])
