"""DuckDB parses only what it parses exactly as we do: both ways give the same cells, always."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from core.errors import BrokenFile, CellTooLong, FileError
from core.files.json import fast as json_fast, items as json_items, regular as json_regular
from core.files.reader import read
from core.files.table import Table
from core.settings import Settings
from tests.files.json.test_json import table_of

SLOWLY = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def _every_file_may_be_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_fast, "SMALL", 0)
    monkeypatch.setattr(json_fast, "CHECKED", 0)  # the proof must do without looking at rows


def way(table: Table) -> object:
    return table.decision("parser").value


def same_both_ways(path: Path) -> Table:
    table = read(path)
    careful = table.careful()
    rows = list(careful.rows())
    assert list(table.rows()) == rows
    assert (table.columns, table.notes) == (careful.columns, careful.notes)
    assert (table.total, table.raw) == (len(rows), careful.raw)
    for name in ("encoding", "bom", "line_end", "shape"):
        assert table.decision(name) == careful.decision(name)
    with duckdb.connect() as connection:  # as staging does it
        connection.execute(f"CREATE TABLE a AS {table.sql}")
        names = ", ".join(f"coalesce(c{i}, '')" for i in range(len(table.columns)))
        staged = connection.execute(f"SELECT {names} FROM a ORDER BY rowid").fetchall()
    assert [list(row) for row in staged] == rows
    return table


REGULAR = [
    '{"a": "x", "b": 1}\n{"a": "y", "b": null}\n',
    '{"a":"x","b":true}\r\n{"a":"","b":false}',
    '[{"a": "x", "b": 12.5}, {"a": "y", "b": -0.25}]',
    '[\n  {\n    "a": "x",\n    "b": ["y", "z"]\n  },\n  {\n    "a": "",\n    "b": []\n  }\n]\n',
    '\ufeff[{"a": "\\u5468\\ud83d\\ude00", "b": ["\\u5468", null, 1, true]}]',
    '{"\\u5468": "x", "b": 1}\n{"周": "y", "b": 123456789012345678901234567890}\n',
    '[{"a": 1, "c": 2}, {"a": 1, "b": 3, "c": 2}, {"a": 4, "d": 1}]',
    '{"a b\'\\"]": "x", "filename": "y", "rowid": 1, "SELECT": 2}\n{"a b\'\\"]": ""}\n',
    '[{"a": 0.8444218515250481, "b": [-12345.678901234567, 0.000123456789]}, {"a": 0.1}]',
    '[{"a": "}, {\\"a\\": 1}, {", "b": "],[\\n"}, {"a": "\\\\", "b": "\\t\\/\\u0001"}]',
]


@pytest.mark.parametrize("chunk", [16, 60, 4 << 20])
@pytest.mark.parametrize("text", REGULAR)
def test_regular_files_are_fast_and_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, chunk: int
) -> None:
    monkeypatch.setattr(json_regular, "CHUNK", chunk)
    path = tmp_path / "a.json"
    path.write_bytes(text.encode())
    assert way(same_both_ways(path)) == "fast"


IRREGULAR = [
    '[{"a": 1.0e5}]',
    '[{"a": 1.50}]',
    '[{"a": -0}]',
    '[{"a": 0.00001}]',
    '[{"a": 1234567890123456.7}]',
    '[{"a": 0.84442185152504812}]',
    '[{"a": 0.10000000}]',
    '[{"a": 0.00001234567}]',
    '[{"a": [0.12345670]}]',
    '[{"a": {"b": 1}}]',
    '[{"a": {}}]',
    '[{"a": [{"b": 1}]}]',
    '[{"a": [[1]]}]',
    '[{"a": ["\\u001f"]}]',
    '[{"a": "x\\u0000"}]',
    '[{"a": "\\ud800"}]',
    '[{"a": "x"}, {"a": "y", "A": "z"}]',
    '[{"a": "x", "b": 1}, {"b": 2, "a": "y"}]',
    '[{"a": "x", "a": "y"}]',
    '[{"a": "x"}, null]',
    '[{"a": "x"}, {}]',
    '[{"": "x"}]',
    '{"a": 1} {"a": 2}\n',
    '{"a": 1}\n',
    '{"a": 1}\n\n{"a": 2}\n',
    '\ufeff{"a": 1}\n{"a": 2}\n',
    '{"a":\n1}\n{"a": 2}\n',
]


@pytest.mark.parametrize("text", IRREGULAR)
def test_what_duckdb_reads_differently_is_read_carefully(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(text.encode())
    assert way(same_both_ways(path)) == "careful"


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1,}]',
        '[{"a": 1},]',
        '[{"a": NaN}]',
        '[{"a": -Infinity}]',
        '[{"a": nan}]',
        '[{"a": [1,]}]',
        '{"a": 1,}\n{"a": 2}\n',
        '{"a": 1}\x0b\n{"a": 2}\n',
        '{"a": inf}\n{"a": 2}\n',
        '{"a": 1}\n{"a": 2},\n',
        '[{"a": "\x7f\x1f"}]',
        '[{"a": 1}]]',
        '[{"a": 1}',
        '{"a": 1}\n{"a": ',
    ],
)
def test_what_duckdb_forgives_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BrokenFile):
        table_of(tmp_path, text)


NUMBER = st.one_of(
    st.integers(-(10**22), 10**22).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    ).map(str),
    st.from_regex(r"\A-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,14})?([eE][-+]?[0-9]{1,3})?\Z"),
    st.from_regex(r"\A-?0\.0{0,5}[0-9]{1,12}\Z"),
    st.from_regex(r"\A-?[1-9][0-9]{0,9}\.[0-9]{1,12}\Z"),
)


@settings(SLOWLY, max_examples=60)
@given(numbers=st.lists(NUMBER, min_size=1, max_size=6), listed=st.booleans())
def test_every_number_is_given_as_it_was_typed(
    numbers: list[str], listed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("n") / "a.json"
    for number in numbers:
        path.write_text('[{"n": %s}]' % (f"[{number}]" if listed else number))
        assert list(read(path).rows()) == [[f"[{number}]" if listed else number]]


TEXT = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    st.sampled_from(
        ["007", '"', "\\", "{", '},{"a":', "],[", "\x7f", "\u2028", "NULL", "null", ""]
    ),
)
KEYS = st.lists(
    st.one_of(st.sampled_from(["a", "A", "b", "a.b", "é", "'", '"', "filename", "c0"]), TEXT),
    min_size=1,
    max_size=4,
    unique=True,
)
VALUE: st.SearchStrategy[Any] = st.one_of(
    TEXT,
    TEXT,
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.lists(st.one_of(TEXT, st.none(), st.integers(-9, 9)), max_size=3),
    st.sampled_from([{}, {"x": "y"}, [[]], 1.5, 0.1, 1e300, [{"x": 1}]]),
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Objects in the style of some writer, whose keys may be missing."""
    keys = draw(KEYS)
    flat = draw(st.booleans())
    values = TEXT if flat else VALUE
    count = draw(st.integers(1, 6))
    items = []
    for _ in range(count):
        kept = [key for key in keys if key == keys[0] or draw(st.integers(0, 3))]
        items.append({key: draw(values) for key in kept})
    ascii_only = draw(st.booleans())
    if draw(st.booleans()):
        end = draw(st.sampled_from(["\n", "\r\n"]))
        return end.join(json.dumps(item, ensure_ascii=ascii_only) for item in items) + end
    indent = draw(st.sampled_from([None, 0, 1, "\t"]))
    separators = draw(st.sampled_from([None, (",", ":"), (" ,", ": ")]))
    return json.dumps(items, ensure_ascii=ascii_only, indent=indent, separators=separators)


