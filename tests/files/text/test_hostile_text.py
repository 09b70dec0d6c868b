"""No silent corruption: hostile text comes back from every format cell by cell, or the loss is said."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.files.reader import read
from core.files.table import Table
from tests.files.text.hostile import CELLS, HEADER, NUL, SURROGATE, everything, rows


def as_csv(table: list[list[str]], **dialect: Any) -> str:
    text = io.StringIO()
    csv.writer(text, **{"lineterminator": "\n", **dialect}).writerows([HEADER, *table])
    return text.getvalue()


def held(table: Table) -> list[list[str]]:
    assert table.columns == tuple(HEADER), table.decisions
    return list(table.rows())


def first_difference(got: list[list[str]], wanted: list[list[str]]) -> str:
    for number, (mine, theirs) in enumerate(zip(got, wanted, strict=False)):
        if mine != theirs:
            return f"row {number}: {mine!r} is not {theirs!r}"
    return f"{len(got)} rows, not {len(wanted)}"


def same(got: list[list[str]], wanted: list[list[str]]) -> None:
    assert got == wanted, first_difference(got, wanted)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_delimited_text(tmp_path: Path, codec: str, delimiter: str, quoting: Any) -> None:
    table = rows(seed=len(codec) + ord(delimiter))
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(table, delimiter=delimiter, quoting=quoting).encode(codec))
    same(held(read(path)), table)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(rows(3), lineterminator=end).encode())
    same(held(read(path)), rows(3))


def test_quotes_behind_backslashes(tmp_path: Path) -> None:
    simple = [row for row in rows(5) if "\\" not in row[1] + row[3]]
    path = tmp_path / "a.csv"
    options = {"quoting": csv.QUOTE_ALL, "doublequote": False, "escapechar": "\\"}
    path.write_bytes(as_csv(simple, **options).encode())
    same(held(read(path)), simple)


@pytest.mark.parametrize("shape", ["array", "lines", "envelope"])
def test_json(tmp_path: Path, shape: str) -> None:
    table = rows(7)
    items = [dict(zip(HEADER, row, strict=True)) for row in table]
    texts = {
        "array": json.dumps(items, ensure_ascii=False),
        "lines": "\n".join(json.dumps(item) for item in items),
        "envelope": json.dumps({"people": items, "metadata": {"n": 1}}, indent=1),
    }
    path = tmp_path / "a.json"
    path.write_text(texts[shape], encoding="utf-8", newline="")
    same(held(read(path)), table)


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    table = rows(9)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER, *table]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    # XML cannot hold these at all, and xlsxwriter writes them by the escapes that Excel knows.
    same(held(read(path)), table)


def test_packed(tmp_path: Path) -> None:
    text = as_csv(rows(11)).encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", text)
    same(held(read(tmp_path / "a.csv.gz")), rows(11))
    same(held(read(tmp_path / "a.zip")), rows(11))


def test_every_character(tmp_path: Path) -> None:
    table = [[f"P{n}", text, "plain", "x"] for n, text in enumerate(everything())]
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(table).encode())
    same(held(read(path)), table)
    path = tmp_path / "a.json"
    items = [dict(zip(HEADER, row, strict=True)) for row in table]
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8", newline="")
    same(held(read(path)), table)


def test_empty_and_null_are_both_an_empty_cell_and_the_word_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('number,hostile,kind,other\nP1,,"",NULL\nP2,x,y,null\n', encoding="utf-8")
    assert held(read(path)) == [["P1", "", "", "NULL"], ["P2", "x", "y", "null"]]
    path = tmp_path / "a.json"
    path.write_text('[{"number": "P1", "hostile": null, "kind": "", "other": "null"}]')
    assert held(read(path)) == [["P1", "", "", "null"]]


def test_nul_is_kept_and_said(tmp_path: Path) -> None:
    table = [["P1", NUL, "plain", "x"], ["P2", "a", "plain", "y"]]
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(table).encode())
    found = read(path)
    same(held(found), table)
    assert any("NUL" in note for note in found.notes)


def test_half_a_surrogate_pair_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([dict(zip(HEADER, ["P1", SURROGATE, "p", "x"], strict=True))]))
    found = read(path)
    assert held(found)[0][1] == "a\\ud800b"
    assert any("surrogate" in note for note in found.notes)


def test_the_list_is_hostile_enough() -> None:
    assert len(CELLS) > 150 and len(set(CELLS)) == len(CELLS)
