"""Delimited text: what is decided, what is kept, what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BadOverride, BrokenFile, CellTooLong, TooManyColumns
from core.files.reader import read
from core.files.table import Table
from core.settings import Settings

PEOPLE = 'name,born,mbti\nJay Chou,1979-01-18,ISFP\n周杰伦,1979-01-18,\n"Smith, Ann",1958,INTJ\n'


def table_of(tmp_path: Path, text: str | bytes, name: str = "people.csv", **given: object) -> Table:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, **given)  # type: ignore[arg-type]


def lines_of(table: Table) -> list[int | None]:
    import duckdb

    with duckdb.connect() as connection:
        return [row[0] for row in connection.execute(table.sql).fetchall()]


def test_a_plain_file(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE)
    assert table.columns == ("name", "born", "mbti")
    assert list(table.rows())[2] == ["Smith, Ann", "1958", "INTJ"]
    assert (table.format, table.first_line, table.row_name, table.total) == ("csv", 2, "line", 3)
    assert list(table.rows(limit=1, offset=1)) == [["周杰伦", "1979-01-18", ""]]
    assert table.decision("header").value == 1
    with pytest.raises(KeyError):
        table.decision("nothing")


def test_text_stays_text(tmp_path: Path) -> None:
    cells = ["007", "1.0", "1E5", "0x1F", "TRUE", "NULL", " padded ", "=cmd()", "9" * 30]
    table = table_of(tmp_path, "id,text\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells)))
    assert [row[1] for row in table.rows()] == cells


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    rows = [["name", "city", "n"], ["Ann", "Rome", "1,5"], ["Bob", "Oslo", "2,5"]]
    text = end.join(delimiter.join(f'"{c}"' for c in row) for row in rows) + end
    table = table_of(tmp_path, text)
    assert table.decision("delimiter").value == delimiter
    assert [list(table.columns), *table.rows()] == rows


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("utf-8-sig", "name,city\n周杰伦,台北\n"),
        ("utf-16", "name,city\n周杰伦,台北\nAnn,Rome\n"),
        ("utf-16-le", "name,city,born\nJosé,Zürich,1979\nAnn,Rome,1980\n"),
        ("cp1252", "name,city\nJosé Núñez,Málaga\nJürgen Groß,Köln\nAnn,Rome\n"),
        ("gb18030", "姓名,城市\n周杰伦,台北市\n王小明,北京市\n李娜,武汉市\n成龙,香港\n"),
        ("big5", "姓名,城市\n周杰倫,台北市\n王小明,高雄市\n林志玲,台中市\n成龍,香港\n"),
        ("shift_jis", "名前,都市\nやまだたろう,東京\nさとうはなこ,大阪\nすずきいちろう,名古屋\n"),
        ("euc_kr", "이름,도시\n김연아,서울\n박지성,수원\n손흥민,춘천\n이영애,서울\n"),
        (
            "cp1251",
            "имя,город\nИван Иванов,Москва\nАнна Петрова,Санкт-Петербург\n"
            "Пётр Сидоров,Новосибирск\nМария Кузнецова,Екатеринбург\n",
        ),
    ],
)
def test_encodings(tmp_path: Path, codec: str, text: str) -> None:
    table = table_of(tmp_path, text.encode(codec))
    got = [list(table.columns), *table.rows()]
    assert got == [line.split(",") for line in text.splitlines()], table.decision("encoding")


def test_one_foreign_byte_at_the_end_of_a_utf8_file(tmp_path: Path) -> None:
    good = "".join(f"{i},Zürich,周\n" for i in range(50))
    table = table_of(tmp_path, ("id,city,x\n" + good).encode() + "50,Zürich,y\n".encode("cp1252"))
    rows = list(table.rows())
    assert rows[0] == ["0", "Zürich", "周"] and rows[50] == ["50", "Zürich", "y"]
    assert not table.decision("encoding").sure


def test_preamble_and_blank_lines(tmp_path: Path) -> None:
    text = "Report of the day\n\nmade by Ann\n" + PEOPLE.replace("周", "\n周", 1)
    table = table_of(tmp_path, text)
    assert table.columns == ("name", "born", "mbti")
    assert table.decision("skip").value == 3 and table.decision("header").value == 4
    assert len(list(table.rows())) == 3
    assert lines_of(table) == [5, 7, 8]
    assert any("Blank" in note for note in table.notes)


def test_no_header(tmp_path: Path) -> None:
    text = "".join(f"{i},198{i}-01-0{i},name{i}@x.org\n" for i in range(1, 8))
    table = table_of(tmp_path, text)
    assert table.columns == ("column_1", "column_2", "column_3")
    assert table.decision("header").value == 0 and len(list(table.rows())) == 7


def test_ragged_rows_lose_nothing(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,9,10\n11,12,13,,\n")
    assert table.columns == ("a", "b", "c", "", "")  # as they stand in the file
    assert table.names == ("a", "b", "c", "column_4", "column_5")
    assert list(table.rows()) == [
        ["1", "2", "3", "", ""],
        ["4", "5", "", "", ""],
        ["6", "7", "8", "9", "10"],
        ["11", "12", "13", "", ""],
    ]
    assert any("line 3" in note for note in table.notes)
    assert any("line 4" in note for note in table.notes)


def test_an_unclosed_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    rows = [f'{i},"name, {i}",x' for i in range(50)]
    rows[10] = '10,"name 10,x'
    table = table_of(tmp_path, "id,name,c\n" + "\n".join(rows) + "\n")
    got = list(table.rows())
    assert len(got) == 50
    assert got[10] == ["10", '"name 10', "x"] and got[11] == ["11", "name, 11", "x"]
    assert any("never close" in note for note in table.notes)


def test_a_file_of_broken_quotes_is_read_in_time(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b\n" + '1,"x\n2,y"z\n' * 5_000, delimiter=",", header=1)
    assert len(list(table.rows())) == 10_000


def test_cells_over_several_lines_keep_their_line(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'a,b\n1,"x\r\ny\n\nz"\n2,w\n')
    assert list(table.rows()) == [["1", "x\r\ny\n\nz"], ["2", "w"]]
    assert lines_of(table) == [2, 6]


def test_doubled_quotes_at_line_ends_inside_a_cell(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'a,b\n1,"ha \n""ha"" \nha"\n3,4\n2,"x"" \n y"\n')
    assert list(table.rows()) == [["1", 'ha \n"ha" \nha'], ["3", "4"], ["2", 'x" \n y']]


def test_backslash_escapes(tmp_path: Path) -> None:
    text = "id,said\n" + "".join(f'{i},"he said \\"no\\", twice"\n' for i in range(5))
    table = table_of(tmp_path, text)
    assert list(table.rows())[0] == ["0", 'he said "no", twice']


def test_blanks_around_quotes(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'id, name\n1, "Smith, Ann"\n2, "Bob, Al"\n3, plain\n')
    assert list(table.rows()) == [["1", "Smith, Ann"], ["2", "Bob, Al"], ["3", " plain"]]


def test_header_names_are_made_unique_and_kept(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'name,Name,,"a ""b""; c"\nx,y,z,w\n')
    assert table.columns == ("name", "Name", "", 'a "b"; c')
    assert table.names == ("name", "Name_2", "column_3", 'a "b"; c')
    assert table.notes


def test_nul_characters_are_kept_and_said(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b\n1,x\0y\n2,z\n")
    assert list(table.rows())[0] == ["1", "x\0y"]
    assert any("NUL" in note for note in table.notes)


def test_limits(tmp_path: Path) -> None:
    small = Settings(max_cell_chars=100, max_columns=3)
    with pytest.raises(TooManyColumns):
        table_of(tmp_path, "a,b,c,d\n1,2,3,4\n", settings=small)
    with pytest.raises(TooManyColumns):
        table_of(tmp_path, "a,b,c\n1,2,3\n4,5,6,7\n", settings=small)
    with pytest.raises(CellTooLong, match="line 3") as caught:
        table_of(tmp_path, "a,b\n1,2\n3," + "x" * 101 + "\n", settings=small)
    assert caught.value.extra["line"] == 3


@pytest.mark.parametrize("text", ["", " \n\n\t\n", "\ufeff", "\r\n" * 5])
def test_an_empty_file_is_a_table_of_nothing(tmp_path: Path, text: str) -> None:
    table = table_of(tmp_path, text)
    assert (table.columns, list(table.rows()), table.total) == ((), [], 0)
    assert "nothing but blanks" in table.notes[0]


@pytest.mark.parametrize("text", ["name,born,mbti\n", "name,born\n\n\n"])
def test_only_a_header_is_a_table_without_rows(tmp_path: Path, text: str) -> None:
    table = table_of(tmp_path, text)
    assert table.columns[:2] == ("name", "born")
    assert (list(table.rows()), table.total) == ([], 0)


def test_overrides(tmp_path: Path) -> None:
    text = "x;y,1\na;b,2\nc;d,3\n"
    assert table_of(tmp_path, text, delimiter=";", header=0).columns == ("column_1", "column_2")
    table = table_of(tmp_path, text, delimiter=",", header=2)
    assert table.columns == ("a;b", "2") and list(table.rows()) == [["c;d", "3"]]
    assert list(table_of(tmp_path, text, skip=1, header=0, delimiter=",").rows())[0] == ["a;b", "2"]
    quoted = table_of(tmp_path, 'a,b\n"1,2"\n', quote="", header=1)
    assert list(quoted.rows()) == [['"1', '2"']]
    latin = table_of(tmp_path, "a,b\né,1\n".encode("latin-1"), encoding="latin-1")
    assert list(latin.rows()) == [["é", "1"]]


@pytest.mark.parametrize(
    "given",
    [
        {"colour": "red"},
        {"encoding": "klingon"},
        {"encoding": "base64"},
        {"delimiter": "\n"},
        {"quote": "ab"},
        {"header": -1},
        {"header": "x"},
        {"header": 99},
        {"format": "pdf"},
        {"format": "excel"},
        {"delimiter": ",", "quote": ","},
    ],
)
def test_bad_overrides(tmp_path: Path, given: dict[str, object]) -> None:
    with pytest.raises(BadOverride):
        table_of(tmp_path, PEOPLE, **given)


def test_a_wrong_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile):
        table_of(tmp_path, b"a,b\n\xff\xfe,1\n2,3\n", encoding="utf-8")


def test_paths_with_signs_that_mean_something_to_duckdb(tmp_path: Path) -> None:
    for name in ("a[1].csv", "it's.csv", "a=b.csv", "a{b}.csv", "名字 *.csv".replace("*", "x")):
        assert len(list(table_of(tmp_path, PEOPLE, name).rows())) == 3
        assert len(list(table_of(tmp_path, PEOPLE, name).careful().rows())) == 3
    folder = tmp_path / "x=1" / "[ab]"
    folder.mkdir(parents=True)
    table = table_of(folder, PEOPLE, cache_dir=folder)
    assert list(table.careful().rows()) == list(table.rows())


@pytest.mark.parametrize(
    "sign", ["$", "£", "€", "#", "@", "~", "№ ", "§", "<", "&", "=", "\\", "^"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_sign_before_every_value_is_no_part_of_the_delimiter(
    tmp_path: Path, sign: str, delimiter: str
) -> None:
    rows = [[str(n), f"{sign}{7 * n + 3}"] for n in range(30)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(delimiter.join(row) for row in [["id", "value"], *rows]), "utf-8")
    table = read(path)
    assert table.columns == ("id", "value") and list(table.rows()) == rows
