"""Frames of pandas, polars and Arrow: what is imported, and the raw file that is kept of them."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from core import Workbench
from core.errors import DuplicateUpload, EmptyFile, InputError, NotFound, UnknownFormat, UnsafePath
from core.files import frames, reader

SET = "celebrities"
DAY = dt.date(1979, 1, 18)


def cells(frame: object, folder: Path) -> dict[str, list[str]]:
    """The text cells that the reader finds in the file of a frame, by column."""
    path = folder / "f.jsonl"
    frames.write(frame, path)
    table = reader.read(path)
    rows = list(table.rows())
    return {name: [row[i] for row in rows] for i, name in enumerate(table.names)}


CASES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "whole numbers with gaps": (lambda: pd.Series([1, None, 3]), ["1", "", "3"]),
    "nullable integers": (lambda: pd.Series([1, None], dtype="Int64"), ["1", ""]),
    "floats": (lambda: pd.Series([0.1, 2.0, float("nan")]), ["0.1", "2", ""]),
    "infinite": (lambda: pd.Series([float("inf"), 1.5]), ["inf", "1.5"]),
    "large integers": (lambda: pd.Series([2**62, 7]), [str(2**62), "7"]),
    "integers larger than Arrow's": (
        lambda: pd.Series([10**25, -(10**40), 5, None], dtype=object),
        [str(10**25), str(-(10**40)), "5", ""],
    ),
    "booleans": (lambda: pd.Series([True, None], dtype="boolean"), ["true", ""]),
    "texts": (lambda: pd.Series(["007", "NaN", None, "", " x"]), ["007", "NaN", "", "", " x"]),
    "dates": (lambda: pd.Series([DAY, None], dtype=object), ["1979-01-18", ""]),
    "days": (lambda: pd.to_datetime(pd.Series(["1979-01-18", None])), ["1979-01-18", ""]),
    "moments": (
        lambda: pd.to_datetime(pd.Series(["1979-01-18 10:30", "1980-01-01 00:00"])),
        ["1979-01-18 10:30:00", "1980-01-01 00:00:00"],
    ),
    "days of a zone": (
        lambda: pd.to_datetime(pd.Series(["1979-01-18"])).dt.tz_localize("Asia/Shanghai"),
        ["1979-01-18"],
    ),
    "categories": (lambda: pd.Series(["a", None, "a"], dtype="category"), ["a", "", "a"]),
    "number categories": (lambda: pd.Series([1, 2, None]).astype("category"), ["1", "2", ""]),
    "decimals": (lambda: pd.Series([Decimal("12.50"), None]), ["12.50", ""]),
    "lists": (
        lambda: pd.Series([["a;b", 'c"', 1], [], None], dtype=object),
        ['["a;b","c\\"",1]', "[]", ""],
    ),
    "arrays and sets": (lambda: pd.Series([np.array([1, 2]), {"b", "a"}]), ["[1,2]", '["a","b"]']),
    "mixed": (
        lambda: pd.Series([1, "a", None, 2.0, DAY, True, pd.NaT, Decimal("1.10")], dtype=object),
        ["1", "a", "", "2", "1979-01-18", "true", "", "1.10"],
    ),
    "periods": (lambda: pd.Series(pd.period_range("2020-01", periods=1, freq="M")), ["2020-01"]),
    "durations": (lambda: pd.Series([pd.Timedelta(hours=1)]), ["01:00:00"]),
    "nothing": (lambda: pd.Series([None, None], dtype=object), ["", ""]),
    "arrow's own types": (
        lambda: pd.Series([1, None], dtype=pd.ArrowDtype(pa.int64())),
        ["1", ""],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_column_of_pandas(name: str, tmp_path: Path) -> None:
    make, expected = CASES[name]
    series = make()
    found = cells(pd.DataFrame({"i": range(len(series)), "x": series}), tmp_path)
    assert found.get("x", [""] * len(series)) == expected
    assert found["i"] == [str(i) for i in range(len(series))]


def test_objects_are_columns_as_in_a_json_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"i": [1, 2], "x": [{"a": 1.0, "b": None}, 5]})
    found = cells(frame, tmp_path)
    assert (found["x"], found["x.a"]) == (["", "5"], ["1", ""])
    assert cells(pl.DataFrame({"i": [1], "s": [{"a": 1.5}]}), tmp_path)["s.a"] == ["1.5"]


def test_the_columns_of_polars(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "n": [1, None],
            "f": [1.0, 0.5],
            "b": [True, False],
            "d": [DAY, None],
            "t": [dt.datetime(1979, 1, 18, 10, 0), None],
            "l": [["x", "y;z"], None],
            "c": pl.Series(["u", None], dtype=pl.Categorical),
            "e": pl.Series(["u", "v"], dtype=pl.Enum(["u", "v"])),
            "m": [Decimal("1.50"), None],
            "h": [dt.time(10, 30), None],
            "big": pl.Series([2**64 - 1, 0], dtype=pl.UInt64),
        }
    )
    expected = {
        **{"n": ["1", ""], "f": ["1", "0.5"], "b": ["true", "false"], "d": ["1979-01-18", ""]},
        **{"t": ["1979-01-18 10:00:00", ""], "l": ['["x","y;z"]', ""], "c": ["u", ""]},
        **{"e": ["u", "v"], "m": ["1.50", ""], "h": ["10:30:00", ""], "big": [str(2**64 - 1), "0"]},
    }
    for given_ in (frame, frame.lazy(), frame.to_arrow()):
        found = cells(given_, tmp_path)
        assert found == expected


def test_numbers_in_lists(tmp_path: Path) -> None:
    lists = [[1.0, 0.5, float("nan"), float("inf")], [Decimal("1.50")]]
    frame = pl.DataFrame({"i": [1], "x": [lists[0]], "y": [lists[1]]})
    for given_ in (
        frame,
        frame.to_arrow(),
        pd.DataFrame({"i": [1], "x": [lists[0]], "y": [lists[1]]}),
    ):
        found = cells(given_, tmp_path)
        assert (found["x"], found["y"]) == (['[1,0.5,null,"inf"]'], ['["1.50"]'])


def test_the_same_frame_is_the_same_bytes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": range(30_000)}).with_columns(t=pl.col("n").cast(pl.String))
    for name in "ab":
        frames.write(frame, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert [json.loads(x)["n"] for x in (tmp_path / "a").read_text().splitlines()] == list(
        range(30_000)
    )


def test_other_tables(tmp_path: Path) -> None:
    table = pa.table({"name": ["Ann", "Bo"], "n": [1, 2]})
    expected = {"name": ["Ann", "Bo"], "n": ["1", "2"]}
    batch = table.to_batches()[0]
    relation = duckdb.connect().sql("SELECT * FROM (VALUES ('Ann', 1), ('Bo', 2)) t(name, n)")
    for frame in (table, batch, relation, pa.RecordBatchReader.from_batches(table.schema, [batch])):
        assert cells(frame, tmp_path) == expected


def test_names_of_columns_and_the_index(tmp_path: Path) -> None:
    by_name = pd.DataFrame({"mbti": ["INTJ"]}, index=pd.Index(["Ann"], name="name"))
    assert cells(by_name, tmp_path) == {"name": ["Ann"], "mbti": ["INTJ"]}
    unnamed = pd.DataFrame({"mbti": ["INTJ"]}, index=["Ann"])
    assert cells(unnamed, tmp_path) == {"index_1": ["Ann"], "mbti": ["INTJ"]}
    levels = pd.MultiIndex.from_tuples([("Ann", 1979)], names=["name", "born"])
    assert cells(pd.DataFrame({"x": [1]}, index=levels), tmp_path).keys() == {"name", "born", "x"}
    chosen = pd.DataFrame({"name": ["a", "b", "c"]})[1:]
    assert cells(chosen, tmp_path) == {"name": ["b", "c"]}
    wide = pd.DataFrame([["Ann", 1]], columns=pd.MultiIndex.from_tuples([("name", ""), ("n", "o")]))
    assert cells(wide, tmp_path) == {"name": ["Ann"], "n o": ["1"]}
    twice = pd.DataFrame([["a", "b"]], columns=["name", "name"])
    assert cells(twice, tmp_path) == {"name": ["a"], "name_2": ["b"]}
    assert cells(pd.DataFrame([["a", "b"]]), tmp_path) == {"0": ["a"], "1": ["b"]}


VALUES = st.one_of(st.none(), st.text(max_size=8).filter(lambda t: "\0" not in t))


@hypothesis_settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(VALUES, st.none() | st.integers(-(2**63), 2**63 - 1)), min_size=1))
def test_texts_and_numbers_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, int | None]]
) -> None:
    frame = pl.DataFrame(
        {"k": ["x"] * len(rows), "t": [t for t, _ in rows], "n": [n for _, n in rows]},
        schema={"k": pl.String, "t": pl.String, "n": pl.Int64},
    )
    folder = tmp_path_factory.mktemp("frame")
    for given_ in (frame, frame.to_pandas(use_pyarrow_extension_array=True)):
        path = folder / "f.jsonl"
        frames.write(given_, path)
        lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
        assert [(r["t"], r["n"]) for r in lines] == rows


def test_a_frame_is_imported_with_its_rows(wb: Workbench) -> None:
    frame = pd.DataFrame(
        {
            "name": ["Ann", "Bo", "Cy"],
            "birth_date": pd.to_datetime(["1979-01-18", None, "1990-02-03"]),
            "tags": [["a;b", "c"], None, []],
            "children": [2, None, 0],
        }
    )
    preview = wb.preview(frame)
    assert preview.counts.new == 3
    upload = wb.import_file(frame, filename="people from a notebook", force=True)
    found = {r["name"]: r for r in wb.records(SET).rows()}
    assert found["Ann"]["birth_date"] == "1979-01-18" and found["Bo"]["birth_date"] is None
    assert found["Ann"]["tags"] == ["a;b", "c"] and found["Cy"]["tags"] is None
    assert json.loads(found["Ann"]["_extra"]) == {"children": "2"}
    assert upload.filename == "people from a notebook"
    source = wb.sources(SET, found["Cy"]["record_id"])["birth_date"]
    assert source.change.row == 3
    assert wb.check(deep=True).ok
    with pytest.raises(DuplicateUpload):
        wb.import_file(frame.copy())


def test_what_cannot_be_taken(wb: Workbench, tmp_path: Path) -> None:
    class Odd:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise TypeError("not today")

    cases: list[tuple[Any, type[Exception], str]] = [
        (pd.DataFrame({"name": ["a"], "z": [b"x"]}), InputError, "z"),
        (pl.DataFrame({"name": ["a"], "z": [b"x"]}), InputError, "z"),
        (pd.DataFrame({"name": ["a"], "z": [1j]}), InputError, ""),
        (pd.DataFrame({"name": ["a"], "z": [len]}), InputError, "z"),
        (Odd(), InputError, "not today"),
        (pd.DataFrame(), EmptyFile, "columns"),
        (pl.DataFrame({"name": []}), EmptyFile, ""),
        ([{"name": "Ann"}], InputError, "list"),
        ({"name": ["Ann"]}, InputError, "dict"),
        (None, InputError, "NoneType"),
        (5, InputError, "int"),
    ]
    for source, kind, words in cases:
        with pytest.raises(kind) as caught:
            wb.import_file(source)
        assert words in str(caught.value), source
    assert wb.count() == 0


# ------------------------------------------------------------------ paths


def test_a_missing_path_is_told(wb: Workbench, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "people.csv").write_text("name\nAnn\n", "utf-8")
    told = {
        "poeple.csv": "people.csv",
        "people.csv ": "blank",
        "nosuch/people.csv": "folder",
        "~/nosuch.csv": "relative",
        "x" * 5_000: "",
        "a\0b": "",
    }
    for path, words in told.items():
        for act in (wb.import_file, wb.preview, wb.read):
            with pytest.raises(NotFound) as caught:
                act(path)
            assert words in caught.value.detail + caught.value.hint
    for empty in ("", "  "):
        with pytest.raises(InputError, match="no path was given"):
            wb.import_file(empty)
    with pytest.raises(UnsafePath, match="is a folder"):
        wb.import_file(tmp_path)
    assert wb.import_file("~/people.csv").counts.new == 1


def test_parquet_and_databases_name_the_way_in(wb: Workbench, tmp_path: Path) -> None:
    pl.DataFrame({"name": ["Ann"]}).write_parquet(tmp_path / "p.parquet")
    duckdb.connect(str(tmp_path / "d.duckdb")).close()
    for name, way in (("p.parquet", "pl.read_parquet"), ("d.duckdb", "duckdb.connect")):
        with pytest.raises(UnknownFormat) as caught:
            wb.import_file(tmp_path / name)
        assert way in caught.value.hint


def test_the_libraries_of_frames_are_not_loaded_for_a_path() -> None:
    code = (
        "import sys, core.files.frames as f; f.is_frame('x.csv'); f.is_frame(3);"
        "print([m for m in ('pandas', 'polars', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
