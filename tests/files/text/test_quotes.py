"""Quotes in names, measures and texts: every row is read back as it was written, or it is said."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from core.files.reader import read
from core.files.table import Table

NAMES = st.sampled_from(
    [
        "Early One",
        "Normal Person",
        '"Weird Al" Yank',
        'Dwayne "The Rock" Johnson',
        '"The Rock"',
        "Shaquille O'Neal",
        "'Abd al-Rahman",
        "D'Angelo 'Dee' Russell",
        "5'11\"",
        '6" pipe',
        "Last, Quoted",
        "Ann; Bob",
        'Smith "Bob", Jr',
        "line one\nline two",
        'he said "no"\nand left, twice',
        "a, b\nc, d",
        "Ann Smith",
    ]
)
ROWS = st.lists(
    st.tuples(NAMES, st.sampled_from(["actor", "poet", "singer"]), st.integers(1900, 2000)),
    min_size=3,
    max_size=25,
)
WRITERS: dict[str, dict[str, object]] = {
    "minimal": {},
    "all": {"quoting": csv.QUOTE_ALL},
    "texts": {"quoting": csv.QUOTE_NONNUMERIC},
    "escaped": {"doublequote": False, "escapechar": "\\"},
    "escaped, all": {"doublequote": False, "escapechar": "\\", "quoting": csv.QUOTE_ALL},
    "none": {"quoting": csv.QUOTE_NONE, "escapechar": "\\"},
    "single": {"quotechar": "'"},
    "single, all": {"quotechar": "'", "quoting": csv.QUOTE_ALL},
}


def read_text(path: Path, text: str, **given: object) -> Table:
    path.write_bytes(text.encode())
    return read(path, **given)  # type: ignore[arg-type]


def is_said(table: Table) -> bool:
    """Whether anything tells a person to look."""
    unsure = any(not decision.sure for decision in table.decisions)
    return unsure or any(word in note for note in table.notes for word in ("Rows with", "Quotes"))


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, writer=st.sampled_from([*WRITERS]), delimiter=st.sampled_from(",;\t"))
def test_what_was_written_is_read_back_or_it_is_said(
    rows: list[tuple[str, str, int]],
    writer: str,
    delimiter: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if writer.startswith("single"):  # then a cell in double quotes alone is that cell
        rows = [(name.replace('"The Rock"', "The Rock"), job, born) for name, job, born in rows]
    out = io.StringIO()
    made = csv.writer(out, delimiter=delimiter, lineterminator="\n", **WRITERS[writer])  # type: ignore[arg-type]
    made.writerows([("name", "occupation", "born"), *rows])
    table = read_text(tmp_path_factory.mktemp("q") / "a.csv", out.getvalue())
    wanted = [["name", "occupation", "born"], *([a, b, str(c)] for a, b, c in rows)]
    got = [list(table.columns), *table.rows()]
    assert got == wanted or is_said(table), (out.getvalue(), table.decisions)
    if writer in ("minimal", "all", "texts"):  # what RFC 4180 asks for is never in doubt
        assert got == wanted


ONE_LINE = st.lists(
    st.tuples(NAMES.filter(lambda n: "\n" not in n and "," not in n), st.integers(1900, 2000)),
    min_size=3,
    max_size=25,
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ONE_LINE)
def test_names_written_as_they_are_swallow_no_row(
    rows: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Somebody joined cells with commas; those that need it stand in quotes."""
    lines = [f"{name},actor,{born}" for name, born in rows]
    lines += ['"Last, Quoted",poet,1961', "Mo,poet,1962"]
    path = tmp_path_factory.mktemp("q") / "a.csv"
    table = read_text(path, "name,occupation,born\n" + "\n".join(lines) + "\n")
    got = list(table.rows())
    assert len(got) == len(lines)
    assert got[-2] == ["Last, Quoted", "poet", "1961"]
    for row, (name, born) in zip(got, rows, strict=False):
        plain = name == '"The Rock"'  # a cell in quotes is that cell
        assert row == [name.strip('"') if plain else name, "actor", str(born)]


