"""Dates compare as time does: held against days counted in Python."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings, strategies as st

from core.dates import sortable


@st.composite
def dates(draw: st.DrawFn) -> str:
    year = draw(st.one_of(st.integers(-60, 60).filter(bool), st.sampled_from([-3000, 1957, 1958])))
    text = f"{'-' if year < 0 else ''}{abs(year):04d}"
    for part in (draw(st.integers(1, 12)), draw(st.integers(1, 28)))[: draw(st.integers(0, 2))]:
        text += f"-{part:02d}"
    return text


def days(text: str) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """The first and the last day, as numbers that ascend with time."""
    sign, *parts = (-1, *text[1:].split("-")) if text.startswith("-") else (1, *text.split("-"))
    numbers = [int(sign) * int(parts[0]), *map(int, parts[1:])]
    low, high = [*numbers, 1, 1][: max(3, len(numbers))], [*numbers, *(12, 31)[len(numbers) - 1 :]]
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        yield found


@given(a=dates(), b=dates())
@settings(deadline=None, max_examples=120)
def test_conditions_by_the_days_of_both(
    connection: duckdb.DuckDBPyConnection, a: str, b: str
) -> None:
    asked = ", ".join(sortable.condition(o, "a", "b") for o in ("lt", "le", "gt", "ge"))
    found = connection.execute(f"SELECT {asked} FROM (SELECT ? AS a, ? AS b)", [a, b]).fetchone()
    (first_a, last_a), (first_b, last_b) = days(a), days(b)
    assert found == (first_a < first_b, first_a <= last_b, last_a > last_b, last_a >= first_b)


@given(st.lists(dates(), max_size=20))
@settings(deadline=None, max_examples=100)
def test_sorted_as_time(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    sql = f"SELECT x FROM (SELECT unnest(?::VARCHAR[]) AS x) ORDER BY {sortable.place('x')}, x"
    found = [row[0] for row in connection.execute(sql, [texts]).fetchall()]
    # A year before its months, a month before its days.
    assert found == sorted(texts, key=lambda t: (days(t)[0], len(t)))
