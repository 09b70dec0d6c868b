"""A large file that is irregular in places gives the same cells as if every record were parsed alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from core.files.reader import read
from core.files.table import Table
from core.files.text import parsed, stretches
from core.files.text.splitter import Dialect

REGULAR = "".join(f'{i},name {i},"a, {i}"\n' for i in range(6))
ODD = st.sampled_from(
    [
        "\n",
        ",,\n",
        "1,2\n",
        "1,2,3,4\n",
        '1,"two\nlines",3\n',
        '1,"never closed,3\n',
        '"a"b,c,d\n',
        "1,x\0y,3\n",
        "1,2,3\r\n",
        "1,2,3\r",
        "周杰伦,é,😀\n",
        '7,"""q""",8\n',
    ]
)


def rows_of(table: Table) -> list[tuple[int, list[str]]]:
    return [(row.line, row.cells) for row in table.placed()]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few lines, so that a short text has many."""
    monkeypatch.setattr(stretches, "PIECE", 48)
    monkeypatch.setattr(stretches, "LEAST", 60)
    monkeypatch.setattr(stretches, "MOST", 200)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    parts=st.lists(st.one_of(ODD, st.just(REGULAR)), max_size=12),
    last=st.sampled_from(["", "9,z,y"]),
)
def test_both_ways_agree(
    parts: list[str], last: str, small: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("mixed")
    path = folder / "a.csv"
    path.write_bytes(("id,name,text\n" + REGULAR + "".join(parts) + "\n" + last).encode())
    given: dict[str, Any] = {"header": 1, "delimiter": ",", "quote": '"', "footer": 0, "columns": 3}
    mixed = read(path, cache_dir=folder / "mixed", **given)
    whole = read_alone(path, folder / "whole", given)
    assert rows_of(mixed) == rows_of(whole)
    assert (mixed.notes, mixed.total, mixed.names) == (whole.notes, whole.total, whole.names)
    assert mixed.raw == whole.raw


def read_alone(path: Path, cache: Path, given: dict[str, Any]) -> Table:
    """The same with every record parsed in Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "checker", lambda *_: lambda data: False)
        return read(path, cache_dir=cache, **given)


def test_a_large_file_is_parsed_by_duckdb_but_for_its_odd_places(tmp_path: Path) -> None:
    line = '{i},Person {i},"likes tea, and {i}",19{y}-01-02\n'
    lines = [line.format(i=i, y=10 + i % 90) for i in range(200_000)]
    lines[150_000] = '150000,"two\nlines",x,1979-01-02\n'
    path = tmp_path / "a.csv"
    path.write_text("id,name,text,born\n" + "".join(lines) + "\nSource: x\n", encoding="utf-8")
    table = read(path, cache_dir=tmp_path / "cache")
    assert (table.total, table.decision("footer").value) == (200_000, 1)
    rows = rows_of(table)
    assert rows[149_999][0] == 150_001 and rows[150_001] == (
        150_004,
        ["150001", "Person 150001", "likes tea, and 150001", "1971-01-02"],
    )
    names = [p.name for p in (tmp_path / "cache").rglob("*.parquet")]
    assert any(name.startswith("regular") for name in names)


@pytest.mark.parametrize(
    ("data", "good"),
    [
        (b"1,2\n3,4\n", True),
        (b'"a,b",2\n3,"4"\n', True),
        (b"1,2\r\n3,4\r\n", True),
        (b"1,2\n3\n", False),
        (b"1,2\n3,4,5\n", False),
        (b"1,2\n\n3,4\n", False),
        (b"1,2\n,\n", False),
        (b'1,"2\n3",4\n', False),
        (b'1,"2\n', False),
        (b'1,2"x\n', False),
        (b"1,2\n3,4\r\n", False),
        (b"1,\x002\n", False),
    ],
)
def test_regular_lines(data: bytes, good: bool) -> None:
    assert stretches.checker(Dialect(","), 2, "LF")(data) is good


def test_the_parser_of_the_child_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name,text\n" + REGULAR * 50 + "\n1,2\n", encoding="utf-8")
    here = rows_of(read(path, cache_dir=tmp_path / "here"))
    monkeypatch.setattr(parsed, "SMALL", 0)
    assert rows_of(read(path, cache_dir=tmp_path / "there")) == here
