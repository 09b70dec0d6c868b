"""The compiled SQL against the plain-Python model: every cell the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings, strategies as st

from core.characters.names import name as folded
from core.cleaning import checks, date_checks, date_doubts, lookups, vocabularies
from core.cleaning.compiler import Compiled, compile_plan, compile_values
from core.cleaning.plan import Column, Plan, default_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.ingest.deciders import date_order
from tests import oracle

TODAY = date.today().isoformat()  # the model, too, asks for it
LETTERS = "abzABZ09éÉñçßüÖ周杰伦ガカ정АйЖαΩ.,;|-/'\"[]()?!&·"
TEXT = st.text(st.sampled_from(LETTERS + oracle.BLANKS), max_size=14)
WORDS = st.sampled_from(
    [
        *(
            "N/A",
            "n/a ",
            "-",
            "null",
            "unknown",
            "未知",
            "naïve",
            "na na",
            "?",
            "(none)",
            "[NA]",
            "n.a.",
        ),
        *(
            "k. A.",
            "k.A.",
            "Not available",
            "\\N",
            "???",
            "#REF!",
            "#¡VALOR!",
            "#N/A",
            "#NV",
            "#a!",
            "Err:502",
            "{}",
            "[]",
            "()",
            "(-)",
            "( )",
        ),
        *("#哇!", "#1!", "...", "なし", "Unspecified", "#DIV/0 !", "#н/д", "#Н/Д"),
    ]
)
CELL = st.one_of(TEXT, WORDS)


@pytest.fixture(scope="module")
def celebrities(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Registry(tmp_path_factory.mktemp("datasets")).get("celebrities")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        found.execute("ATTACH ':memory:' AS staging")
        yield found


def run(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    fields: list[str],
    rows: list[tuple[str | None, ...]],
    steps: tuple[Step, ...] = (),
) -> list[dict[str, Any]]:
    columns = tuple(Column(index=i, column=f, field=f) for i, f in enumerate(fields))
    plan = Plan(dataset=dataset.name, mapping=columns)
    names = ", ".join(f"c{i}" for i in range(len(fields)))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE cells (_line BIGINT, {names.replace(',', ' VARCHAR,')} VARCHAR)"
    )
    marks = ", ".join("?" for _ in fields)
    for row in rows:
        connection.execute(f"INSERT INTO cells VALUES (NULL, {marks})", list(row))
    all_steps = default_steps(dataset, set(fields)) + steps
    compiled = compile_plan(dataset, plan, all_steps, "SELECT * FROM cells", len(fields), TODAY)
    vocabularies.prepare(connection, compiled.vocabularies)
    found = connection.execute(compiled.sql)
    header = [d[0] for d in found.description or []]
    values = found.fetchall()
    assert looked_up(connection, dataset, plan, compiled, all_steps) == [row[1:] for row in values]
    out = []
    for row in values:
        data = dict(zip(header, row))
        data["rules"] = {
            (c.field, c.rule) for c in compiled.checks if c.severity and data[f"_p{c.word}"] & c.bit
        }
        out.append(data)
    return out


def looked_up(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    plan: Plan,
    compiled: Compiled,
    steps: tuple[Step, ...],
) -> list[tuple[Any, ...]]:
    """The same rows without their ids, when the values of every other row were seen before."""
    source, fields = "SELECT * FROM cells", plan.fields()
    connection.execute("CREATE OR REPLACE TEMP TABLE head AS FROM cells WHERE rowid % 2 = 0")
    for name, index in fields.items():
        column = f"c{index}"
        cleaned = compile_values(dataset, compiled, steps, name, column)
        lookups.prepare(connection, name, column, "head", cleaned, compiled.words)
    again = compile_plan(dataset, plan, steps, source, len(fields), TODAY, tuple(fields))
    return [row[1:] for row in connection.execute(again.sql).fetchall()]


@settings(max_examples=15, deadline=None)
@given(st.lists(CELL, min_size=20, max_size=40))
def test_text_is_cleaned_like_the_model(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset, cells: list[str]
) -> None:
    rows = [(cell, cell, cell, "INTJ") for cell in cells]
    found = run(connection, celebrities, ["name", "description", "source", "mbti"], rows)
    for cell, row in zip(cells, found, strict=True):
        for name in ("name", "description", "source"):
            assert row[name] == oracle.clean(celebrities, name, cell), (name, cell)


@settings(max_examples=15, deadline=None)
@given(st.lists(CELL, min_size=20, max_size=40))
@example(
    [
        "a;b;a; ;c",
        "Smith, John; Doe, Jane",
        "a，b、c",
        '["x","y","x",""]',
        "[broken",
        "['x', \"y's\", None]",
        "['x' 'y']",
        '{x,"y, z",-,NULL}',
        "[]",
        ";;",
        "Ann; -",
        "n/A|x",
    ]
)
def test_lists_are_split_like_the_model(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset, cells: list[str]
) -> None:
    found = run(connection, celebrities, ["name", "aliases"], [("x", c) for c in cells])
    for cell, row in zip(cells, found, strict=True):
        cleaned = oracle.clean(celebrities, "aliases", cell)
        assert row["aliases"] == (
            None if cleaned is None else oracle.elements(celebrities, cleaned)
        ), cell


NUMBER = st.integers(0, 40)
YEAR = st.integers(1, 2026)
DATES = st.one_of(
    st.builds(
        lambda d, m, y, s: f"{d}{s}{m}{s}{y:04d}", NUMBER, NUMBER, YEAR, st.sampled_from("/.- ")
    ),
    st.builds(lambda y, m, d: f"{y:04d}-{m:02d}-{d:02d}", YEAR, NUMBER, NUMBER),
    st.builds(lambda y, m, d: f"{y:04d}/{m}/{d}", YEAR, st.integers(1, 14), NUMBER),
    st.builds(lambda y, m: f"{y:04d}-{m:02d}", YEAR, NUMBER),
    st.builds(lambda y, b: f"{'-' if b else ''}{y:04d}", YEAR, st.booleans()),
    st.builds(lambda y, m, d: f"{y:04d}年{m}月{d}日", YEAR, NUMBER, NUMBER),
    st.builds(
        lambda y, m, d: f"{d} {m} {y:04d}",
        YEAR,
        st.sampled_from(["Jan", "feb", "MAY", "December", "Smarch"]),
        NUMBER,
    ),
    st.builds(
        lambda y, m, d: f"{m} {d}, {y:04d}", YEAR, st.sampled_from(["Jan", "June", "Sept"]), NUMBER
    ),
    st.sampled_from(
        [
            *("31/02/1985", "1985-02-29", "2000-02-29T10:00:00Z", "12/31/90", "soon", "0000-01-01"),
            *("12-Mar-68", "Jan-79", "Mar 5, 91", "3/4/79", "0000", "0000-03", "35376", "21131985"),
        ]
    ),
)


@pytest.mark.parametrize("order", ["dmy", "mdy", None])
@settings(max_examples=12, deadline=None)
@given(texts=st.lists(DATES, min_size=20, max_size=40))
def test_dates_are_read_like_the_model(
    connection: duckdb.DuckDBPyConnection,
    celebrities: Dataset,
    texts: list[str],
    order: str | None,
) -> None:
    steps = (Step(op="date_order", field="birth_date", value=order),) if order else ()
    found = run(connection, celebrities, ["name", "birth_date"], [("x", t) for t in texts], steps)
    for text, row in zip(texts, found, strict=True):
        expected = oracle.parse_date(text, order)
        assert row["birth_date"] == expected, text
        broken = {rule for field, rule in row["rules"] if field == "birth_date"}
        broken -= {"other_order", *date_checks.SAID, *date_doubts.RULES}
        in_range = expected is not None and oracle.Model.in_range(expected)
        assert bool(broken) == (not in_range), (text, broken)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from(LETTERS + " "), min_size=1, max_size=12), min_size=15, max_size=30
    )
)
def test_the_key_is_folded_like_the_model(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset, names: list[str]
) -> None:
    found = run(connection, celebrities, ["name"], [(n,) for n in names])
    for name, row in zip(names, found, strict=True):
        cleaned = oracle.clean(celebrities, "name", name)
        assert row["_key"] == (None if cleaned is None else folded(cleaned)), name


def test_marks_that_make_another_letter_stay_apart(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset
) -> None:
    pairs = [("ガガ", "カカ"), ("йод", "иод"), ("किम", "कम"), ("น้ำ", "นำ")]
    for left, right in pairs:
        keys = [r["_key"] for r in run(connection, celebrities, ["name"], [(left,), (right,)])]
        assert keys[0] != keys[1], (left, right)
    same = [
        ("Beyoncé", "BEYONCE"),
        ("Jean-Luc", "jean luc"),
        ("Robert Downey Jr.", "robert downey jr"),
    ]
    for left, right in same:
        keys = [r["_key"] for r in run(connection, celebrities, ["name"], [(left,), (right,)])]
        assert keys[0] == keys[1], (left, right)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("USA", "United States"),
        ("u.s.a.", "United States"),
        ("美国", "United States"),
        ("Deutschland", "Germany"),
        ("Weißrussland", "Belarus"),
        ("Atlantis", "Atlantis"),
    ],
)
def test_countries_to_one_spelling(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset, text: str, value: str
) -> None:
    (row,) = run(connection, celebrities, ["name", "nationality"], [("x", text)])
    assert row["nationality"] == value
    assert (("nationality", "vocabulary") in row["rules"]) == (value == "Atlantis")


def test_steps_run_in_order_and_can_clear(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset
) -> None:
    steps = (
        Step(op="replace", field="mbti", value="INTX", to="INTJ"),
        Step(op="replace", field="mbti", value="INTJ", to="ENFP"),
        Step(op="clear_invalid", field="gender"),
        Step(op="default", field="source", to="web"),
        Step(op="regex", field="name", value=r"\s*\(.*\)", to=""),
    )
    fields = ["name", "mbti", "gender", "source"]
    rows = [("Ann (singer)", "intx", "robot", None), ("Bo", "XXXX", "f", "book")]
    first, second = run(connection, celebrities, fields, rows, steps)
    assert (first["name"], first["mbti"], first["gender"], first["source"]) == (
        "Ann",
        "ENFP",
        None,
        "web",
    )
    assert not first["_error"] and ("gender", "cleared") in first["rules"]
    assert second["_error"] and ("mbti", "choices") in second["rules"]
    assert second["_cells"] == ["Bo", "XXXX", "f", "book"]


def test_hostile_values_are_data(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset
) -> None:
    hostile = "Robert'); DROP TABLE celebrities;--"
    steps = (Step(op="replace", field="name", value=hostile, to='O\'Brien "x"'),)
    (row,) = run(connection, celebrities, ["name"], [(hostile,)], steps)
    assert row["name"] == 'O\'Brien "x"'


def test_the_catalogue_has_a_sentence_for_every_rule(celebrities: Dataset) -> None:
    built = checks.build(celebrities, list(celebrities.field_names), (), TODAY)
    assert {c.rule for c in built if c.severity} <= set(checks.TITLES)


def test_the_order_of_the_file_is_kept(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("".join(f"n{i},USA,{1900 + i % 100}\n" for i in range(300_000)), "utf-8")
    source = (
        f"SELECT NULL::BIGINT AS _line, * FROM read_csv('{path.as_posix()}', header=false,"
        " columns={'c0': 'VARCHAR', 'c1': 'VARCHAR', 'c2': 'VARCHAR'}, auto_detect=false, buffer_size=1000000)"
    )
    names = ("name", "nationality", "birth_date")
    columns = tuple(Column(index=i, column=n, field=n) for i, n in enumerate(names))
    plan = Plan(dataset="celebrities", mapping=columns)
    steps = default_steps(celebrities, set(names))
    compiled = compile_plan(celebrities, plan, steps, source, 3, TODAY)
    vocabularies.prepare(connection, compiled.vocabularies)
    connection.execute(f"CREATE OR REPLACE TABLE staging.ordered AS {compiled.sql}")
    wrong = connection.execute(
        "SELECT count(*) FROM staging.ordered WHERE name <> 'n' || rowid OR nationality <> 'United States'"
    ).fetchone()
    connection.execute("DROP TABLE staging.ordered")
    assert wrong == (0,)


def test_no_field_is_read_by_a_join(
    connection: duckdb.DuckDBPyConnection, celebrities: Dataset
) -> None:
    names = [f.name for f in celebrities.fields]
    columns = tuple(Column(index=i, column=n, field=n) for i, n in enumerate(names))
    cells = ", ".join(f"n::VARCHAR AS c{i}" for i in range(len(names)))
    steps = default_steps(celebrities, set(names))
    steps += (Step(op="calendar", field="birth_date", value="roc"),)
    plan = Plan(dataset="celebrities", mapping=columns)
    source = f"SELECT NULL::BIGINT AS _line, {cells} FROM range(9) t(n)"
    compiled = compile_plan(celebrities, plan, steps, source, len(names), TODAY)
    vocabularies.prepare(connection, compiled.vocabularies)
    shown = connection.execute(f"EXPLAIN {compiled.sql}").fetchall()[0][1]
    assert "PROJECTION" in shown and "JOIN" not in shown


def test_the_evidence_decides_the_order() -> None:
    assert date_order.decide("d", 3, 0, 10).value == "dmy"  # type: ignore[union-attr]
    assert date_order.decide("d", 0, 1, 10).value == "mdy"  # type: ignore[union-attr]
    assert date_order.decide("d", 0, 0, 10) is None
    assert date_order.decide("d", 2, 2, 10) is None
