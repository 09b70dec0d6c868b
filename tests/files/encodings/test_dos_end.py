"""Ctrl-Z at the end of a text is the end-of-file mark of DOS; anywhere else it is a character."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from core.errors import UnknownFormat
from core.files.encodings.dos_end import NOTE
from core.files.reader import read

PEOPLE = "name,nationality\r\nInes Roth,Spain\r\nOmar Haddad,Egypt"
ROWS = [["Ines Roth", "Spain"], ["Omar Haddad", "Egypt"]]


@pytest.mark.parametrize("before", ["", "\r\n"])
@pytest.mark.parametrize(
    "end", ["\x1a", "\x1a\r\n", "\x1a\x1a\x1a", "\x1a" + "\0" * 100, "\x1a  \n"]
)
@pytest.mark.parametrize("codec", ["utf-8", "cp850", "utf-16"])
def test_the_mark_and_its_padding_are_left_out_and_it_is_said(
    tmp_path: Path, before: str, end: str, codec: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes((PEOPLE + before + end).encode(codec))
    table = read(path)
    assert list(table.rows()) == ROWS and table.total == 2
    assert NOTE in table.notes
    assert list(table.careful().rows()) == ROWS


def test_a_file_of_the_mark_alone_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x1a")
    assert read(path).columns == () and read(path).total == 0


def test_in_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,n\n" + b"Ann Lee,1\n" * 200_000 + b"\x1a")
    table = read(path)
    assert table.total == 200_000 and NOTE in table.notes


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(tail=st.text("\x1a\0 \r\nxé", max_size=8))
def test_only_padding_may_follow(tmp_path: Path, tail: str) -> None:
    assume(tail.rstrip("\x1a\0 \r\n").count("\0") <= 4)  # with more it is refused as no text
    path = tmp_path / "a.csv"
    path.write_text(f"name,n\nAnn,1\nBo,2\n{tail}", encoding="utf-8", newline="")
    # What stands behind the last other character: any mark there begins the padding.
    padding = tail[len(tail.rstrip("\x1a\0 \r\n")) :]
    assert (NOTE in read(path).notes) == ("\x1a" in padding)


def test_in_the_middle_it_is_a_character(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,n\nAnn\x1aLee,1\nBo,2\n")
    table = read(path)
    assert list(table.rows())[0] == ["Ann\x1aLee", "1"] and NOTE not in table.notes


@pytest.mark.parametrize("zeros", [4, 512, 300_000])
def test_zero_bytes_at_the_end_are_left_out_and_it_is_said(tmp_path: Path, zeros: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,city\nAnn,Oslo\nBo,Rome\n" + bytes(zeros))
    table = read(path)
    assert list(table.rows()) == [["Ann", "Oslo"], ["Bo", "Rome"]]
    assert any("zero bytes" in note for note in table.notes)


def test_zero_bytes_in_the_middle_are_no_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,city\nAnn,Oslo\n" + bytes(4) + b"Bo,Rome\n")
    table = read(path)
    assert table.total == 2 and any("NUL" in note for note in table.notes)
    path.write_bytes(b"name,city\nAnn,Oslo\n" + bytes(512) + b"Bo,Rome\n")
    with pytest.raises(UnknownFormat):
        read(path)
