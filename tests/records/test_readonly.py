"""Read-only SQL: SELECT over the tables, and nothing else of this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import BadQuery
from tests.records.things import RECORDS


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files that a query might try to read or write, as the working folder."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "x.csv").write_text("a\nSECRET\n")
    (home / "ops.csv").write_text("a\nSECRET\n")
    (home / "main.csv").write_text("a\nSECRET\n")
    (home / "x.json").write_text('[{"a": "SECRET"}]')
    monkeypatch.chdir(home)
    return home


READS = [
    "SELECT * FROM 'x.csv'",
    'SELECT * FROM "x.csv"',
    "SELECT * FROM x.csv",
    "SELECT * FROM ops.csv",
    "SELECT * FROM main.csv",
    "FROM x.json",
    "SELECT * FROM '{home}/x.csv'",
    "SELECT * FROM 'file://{home}/x.csv'",
    "SELECT * FROM '*.csv'",
    "SELECT * FROM read_csv('x.csv')",
    "SELECT * FROM READ_CSV_AUTO('x.csv')",
    "SELECT * FROM \"read_csv\"('x.csv')",
    "SELECT * FROM main.read_csv('x.csv')",
    "SELECT * FROM system.main.read_csv('x.csv')",
    "SELECT * FROM read_text('x.csv')",
    "SELECT * FROM read_blob('x.csv')",
    "SELECT * FROM read_json('x.json')",
    "SELECT * FROM read_json_objects('x.json')",
    "SELECT * FROM read_parquet('x.csv')",
    "SELECT * FROM parquet_metadata('x.csv')",
    "SELECT * FROM sniff_csv('x.csv')",
    "SELECT * FROM glob('*')",
    "SELECT (SELECT content FROM read_text('x.csv'))",
    "SELECT * FROM things WHERE word IN (SELECT content FROM read_text('x.csv'))",
    "SELECT * FROM things, LATERAL (SELECT * FROM read_text(word || '.csv'))",
    "WITH t AS (FROM read_text('x.csv')) FROM t",
    "WITH t AS MATERIALIZED (FROM 'x.csv') FROM t",
    "WITH RECURSIVE t AS (FROM 'x.csv' UNION ALL FROM t) FROM t",
    'WITH "x.csv" AS (SELECT 1) SELECT (SELECT a FROM "x.csv"), * FROM "x.csv"',
    "SELECT 1 UNION ALL SELECT a FROM 'x.csv'",
    "SELECT * FROM things JOIN 'x.csv' ON true",
    "SELECT * FROM things ORDER BY (SELECT a FROM 'x.csv')",
    "SELECT * FROM things LIMIT (SELECT count(*) FROM 'x.csv')",
    "SELECT count(*) FILTER (EXISTS (FROM 'x.csv')) FROM things",
    "SELECT sum(size) OVER (ORDER BY (SELECT max(a) FROM 'x.csv')) FROM things",
    "SELECT list_transform([1], lambda i: (SELECT max(a) FROM 'x.csv'))",
    "VALUES ((SELECT a FROM 'x.csv'))",
    "FROM (UNPIVOT (FROM 'x.csv') ON a)",
    "SELECT * FROM query('FROM read_text(''x.csv'')')",
    "SELECT * FROM query_table('x.csv')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('FROM ''x.csv'''))",
    "SELECT json_serialize_plan('FROM ''x.csv''')",
    "DESCRIBE 'x.csv'",
    "DESCRIBE FROM read_csv('x.csv')",
    "SUMMARIZE 'x.csv'",
    "SELECT * FROM (DESCRIBE 'x.csv')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_settings()",
    "SELECT getenv('HOME')",
]
OTHERS = [
    "COPY (SELECT 1) TO 'out.csv'",
    "COPY things FROM 'x.csv'",
    "EXPORT DATABASE 'out'",
    "ATTACH 'out.duckdb'",
    "ATTACH ':memory:' AS m",
    "DETACH staging",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA version",
    "PRAGMA database_list",
    "SET memory_limit = '1TB'",
    "RESET threads",
    "CALL pragma_version()",
    "CHECKPOINT",
    "SELECT * FROM checkpoint()",
    "SELECT * FROM enable_logging()",
    "BEGIN",
    "USE staging",
    "DELETE FROM things",
    "DELETE FROM things RETURNING *",
    "INSERT INTO things (word) VALUES ('x')",
    "UPDATE things SET word = 'x'",
    "DROP TABLE things",
    "TRUNCATE things",
    "ALTER TABLE things RENAME TO other",
    "CREATE TABLE other AS SELECT 1",
    "CREATE TEMP TABLE other AS SELECT 1",
    "CREATE MACRO f(a) AS a",
    "CREATE SECRET (TYPE s3)",
    "WITH t AS (DELETE FROM things RETURNING *) FROM t",
    "SELECT * INTO other FROM things",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE DELETE FROM things",
    "VACUUM",
    "IMPORT DATABASE 'out'",
    "SELECT nextval('s')",
    "SELECT write_log('x')",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE things",
    "SELECT 1;; DELETE FROM things",
    "; ",
    "",
    "-- nothing",
    "\0",
    "SELECT '",
    "SELECT 1 /*",
    "SELECT \ud800",
]


@pytest.mark.parametrize("sql", READS)
def test_sql_reads_no_file(things: Workbench, secret: Path, sql: str) -> None:
    with pytest.raises(BadQuery) as caught:
        things.sql(sql.replace("{home}", str(secret))).fetchall()
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("sql", OTHERS)
def test_sql_does_nothing_but_select(things: Workbench, secret: Path, sql: str) -> None:
    before = sorted(os.listdir(secret))
    with pytest.raises(BadQuery):
        things.sql(sql).fetchall()
    assert sorted(os.listdir(secret)) == before
    assert things.count("things") == len(RECORDS)


ALLOWED = [
    ("SELECT count(*) FROM things", 60),
    ("SELECT count(*) FROM things; ", 60),
    ("SELECT count(*) FROM main.things -- all", 60),
    ("WITH t AS (SELECT 1 AS a UNION ALL SELECT 2) SELECT sum(a) FROM t", 3),
    ("SELECT count(*) FROM ops.uploads", 0),
    ("SELECT count(*) FROM m.main.things", 60),
    ("SELECT count(*) FROM history.changes h LEFT JOIN ops.uploads u USING (upload_id)", 0),
    ("SELECT sum(n) FROM range(5) r(n)", 10),
    ("SELECT count(*) FROM (SELECT unnest(labels) FROM things) WHERE true LIMIT 1", 90),
    ("SELECT count(*) > 0 FROM information_schema.tables", True),
    ("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'things'", 1),
    ("VALUES (1)", 1),
    ("SELECT 'read_csv(''x.csv'')'", "read_csv('x.csv')"),
    ("SELECT json_extract_string('{\"a\": \"b.csv\"}', '$.a')", "b.csv"),
    ("SELECT max(n.word) FROM things AS \"n\" WHERE n.word = 'a'", "a"),
]


@pytest.mark.parametrize("sql,value", ALLOWED)
def test_sql_answers(things: Workbench, sql: str, value: Any) -> None:
    found = things.sql(sql)
    assert found.fetchall()[0][0] == value
    assert list(next(found.rows()).values()) == [value]
    assert len(found.columns()) == 1


def test_show_and_describe(things: Workbench) -> None:
    assert ("things",) in things.sql("SHOW TABLES").fetchall()
    assert things.sql("DESCRIBE things").fetchall()[1][:2] == ("word", "VARCHAR")


def test_a_moment_with_a_zone(things: Workbench) -> None:
    """Python would need one more library for it; here it comes as UTC."""
    row = next(things.sql("SELECT now() AS moment, 1 AS n ORDER BY 2").rows())
    assert row["moment"].tzinfo is None and row["n"] == 1


def test_an_error_while_it_runs(things: Workbench) -> None:
    asked = things.sql("SELECT word::INTEGER FROM things")
    for form in (asked.fetchall, asked.df, asked.arrow, asked.pl, lambda: list(asked.rows())):
        with pytest.raises(BadQuery):
            form()


def test_variables_of_the_program_are_no_tables(things: Workbench) -> None:
    frame = things.records("things").df()
    with pytest.raises(BadQuery, match="frame does not exist"):
        things.sql("SELECT * FROM frame").fetchall()
    assert len(frame) == len(RECORDS)


def test_rows_that_are_left_half_read_hold_nothing_up(things: Workbench) -> None:
    rows = things.records("things").rows()
    next(rows)
    things.database.write(lambda c: c.execute("SELECT 1"))
    rows.close()
