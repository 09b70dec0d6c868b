"""The short cuts of cleaning give what the long way gives, for every character of Unicode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from core.cleaning import checks, lookups, types
from core.datasets.model import Field
from core.ingest import staging
from core.workbench import Workbench


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a"], ["a"]),
        (["", "b"], ["b"]),
        (["a", ""], ["a"]),
        (["", ""], None),
        (["a", "b", "a"], ["a", "b"]),
        ([""], None),
        ([], None),
        (None, None),
    ],
)
def test_distinct(given: list[str] | None, kept: list[str] | None) -> None:
    with duckdb.connect() as connection:
        sql = f"SELECT {types.distinct('v')} FROM (SELECT ?::VARCHAR[] AS v)"
        assert connection.execute(sql, [given]).fetchone() == (kept,)


@pytest.mark.parametrize(
    ("text", "long"), [("é" * 10, False), ("é" * 11, True), ("a" * 10, False), ("名" * 5, False)]
)
def test_longest(text: str, long: bool) -> None:
    field = Field(name="x", max_length=10)
    ((rule, _, condition),) = checks._value_checks(field, "v")
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {condition} FROM (SELECT ? AS v)", [text]).fetchone()
    assert (rule, found) == ("max_length", (long,))


def different(fast: str, slow: str, texts: str) -> list[tuple[str, str, str]]:
    sql = f"SELECT x, {fast}, {slow} FROM {texts} WHERE ({fast}) IS DISTINCT FROM ({slow}) LIMIT 5"
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def test_what_is_seen_in_the_head_is_looked_up_for_every_row(
    wb: Workbench, csv_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # After the head of 20 rows come countries, dates and types that it does not hold, and errors.
    rows = [
        f"Person {i},{'F m 女 x'.split()[i % 4]},{['UK', 'USA', 'Absurdia'][i % 3 if i > 20 else i % 2]},"
        f"{'12/31/1980' if i == 70 else '03/04/1990'},{'enfp' if i < 90 else 'QQQQ'},a; b; a"
        for i in range(100)
    ]
    path = csv_file("Name,Sex,Country,Born,Type,Tags", *rows)

    def imported() -> tuple[object, ...]:
        upload = wb.import_file(path, dataset="celebrities", force=True)
        records = wb.sql(
            "SELECT * EXCLUDE (record_id, _upload_id, _created_at, _updated_at) FROM celebrities ORDER BY name"
        ).fetchall()
        problems = [p.as_dict() for p in wb.problems(upload.id)]
        wb.rollback(upload.id)
        return upload.counts, records, problems

    long_way = imported()
    chosen: list[tuple[str, ...]] = []
    choose = lookups.choose
    monkeypatch.setattr(staging, "SAMPLE", 20)
    monkeypatch.setattr(lookups, "SHARE", 0.5)
    monkeypatch.setattr(lookups, "choose", lambda *a: chosen.append(choose(*a)) or chosen[-1])
    assert imported() == long_way
    assert set(chosen[0]) == {"gender", "nationality", "birth_date", "mbti", "tags"}
