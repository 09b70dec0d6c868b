"""Tables are found where they stand on a sheet, and a person may say otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from core.errors import BadOverride, EmptyFile
from core.files.reader import read
from core.files.table import Table

PEOPLE = [["name", "born", "note"], *[[f"person {n}", 1950 + n, "ok"] for n in range(8)]]
FILMS = [["title", "year"], *[[f"film {n}", 1980 + n] for n in range(5)]]


def book(path: Path, *blocks: tuple[str, list[list[Any]]], merge: str = "") -> Path:
    """A sheet with rows of values at places such as B3."""
    workbook = xlsxwriter.Workbook(path / "a.xlsx")
    sheet = workbook.add_worksheet("Data")
    for place, rows in blocks:
        from xlsxwriter.utility import xl_cell_to_rowcol

        top, left = xl_cell_to_rowcol(place)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(top + number, left + column, value)
    if merge:
        sheet.merge_range(merge, "group")
    workbook.close()
    return path / "a.xlsx"


def lines(table: Table) -> list[int]:
    with duckdb.connect() as connection:
        return [row[0] for row in connection.execute(table.sql).fetchall()]


def framed(path: Path) -> Path:
    """A title above, totals and a note below, and none of it at A1."""
    foot = [["Total", 8, None], [None, None, None], ["Source: the registry", None, None]]
    return book(path, ("B2", [["People of the year"]]), ("B4", PEOPLE), ("B13", foot))


def test_what_stands_around_the_table_is_kept_aside(tmp_path: Path) -> None:
    table = read(framed(tmp_path))
    assert table.columns == ("name", "born", "note") and table.total == 8
    assert table.first_line == 5 and lines(table) == list(range(5, 13))
    made = {d.name: d.value for d in table.decisions}
    assert made["skip"] == 3 and made["header"] == 4 and made["header_rows"] == 1
    assert made["footer"] == 2 and made["columns"] == 3 and made["range"] == "B4:D12"
    assert "People of the year" in table.decision("skip").evidence
    assert "Total" in table.decision("footer").evidence
    assert not table.decision("footer").sure and table.decision("footer").runner_up == "0"


@pytest.mark.parametrize("note", ["Source: the registry", "* estimated", "注：估计", "Notes: none"])
def test_a_note_right_below_the_table(tmp_path: Path, note: str) -> None:
    table = read(book(tmp_path, ("A1", PEOPLE), ("A10", [[note]])))
    assert table.total == 8 and table.decision("footer").value == 1
    assert read(book(tmp_path, ("A1", PEOPLE), ("A10", [["Jay Chou"]]))).total == 9


def test_every_raw_row_and_its_fate(tmp_path: Path) -> None:
    raw = {line.line: line for line in read(framed(tmp_path)).raw}
    fates = ["blank", "preamble", "blank", "header", *["row"] * 8, "footer", "blank", "footer"]
    assert [raw[n].fate for n in range(1, 16)] == fates
    assert raw[5].text == "person 0\t1950\tok" and raw[5].row == 1 and raw[12].row == 8
    assert raw[4].row is None


def test_decisions_can_be_taken_otherwise(tmp_path: Path) -> None:
    path = framed(tmp_path)
    assert read(path, footer=0).total == 10
    assert read(path, footer=3).total == 7
    table = read(path, header=5)
    assert table.columns == ("person 0", "1950", "ok") and table.total == 7
    table = read(path, header=0, skip=4)
    assert table.columns == ("column_1", "column_2", "column_3") and table.total == 8
    assert read(path, skip=3).columns == ("name", "born", "note")
    table = read(path, header=4, header_rows=2)
    assert table.columns == ("name person 0", "born 1950", "note ok") and table.first_line == 6
    with pytest.raises(BadOverride, match="row 3 is empty"):
        read(path, header=3)
    with pytest.raises(BadOverride, match="row 100"):
        read(path, skip=99)


def test_the_number_of_columns(tmp_path: Path) -> None:
    path = book(tmp_path, ("A1", PEOPLE))
    assert read(path, columns=2).columns == ("name", "born", "")
    table = read(path, columns=4)
    assert len(table.columns) == 4 and next(table.rows()) == ["person 0", "1950", "ok", ""]


def test_a_range(tmp_path: Path) -> None:
    path = book(tmp_path, ("A1", PEOPLE), ("F1", FILMS))
    table = read(path, range="f1:g3")
    assert table.columns == ("title", "year")
    assert list(table.rows()) == [["film 0", "1980"], ["film 1", "1981"]]
    assert table.decision("range").value == "F1:G3"
    assert read(path, range="A:B").columns == ("name", "born")
    assert read(path, range="4:6", header=0).total == 3
    with pytest.raises(EmptyFile, match="X1:Z9"):
        read(path, range="X1:Z9")


def test_tables_side_by_side(tmp_path: Path) -> None:
    table = read(book(tmp_path, ("A1", PEOPLE), ("F1", FILMS)))
    assert table.columns == ("name", "born", "note") and table.total == 8
    assert [(t.name, t.where, t.rows, t.chosen) for t in table.tables] == [
        (1, "A1:C9", 8, True),
        (2, "F1:G6", 5, False),
    ]
    decision = table.decision("table")
    assert decision.value == 1 and not decision.sure and "F1:G6" in str(decision.runner_up)
    assert table.tables[1].columns == ("title", "year")


@pytest.mark.parametrize("wanted", [2, "F1:G6", "f1:g6"])
def test_another_table_can_be_taken(tmp_path: Path, wanted: int | str) -> None:
    table = read(book(tmp_path, ("A1", PEOPLE), ("F1", FILMS)), table=wanted)
    assert table.columns == ("title", "year") and table.total == 5
    assert [t.chosen for t in table.tables] == [False, True]
    assert lines(table) == [2, 3, 4, 5, 6]


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    path = book(tmp_path, ("A1", PEOPLE))
    assert read(path, table=1).total == 8
    for wanted in (2, 0, "X1:Y2"):
        with pytest.raises(BadOverride, match="there is no table"):
            read(path, table=wanted)


def test_tables_below_each_other(tmp_path: Path) -> None:
    path = book(tmp_path, ("A1", PEOPLE), ("A12", [["Films"]]), ("A14", FILMS))
    table = read(path)
    assert table.columns == ("name", "born", "note") and table.total == 8
    assert [t.where for t in table.tables] == ["A1:C9", "A14:B19"]
    second = read(path, table=2)
    assert second.columns == ("title", "year") and lines(second) == [15, 16, 17, 18, 19]
    assert "Films" in second.decision("skip").evidence
    assert {line.fate for line in second.raw if line.line < 12} == {"preamble", "blank"}


def test_rows_behind_a_gap_belong_to_the_table(tmp_path: Path) -> None:
    more = [[f"later {n}", 1990 + n, "x"] for n in range(3)]
    table = read(book(tmp_path, ("A1", PEOPLE), ("A12", more)))
    assert table.total == 11 and not table.tables
    assert any("Empty rows left out: 2" in note for note in table.notes)


def test_a_much_longer_table_goes_first(tmp_path: Path) -> None:
    legend = [["code", "meaning"], [1, "good"], [2, "bad"]]
    table = read(book(tmp_path, ("A1", legend), ("A6", PEOPLE)))
    assert table.columns == ("name", "born", "note") and table.decision("table").value == 2


def test_printed_pages_are_one_table(tmp_path: Path) -> None:
    again = [PEOPLE[0], *[[f"page two {n}", 1960 + n, "x"] for n in range(4)]]
    table = read(book(tmp_path, ("A1", PEOPLE), ("A12", again)))
    # The names of the second page are no row.
    assert table.total == 12 and not table.decision("table").sure
    assert read(book(tmp_path, ("A1", PEOPLE), ("A12", again)), table=2).total == 4


def test_a_blank_column_within_a_small_table(tmp_path: Path) -> None:
    rows = [["name", "born", None, "city", "year"], ["Jay", 1979, None, "Taipei", 2000]]
    assert read(book(tmp_path, ("A1", rows))).columns == ("name", "born", "city", "year")


def test_names_in_two_rows(tmp_path: Path) -> None:
    rows = [["Name", "Born", None], [None, "year", "city"]]
    rows += [[f"person {n}", 1950 + n, "Taipei"] for n in range(6)]
    table = read(book(tmp_path, ("A1", rows)))
    assert table.columns == ("Name", "Born year", "Born city")
    assert table.decision("header_rows").value == 2 and table.first_line == 3


def test_merged_cells(tmp_path: Path) -> None:
    rows = [["team", "name", "born"]]
    rows += [[None, f"person {n}", 1950 + n] for n in range(6)]
    path = book(tmp_path, ("A1", rows), merge="A2:A4")
    table = read(path)
    assert [row[0] for row in table.rows()] == ["group", "", "", "", "", ""]
    assert not table.decision("merged").sure and "A2:A4" in table.decision("merged").evidence
    table = read(path, merged=True)
    assert [row[0] for row in table.rows()] == ["group"] * 3 + [""] * 3
    assert table.decision("merged").value is True


def test_another_header_does_not_parse_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.files.safe import sandbox

    path, cache = book(tmp_path, ("A1", PEOPLE), ("F1", FILMS)), tmp_path / "cache"
    read(path, cache_dir=cache)
    monkeypatch.setattr(sandbox, "run", None)
    assert read(path, cache_dir=cache, header=2).first_line == 3
    assert read(path, cache_dir=cache, table=2).total == 5


@pytest.mark.parametrize(("names", "sure"), [(("legend", "what"), False), (("city", "job"), True)])
def test_columns_behind_a_blank_one_that_many_rows_lack_are_unsure(
    tmp_path: Path, names: tuple[str, str], sure: bool
) -> None:
    rows = [["name", "born", None, *names], ["Ann", "1950-01-02", None, "red", "bad"]]
    rows += [["Bob", "1951-02-03", None, "green", "good"], ["Cem", "1952-01-01"]]
    if sure:
        rows[-1] = ["Cem", "1952-01-01", None, "Rome"]
    table = read(book(tmp_path, ("A1", rows)))
    assert table.names == ("name", "born", *names)
    columns = table.decision("columns")
    assert columns.sure is sure and ("a blank column" in columns.evidence) is not sure


def test_lines_below_the_table_do_not_part_its_columns(tmp_path: Path) -> None:
    rows = [["name", "born", None, "city"], ["Ann", "1950-01-02", None, "Rome"]]
    rows += [["Bob", "1951-02-03", None, "Oslo"], ["Cem", "1952-01-01", None, "Bonn"], ["Total", 3]]
    table = read(book(tmp_path, ("A1", rows)))
    assert table.decision("footer").value == 1
    assert table.decision("columns").sure
