"""Questions to the records: what fits, in which order, page by page, and nothing else of this machine."""

from __future__ import annotations

import json
import math
import os
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as profile, strategies as st

from core import Workbench
from core.datasets.model import from_dict
from core.errors import BadQuery, NotFound
from core.records import query
from core.settings import Settings

DATASET = {
    "name": "things",
    "fields": [
        {"name": "word"},
        {"name": "labels", "type": "list"},
        {"name": "born", "type": "date"},
        {"name": "size", "type": "integer"},
        {"name": "weight", "type": "number"},
        {"name": "good", "type": "boolean"},
    ],
}
WORDS = ["a", "A", "Á", "ab", "b%", "b_", "周杰伦", "O'Neil", 'say "hi"', "back\\slash", "", "ß", "é x"]
LABELS = ["a", "b", "O'Neil", "c d", "周", 'q"', "x,y", "back\\", "new\nline"]


def _record(number: int) -> dict[str, Any]:
    def pick(values: list[Any], step: int) -> Any:
        return None if (number * step) % 5 == 0 else values[(number * step) % len(values)]

    labels = [LABELS[(number + i) % len(LABELS)] for i in range(number % 4)]
    return {
        "word": pick([w for w in WORDS if w], 3),
        "labels": labels or (None if number % 8 else []),
        "born": pick(["1958", "1958-08", "1979-01-18", "2001-02-03", "-0044-03-15"], 7),
        "size": pick([-5, 0, 7, 7, 12, 2**53 + 1], 11),
        "weight": pick([-1.5, 0.1, 2.0, 2.0, 1e300, 1 / 3], 13),
        "good": pick([True, False], 17),
    }


RECORDS = [_record(number) for number in range(60)]


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("things")
    settings = Settings(
        database=home / "m.duckdb", data_dir=home / "data", datasets_dir=home / "datasets"
    )
    with Workbench.open(settings=settings) as wb:
        wb.save_dataset(from_dict(DATASET))
        rows = [[str(uuid.UUID(int=n)), *r.values()] for n, r in enumerate(RECORDS, 1)]

        def fill(connection: Any) -> None:
            connection.executemany(
                "INSERT INTO things BY NAME SELECT ?::UUID AS record_id, ? AS word,"
                " ?::VARCHAR[] AS labels, ? AS born, ?::BIGINT AS size, ?::DOUBLE AS weight,"
                " ?::BOOLEAN AS good, 1 AS _version",
                rows,
            )

        wb.database.write(fill)
        yield wb


