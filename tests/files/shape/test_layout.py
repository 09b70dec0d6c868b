"""Where the table is: above it, its names, below it, and the other tables of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BadOverride
from core.files.reader import read
from core.files.shape.groups import join_names
from core.files.shape.layout import find_table, footer_start
from core.files.table import Table

PEOPLE = "name,born,city,mbti\nAnn,1979-01-18,Rome,INTJ\nBob,1980-02-03,Oslo,ENTP\n"
MORE = "Cem,1981-03-04,Bonn,INFP\nDee,1982-04-05,Lima,ISTJ\nEva,1983-05-06,Kiel,ESFP\n"
FILMS = "title,year\nAlien,1979\nSolaris,1972\nStalker,1979\n"


def table_of(tmp_path: Path, text: str, **overrides: object) -> Table:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read(path, **overrides)


def fates(table: Table) -> list[str]:
    return [line.fate for line in table.raw]


def test_a_plain_table_has_nothing_around_it(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE + MORE)
    found = {d.name: d.value for d in table.decisions}
    assert (found["skip"], found["header"], found["header_rows"], found["footer"]) == (0, 1, 1, 0)
    assert found["columns"] == 4 and found["parser"] == "fast"
    assert fates(table) == ["header", *["row"] * 5]
    assert [line.row for line in table.raw] == [None, 1, 2, 3, 4, 5]


def test_titles_above_and_notes_below_are_kept_aside(tmp_path: Path) -> None:
    text = (
        "People of note\nas of 2024,draft\n\n" + PEOPLE + MORE + "\nSource: the archive\n* est.\n"
    )
    table = table_of(tmp_path, text)
    assert table.columns == ("name", "born", "city", "mbti") and table.total == 5
    assert table.decision("skip").value == 3 and table.decision("footer").value == 2
    assert "Source: the archive" in table.decision("footer").evidence
    wanted = ["preamble", "preamble", "blank", "header", *["row"] * 5, "blank", "footer", "footer"]
    assert fates(table) == wanted


def test_a_footer_can_be_taken_in_and_rows_can_be_kept_out(tmp_path: Path) -> None:
    text = PEOPLE + MORE + "\nSource: the archive\n"
    whole = table_of(tmp_path, text, footer=0)
    assert list(whole.rows())[-1] == ["Source: the archive", "", "", ""]
    short = table_of(tmp_path, PEOPLE + MORE, footer=2)
    assert short.total == 3 and list(short.rows())[-1][0] == "Cem"


def test_a_total_at_the_end_is_no_person(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE + MORE + "Total,,,5\n")
    assert table.total == 5 and table.decision("footer").value == 1
    lines = "".join(f"Person {i},19{i % 90 + 10}-01-02,Rome,INTJ\n" for i in range(60_000))
    long = table_of(tmp_path, PEOPLE + lines + "Total,,,60002\n")
    assert long.total == 60_002 and long.decision("footer").value == 1


def test_a_person_called_total_stays(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE + MORE + "Total,1984-06-07,Oslo,INTP\n")
    assert table.total == 6


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([["Name", "Travel", ""], ["", "Air", "Rail"]], ("Name", "Travel Air", "Travel Rail")),
        ([["height", "weight"], ["m", "kg"]], ("height m", "weight kg")),
        (
            [["Name", "Staff", "", "", ""], ["", "AA", "", "EO", ""], ["", "n", "fte", "n", "fte"]],
            ("Name", "Staff AA n", "Staff AA fte", "Staff EO n", "Staff EO fte"),
        ),
    ],
)
def test_names_in_several_rows_are_joined(lines: list[list[str]], names: tuple[str, ...]) -> None:
    assert join_names(lines) == names


def test_names_in_two_rows_are_found(tmp_path: Path) -> None:
    text = "Name,Travel,,,Total\n,Air,Rail,Taxi,\n"
    text += "".join(f"P{i},{i},{i + 1},{i + 2},{3 * i + 3}\n" for i in range(8))
    table = table_of(tmp_path, text)
    assert table.columns == ("Name", "Travel Air", "Travel Rail", "Travel Taxi", "Total")
    assert table.decision("header_rows").value == 2 and table.total == 8
    assert fates(table)[:3] == ["header", "header", "row"]
    one = table_of(tmp_path, text, header=1, header_rows=1)
    assert one.columns[1] == "Travel" and one.total == 9


def test_units_below_the_names(tmp_path: Path) -> None:
    text = "person,height,weight,born\n,m,kg,date\n"
    text += "".join(f"Person {i},1.8{i},7{i},198{i}-01-02\n" for i in range(8))
    table = table_of(tmp_path, text)
    assert table.columns == ("person", "height m", "weight kg", "born date")


def test_years_in_order_may_be_names(tmp_path: Path) -> None:
    text = "country,2019,2020,2021\nFrance,1.5,2.5,3\nSpain,2.5,3.5,4\nItaly,1,2,3\n"
    assert table_of(tmp_path, text).columns == ("country", "2019", "2020", "2021")


def test_a_first_row_of_values_is_no_header(tmp_path: Path) -> None:
    text = "".join(f"{i},198{i}-01-02,P{i}@x.org\n" for i in range(1, 9))
    table = table_of(tmp_path, text)
    assert table.columns == ("column_1", "column_2", "column_3") and table.total == 8
    assert table.decision("header").value == 0 and table.decision("header").runner_up == "line 1"


def test_tables_of_another_shape_are_offered_and_the_first_is_read(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE + MORE + "\n" + FILMS)
    assert table.total == 5 and len(table.tables) == 2
    assert [(t.where, t.rows, t.chosen) for t in table.tables] == [
        ("lines 1 to 6", 5, True),
        ("lines 8 to 11", 3, False),
    ]
    assert not table.decision("table").sure and fates(table)[-1] == "other table"
    films = table_of(tmp_path, PEOPLE + MORE + "\n" + FILMS, table=2)
    assert films.columns == ("title", "year") and films.total == 3
    assert fates(films)[0] == "other table" and fates(films)[-1] == "row"
    with pytest.raises(BadOverride, match="there are 2"):
        table_of(tmp_path, PEOPLE + MORE + "\n" + FILMS, table=3)


def test_a_table_may_follow_without_a_blank_line(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE + MORE + FILMS)
    assert table.total == 5 and table.tables[1].columns == ("title", "year")


def test_a_longer_table_behind_a_short_one_is_the_main_one(tmp_path: Path) -> None:
    table = table_of(tmp_path, FILMS + "\n" + PEOPLE + MORE * 4)
    assert table.columns[0] == "name" and table.decision("table").value == 2


def test_tables_of_one_width_are_read_together_and_offered(tmp_path: Path) -> None:
    text = (
        "name,born,city\nAnn,1979,Rome\nBob,1980,Oslo\n\nname,born,city\nCem,1981,Bonn\nDee,1,Y\n"
    )
    table = table_of(tmp_path, text)
    assert len(table.tables) == 2 and all(t.chosen for t in table.tables)
    assert not table.decision("table").sure
    assert [row[0] for row in table_of(tmp_path, text, table=2).rows()] == ["Cem", "Dee"]


def test_a_header_that_is_said_is_of_the_table_that_is_read(tmp_path: Path) -> None:
    text = "a,b\n1,2\n\na\nx,y\n1,2\n1,2\n1,2\n"
    assert table_of(tmp_path, text, header=1).columns == ("a", "b")


def test_rows_of_empty_cells_are_left_out_and_said(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE + ",,,\n" + MORE + ",,,\n,,,\n")
    assert table.total == 5
    assert "Rows of empty cells left out: 3, the first at line 4." in table.notes


def test_a_number_of_columns_can_be_given(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE, columns=3)
    assert table.decision("columns").value == 3 and table.names[3] == "mbti"


def test_the_only_row() -> None:
    assert find_table([["name", "born"]], 2).header == 0
    assert find_table([["Ann", "1979-01-18"]], 2).header is None


def test_footers() -> None:
    rows = [["Ann", "1", "x"], ["Bob", "2", "y"], [], ["note", "", ""], ["", "", "z"]]
    assert footer_start(rows, 3, 3) == 5  # the last one is a row: its cell is not the first
    assert footer_start(rows[:4], 3, 3) == 3
    assert footer_start(rows[:2], 3, 3) == 2
    assert footer_start([*rows[:2], ["Summe", "3", ""]], 3, 3) == 2


@pytest.mark.parametrize(
    ("text", "end", "rows"),
    [
        ("a,b\r1,2\r3,4\r", "CR", [["1", "2"], ["3", "4"]]),
        ("a,b\n1,2\r3,4\r\n5,6\n", "any", [["1", "2"], ["3", "4"], ["5", "6"]]),
        ("a,b\n1,x\ry\n3,4\n5,6\n", "LF", [["1", "x\ry"], ["3", "4"], ["5", "6"]]),
        ("a,b\r\n1,x\ry\r\n3,4\r\n", "CRLF", [["1", "x\ry"], ["3", "4"]]),
    ],
)
def test_line_ends_are_told_from_returns_inside_cells(
    tmp_path: Path, text: str, end: str, rows: list[list[str]]
) -> None:
    table = table_of(tmp_path, text)
    assert table.decision("line_end").value == end and list(table.rows()) == rows


def test_line_ends_can_be_chosen(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b\n1,x\ry\n3,4\n", line_end="any", header=1)
    assert [row[0] for row in table.rows()] == ["1", "y", "3"]


@pytest.mark.parametrize(
    "names",
    [["Rest Person"], ["Jay Chou", "Ada Lovelace", "Alan Turing"], ["Ann", "Jean Paul", "O'Neill"]],
)
def test_a_list_of_names_is_one_column(tmp_path: Path, names: list[str]) -> None:
    table = table_of(tmp_path, "name\n" + "\n".join(names) + "\n")
    assert table.columns == ("name",) and list(table.rows()) == [[name] for name in names]


ROWS = "".join(f"Ann{i},19{i + 10}-01-02,Rome\n" for i in range(12))


@pytest.mark.parametrize(
    "lines",
    [
        ["Name", *(f"Ann Lee{i}" for i in range(9))],
        ["url", *(f"https://x.org/a?b={i}&c=d" for i in range(9))],
        ["date", *(f"2020-01-0{i} 10:00" for i in range(1, 9))],
        ["phone", *(f"+49 30 {i}" for i in range(9))],
        ["name", "Smith, Ann", "Ray, Bob", "Day, Cy"],
        ["title", "War and Peace", "Emma", "The Trial"],
    ],
)
def test_one_column_is_not_cut_in_pieces(tmp_path: Path, lines: list[str]) -> None:
    table = table_of(tmp_path, "\n".join(lines) + "\n")
    assert table.columns == (lines[0],)
    assert [row[0] for row in table.rows()] == lines[1:]


def test_names_set_apart_by_another_sign(tmp_path: Path) -> None:
    table = table_of(tmp_path, "name;born;city\n" + ROWS)
    assert table.columns == ("name", "born", "city") and table.total == 12


@pytest.mark.parametrize("sign", ["::", "#", "//", "***"])
def test_commas_in_numbers_are_no_delimiters(tmp_path: Path, sign: str) -> None:
    lines = [sign.join(("Title", "Year", "Budget"))]
    lines += [sign.join((f"Film {i}", f"19{i + 10}", f"1,{i:03d},000")) for i in range(20)]
    table = table_of(tmp_path, "\n".join(lines) + "\n")
    assert table.decision("delimiter").value == sign
    assert table.columns == ("Title", "Year", "Budget") and table.total == 20


@pytest.mark.parametrize("note", ["Source: the ministry, 2020", "* see, too", "note"])
def test_notes_behind_a_gap_may_hold_a_delimiter(tmp_path: Path, note: str) -> None:
    table = table_of(tmp_path, "name,born,city\n" + ROWS + "\n" + note + "\n")
    assert table.total == 12 and table.decision("footer").value == 1


def test_a_row_behind_a_gap_is_no_note(tmp_path: Path) -> None:
    table = table_of(
        tmp_path, "name,born,city\n" + ROWS + "\nZoe,1999-01-02,Oslo\nYan,1990-01-01\n"
    )
    assert table.total == 14


def test_lines_with_delimiters_right_above_the_names(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Source,Ministry\nDate,2020-01-01\nname,born,city\n" + ROWS)
    assert table.columns == ("name", "born", "city") and table.decision("skip").value == 2


@pytest.mark.parametrize("names", ["Name,2019,2020", "Name,2020-01-01,2020-02-01"])
def test_years_and_dates_may_be_names(tmp_path: Path, names: str) -> None:
    table = table_of(tmp_path, names + "\n" + "".join(f"A{i},{i},{i + 1}\n" for i in range(8)))
    assert ",".join(table.columns) == names and table.total == 8
