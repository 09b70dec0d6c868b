"""Every style of the table is read as it says, the documentation shows the table, and the rest is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core.dates.looks import looks
from core.dates.months import MONTHS, fold
from core.dates.read import OPEN, Reading, folded, one
from core.dates.styles import REFUSED, STYLES, Style, table

DOCS = Path(__file__).parents[2] / "docs" / "datasets.md"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        yield found


def read(connection: duckdb.DuckDBPyConnection, text: str, reading: Reading = OPEN) -> str | None:
    row = connection.execute(f"SELECT {one('?', reading)}", [text]).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.written} {s.told}")
def test_a_style_is_read(connection: duckdb.DuckDBPyConnection, style: Style) -> None:
    assert read(connection, style.written, style.reading) == style.kept
    assert read(connection, style.kept) == style.kept


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_certain_is_refused(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(connection, text) is None


def test_the_documentation_shows_the_table() -> None:
    assert table() in DOCS.read_text("utf-8")


@pytest.mark.parametrize(
    "style", [s for s in STYLES if not s.written.isdigit()], ids=lambda s: s.written
)
def test_a_style_looks_like_a_date(style: Style) -> None:
    assert looks(style.written) is not None or style.written[:4].isdigit()


def test_months_are_folded_as_the_database_folds(connection: duckdb.DuckDBPyConnection) -> None:
    words = list(MONTHS)
    sql = f"SELECT list({folded('w')}) FROM (SELECT unnest(?::VARCHAR[]) AS w)"
    assert connection.execute(sql, [words]).fetchone() == ([fold(w) for w in words],)


@pytest.mark.parametrize(
    ("word", "number"), [(w, n) for w, n in MONTHS.items() if n <= 12 and w.isascii()]
)
def test_no_month_is_another_in_english(word: str, number: int) -> None:
    english = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    assert word not in english or english[number - 1] == word