def plain(text: str) -> str:
    """Without case and accents."""
    split = unicodedata.normalize("NFD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).lower()


def fits(record: dict[str, Any], name: str, operator: str, value: Any) -> bool:
    """The same question in plain Python."""
    v = record[name]
    if operator == "empty":
        return (v is None) is value
    if operator == "eq":
        return bool(v == value)
    if operator == "ne":
        return bool(v != value)
    if v is None or value is None:
        return False
    if isinstance(v, list):
        return {
            "has": lambda: value in v,
            "in": lambda: bool(set(v) & set(value)),
            "contains": lambda: plain(value) in plain(" ".join(v)),
            "starts": lambda: any(e.lower().startswith(value.lower()) for e in v),
        }[operator]()
    return {
        "lt": lambda: v < value,
        "le": lambda: v <= value,
        "gt": lambda: v > value,
        "ge": lambda: v >= value,
        "in": lambda: v in value,
        "contains": lambda: plain(value) in plain(v),
        "starts": lambda: v.lower().startswith(value.lower()),
    }[operator]()


COMPARE = ["eq", "ne", "lt", "le", "gt", "ge"]
_values = {
    "word": st.sampled_from(WORDS) | st.none(),
    "born": st.sampled_from(["1958", "1958-08", "1960", "-0044-03-15", "3000"]),
    "size": st.sampled_from([-5, 0, 1, 7, 2**53, 2**53 + 1]),
    "weight": st.sampled_from([-1.5, 0.1, 2.0, 1 / 3, 1e300, 7.0]),
    "good": st.booleans(),
}


def _of(name: str) -> st.SearchStrategy[tuple[str, str, Any]]:
    one = _values[name]
    many = st.lists(one.filter(lambda v: v is not None and "," not in str(v)), max_size=4)
    choices = [
        st.tuples(st.just(name), st.sampled_from(COMPARE), one),
        st.tuples(st.just(name), st.just("in"), many),
        st.tuples(st.just(name), st.just("empty"), st.booleans()),
    ]
    if name in ("word", "born"):
        text = one.filter(lambda v: v is not None)
        choices.append(st.tuples(st.just(name), st.sampled_from(["contains", "starts"]), text))
    return st.one_of(choices)


LISTS = st.one_of(
    st.tuples(
        st.just("labels"),
        st.sampled_from(["has", "contains", "starts"]),
        st.sampled_from([*LABELS, "B", "O", "neil 周"]),
    ),
    st.tuples(st.just("labels"), st.just("in"), st.lists(st.sampled_from(LABELS), max_size=3)),
    st.tuples(st.just("labels"), st.just("empty"), st.booleans()),
    st.tuples(
        st.just("labels"),
        st.sampled_from(["eq", "ne"]),
        st.lists(st.sampled_from(LABELS), max_size=2) | st.none(),
    ),
)
QUESTIONS = st.lists(st.one_of(LISTS, *(_of(name) for name in _values)), min_size=1, max_size=2)


@profile(max_examples=250, deadline=None)
@given(QUESTIONS)
def test_every_operator_as_plain_python_would(
    things: Workbench, where: list[tuple[str, str, Any]]
) -> None:
    found = [
        {n: r[n] for n in RECORDS[0]} for r in things.records("things", where=where).rows()
    ]
    assert found == [r for r in RECORDS if all(fits(r, *q) for q in where)]
    assert things.count("things", where=where) == len(found)


def test_all_operators_are_tried() -> None:
    tried = {*COMPARE, "in", "empty", "has", "contains", "starts"}
    assert tried == set(query.OPERATORS)


def test_numbers_may_come_as_text(things: Workbench) -> None:
    """As an address line gives them."""
    assert things.count("things", where=[("size", "ge", "7")]) == things.count(
        "things", where=[("size", "ge", 7)]
    )
    assert things.count("things", where=[("weight", "in", "2,0.1")]) == things.count(
        "things", where=[("weight", "in", [2, 0.1])]
    )
    assert things.count("things", where={"good": "true"}) == things.count(
        "things", where={"good": True}
    )


def test_a_mapping_asks_for_equal_or_for_an_element(things: Workbench) -> None:
    wanted = [r for r in RECORDS if r["good"] is True and "b" in (r["labels"] or [])]
    assert wanted
    assert things.count("things", where={"good": True, "labels": "b"}) == len(wanted)


def test_a_condition_in_sql(things: Workbench) -> None:
    wanted = [r for r in RECORDS if (r["size"] or 0) > 5 or r["good"]]
    assert things.count("things", where="size > 5 OR good -- as one condition") == len(wanted)
    assert things.count("things", where="size = (SELECT max(size) FROM things)") > 0
    assert things.count("things", where="true) AND (false") == 0  # still one, however it is written


@pytest.mark.parametrize(
    "condition",
    [
        "true) LIMIT (1",
        "true) ORDER BY (size",
        "true) GROUP BY (size",
        "true) UNION (SELECT 1",
        "true); DELETE FROM things; --",
        "size > 5 OR",
        "/* never ends",
        "EXISTS (SELECT * FROM 'x.csv')",
        "EXISTS (FROM read_text('/etc/hostname'))",
        "EXISTS (FROM ops.uploads)",
        "size = ?",
        "nosuch = 1",
        "size > 'word'",
    ],
)
def test_what_is_not_one_condition(things: Workbench, condition: str) -> None:
    with pytest.raises(BadQuery):
        things.records("things", where=condition).fetchall()


def test_search_looks_into_every_text_and_list(things: Workbench) -> None:
    def hay(record: dict[str, Any]) -> str:
        return plain(" ".join([record["word"] or "", *(record["labels"] or [])]))

    for text in ("周", "O'NEIL a", "e", "nothing of this"):
        wanted = [r for r in RECORDS if all(plain(w) in hay(r) for w in text.split())]
        assert things.count("things", search=text) == len(wanted), text
    assert things.count("things", search="  ") == len(RECORDS)


HOSTILE = [
    "nosuch",
    "",
    'word"; DROP TABLE things; --',
    "word) OR (true",
    "Word",
    "things.word",
    "*",
    "word\0",
    "rowid",
]


@pytest.mark.parametrize("name", [*HOSTILE, None, 5, ["word"]])
def test_hostile_field_names(things: Workbench, name: Any) -> None:
    with pytest.raises(BadQuery, match="has no field"):
        things.records("things", where=[(name, "eq", 1)])
    with pytest.raises(BadQuery, match="has no field"):
        things.records("things", fields=[name])
    if name:
        with pytest.raises(BadQuery, match="has no field"):
            things.records("things", order_by=["-" + str(name)])
    assert things.count("things") == len(RECORDS)


@pytest.mark.parametrize(
    "where",
    [
        [("word", "like", "a")],
        [("word", None, "a")],
        [("word", ["eq"], "a")],
        [("word", "eq")],
        ["word"],
        [("word", "has", "a")],
        [("size", "in", 5)],
        [("size", "eq", "word")],
        [("size", "lt", {"a": 1})],
        [("good", "eq", "perhaps")],
    ],
)
def test_questions_that_make_no_sense(things: Workbench, where: Any) -> None:
    with pytest.raises(BadQuery):
        things.records("things", where=where).fetchall()


@pytest.mark.parametrize("value", WORDS + ["%", "' OR '1'='1", '"; --', "\\"])
def test_hostile_values_are_values(things: Workbench, value: str) -> None:
    wanted = [r for r in RECORDS if r["word"] == value]
    assert things.count("things", where={"word": value}) == len(wanted)


def test_values_that_are_no_text(things: Workbench) -> None:
    assert things.count("things", where={"word": "a\0"}) == 0
    with pytest.raises(BadQuery):
        things.count("things", where={"word": "\ud800"})
    with pytest.raises(BadQuery):
        things.count("things", search="\ud800")


def test_an_unknown_dataset(things: Workbench) -> None:
    with pytest.raises(NotFound):
        things.records('things"; DROP TABLE things; --')


# ---------------------------------------------------------------- order and pages

SORTS = [s + n for n in RECORDS[0] for s in ("", "-")] + ["", "-good,size", "labels,-weight"]


def pages(wb: Workbench, sort: str, size: int, **more: Any) -> list[dict[str, Any]]:
    definition = wb.dataset("things")
    order = [name for name, _ in query.compile_query(definition, None, sort).order]
    found: list[dict[str, Any]] = []
    after = None
    while page := list(
        wb.records("things", order_by=sort, limit=size, after=after, **more).rows()
    ):
        assert len(page) <= size
        found += page
        after = query.encode_cursor([page[-1][name] for name in order])
        assert len(found) <= len(RECORDS)
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_paging_meets_each_record_once(things: Workbench, sort: str) -> None:
    whole = list(things.records("things", order_by=sort).rows())
    assert len(whole) == len(RECORDS)
    for size in (1, 7):
        assert pages(things, sort, size) == whole


@pytest.mark.parametrize("sort", SORTS[:-3])
def test_the_order_is_right_and_nulls_come_last(things: Workbench, sort: str) -> None:
    name = sort.lstrip("-")
    values = [r[name] for r in things.records("things", order_by=sort).rows()]
    there = [v for v in values if v is not None]
    assert values == there + [None] * (len(values) - len(there))
    by_bytes = [v.encode() if isinstance(v, str) else v for v in there]
    if name == "labels":
        by_bytes = [[e.encode() for e in v] for v in there]
    assert by_bytes == sorted(by_bytes, reverse=sort.startswith("-"))


def test_paging_within_a_filter(things: Workbench) -> None:
    where = [("size", "empty", False), ("word", "ne", "a")]
    wanted = list(things.records("things", order_by="-weight", where=where).rows())
    assert pages(things, "-weight", 4, where=where) == wanted and len(wanted) > 8


def test_a_page_of_some_fields_in_the_order_of_another(things: Workbench) -> None:
    cursor = query.encode_cursor([7, list(things.records("things").rows())[0]["record_id"]])
    found = things.records(
        "things", fields=["word"], order_by="size", after=cursor, limit=100
    )
    assert found.columns() == ["word"]
    whole = things.records("things", order_by="size", after=cursor)
    assert [r["word"] for r in found.rows()] == [r["word"] for r in whole.rows()]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "ä", "W10", "W251bGxd", "eyJhIjoxfQ", query.encode_cursor(["1"]), "\0", "===="]
    + [query.encode_cursor(["not a number", "not an id"]), query.encode_cursor([["a"], "x"])],
)
def test_a_foreign_cursor_is_refused(things: Workbench, cursor: str) -> None:
    with pytest.raises(BadQuery):
        things.records("things", order_by="size", after=cursor).fetchall()


