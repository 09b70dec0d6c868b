"""Expressions: what they give, that plain Python gives the same, and that nothing but the allowed is called."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings, strategies as st

from core.cleaning.shaping.expression import compile_expression
from core.errors import BadRecipe

NAMES = ("First name", "Age", "Born")


def value(expression: str, *cells: str | None) -> str | None:
    row = [*cells, *[None] * (3 - len(cells))]
    made = compile_expression(expression, NAMES)
    sql = f"SELECT {made.text} FROM (SELECT ?::VARCHAR AS c0, ?::VARCHAR AS c1, ?::VARCHAR AS c2, 1 AS _n)"
    with duckdb.connect() as connection:
        found = connection.execute(sql, row).fetchone()
    assert found
    text: str | None = found[0]
    return text


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 / 2", "3.5"),
        ("7 % 4 - -1", "4"),
        ("1 / 0", None),
        ("'a' & 1", "a1"),
        ("[Age] + 1", "43"),
        ("Age >= 18 and not is_empty([First name])", "true"),
        ("if [Age] >= 18 then 'adult' else 'minor'", "adult"),
        ("if(Age > 50, 'old', if(Age > 30, 'middle', 'young'))", "middle"),
        ("upper(left([First name], 2)) & '.'", "AD."),
        ("year([Born]) + 1", "1991"),
        ("years_between([Born], '2020-05-01')", "29"),
        ("first_of([Nothing], 'x')", None),
        ("join(' ', [First name], '', Age)", "Ada 42"),
        ("substitute([First name], '[aeiou]', '')", "Ad"),
        ("'it''s'", "it's"),
        ('"say ""x"""', 'say "x"'),
        ("split('a, b', ',', 2)", "b"),
        ("'10' < '9'", "true"),
        ("'10' < 9", "false"),
    ],
)
def test_what_it_gives(expression: str, wanted: str | None) -> None:
    if "Nothing" in expression:
        with pytest.raises(BadRecipe, match="no column “Nothing”"):
            value(expression, "Ada", "42", "1990-05-02")
    else:
        assert value(expression, "Ada", "42", "1990-05-02") == wanted


@pytest.mark.parametrize(
    "expression",
    [
        *("read_text('/etc/passwd')", "getenv('HOME')", "__import__('os')", "sum([Age])"),
        *("(SELECT 1)", "[Age]; DROP TABLE x", "c0", "_n", "Age.x", "'a' || 'b'", "{1}", "$1"),
        *(
            "1 +",
            "(1",
            "1)",
            "",
            "   ",
            "if 1",
            "if 1 then",
            "upper()",
            "upper(1, 2)",
            "[",
            "'a",
            "nope",
        ),
        *("matches([Age], '(?=a)')", "matches([Age], [Born])", "column_sum(column_sum([Age]))"),
        *("not " * 60 + "1", "-" * 60 + "1", "(" * 60 + "1" + ")" * 60, "1+" * 3_000 + "1"),
    ],
)
def test_what_it_may_not_is_refused_with_the_place(expression: str) -> None:
    with pytest.raises(BadRecipe) as caught:
        compile_expression(expression, NAMES)
    assert "expression" in caught.value.detail


NUMBERS = st.integers(-50, 50).map(str)
SUMS: Any = st.recursive(
    NUMBERS.map(lambda n: f"({n})"),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({' '.join(t)})"),
    max_leaves=6,
)


@settings(max_examples=40)
@given(SUMS)
def test_arithmetic_is_that_of_python(text: str) -> None:
    assert float(value(text) or "nan") == eval(text)  # nosec B307


@settings(max_examples=60)
@given(
    st.text("()+-*/&%=<> ,'\"[]1aAgeifthenelse_;\\\0é", max_size=25),
    st.lists(
        st.sampled_from(["", "x", "1e400", "-5", "0001-01-01", "99999999999999999999"]),
        min_size=3,
        max_size=3,
    ),
)
@example("left([Age], [First name])", ["99999999999999999999", "abc", ""])
@example("[Age] * [Age] * [Age]", ["", "99999999999999999999", ""])
@example("days_between([Born], '2020-01-01')", ["", "", "infinity"])
@example("round([Age], [First name])", ["1e400", "1.5", ""])
@example("mid([Age], 0 - 5, 0 - 3)", ["", "abc", ""])
def test_whatever_is_typed_compiles_and_runs_or_is_refused(text: str, cells: list[str]) -> None:
    try:
        value(text, *cells)
    except BadRecipe:
        pass
