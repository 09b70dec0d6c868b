"""What kind of file: by content, whatever the name says."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import openpyxl
import pytest

from core.errors import BadOverride, BrokenFile, FileError, FileTooLarge, UnknownFormat, UnsafePath
from core.files.reader import read
from core.settings import Settings

CSV = "name,born\nJay,1979\nAnn,1980\n"


@pytest.mark.parametrize("name", ["a.json", "a.xlsx", "a.xls", "a.ods", "a", "a.bin"])
def test_csv_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(CSV, encoding="utf-8")
    table = read(path)
    assert table.format == "csv" and len(list(table.rows())) == 2
    assert bool(table.notes) == (name not in ("a", "a.bin"))


def test_json_under_the_name_of_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('[{"a": 1}]', encoding="utf-8")
    table = read(path)
    assert table.format == "json" and "ends in .csv" in table.notes[0]
    assert read(path, filename="a.json").notes == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
        (b"MZ\x90\0\x03" + bytes(200), "program"),
        (b"PAR1" + bytes(50), "Parquet"),
        (b"<!DOCTYPE html><html><table>", "web page"),
        (b"{\\rtf1 text}", "rich text"),
        (random.Random(1).randbytes(5000), "binary"),
        (bytes(range(256)) * 4, "binary"),
    ],
)
def test_no_table_at_all(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(UnknownFormat, match=said):
        read(path)


def test_databases_are_not_taken(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.csv")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS x")
    with pytest.raises(UnknownFormat, match="DuckDB"):
        read(tmp_path / "a.csv")


def test_broken_json_is_no_csv(tmp_path: Path) -> None:
    for text in ('[{"a": 1}, {"a"', '{"a": [1, 2', "nul", '{"a":1},\n{"a":2}'):
        path = tmp_path / "a.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BrokenFile):
            read(path)


def test_not_a_file_and_too_large(tmp_path: Path) -> None:
    with pytest.raises(UnsafePath):
        read(tmp_path)
    with pytest.raises(UnsafePath):
        read(tmp_path / "missing.csv")
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 300_000)
    with pytest.raises(FileTooLarge):
        read(path, settings=Settings(max_file_mb=1))
    path.write_bytes(b"\0" * 100_000)
    with pytest.raises(UnknownFormat):
        read(path)


def test_random_bytes_never_raise_anything_else(tmp_path: Path) -> None:
    dice = random.Random(7)
    starts = [
        b"",
        b"a,b\n",
        b"[",
        b'{"a":',
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"PK\x03\x04",
        b"\xd0\xcf",
    ]
    for number in range(150):
        path = tmp_path / f"{number}.csv"
        alphabet = bytes(range(256)) if number % 2 else b'ab,"\n\r\\;1 \x00{}[]:'
        path.write_bytes(dice.choice(starts) + bytes(dice.choices(alphabet, k=dice.randrange(80))))
        try:
            list(read(path).rows())
        except FileError:
            pass


@pytest.mark.parametrize(
    ("name", "data", "given"),
    [
        ("a.csv", b"a,b\n1,2\n", {"sheet": "x"}),
        ("a.csv", b"a,b\n1,2\n", {"list_key": "x"}),
        ("a.json", b'[{"a": 1}]', {"delimiter": ";"}),
        ("a.json", b'[{"a": 1}]', {"header": 1}),
    ],
)
def test_a_decision_that_there_is_not_in_this_kind_of_file(
    tmp_path: Path, name: str, data: bytes, given: dict[str, object]
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BadOverride, match="nothing to decide"):
        read(path, **given)


def test_a_workbook_is_read_as_nothing_else(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "a.xlsx")
    for wanted in ("csv", "json"):
        with pytest.raises(BadOverride, match=f"is no {wanted}"):
            read(tmp_path / "a.xlsx", format=wanted)