def test_a_nickname_in_front_swallows_no_row(tmp_path: Path) -> None:
    text = 'name,job,born\nA,b,1950\n"Weird Al" Yank,singer,1959\nB,c,1960\n"Last, Q",poet,1961\n'
    table = read_text(tmp_path / "a.csv", text)
    assert [row[0] for row in table.rows()] == ["A", '"Weird Al" Yank', "B", "Last, Q"]
    assert any("begin with a word in quotes" in note for note in table.notes)


def test_a_measure_behind_a_nickname(tmp_path: Path) -> None:
    text = 'name,height,born\n"Weird Al" Yank,6\'0",1959\nB,5\'11",1960\n'
    table = read_text(tmp_path / "a.csv", text)
    assert list(table.rows()) == [['"Weird Al" Yank', "6'0\"", "1959"], ["B", "5'11\"", "1960"]]


@pytest.mark.parametrize("names", ["O'Neal", "'Abd al-Rahman", "D'Angelo 'Dee' Russell"])
def test_apostrophes_are_no_quotes_and_a_late_quoted_name_is_whole(
    tmp_path: Path, names: str
) -> None:
    lines = [f"{names},player,{1900 + i % 90}" for i in range(39_000)]
    lines += ["'s-Hertogenbosch,city,1185", '"Last, Quoted",poet,1961', "Mo,poet,1962"]
    table = read_text(tmp_path / "a.csv", "name,what,born\n" + "\n".join(lines) + "\n")
    assert table.decision("quote").value == '"' and table.decision("quote").sure
    assert list(table.rows())[-2:] == [["Last, Quoted", "poet", "1961"], ["Mo", "poet", "1962"]]


def single(count: int) -> list[str]:
    return ["id,name,note", *(f"{i},'Name {i}, x','it''s'" for i in range(count))]


def test_the_single_quote_needs_the_whole_file(tmp_path: Path) -> None:
    good = read_text(tmp_path / "a.csv", "\n".join(single(2_000)) + "\n")
    assert good.decision("quote").value == "'" and good.decision("quote").sure
    assert list(good.rows(limit=1)) == [["0", "Name 0, x", "it's"]]
    late = [*single(400), *(f'{i},"Name {i}, x",it\'s' for i in range(400, 3_000))]
    table = read_text(tmp_path / "b.csv", "\n".join(late) + "\n")
    quote = table.decision("quote")
    assert quote.value == '"' and not quote.sure and quote.runner_up == "'"
    assert "line 402" in quote.evidence
    assert list(table.rows())[-1][:3] == ["2999", "Name 2999, x", "it's"]


def test_one_foreign_apostrophe_keeps_the_single_quote_and_asks(tmp_path: Path) -> None:
    lines = [*single(3_000), "3000,O'Neal,x"]
    table = read_text(tmp_path / "a.csv", "\n".join(lines) + "\n")
    quote = table.decision("quote")
    assert quote.value == "'" and not quote.sure and quote.runner_up == '"'
    assert list(table.rows())[-1] == ["3000", "O'Neal", "x"]


def test_a_cell_of_lines_that_may_be_rows_is_said(tmp_path: Path) -> None:
    text = 'a,b,c\n1,2,"x\n3,4,5"\n6,7,8\n'
    table = read_text(tmp_path / "a.csv", text)
    assert table.total == 2 and not table.decision("quote").sure
    assert any("whole rows" in note for note in table.notes)
    assert read_text(tmp_path / "a.csv", text, quote="").total == 3


def test_a_backslash_keeps_a_delimiter(tmp_path: Path) -> None:
    text = 'name,job,born\n\\"Al\\" Y,singer,1959\nSmith\\, Ann,poet,1961\nBob,x,1950\n'
    table = read_text(tmp_path / "a.csv", text)
    assert [row[0] for row in table.rows()] == ['"Al" Y', "Smith, Ann", "Bob"]
    paths = "name,folder,n\nA,C:\\dir\\,1\nB,D:\\x\\,2\nC,E:\\y\\,3\n"
    assert list(read_text(tmp_path / "b.csv", paths).rows())[0] == ["A", "C:\\dir\\", "1"]