@SLOWLY
@given(text=files(), chunk=st.integers(1, 80))
@example(text='[{"\u2028": "x", "": "y"}, {"\u2028": "z"}]', chunk=9)
@example(text='[{"a": "\U0001f600\\ud83d\\ude00"}, {"a": "x"}]', chunk=7)
def test_whatever_a_writer_wrote_is_the_same_both_ways(
    text: str,
    chunk: int,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_regular, "CHUNK", chunk)
    path = tmp_path_factory.mktemp("w") / "a.json"
    path.write_bytes(text.encode())
    same_both_ways(path)


BITS = st.lists(
    st.sampled_from(
        [
            '{"a":',
            '"x"',
            '"a"',
            '"b":',
            "1",
            "0",
            ".",
            "-",
            "e5",
            "}",
            "},",
            "{",
            "[",
            "]",
            ",",
            ":",
        ]
        + ["\n", "\r\n", " ", "\\", '"', "null", "NaN", "true", '{"a":"x"}\n', '{"a":1,"b":2}\n']
        + ['{"A":1}\n', "\\u0000", "\\ud800", "é", "\x00", "\x0b", "\ufeff"]
    ),
    max_size=12,
)


@settings(SLOWLY, max_examples=60)
@given(bits=BITS, lines=st.booleans(), chunk=st.integers(1, 40))
def test_on_any_text_both_ways_agree_or_refuse(
    bits: list[str],
    lines: bool,
    chunk: int,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_regular, "CHUNK", chunk)
    begin = '{"a":1,"b":"x"}\n{"a":2}\n' if lines else '[{"a":1,"b":"x"},{"a":2},'
    path = tmp_path_factory.mktemp("any") / "a.json"
    path.write_bytes((begin + "".join(bits)).encode())
    try:
        read(path)
    except FileError:
        return
    same_both_ways(path)


