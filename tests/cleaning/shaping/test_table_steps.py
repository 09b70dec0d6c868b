"""Steps on the columns and rows of a file: what each gives, and that rows keep their order and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from core.cleaning.shaping import registry
from core.cleaning.shaping.functions import FUNCTIONS, table as functions
from core.cleaning.shaping.shaped import check, shaped
from core.cleaning.shaping.step import TableStep, parse_table_steps
from core.errors import BadRecipe
from core.files.table import Table
from core.storage.sql import literal

ROOT = Path(__file__).resolve().parents[3]
Rows = list[list[str]]
NAMES = ("First", "Last", "Sex", "Born", "Sum")
ROWS = [
    [" Ann ", "Bee", "1", "3.4.1990", "1.234,5"],
    ["Bob", "Cee", "2", "31.12.1991", "12,5"],
    ["bob", "CEE", "", "", "x"],
    ["", "", "", "1990", ""],
]


def a_table(names: tuple[str, ...], rows: Rows) -> Table:
    cells = ", ".join(f"r[{i + 1}] AS c{i}" for i in range(len(names)))
    sql = f"SELECT NULL::BIGINT AS _line, {cells} FROM (SELECT unnest({literal(rows)}::VARCHAR[][]) AS r)"
    return Table("csv", names, (), sql, 2, "line")


def run(*steps: dict[str, Any], rows: Rows = ROWS) -> tuple[tuple[str, ...], Rows]:
    found = shaped(a_table(NAMES, rows), parse_table_steps(list(steps)))
    return found.names, list(found.rows())


def column(name: str, *steps: dict[str, Any]) -> list[str]:
    names, rows = run(*steps)
    return [row[names.index(name)] for row in rows]


CASES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "trim": ({}, "First", ["Ann", "Bob", "bob", ""]),
    "case": ({"columns": ["Last"], "value": "title"}, "Last", ["Bee", "Cee", "Cee", ""]),
    "normalise": ({"value": "blanks"}, "First", [" Ann ", "Bob", "bob", ""]),
    "replace": (
        {"columns": ["First"], "value": "b", "to": "_"},
        "First",
        [" Ann ", "Bo_", "_o_", ""],
    ),
    "regex": (
        {"columns": ["Born"], "value": r"(\d+)\.(\d+)\.(\d+)", "to": r"\3/\2/\1"},
        "Born",
        ["1990/4/3", "1991/12/31", "", "1990"],
    ),
    "map": (
        {"columns": ["Sex"], "values": {"1": "female", "2": "male"}},
        "Sex",
        ["female", "male", "", ""],
    ),
    "merge": (
        {"columns": ["First"], "values": {"bob": "Bob"}},
        "First",
        [" Ann ", "Bob", "Bob", ""],
    ),
    "dates": (
        {"columns": ["Born"], "value": "DD.MM.YYYY"},
        "Born",
        ["1990-04-03", "1991-12-31", "", "1990"],
    ),
    "decimal_comma": ({"columns": ["Sum"]}, "Sum", ["1234.5", "12.5", "x", ""]),
    "list": (
        {"columns": ["Born"], "value": "."},
        "Born",
        ["3; 4; 1990", "31; 12; 1991", "", "1990"],
    ),
    "split": (
        {"columns": ["Born"], "value": ".", "into": ["d", "rest"]},
        "rest",
        ["4.1990", "12.1991", "", ""],
    ),
    "join": (
        {"columns": ["Last", "First"], "value": ", ", "into": ["Name"]},
        "Name",
        ["Bee, Ann", "Cee, Bob", "CEE, bob", ""],
    ),
    "extract": (
        {"columns": ["Born"], "value": r"\d{4}", "into": ["year"]},
        "year",
        ["1990", "1991", "", "1990"],
    ),
    "compute": (
        {"value": "if [Sex] = 1 then 'f' else 'm'", "into": ["s"]},
        "s",
        ["f", "m", "m", "m"],
    ),
    "constant": ({"value": "it's", "into": ["who"]}, "who", ["it's"] * 4),
    "rename": ({"columns": ["Sex"], "into": ["Gender"]}, "Gender", ["1", "2", "", ""]),
    "drop": ({"columns": ["First", "Sex"]}, "Last", ["Bee", "Cee", "CEE", ""]),
    "fill_down": ({"columns": ["Sex"]}, "Sex", ["1", "2", "2", "2"]),
    "filter": ({"value": "not is_empty([Last])"}, "Last", ["Bee", "Cee", "CEE"]),
    "dedupe": (
        {"columns": ["First", "Last"], "value": "fullest"},
        "First",
        [" Ann ", "Bob", ""],
    ),
}


def test_every_kind_has_a_case_and_its_line_in_the_documentation() -> None:
    assert {*CASES} == {*registry.KINDS}
    text = (ROOT / "docs" / "recipes.md").read_text("utf-8")
    assert registry.table() in text and functions() in text


@pytest.mark.parametrize("op", CASES)
def test_what_a_step_gives(op: str) -> None:
    given_, name, wanted = CASES[op]
    assert column(name, {"op": op, **given_}) == wanted
    step = TableStep.model_validate({"op": op, **given_})
    assert step.sentence()[0].isupper() and "None" not in step.sentence()
    off = step.model_copy(update={"off": True})
    assert shaped(a_table(NAMES, ROWS), [off]).columns == NAMES


def test_later_steps_see_what_earlier_ones_made() -> None:
    names, rows = run(
        {"op": "trim"},
        {"op": "join", "columns": ["First", "Last"], "value": " ", "into": ["Name"]},
        {"op": "case", "columns": ["Name"], "value": "upper"},
        {"op": "dedupe", "columns": ["Name"], "value": "last"},
        {"op": "drop", "columns": ["First", "Last", "Sum", "Born"]},
    )
    assert names == ("Sex", "Name")
    assert rows == [["1", "ANN BEE"], ["", "BOB CEE"], ["", ""]]


def test_rows_that_stay_keep_their_line() -> None:
    steps = parse_table_steps([{"op": "filter", "value": "[First] = 'bob'"}])
    found = shaped(a_table(NAMES, ROWS), steps)
    assert [row.line for row in found.placed()] == [4]
    assert found.total is None and found.given == NAMES


def test_which_duplicate_stays() -> None:
    rows = [["A", "", "", "", "1"], ["a", "x", "y", "", "2"], ["A", "x", "", "", "3"]]
    kept = {
        which: [
            r[4] for r in run({"op": "dedupe", "columns": ["First"], "value": which}, rows=rows)[1]
        ]
        for which in ("first", "last", "fullest")
    }
    assert kept == {"first": ["1"], "last": ["3"], "fullest": ["2"]}


CELLS = st.lists(st.sampled_from(["a", "A", "b", ""]), min_size=5, max_size=5)


@settings(max_examples=30)
@given(st.lists(CELLS, max_size=30))
def test_fill_down_and_dedupe_are_those_of_plain_python(rows: Rows) -> None:
    names, found = run({"op": "fill_down", "columns": ["Sex"]}, rows=rows or [[""] * 5])
    above, wanted = "", []
    for row in rows or [[""] * 5]:
        above = row[2] or above
        wanted.append([*row[:2], above, *row[3:]])
    assert found == wanted
    seen, kept = set[tuple[str, ...]](), []
    for row in rows:
        key = tuple(c.lower() for c in row[:2])
        if key not in seen or key == ("", ""):
            kept.append(row)
        seen.add(key)
    if rows:
        step = {"op": "dedupe", "columns": ["First", "Last"], "value": "first"}
        assert run(step, rows=rows)[1] == kept


def test_many_rows_stay_in_order() -> None:
    """More than one thread works on them."""
    sql = "SELECT NULL::BIGINT AS _line, range::VARCHAR AS c0, (range % 7)::VARCHAR AS c1 FROM range(300000)"
    table = Table("csv", ("n", "k"), (), sql, 1, "line")
    steps = parse_table_steps(
        [
            {"op": "compute", "value": "times([k])", "into": ["t"]},
            {"op": "fill_down", "columns": ["k"]},
            {"op": "filter", "value": "[n] % 3 = 0"},
        ]
    )
    found = [int(row[0]) for row in shaped(table, steps).rows()]
    assert found == list(range(0, 300_000, 3))


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"op": "trims"}, "trims|should be"),
        ({"op": "case", "columns": ["A"], "value": "loud"}, "one of upper"),
        ({"op": "regex", "columns": ["First"], "value": "(?=x)"}, "does not compile"),
        ({"op": "regex", "columns": ["First"], "value": "(a", "to": ""}, "does not compile"),
        ({"op": "regex", "columns": ["First"], "value": "a", "to": r"\1"}, "the pattern has 0"),
        ({"op": "extract", "columns": ["Born"], "value": "(a)(b)", "into": ["x"]}, "gives 2 texts"),
        ({"op": "split", "columns": ["Born"], "value": ".", "into": ["a", "A"]}, "same name"),
        ({"op": "dates", "columns": ["Born"], "value": "no format"}, "no format"),
        ({"op": "dedupe", "columns": ["First"], "value": "best"}, "one of first"),
        ({"op": "map", "columns": ["Sex"]}, "needs values"),
        ({"op": "join", "columns": ["Sex"], "nonsense": 1}, "nonsense"),
    ],
)
def test_a_step_that_cannot_be_is_refused_when_it_is_read(step: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRecipe, match="table step 1") as caught:
        parse_table_steps([step])
    assert re.search(said, caught.value.detail)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"op": "trim", "columns": ["Nobody"]}, "no column “Nobody”"),
        ({"op": "constant", "value": "x", "into": ["first"]}, "a column “first” already"),
        ({"op": "drop", "columns": list(NAMES)}, "no column would be left"),
        ({"op": "compute", "value": "exec('x')", "into": ["x"]}, "cannot be called"),
    ],
)
def test_a_step_that_does_not_fit_the_file_is_refused_or_left_out(
    step: dict[str, Any], said: str
) -> None:
    steps = parse_table_steps([step, {"op": "trim", "columns": ["First"]}])
    with pytest.raises(BadRecipe, match="step 1") as caught:
        check(a_table(NAMES, ROWS), steps)
    assert said in caught.value.detail
    lenient = shaped(a_table(NAMES, ROWS), steps, lenient=True)
    assert lenient.names == NAMES and said in lenient.notes[0]
    assert next(lenient.rows())[0] == "Ann"


def test_every_function_can_be_called() -> None:
    given_ = {"text": "[First]", "number": "[Sex]", "date": "[Born]", "bool": "true"}
    for name, function in FUNCTIONS.items():
        takes = [given_[t] for t in function.takes]
        if function.pattern is not None:
            takes[function.pattern] = "'[a-z]'"
        names, rows = run({"op": "compute", "value": f"{name}({', '.join(takes)})", "into": ["x"]})
        assert len(rows) == 4, name