def test_a_forged_cursor_is_refused(things: Workbench) -> None:
    import base64

    for values in ([1, 2], [{"a": 1}, None], [True, "x"], "ab"):
        forged = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
        with pytest.raises(BadQuery):
            things.records("things", order_by="size", after=forged).fetchall()


@pytest.mark.parametrize("limit,offset", [(-1, 0), (1, -1), ("x", 0), (1, "1; DROP TABLE things")])
def test_limits_are_counts(things: Workbench, limit: Any, offset: Any) -> None:
    with pytest.raises(BadQuery):
        things.records("things", limit=limit, offset=offset)


# ---------------------------------------------------------------- forms of an answer


def test_the_answer_in_every_form(things: Workbench) -> None:
    found = things.records("things", fields=["word", "size", "labels"], order_by="size", limit=9)
    rows = list(found.rows())
    assert found.columns() == ["word", "size", "labels"] == list(rows[0])
    assert [tuple(r.values()) for r in rows] == found.fetchall()
    assert found.arrow().to_pylist() == rows
    assert found.pl().to_dicts() == rows
    frame = found.df()
    assert list(frame.columns) == list(rows[0]) and len(frame) == 9
    assert "things" in repr(found)


def test_ids_are_text_in_rows(things: Workbench) -> None:
    first = next(things.records("things").rows())
    assert isinstance(first["record_id"], str)
    assert things.record("things", first["record_id"])["word"] == first["word"]


