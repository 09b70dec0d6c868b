"""Every step that makes one text of another gives what its function in tests/steps.py gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings, strategies as st

from core.cleaning import recipe, registry, vocabularies
from core.cleaning.step import Step
from core.datasets.model import Field
from tests import steps

ROOT = Path(__file__).resolve().parents[2]
NAME = Field(name="name")
CASES = [
    (NAME, Step(op="tidy")),
    (Field(name="code", pattern="[A-Z]+"), Step(op="tidy")),
    (Field(name="about", multiline=True), Step(op="tidy")),
    (NAME, Step(op="error_cells")),
    (NAME, Step(op="empty_words", words=("N/A", "-", "nichts", "なし"))),
    (NAME, Step(op="upper", field="name")),
    (NAME, Step(op="upper", field="name", value="tr")),
    (NAME, Step(op="lower", field="name")),
    (NAME, Step(op="lower", field="name", value="tr")),
    (NAME, Step(op="vocabulary", field="name", value="countries")),
    (NAME, Step(op="vocabulary", field="name", value="countries", words=("uk", "日本"))),
    (NAME, Step(op="states", field="name", value="countries")),
    (NAME, Step(op="states", field="name", value="states")),
    (NAME, Step(op="gender_codes", field="name", value="iso")),
    (NAME, Step(op="gender_codes", field="name", value="tmdb")),
    (NAME, Step(op="replace", field="name", value="Bob", to="Ann")),
    (NAME, Step(op="replace", field="name", value="Bob")),
    (NAME, Step(op="regex", field="name", value="[0-9]+", to="#")),
    (NAME, Step(op="regex", field="name", value="[A-Za-z]")),
    (NAME, Step(op="default", field="name", to="nobody")),
    (NAME, Step(op="apostrophes")),
    (Field(name="ok", type="boolean"), Step(op="yes_no", field="ok", value="tr")),
    (Field(name="ok", type="boolean"), Step(op="yes_no", field="ok", value="marks")),
    (
        Field(name="type", choices=("AB", "ABC", "C+")),
        Step(op="suffix", field="type", words=("-A", "C", " (x)")),
    ),
    (Field(name="born", type="date"), Step(op="no_dates", field="born")),
    (Field(name="born", type="date"), Step(op="no_dates", field="born", value="off")),
]
WORDS = (
    *("Bob", "bob", "Ann 12", "n/a", "(N/A)", "-", "--", "()", "", " ", "nichts", "Iİıi", "İZMİR"),
    *("#REF!", "#¡VALOR!", "#N/A", "#NV", "#a!", "Err:502", "UK", "u.k.", "Deutschland", "日本"),
    *("CA", "ga", "NY", "1", "2.0", "0", "9", "3", ".0"),
    *(
        "evet",
        "HAYIR",
        "hayır",
        "E",
        "✓",
        "X",
        "AB-A",
        "AB-a",
        "ABC",
        "ABCC",
        "ABC (x)",
        "C+-A",
        "ab-a",
    ),
    *("'=1", "''=1", "'Ann", "'-5", "'@x", "0000-00-00", "0/0/00", "1900-01-00", "00000000"),
    *("00.00.0000 00:00", "2000-00-00", "Ａｄａ１２", "A\u0301da\u200b  B", "a\nb", "なし。"),
)
CELL = st.none() | st.sampled_from(WORDS) | st.text("aZİı09 .-/#'=é周Ａ\u3000", max_size=6)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        found.execute("ATTACH ':memory:' AS staging")
        vocabularies.prepare(found, ("countries",))
        yield found


@pytest.mark.parametrize(("field", "step"), CASES, ids=lambda v: getattr(v, "op", ""))
@settings(max_examples=25, deadline=None)
@given(cells=st.lists(CELL, max_size=8))
@example(cells=[None, *WORDS])
def test_the_sql_gives_what_the_function_gives(
    connection: duckdb.DuckDBPyConnection, field: Field, step: Step, cells: list[str | None]
) -> None:
    sql = recipe.text_step(field, step, "x")
    found = connection.execute(
        f"SELECT {sql} FROM (SELECT unnest(?::VARCHAR[]) AS x)", [cells]
    ).fetchall()
    assert [row[0] for row in found] == [steps.run(field, step, cell) for cell in cells]


def test_every_step_is_held_by_python() -> None:
    """By a function of its name, or by another test that is named here."""
    for op in registry.KINDS:
        assert (op in steps.STEPS) != (
            op in steps.ELSEWHERE
        ), f"{op}: no function in tests/steps.py"
    assert {step.op for _field, step in CASES} == {*steps.STEPS}
    assert {*steps.STEPS, *steps.ELSEWHERE} == {*registry.KINDS}
    for path in steps.ELSEWHERE.values():
        assert (ROOT / path).exists()
