"""Rows of the wrong length are evened out only where one slip explains them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.files.reader import read
from core.files.table import Table

HEADER = "date,time,n,code,about,link\n"


def row(i: int) -> str:
    return f'2018-01-{i:02d},0{i % 9}:00,{i},MG-87{i:02d},"Red, warm {i}",https://x.org/{i}\n'


def table_of(tmp_path: Path, odd: str, **overrides: object) -> Table:
    path = tmp_path / "a.csv"
    lines = [row(i) for i in range(1, 12)]
    path.write_text(HEADER + "".join(lines) + odd + "".join(lines), encoding="utf-8", newline="")
    return read(path, **overrides)


GOOD = ["2018-02-01", "10:00", "7", "MG-8800", "Red, warm", "https://x.org/7"]


@pytest.mark.parametrize(
    "odd",
    [
        '2018-02-01,,10:00,7,MG-8800,"Red, warm",https://x.org/7\n',  # doubled
        '2018-02-01,10:00,7,MG-8800"Red, warm",https://x.org/7\n',  # lost before a quote
        '"2018-02-01""10:00",7,MG-8800,"Red, warm",https://x.org/7\n',  # lost between quotes
        "2018-02-01;10:00;7;MG-8800;Red, warm;https://x.org/7\n",  # another one
        '2018-02-01 10:00 7 MG-8800 "Red, warm" https://x.org/7\n',
    ],
)
def test_one_slip_is_mended_and_said(tmp_path: Path, odd: str) -> None:
    table = table_of(tmp_path, odd)
    rows = list(table.rows())
    assert rows[11] == GOOD and len(rows) == 23 and len(table.columns) == 6
    assert any("mended" in note and "line 13" in note for note in table.notes)
    assert table.decision("mend").value is True and not table.decision("mend").sure
    left = table_of(tmp_path, odd, mend=False)
    assert left.decision("mend").evidence == "chosen by the user"
    assert list(left.rows())[11] != GOOD and not any("mended" in n for n in left.notes)


@pytest.mark.parametrize(
    "odd",
    [
        "2018-02-01,10:00,7\n",  # cells are missing, and nobody knows more
        '2018-02-01,10:00,7,MG-8800,"Red, warm",https://x.org/7,more\n',  # a cell too many
        "only this\n",
    ],
)
def test_other_rows_stay_as_they_are(tmp_path: Path, odd: str) -> None:
    table = table_of(tmp_path, odd)
    cells = odd.strip().split(",")
    assert [c for c in list(table.rows())[11] if c][0] == cells[0]
    assert not any("mended" in note for note in table.notes)
    assert any("too few" in note or "too many" in note for note in table.notes)


@pytest.mark.parametrize(
    "header",
    ["date,,time,n,code,about,link\n", 'date,time,n,code,"about""link"\n'],
)
def test_the_row_of_names_is_mended_too(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(header + "".join(row(i) for i in range(1, 12)), encoding="utf-8", newline="")
    assert read(path).columns == ("date", "time", "n", "code", "about", "link")


def test_a_doubled_quote_in_a_short_row_of_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = "".join(f'n{i},word,"a ""b"" c",text\n' for i in range(9))
    path.write_text(f'w,x,y,z\n{lines}k,"he said ""no"" twice",m\n', encoding="utf-8", newline="")
    assert list(read(path).rows())[-1] == ["k", 'he said "no" twice', "m", ""]
