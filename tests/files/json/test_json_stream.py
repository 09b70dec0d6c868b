"""Large JSON: memory does not grow with the file, and what is doubtful is parsed in a child."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from core.errors import BrokenFile, CellTooLong, EmptyFile, ReaderDied
from core.files.json import (
    cells as json_cells,
    fast as json_fast,
    items as json_items,
    regular as json_regular,
    survey as json_survey,
    table as json_table,
)
from core.files.json.regular import Checker
from core.files.json.write import JsonParsing, write
from core.files.reader import is_refusal, read
from core.files.safe import sandbox
from core.settings import Settings
from tests.files.json.test_json import table_of


def item(number: int) -> str:
    return json.dumps({"id": number, "name": f"name {number}", "born": {"year": 1.50}, "l": ["x"]})


def array(count: int) -> Iterator[str]:
    yield "["
    yield from (f"{item(number)},\n" for number in range(count - 1))
    yield f"{item(count)}]"


def lines(count: int) -> Iterator[str]:
    yield from (f"{item(number)}\n" for number in range(count))


def envelope(count: int) -> Iterator[str]:
    yield '{"other": ["x"'
    yield from (f", {number}" for number in range(count))
    yield '], "people": '
    yield from array(count)
    yield "}"


def peak(path: Path, folder: Path) -> int:
    job = JsonParsing(str(path), path.name, "utf-8-sig", 10**9, 1_000, 1_000_000)
    tracemalloc.start()
    write(job, folder)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("shape", [array, lines, envelope])
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: Callable[[int], Iterator[str]]
) -> None:
    monkeypatch.setattr(json_items, "CHUNK", 8_000)
    monkeypatch.setattr(json_cells, "BATCH", 300)
    monkeypatch.setattr(json_survey, "KEPT_CHARS", 1_000)
    peaks = []
    for count in (100, 1_000, 10_000):
        path = tmp_path / f"{count}.json"
        path.write_text("".join(shape(count)))
        peaks.append(peak(path, tmp_path / f"{count}.cells"))
    assert peaks[2] < 1.3 * peaks[1]
    assert peaks[2] < path.stat().st_size / 2


def test_the_proof_takes_no_more_memory_for_a_longer_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_regular, "CHUNK", 20_000)
    peaks = []
    for count in (10_000, 100_000):
        path = tmp_path / f"{count}.json"
        path.write_text("[" + ",".join('{"a": %d}' % i for i in range(count)) + "]")
        checker = Checker(["a"], False, 1_000, lambda chunk: False)
        tracemalloc.start()
        assert checker.check(path).total == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


# ------------------------------------------------------------------ in a child process


@pytest.fixture()
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every file is doubtful; the tasks given to a child."""
    seen: list[str] = []
    run = sandbox.run

    def noted(task: str, *given: object) -> None:
        seen.append(task)
        run(task, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(json_table, "DOUBTFUL", 0)
    monkeypatch.setattr(sandbox, "run", noted)
    return seen


def test_a_child_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: list[str]
) -> None:
    text = '[{"a": 1e5, "f": [{"x": 1}]},\n {"a": "é\\ud800", "f": [{"x": 2}]}]'
    table = table_of(tmp_path, text)
    films = read(tmp_path / "a.json", table="f")
    assert tasks == ["json", "json"]
    monkeypatch.setattr(json_table, "DOUBTFUL", 1 << 20)
    near = table_of(tmp_path, text, "near.json")
    assert list(table.rows()) == list(near.rows())
    assert (table.columns, table.notes, table.raw) == (near.columns, near.notes, near.raw)
    assert list(films.rows()) == [["1", "1"], ["2", "2"]]
    assert tasks == ["json", "json"]


def test_errors_of_a_child_keep_their_kind_and_place(tmp_path: Path, tasks: list[str]) -> None:
    with pytest.raises(BrokenFile, match="small letters") as caught:
        table_of(tmp_path, '[{"a": 1},\n {"a": True}]', "a.json")
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (2, 8)
    with pytest.raises(BrokenFile, match="UTF-8") as caught:
        table_of(tmp_path, b'[{"a":\n "\xff"}]', "b.json")
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (2, 3)
    with pytest.raises(BrokenFile, match="deep"):
        table_of(tmp_path, '[{"a":' * 100_000, "c.json")
    with pytest.raises(CellTooLong):
        long = Settings(max_cell_chars=10)
        table_of(tmp_path, '[{"a": "xxxxxxxxxxxxxxxx"}]', "d.json", settings=long)
    with pytest.raises(EmptyFile):
        table_of(tmp_path, " \n", "e.json")
    assert tasks == ["json"] * 5


def test_a_child_that_takes_too_much_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: list[str]
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS_PER_MB", 0)
    limits = Settings(child_seconds=1)
    path = tmp_path / "a.json"
    with path.open("w") as file:
        file.write("[" + ",".join('{"n": {"x": %d.50}}' % i for i in range(400_000)) + "]")
    with pytest.raises(ReaderDied):
        read(path, settings=limits)
    assert tasks == ["json"]


def test_what_duckdb_says_of_json_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_fast, "SMALL", 0)
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n')
    table = read(path)
    for text in ('{"a": 1}\n{"a": ', '{"a": 1}\n5\n', '{"a": 1, "a": 2}\n'):
        path.write_text(text)
        with pytest.raises(duckdb.Error) as caught:
            duckdb.sql(table.sql).fetchall()
        assert is_refusal(caught.value)
