"""A file inside a .zip or .gz is read as it would be outside; what would burst is refused."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from core.errors import (
    BadOverride,
    BrokenFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    UnknownFormat,
)
from core.files.reader import read
from core.settings import Settings

CSV = "name,born\nAnn,1979-01-18\nBob,1980-02-03\n"
ROWS = [["Ann", "1979-01-18"], ["Bob", "1980-02-03"]]


def zipped(path: Path, **files: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def test_a_csv_in_a_zip_and_in_a_gz(tmp_path: Path) -> None:
    packed = zipped(tmp_path / "a.zip", people__csv=CSV)
    table = read(packed)
    assert list(table.rows()) == ROWS and table.columns == ("name", "born")
    assert table.decision("member").value == "people.csv"
    assert table.raw[0].text == "name,born"
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(CSV.encode()))
    assert list(read(path).rows()) == ROWS
    assert read(path).decision("member").value == "people.csv"


def test_json_and_a_workbook_inside(tmp_path: Path) -> None:
    people = [dict(zip(["name", "born"], row, strict=True)) for row in ROWS]
    assert list(read(zipped(tmp_path / "j.zip", p__json=json.dumps(people))).rows()) == ROWS
    book, bytes_ = openpyxl.Workbook(), io.BytesIO()
    for row in [["name", "born"], *ROWS]:
        book.active.append(row)
    book.save(bytes_)
    assert list(read(zipped(tmp_path / "x.zip", p__xlsx=bytes_.getvalue())).rows()) == ROWS


def test_of_several_files_the_largest_table_is_taken_and_another_can_be(tmp_path: Path) -> None:
    files = {"small__csv": "a\n1\n", "people__csv": CSV, "readme__md": "x" * 5_000}
    path = zipped(tmp_path / "a.zip", **files)
    decision = read(path).decision("member")
    assert (decision.value, decision.sure, decision.runner_up) == ("people.csv", False, "small.csv")
    assert list(read(path, member="small.csv").rows()) == [["1"]]
    with pytest.raises(BadOverride, match="'readme.md'"):
        read(path, member="other.csv")


def test_overrides_reach_the_file_inside(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", people__csv=CSV)
    assert read(path, header=0).columns == ("column_1", "column_2")
    assert list(read(path, format="csv").rows()) == ROWS


def test_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="'a.png'"):
        read(zipped(tmp_path / "a.zip", a__png=b"x", b__png=b"y"))
    with pytest.raises(EmptyFile):
        read(zipped(tmp_path / "none.zip"))
    inner = zipped(tmp_path / "inner.zip", people__csv=CSV).read_bytes()
    with pytest.raises(UnknownFormat, match="archive again"):
        read(zipped(tmp_path / "outer.zip", inner__zip=inner))


def test_damage(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", people__csv=CSV * 100)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BrokenFile):
        read(path)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(CSV.encode() * 100)[:-20])
    with pytest.raises(BrokenFile):
        read(packed)
    flags = bytearray(whole)
    flags[6] |= 1  # says that it is encrypted, in both places
    flags[whole.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(flags)
    with pytest.raises(EncryptedFile):
        read(path)


def test_bombs_are_refused_before_and_while_they_unpack(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", a__csv=b"a,b\n" + b"0" * 60_000_000)
    with pytest.raises(FileTooLarge, match="times its size"):
        read(bomb)
    packed = tmp_path / "bomb.csv.gz"
    packed.write_bytes(gzip.compress(b"a,b\n" + b"0" * 60_000_000))
    with pytest.raises(FileTooLarge, match="times its size"):
        read(packed)
    small = Settings(max_unpacked_mb=1)
    even = zipped(tmp_path / "even.zip", a__csv=bytes(range(32, 127)) * 20_000)
    with pytest.raises(FileTooLarge, match="limit 1,000,000"):
        read(even, settings=small)
    many = zipped(tmp_path / "many.zip", **{f"f{i}__csv": CSV for i in range(5)})
    with pytest.raises(FileTooLarge, match="5 files"):
        read(many, settings=Settings(max_members=4))
