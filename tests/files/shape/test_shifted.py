"""Names that do not stand above their columns, or stand in the file again."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from core.files.reader import read
from core.files.table import Table

PEOPLE = [["Ann Lee", "1950"], ["Bo Ray", "1960"], ["Cy Fox", "1970"]]


def table_of(tmp_path: Path, text: str | bytes) -> Table:
    path = tmp_path / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read(path)


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_numbers_of_rows_without_a_name_move_the_names(
    tmp_path: Path, start: int, sign: str
) -> None:
    rows = [[str(n + start), *row] for n, row in enumerate(PEOPLE)]
    table = table_of(tmp_path, "\n".join(map(sign.join, [["name", "born"], *rows])))
    assert table.columns == ("", "name", "born") and list(table.rows()) == rows
    assert table.decision("header").sure


def test_names_of_rows_without_a_name_move_the_names_as_a_doubt(tmp_path: Path) -> None:
    rows = [[f"id-{name[0]}", name, "actor", born] for name, born in PEOPLE]
    table = table_of(tmp_path, "\n".join(map(",".join, [["name", "job", "born"], *rows])))
    assert table.columns == ("", "name", "job", "born")
    assert not table.decision("header").sure


def test_what_is_over_in_every_row_is_never_sure(tmp_path: Path) -> None:
    table = table_of(tmp_path, "name,job\nLee,Ann,actor\nRay,Bo,poet\nLee,Cy,poet\n")
    assert not table.decision("header").sure
    table = table_of(tmp_path, "name,born\nAnn,1950,\nBo,1960,\n")
    assert table.columns == ("name", "born", "") and table.decision("header").sure


@pytest.mark.parametrize("many", [3, 50_000])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("quoted", [False, True])
def test_files_put_one_behind_the_other_hold_no_person_called_name(
    tmp_path: Path, many: int, mark: bytes, quoted: bool
) -> None:
    rows = "".join(f"Person {n},Oslo\n" for n in range(many))
    text = (f"name,city\n{rows}" if not quoted else f'"name","city"\n{rows}').encode()
    table = table_of(tmp_path, mark + text + mark + text)
    assert table.columns == ("name", "city")
    assert table.total == 2 * many
    found = list(table.placed())
    assert [row.cells[0] for row in found] == [f"Person {n}" for n in range(many)] * 2
    assert found[many].line == many + 3
    assert any(
        f"names again, left out: 1, the first at line {many + 2:,}" in n for n in table.notes
    )


def test_a_person_may_hold_one_of_the_names(tmp_path: Path) -> None:
    rows = "".join(f"Person {n},Oslo,{1950 + n}\n" for n in range(9))
    odd = "name,Rome,1950\nNemo,city,1950\nmy name,city,born late\n"
    table = table_of(tmp_path, f"name,city,born\n{rows}{odd}")
    assert table.total == 12 and not any("again" in note for note in table.notes)


def test_byte_order_marks_at_the_begin_of_lines_are_no_text(tmp_path: Path) -> None:
    mark = "\ufeff"
    text = f'{mark}{mark}"name",city\n"Lee, Ann",Oslo\n{mark}"Ray, Bo",Rome\nC{mark}y,Bonn\n'
    table = table_of(tmp_path, text)
    assert table.columns == ("name", "city")
    assert [row[0] for row in table.rows()] == ["Lee, Ann", "Ray, Bo", f"C{mark}y"]


@pytest.mark.parametrize(
    "text",
    [
        " name | born \n------+------\n Ann  | 1950\n Bo   | 1960\n Cy   | 1970\n",
        "| name | born |\n|:-----|-----:|\n| Ann | 1950 |\n| Bo | 1960 |\n| Cy | 1970 |\n",
        "name;born\n====;====\nAnn;1950\nBo;1960\nCy;1970\n",
        "+------+------+\n| name | born |\n+------+------+\n| Ann | 1950 |\n| Bo | 1960 |\n| Cy | 1970 |\n+------+------+\n",
    ],
    ids=["psql", "markdown", "drawn", "mysql"],
)  # fmt: skip
def test_lines_drawn_between_rows_are_no_rows(tmp_path: Path, text: str) -> None:
    table = table_of(tmp_path, text)
    assert [name.strip() for name in table.columns if name.strip()] == ["name", "born"]
    rows = [[cell.strip() for cell in row if cell.strip()] for row in table.rows()]
    assert rows == [["Ann", "1950"], ["Bo", "1960"], ["Cy", "1970"]]


def test_names_that_number_the_columns_are_names(tmp_path: Path) -> None:
    table = table_of(tmp_path, "0,1,2\nAnn,actor,1950\nBo,poet,1960\nCy,x,1970\n")
    assert table.columns == ("0", "1", "2") and not table.decision("header").sure
    table = table_of(tmp_path, "0,1,2,3\nAnn,actor,1950,a\nBo,poet,1960,b\nCy,x,1970,c\n")
    assert table.columns == ("0", "1", "2", "3") and table.total == 3
    assert table_of(tmp_path, "1,2,3\n4,5,6\n7,8,8\n").total == 3