# ------------------------------------------------------------------ far down in a long file


def long_lines(count: int) -> list[str]:
    return ['{"id": %d, "name": "name %d"}' % (i, i) for i in range(count)]


@pytest.fixture()
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(json_regular, "CHUNK", 10_000)
    monkeypatch.setattr(json_fast, "HEAD", 10_000)
    yield


@pytest.mark.parametrize("array", [True, False])
@pytest.mark.usefixtures("small_chunks")
def test_a_key_that_comes_late_is_learned(tmp_path: Path, array: bool) -> None:
    lines = long_lines(5_000)
    lines[4_000] = '{"id": 4000, "late": ["x"], "name": "name 4000"}'
    text = "[" + ",\n".join(lines) + "]" if array else "\n".join(lines)
    path = tmp_path / "a.json"
    path.write_text(text)
    table = same_both_ways(path)
    assert way(table) == "fast" and table.columns == ("id", "name", "late")
    assert list(table.rows())[4_000] == ["4000", "name 4000", '["x"]']


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "odd", ['{"id": 1e5}', '{"name": "x", "id": 1}', '{"id": {"a": 1}}', '{"id": "\\ud800"}']
)
def test_one_odd_item_far_down_is_enough(tmp_path: Path, odd: str) -> None:
    lines = long_lines(5_000)
    lines[4_000] = odd
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines))
    assert way(same_both_ways(path)) == "careful"


@pytest.mark.usefixtures("small_chunks")
def test_one_broken_item_far_down_is_refused_when_reading(tmp_path: Path) -> None:
    lines = long_lines(5_000)
    lines[4_000] = '{"id": 4000, "name": "x",}'
    with pytest.raises(BrokenFile) as caught:
        table_of(tmp_path, "\n".join(lines))
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (4_001, 26)
    with pytest.raises(BrokenFile, match="UTF-8") as caught:
        table_of(tmp_path, "\n".join(long_lines(5_000)).encode() + b'\n{"id": "\xff"}', "b.json")
    assert caught.value.extra["line"] == 5_001


@pytest.mark.usefixtures("small_chunks")
def test_limits_hold_on_the_fast_way(tmp_path: Path) -> None:
    lines = long_lines(3_000)
    lines[2_000] = '{"id": 1, "name": "%s"}' % ("x" * 5_000)
    with pytest.raises(CellTooLong):
        table_of(tmp_path, "\n".join(lines), settings=Settings(max_cell_chars=4_000))
    with pytest.raises(FileError, match="items"):
        table_of(tmp_path, "\n".join(lines), settings=Settings(max_rows=2_999))


def test_should_the_proof_ever_err_the_first_rows_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_fast, "CHECKED", 20)
    monkeypatch.setattr(json_regular.Checker, "check", lambda *_: json_regular.Proof(2))
    table = table_of(tmp_path, '[{"a": 1}, {"a": 1e5}]')
    assert way(table) == "careful" and list(table.rows()) == [["1"], ["1e5"]]


def test_a_file_changed_under_us_is_read_carefully(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n')
    table = read(path)
    assert way(table) == "fast"
    path.write_text('{"a": 1}\n{"a": 2} {"a": 3}\n')
    assert list(table.rows()) == [["1"], ["2"], ["3"]]


def test_the_chunks_of_the_careful_way_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"i": i, "t": 'é\n\\"' * 5} for i in range(50)]))
    expected = list(read(path).rows())
    for chunk in (1, 2, 5, 64):
        monkeypatch.setattr(json_items, "CHUNK", chunk)
        path.touch()
        assert list(read(path).careful().rows()) == expected
