"""What stands between cells, where it is sparse, blank, or a sign of the cell itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.files.reader import read
from core.files.shape.units import is_unit
from core.files.table import Table


def table_of(tmp_path: Path, lines: list[str]) -> Table:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("blank", [0, 1, 400])
def test_empty_cells_side_by_side_are_no_delimiter(tmp_path: Path, sign: str, blank: int) -> None:
    names = sign.join(["name", *"abcdefgh"])
    rows = [["x"] + ["TRUE" if i % 8 == j else "" for j in range(8)] for i in range(30)]
    lines = [names, *map(sign.join, rows), *[sign * 8] * blank]
    table = table_of(tmp_path, lines)
    delimiter = table.decision("delimiter")
    assert delimiter.value == sign and table.total == 30
    assert table.columns == ("name", *"abcdefgh")


@pytest.mark.parametrize("sign", [",", ";"])
def test_only_the_first_and_the_last_column_are_filled(tmp_path: Path, sign: str) -> None:
    lines = [f"name{sign * 4}note", *(f"P{i}{sign * 4}x{i}" for i in range(20))]
    assert table_of(tmp_path, lines).decision("delimiter").value == sign


@pytest.mark.parametrize("sign", ["||", "::", "-|-", "\\t"])
def test_several_signs_still_are_one(tmp_path: Path, sign: str) -> None:
    lines = [sign.join(("name", "born", "city"))]
    lines += [sign.join((f"P{i}", str(1950 + i), "Rome" if i % 3 else "")) for i in range(20)]
    assert table_of(tmp_path, lines).decision("delimiter").value == sign


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        (["a b c", *(f"{i} {2 * i} {3 * i}" for i in range(12))], ("a", "b", "c")),
        (
            ["name born city", *(f"Ann{i} 19{i + 10} Rome" for i in range(12))],
            ("name", "born", "city"),
        ),
        (["id name city", *(f'{i} "Ann Lee {i}" Rome' for i in range(12))], ("id", "name", "city")),
        ([f"{i} {2 * i}.5 {3 * i}" for i in range(12)], ("column_1", "column_2", "column_3")),
    ],
)
def test_a_single_space_sets_cells_apart(
    tmp_path: Path, lines: list[str], columns: tuple[str, ...]
) -> None:
    table = table_of(tmp_path, lines)
    assert table.decision("delimiter").value == " " and table.columns == columns


@pytest.mark.parametrize(
    "lines",
    [
        ["population size", *(f"{i + 1} 234 567" for i in range(9))],
        ["birth date", *(f"12 May 19{i}0" for i in range(9))],
        ["name", *(f"Ann Lee{i}" for i in range(9))],
        ["phone", *(f"+49 30 {i}" for i in range(9))],
    ],
)
def test_spaces_in_one_column_are_of_its_cells(tmp_path: Path, lines: list[str]) -> None:
    table = table_of(tmp_path, lines)
    assert table.columns == (lines[0],) and [row[0] for row in table.rows()] == lines[1:]


def test_words_may_be_cells(tmp_path: Path) -> None:
    lines = ["name city job", "Ann Rome poet", "Bob Oslo actor", "Cem Bonn singer", "Dee Lima cook"]
    delimiter = table_of(tmp_path, lines).decision("delimiter")
    assert not delimiter.sure and delimiter.runner_up == "space"


UNITS = [
    ["data", *(f"{{'name': 'Ann {i}', 'born': 19{i}0, 'city': 'Rome'}}" for i in range(9))],
    ["info", *(f"[1: {i}, 2: {i}]" for i in range(9))],
    ["record", *(f"name: Ann {i}; born: 19{i}0" for i in range(9))],
    ["record", *(f"name=Ann {i}|born=19{i}0" for i in range(9))],
    ["tags", *(f"['a{i}', 'b', 'c']" for i in range(9))],
    ["place", *(f"(4{i}.5, 7.{i})" for i in range(9))],
]


@pytest.mark.parametrize("lines", UNITS, ids=[lines[1] for lines in UNITS])
def test_a_column_of_units_is_one_column(tmp_path: Path, lines: list[str]) -> None:
    table = table_of(tmp_path, lines)
    assert table.columns == (lines[0],) and [row[0] for row in table.rows()] == lines[1:]


def test_what_is_no_unit() -> None:
    assert not is_unit(["name:uid:home", "a:1:/a", "b:2:/b"])
    assert not is_unit(["(a) x, (b)", "(c) y, (d)", "(e) z, (f)"])
    assert not is_unit(["id;data", "1;{'a': 1}", "2;{'a': 2}"])


def test_ragged_rows_without_end_are_read(tmp_path: Path) -> None:
    lines = ["a,b,c", *(",".join(["xyz"] * (1 + i * 7 % 6)) for i in range(80_000))]
    table = table_of(tmp_path, lines)
    assert table.total is not None and table.total > 10_000


@pytest.mark.parametrize(
    "names",
    [
        ["Ann Ames", "Bob Best", "Cy Cole, Jr.", "Di Dole", "Ed Earl, MD"],
        ["Ann; Ames", "Bob Best", "Cy Cole", "Di Dole"],
        ["Tom Hanks | actor", "Ann Ames", "Bo"],
        ["Ann Ames", "Bob Best", "Cy, Cole"],
        ["สมิชาย", "สมิหญิง", "สิงห์", "สิริ"],
        ["汤姆·汉克斯", "安·埃姆斯", "鲍勃·贝斯特", "西·科尔"],
        ["O’Neal", "D’Arcy", "O’Hara", "O’Brien"],
    ],
    ids=lambda names: names[0],
)
def test_signs_here_and_there_in_names_set_nothing_apart(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["name", *names]) + "\n", encoding="utf-8")
    table = read(path)
    assert (table.columns, [row[0] for row in table.rows()]) == (("name",), names)


def test_a_small_table_between_notes_is_one(tmp_path: Path) -> None:
    lines = [
        "People of the year",
        "as of today",
        "name,born",
        "Ann,1990",
        "Bo,1980",
        "Source: me",
        "All rights",
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read(path).columns == ("name", "born")
