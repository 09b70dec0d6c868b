"""A column that was looked at whole and is plain gives what it gives without being looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings, strategies as st

from core.characters import names
from core.cleaning import plain, vocabularies
from core.cleaning.compiler import compile_plan
from core.cleaning.plan import Column, Plan, default_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.ingest import staging
from core.workbench import Workbench

FIELDS = ("name", "birth_date", "nationality", "description")
ASCII = "".join(map(chr, range(0x20, 0x7F)))
WORD = st.text(ASCII.replace(" ", ""), min_size=1, max_size=8)
TEXT = st.one_of(
    st.lists(WORD, max_size=3).map(" ".join),
    st.sampled_from(
        ["n/a", "#REF!", "-", "O'Brien, Ann", "Ann & Bob", "A. B. Lee", "french", "<NA>"]
    ),
)
DATE = st.one_of(
    st.dates().map(str),
    st.dates().map(lambda d: f"{d.day}/{d.month}/{d.year:04}"),
    st.sampled_from(["", "1990", "1990-05", "May 1990", "3 May 1990", "1990-02-03 10:00:00"]),
)


@pytest.fixture(scope="module")
def celebrities(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Registry(tmp_path_factory.mktemp("datasets")).get("celebrities")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        found.execute("ATTACH ':memory:' AS staging")
        yield found


def looked_at(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    rows: list[tuple[str | None, ...]],
    steps: tuple[Step, ...] = (),
) -> tuple[plain.Plain, list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What is known of the rows; the rows cleaned with it, and without."""
    plan = Plan(
        dataset=dataset.name,
        mapping=tuple(Column(index=i, column=f, field=f) for i, f in enumerate(FIELDS)),
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE cells (_line BIGINT, c0 VARCHAR, c1 VARCHAR, c2 VARCHAR, c3 VARCHAR)"
    )
    connection.executemany("INSERT INTO cells VALUES (NULL, ?, ?, ?, ?)", rows)
    all_steps = default_steps(dataset, set(FIELDS)) + steps
    known = plain.find(connection, "cells", dataset, plan, all_steps)
    results = []
    for each in (known, plain.NOTHING):
        compiled = compile_plan(
            dataset, plan, all_steps, "SELECT * FROM cells", 4, "2026-01-01", plain=each
        )
        vocabularies.prepare(connection, compiled.vocabularies)
        results.append([row[1:] for row in connection.execute(compiled.sql).fetchall()])
    return known, results[0], results[1]


@settings(max_examples=6)
@given(st.lists(st.tuples(TEXT, DATE, TEXT, TEXT), min_size=10, max_size=30))
def test_plain_rows_are_cleaned_as_all_rows_are(
    connection: duckdb.DuckDBPyConnection,
    celebrities: Dataset,
    rows: list[tuple[str | None, ...]],
) -> None:
    known, short, long = looked_at(connection, celebrities, rows)
    assert {"name", "nationality", "description"} <= known.tidy
    assert short == long


@pytest.mark.parametrize("text", ["José", " Ann", "Ann ", "Ann  Lee", "Ann\tLee", "A\u200bnn"])
def test_a_text_that_is_not_plain_makes_its_column_none(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset, text: str
) -> None:
    rows = [("Ann", "1990", "French", None), (text, "1991", None, "x")]
    known, short, long = looked_at(connection, celebrities, rows)
    assert "name" not in known.tidy | known.ascii and "nationality" in known.tidy
    assert short == long


@pytest.mark.parametrize(
    ("date", "read"),
    [("1990-02-03", True), ("31/12/1990", True), ("c. 1990", False), ("3/4/1990", False)],
)
def test_dates_that_the_short_way_reads(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset, date: str, read: bool
) -> None:
    rows = [("Ann", "1990", "French", None), ("Bob", date, None, "x"), ("Cy", None, None, "x")]
    known, short, long = looked_at(connection, celebrities, rows)
    assert ("birth_date" in known.dates) is read
    assert short == long


def test_a_step_that_makes_another_text_is_not_trusted(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset
) -> None:
    step = Step(op="replace", field="name", value="Lee", to="É")
    known, short, long = looked_at(connection, celebrities, [("Lee", "1990", "x", "y")], (step,))
    assert "name" not in known.ascii and short == long


def test_names_of_ascii_are_compared_as_names_are() -> None:
    texts = {f"a{left}{right}b" for left, right in product(ASCII, ASCII)}
    texts |= {"".join(signs) for signs in product("aB1 .-'`,&(#", repeat=4)}
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE texts AS SELECT unnest(?) AS x", [sorted(texts)])
        differ = f"({names.sql('x', True)}) IS DISTINCT FROM ({names.sql('x')})"
        assert connection.execute(f"SELECT x FROM texts WHERE {differ} LIMIT 5").fetchall() == []


def test_a_short_file_is_looked_at(
    wb: Workbench, csv_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file("Name,Born", "Ann Lee,1990-02-03", "Bob O'Neill,1991")
    found: list[plain.Plain] = []
    find = plain.find
    monkeypatch.setattr(staging.plain, "find", lambda *a: found.append(find(*a)) or found[-1])
    wb.import_file(path, dataset="celebrities")
    assert found and all(known.dates == {"birth_date"} for known in found)
    assert wb.sql("SELECT birth_date FROM celebrities ORDER BY name").fetchall() == [
        ("1990-02-03",),
        ("1991",),
    ]