# ---------------------------------------------------------------- read-only SQL


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
    "SELECT * FROM \"x.csv\"",
    "SELECT * FROM x.csv",
    "SELECT * FROM ops.csv",
    "SELECT * FROM main.csv",
    "FROM x.json",
    "SELECT * FROM '{home}/x.csv'",
    "SELECT * FROM 'file://{home}/x.csv'",
    "SELECT * FROM '*.csv'",
    "SELECT * FROM read_csv('x.csv')",
    "SELECT * FROM READ_CSV_AUTO('x.csv')",
    'SELECT * FROM "read_csv"(\'x.csv\')',
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


def test_numbers_survive(things: Workbench) -> None:
    found = {r["weight"] for r in things.records("things").rows() if r["weight"] is not None}
    assert found <= {-1.5, 0.1, 2.0, 1e300, 1 / 3} and not any(map(math.isnan, found))


def test_user_data_reaches_sql_only_as_values(
    things: Workbench, csv_file: Callable[..., Path]
) -> None:
    nasty = 'a"; DROP TABLE things; --'
    upload = things.import_file(csv_file(f'word,"{nasty.replace(chr(34), chr(34) * 2)}"', "zz,1"), "things")
    assert upload.status == "imported"
    things.rollback(upload.id)
    assert things.count("things") == len(RECORDS)