def test_many_stray_quotes_are_split_a_few_times_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work grows with the file, and not with what each quote might have swallowed."""
    from core.files.text.splitter import Splitter

    counts = {"chars": 0}
    split = Splitter.split

    def counted(self: Splitter, text: str) -> list[str] | None:
        counts["chars"] += len(text)
        return split(self, text)

    monkeypatch.setattr(Splitter, "split", counted)
    text = "a,b,c,d\n" + '"Results\n5,6,7,8\n' * 4_000
    table = read_text(tmp_path / "a.csv", text)
    assert table.total == 8_000 and counts["chars"] < 20 * len(text)


def test_a_late_cell_that_ends_in_a_backslash_is_whole(tmp_path: Path) -> None:
    rows = "".join(f'"Person {i}","actor, x",{1900 + i % 90}\n' for i in range(12_000))
    odd = '"C:\\music\\",actor,1907\n"D:\\",poet,1908\n'
    table = read_text(tmp_path / "a.csv", f"name,occupation,born\n{rows}{odd}Last,poet,1950\n")
    assert table.total == 12_003 and table.decision("escape").sure
    assert [row[0] for row in table.rows(limit=2, offset=12_000)] == ["C:\\music\\", "D:\\"]


LATE = {
    r'"The \"Duke\" Wayne",actor,1907': ('The "Duke" Wayne', "\\"),
    r'"The \"Duke\", Wayne",actor,1907': ('The "Duke", Wayne', "\\"),
    r'"\"Duke\" Wayne",actor,1907': ('"Duke" Wayne', "\\"),
    '"The \\"Duke\\"\nWayne",actor,1907': ('The "Duke"\nWayne', "\\"),
    r"Wayne\, John,actor,1907": ("Wayne, John", "\\"),
}


@pytest.mark.parametrize("line", LATE)
def test_a_late_backslash_reopens_what_keeps_a_quote(tmp_path: Path, line: str) -> None:
    rows = "".join(f'"Person {i}","actor, x",{1900 + i % 90}\n' for i in range(12_000))
    (tmp_path / "a.csv").write_text(f"name,occupation,born\n{rows}{line}\nLast,poet,1950\n")
    table = read(tmp_path / "a.csv")
    name, escape = LATE[line]
    assert list(table.rows(limit=2, offset=12_000))[0][0] == name
    assert table.total == 12_002 and table.columns == ("name", "occupation", "born")
    decision = table.decision("escape")
    assert (decision.value, decision.sure) == (escape, False) and "line 12,002" in decision.evidence


TORN = {
    "a doubled quote before a delimiter": 'He won "Best", then left.\nAgain, x',
    "two of them": 'Known for "Lemonade", "Halo".\nLives in Rome, Italy',
    "lines that look like rows": 'Hits: "One", 1985\nBo,"Two", 1991\nend',
    "blank lines inside": 'Said: "yes",\nthen left.\n\nCame back, again',
    "at the end of the cell": 'A "B", "C"\n"D", "E"',
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("kind", TORN)
def test_a_cell_of_several_lines_is_one_cell(
    tmp_path: Path, kind: str, delimiter: str, quoting: Any
) -> None:
    rows = [["Ann", TORN[kind].replace(",", delimiter), "1990"], ["Bo", "plain", "1991"]]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
        writer.writerows([["name", "bio", "born"], *rows])
    table = read(path, cache_dir=tmp_path / "cache", delimiter=delimiter)
    assert list(table.rows()) == rows


@settings(max_examples=60)
@given(st.lists(st.text('aB" ,\n;1', max_size=14), min_size=1, max_size=5))
def test_what_a_csv_writer_writes_is_read(texts: list[str]) -> None:
    rows = [[f"N{n}", text, "1990"] for n, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([["name", "bio", "born"], *rows])
        table = read(path, cache_dir=Path(place) / "c", delimiter=",", quote='"', header=1)
        assert [row[:3] for row in table.rows()] == rows
