"""Reading held against a model in plain Python: any day, in any style, order, window and calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings, strategies as st

from core.dates.read import OPEN, Reading, typed
from tests import oracle

DMY = Reading(order="dmy")
# The months of some languages, as they stand in a date.
MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia".split(),
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split(),
}
STYLES: list[Callable[[date], str]] = [
    lambda d: f"{d.day}/{d.month}/{d.year} 0:00",
    lambda d: f"{d.day}.{d.month}.{d.year}",
    lambda d: f"{d.year}{d.month:02d}{d.day:02d}",
    lambda d: f"{d.day}. {MONTHS['de'][d.month - 1]} {d.year}",
    lambda d: f"{d.day} {MONTHS['fr'][d.month - 1].upper()} {d.year}",
    lambda d: f"{d.day} de {MONTHS['es'][d.month - 1]} de {d.year}",
    lambda d: f"{d.day} {MONTHS['ru'][d.month - 1]} {d.year} г.",
    lambda d: f"{d.day} {MONTHS['pl'][d.month - 1]} {d.year} r.",
    lambda d: f"{d.day} {MONTHS['tr'][d.month - 1]} {d.year}",
    lambda d: f"{d:%A}, {d:%B} {d.day}, {d.year}",
    lambda d: f"{d.year}年 {d.month}月 {d.day}日",
    lambda d: f"{d.year}년 {d.month}월 {d.day}일",
    lambda d: f"{d.day} {d:%b} {d.year} AD",
]
DAYS = st.dates(date(1500, 1, 1), date(2099, 12, 31))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        yield found


def read(
    connection: duckdb.DuckDBPyConnection, texts: list[str], reading: Reading = OPEN
) -> list[str | None]:
    sql = typed("SELECT unnest(?::VARCHAR[]) AS t_x", {"x": reading})
    return [row[0] for row in connection.execute(f"SELECT v_x FROM ({sql})", [texts]).fetchall()]


@given(st.lists(DAYS, min_size=1, max_size=10))
@settings(deadline=None, max_examples=20)
def test_every_style_gives_the_day(connection: duckdb.DuckDBPyConnection, days: list[date]) -> None:
    texts = [style(day) for day in days for style in STYLES]
    wanted = [day.isoformat() for day in days for _ in STYLES]
    assert read(connection, texts, DMY) == wanted


@given(
    st.integers(1, 31),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(1850, 1990),
    st.integers(0, 99),
)
@settings(deadline=None, max_examples=40)
def test_a_two_digit_year_is_one_of_the_window(
    connection: duckdb.DuckDBPyConnection, day: int, month: int, short: int, first: int, length: int
) -> None:
    years = (first, first + length)
    whole = oracle.whole_year(short, years)
    wanted = oracle.day(whole, month, day) if whole else None
    english = date(2000, month, 1).strftime("%b")
    texts = [
        f"{day}/{month}/{short:02d}",
        f"{day}-{english}-{short:02d}",
        f"{english} {day}, {short:02d}",
    ]
    found = read(connection, texts, Reading(order="dmy", years=years))
    if short <= 31 or day <= 31:
        assert found[1:] == [wanted, wanted]
    assert found[0] == wanted
    assert read(connection, texts, DMY) == [None] * 3  # never an ancient year


@given(st.integers(1, 1500), st.integers(1, 12), st.integers(1, 29))
@settings(deadline=None, max_examples=60)
def test_hijri_days_are_counted_by_the_tabular_calendar(
    connection: duckdb.DuckDBPyConnection, year: int, month: int, day: int
) -> None:
    assert read(connection, [f"{year:04d}-{month:02d}-{day:02d} AH"]) == [
        oracle.hijri(year, month, day)
    ]


@given(st.text(st.sampled_from("0123456789/.-: ,'年月日BCADmarchp元H?–"), max_size=14))
@settings(deadline=None, max_examples=150)
def test_whatever_is_read_is_a_day_that_there_is(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    (found,) = read(connection, [text], Reading(order="dmy", years=(1927, 2026), span="first"))
    if found is not None:
        assert oracle.parse_date(found, None) == found
        assert read(connection, [found]) == [found]
