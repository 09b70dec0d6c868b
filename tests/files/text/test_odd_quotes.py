"""What makes odd quotes cheap changes no cell: each short cut is held against the long way."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from core.files.reader import read
from core.files.shape.header import filled
from core.files.text import names_again
from core.files.text.blocks import Block
from core.files.text.records import Oddities, Records
from core.files.text.splitter import Dialect, Splitter

DIALECTS = [
    Dialect(delimiter, quote, backslash)
    for delimiter in (",", "\t", " ", "::")
    for quote in ('"', "'")
    for backslash in (False, True)
]


def texts(signs: str, count: int, longest: int) -> list[str]:
    dice = random.Random(len(signs))  # nosec B311
    return ["".join(dice.choices(signs, k=dice.randrange(longest))) for _ in range(count)]


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_cells_up_to_the_next_quote_at_once_are_those_one_by_one(dialect: Dialect) -> None:
    at_once, one_by_one = Splitter(dialect, 3), Splitter(dialect, 3)
    one_by_one._runs = False
    signs = 'a"""\' \\\n' + 3 * dialect.delimiter
    for text in texts(signs, 1_500, 60):
        for verb in ("split", "force", "kept", "split"):
            found = [
                (getattr(each, verb)(text), each.inner, each.stray, each.loose)
                for each in (at_once, one_by_one)
            ]
            assert found[0] == found[1], (text, verb)


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_a_line_that_can_end_no_cell_need_not_be_tried(dialect: Dialect) -> None:
    signs = 'aaa""\'\n\n \\' + 2 * dialect.delimiter
    for number, text in enumerate(texts(signs, 700, 200)):
        given: list[tuple[list[tuple[int, list[str]]], Oddities]] = []
        for always in (False, True):
            records = Records(text.splitlines(True), dialect, width=number % 4)
            if always:
                records._closes = re.compile("")
            given.append((list(records), records.oddities))
        assert given[0] == given[1], text


def test_records_are_given_once_more_with_their_text_and_gap() -> None:
    lines = ["a,b\n", "\n", '"x\n', 'y",2\n']
    first = Records(lines, Dialect(","), width=2, start=5)
    again = Records((), Dialect(","), width=2).again(first.taken())
    assert [(*each, again.text, again.gap) for each in again] == [
        (5, ["a", "b"], "a,b", 0),
        (7, ["x\ny", "2"], '"x\ny",2', 1),
    ]


def test_lines_are_left_out_by_their_bits() -> None:
    lines = (3, 4, 9_000)
    sql = f"SELECT _line FROM range(1, 10001) AS t(_line) WHERE true{names_again.not_these(lines)}"
    kept = [line for (line,) in duckdb.connect().execute(sql).fetchall()]
    assert kept == [line for line in range(1, 10_001) if line not in lines]
    assert names_again.not_these(()) == ""


def test_names_again_are_left_out_thousands_of_times(tmp_path: Path) -> None:
    path = tmp_path / "pages.csv"
    pages = (f"name,born\nAnn {n},1990\nBo {n},1991\n\n" for n in range(3_000))
    path.write_text("".join(pages), encoding="utf-8")
    rows = list(read(path).rows())
    assert rows == [[f"{name} {n}", born] for n in range(3_000) for name, born in PEOPLE]


PEOPLE = (("Ann", "1990"), ("Bo", "1991"))


def test_names_again_of_a_wide_table_agree_in_every_column(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(60)]
    other = [*names[:-1], "x"]  # as the names, but for the last column
    rows = [names, ["1"] * 60, names, other, ["2", "3"]]
    path = tmp_path / "wide.csv"
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    table = read(path)
    assert table.columns == tuple(names)
    assert [row[-1] for row in table.rows()] == ["1", "x", ""]


def test_a_block_that_grows_is_asked_again_whether_it_begins_a_table() -> None:
    block = Block(1, rows=1, head=[(1, ["name", "born"])])
    block.widths[2] = 1
    assert not block.begins_table()
    block.head.append((2, ["Ann", "1990"]))
    block.rows, block.widths[2] = 2, 2
    assert block.begins_table()
    assert replace(block) == block


def test_cells_of_blanks_alone_hold_nothing() -> None:
    assert filled(["", " ", "\u3000\t", "\x1f", "a", " b "]) == 2
