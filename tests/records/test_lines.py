"""A CSV file made by the database is the one that is made cell by cell, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from core.errors import BadQuery
from core.records.export import csv_bytes
from core.records.lines import csv_records
from core.records.query import Result
from core.settings import Settings
from core.storage.duckfile.database import Database, open_database
from core.workbench import Workbench
from tests.test_formulas import ATTACKS, HARMLESS

CHARACTERS = "=+-@＝＋－＠'\"|;, \t\r\n\0\x0b\x1c\x85\xa0\xad\u1680\u2003\u200b\u2028\u2060\u3000\ufeff19.eE%aé周😀"
TEXTS = st.one_of(
    st.none(),
    st.text(st.sampled_from(CHARACTERS), max_size=6),
    st.text(st.characters(codec="utf-8"), max_size=4),
)
ROWS = st.tuples(
    TEXTS,
    st.none() | st.lists(TEXTS, max_size=3),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(),
    st.none() | st.booleans(),
    st.none() | st.datetimes(),
    TEXTS,
)
TYPES = ("VARCHAR", "VARCHAR[]", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP", "VARCHAR")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("lines")
    opened = open_database(folder / "m.duckdb", Settings(_env_file=None, data_dir=folder))
    yield opened
    opened.release()


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=4))
@example([(None, None, None, -float("nan"), None, None, None)])
def test_the_same_bytes_as_cell_by_cell(database: Database, rows: list[tuple[Any, ...]]) -> None:
    one = ", ".join(f"?::{kind}" for kind in TYPES)
    names = [f"col{place}" for place in range(len(TYPES))]
    sql = f"SELECT * FROM (VALUES {', '.join([f'({one})'] * len(rows))}) AS t({', '.join(names)})"
    found = Result(database, sql, [value for row in rows for value in row])
    cells = ([row[name] for name in names] for row in found.rows())
    assert b"".join(csv_records(found, names)) == b"".join(csv_bytes(names, cells))


@pytest.mark.parametrize("text", [*ATTACKS, *HARMLESS, '-5"', '="a,b"', "-5\r\n"])
def test_formulas_are_as_harmless(database: Database, text: str) -> None:
    found = Result(database, "SELECT ?::VARCHAR AS a, [?, 'x']::VARCHAR[] AS b", [text, text])
    expected = csv_bytes(["a", "b"], [[text, [text, "x"]]])
    assert b"".join(csv_records(found, ["a", "b"])) == b"".join(expected)


def test_every_column_of_a_dataset_in_any_choice_and_order(things: Workbench) -> None:
    every = things.records("things").columns()
    for names in (every, ["word", "word", "size"], ["word"], ["labels"], every[::-1]):
        found = things.records("things", fields=names, order_by="-word")
        cells = ([row[name] for name in names] for row in found.rows())
        assert b"".join(csv_records(found, names)) == b"".join(csv_bytes(names, cells))
    nobody = things.records("things", where={"word": "nobody"}, fields=["word", "size"])
    assert b"".join(csv_records(nobody, ["word", "size"])) == "\ufeffword,size\r\n".encode()


def test_a_question_that_makes_no_sense_is_told_before_the_first_byte(things: Workbench) -> None:
    for condition in (("size", "eq", "word"), ("word", "eq", "\ud800")):
        with pytest.raises(BadQuery):
            found = things.records("things", where=[condition], fields=["word", "size"])
            next(csv_records(found, ["word", "size"]))


def test_it_streams(database: Database) -> None:
    found = Result(
        database, "SELECT i::VARCHAR AS a, repeat('x', 100) AS b FROM range(20_000) t(i)"
    )
    pieces = csv_records(found, ["a", "b"])
    assert next(pieces).count(b"\r\n") == 2_001 and sum(p.count(b"\r\n") for p in pieces) == 18_000
