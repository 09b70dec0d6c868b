"""Preview and import agree: the fast and the careful way give the same cells, always."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from core.errors import FileError
from core.files.reader import read

CELL = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\r\n\0", exclude_categories=("Cs",)),
    max_size=12,
)
TRICKY = st.sampled_from(
    [
        "",
        " ",
        '"',
        '""',
        "'",
        "\\",
        '\\"',
        "a,b",
        "a;b",
        "\t",
        "NULL",
        "007",
        "1.0",
        "#x",
        " x ",
        "周杰伦",
        "x\ny",
        '"\n"',
        'ha \n"ha" \nha',
        "\r\n,",
        "a\n\n",
    ]
)
TABLE = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(CELL, TRICKY), min_size=width, max_size=width), min_size=1, max_size=12
    )
)


def write(path: Path, rows: list[list[str]], **dialect: object) -> None:
    text = io.StringIO()
    csv.writer(text, **dialect).writerows(rows)  # type: ignore[arg-type]
    path.write_bytes(text.getvalue().encode())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=TABLE, end=st.sampled_from(["\n", "\r\n"]), delimiter=st.sampled_from(",;\t|"))
def test_what_a_writer_wrote_is_read_back_the_same_both_ways(
    rows: list[list[str]], end: str, delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    header = [f"name {i}" for i in range(len(rows[0]))]
    write(path, [header, *rows], lineterminator=end, delimiter=delimiter)
    table = read(path, header=1, delimiter=delimiter, quote='"', footer=0)  # a last "©," is a note
    careful = table.careful()
    assert table.columns == careful.columns == tuple(header)
    held = [row for row in rows if any(row)]  # a row without any text is left out, and said
    assert list(careful.rows()) == held
    assert list(table.rows()) == held  # also when cells hold line ends
    assert table.total == len(held)
    assert any("empty cells" in note for note in table.notes) == (len(held) < len(rows))


BITS = st.lists(
    st.sampled_from(
        [*"ab1 ", ",", ",", ";", '"', '"', '""', ',"', '",', "\n", "\n", "\r\n", "\r", "\\", "\t"]
        + ["é", "\ufeff", "\0", "'", "#", "x,y\n", "1,2\n"]
    ),
    max_size=60,
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bits=BITS)
def test_on_any_text_the_fast_way_is_refused_or_equal(
    bits: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_bytes(("a,b\n1,2\n" + "".join(bits)).encode())
    try:
        table = read(path, header=1, delimiter=",", quote='"')
    except FileError:
        return
    careful = list(table.careful().rows())
    assert list(table.rows()) == careful
    if not table.is_careful:
        assert table.total == len(careful)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("150000,name,,more", ["150000", "name", "", "more"]),
        ("150000", ["150000", "", ""]),
        (",150000,name,", ["150000", "name", ""]),  # mended: the delimiter in front is one too many
        ("   ", None),
    ],
)
def test_an_odd_line_far_down_is_known_at_once(
    tmp_path: Path, line: str, cells: list[str] | None
) -> None:
    lines = ["id,name,note", *(f"{i},name {i}," for i in range(200_000))]
    lines[150_001] = line
    path = tmp_path / "long.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = read(path)
    rows = list(table.rows())
    assert table.is_careful and len(rows) == table.total == 200_000 - (cells is None)
    assert rows[150_000] == (cells or ["150001", "name 150001", ""])
    assert any("150,00" in note for note in table.notes)
    assert {len(row) for row in rows} == {len(table.columns)}


def test_a_quoted_cell_of_many_lines_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b,c\n1,"' + "x\n" * 5_000 + '",2\n3,4,5\n', encoding="utf-8", newline="")
    assert list(read(path).rows()) == [["1", "x\n" * 5_000, "2"], ["3", "4", "5"]]


@pytest.mark.parametrize("bit", ['\\"', '"\\', '"a,', 'a,"', '""a', "word "])
def test_lines_made_of_quotes_cost_little(tmp_path: Path, bit: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + bit * 40_000 + "\n1,2\n", encoding="utf-8", newline="")
    try:
        list(read(path).rows())
    except FileError:
        pass  # too many columns, or too long a cell: either is an answer
