"""Statements without the optimiser: for this cursor, for as long as it was asked."""

from __future__ import annotations

import duckdb
import pytest

from core.storage.planning import apart, as_written

QUESTION = "EXPLAIN SELECT 1 + 1 FROM range(3) t(i) WHERE i > 1 AND i > 2"


def test_it_is_for_this_cursor_and_while_it_lasts() -> None:
    with duckdb.connect() as connection:
        cursor = connection.cursor()
        plan = cursor.execute(QUESTION).fetchall()
        with as_written(cursor):
            assert cursor.execute(QUESTION).fetchall() != plan
            assert connection.execute(QUESTION).fetchall() == plan
        assert cursor.execute(QUESTION).fetchall() == plan


def test_it_ends_when_the_statement_fails() -> None:
    with duckdb.connect() as cursor:
        plan = cursor.execute(QUESTION).fetchall()
        with pytest.raises(duckdb.ConversionException), as_written(cursor):
            cursor.execute("SELECT 'x'::INTEGER")
        assert cursor.execute(QUESTION).fetchall() == plan
        cursor.execute("BEGIN")
        with pytest.raises(duckdb.ConstraintException), as_written(cursor):
            cursor.execute("CREATE TABLE t (i INTEGER NOT NULL)")
            cursor.execute("INSERT INTO t VALUES (NULL)")
        cursor.execute("ROLLBACK")


def test_a_condition_stays_outside_of_what_stands_apart() -> None:
    with duckdb.connect() as connection:

        def rows(source: str) -> tuple[list[object], int]:
            asked = f"SELECT x FROM ({source}) WHERE x <> ''"
            plan = str(connection.execute(f"EXPLAIN (FORMAT json) {asked}").fetchall())
            return connection.execute(asked).fetchall(), plan.count("upper")

        layers = "SELECT upper(x) || upper(x) AS x FROM (SELECT '' || i AS x FROM range(3) t(i))"
        found, pushed = rows(layers)
        same, once = rows(apart(layers))
        assert found == same == [("00",), ("11",), ("22",)] and pushed > once == 1
