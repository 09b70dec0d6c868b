"""A filter is a tree: the records take it as the search does, and its answer is what Python says of the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from core import Workbench
from core.errors import BadQuery
from core.records import filters

ROWS = [("Ada", "INTJ", "Japan"), ("Bob", "ISFP", None), ("Cy", None, "Japan"), ("Di", None, None)]
COLUMNS = ("name", "mbti", "nationality")


@pytest.fixture
def people(wb: Workbench, tmp_path: Path) -> Workbench:
    path = tmp_path / "people.csv"
    lines = [",".join(COLUMNS), *(",".join(cell or "" for cell in row) for row in ROWS)]
    path.write_text("\n".join(lines), "utf-8")
    wb.import_file(path)
    return wb


CONDITIONS = st.one_of(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(COLUMNS),
            "op": st.sampled_from(["eq", "starts"]),
            "value": st.sampled_from(["Ada", "INTJ", "Japan", "I"]),
        }
    ),
    st.fixed_dictionaries(
        {"field": st.sampled_from(COLUMNS), "op": st.just("empty"), "value": st.booleans()}
    ),
)
TREES = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=6,
)


def fits(tree: dict[str, Any], row: dict[str, Any]) -> bool:
    """The oracle: a value that is not there equals nothing, and `not` turns that round."""
    if "all" in tree:
        return all(fits(part, row) for part in tree["all"])
    if "any" in tree:
        return any(fits(part, row) for part in tree["any"])
    if "not" in tree:
        return not fits(tree["not"], row)
    value, wanted = row[tree["field"]], tree["value"]
    if tree["op"] == "empty":
        return (value is None) == wanted
    if value is None:
        return False
    return bool(value == wanted) if tree["op"] == "eq" else value.lower().startswith(wanted.lower())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(tree=TREES)
def test_records_fit_as_python_says(people: Workbench, tree: dict[str, Any]) -> None:
    rows = [dict(zip(COLUMNS, row)) for row in ROWS]
    expected = sorted(row["name"] for row in rows if fits(tree, row))
    assert sorted(row["name"] for row in people.records(where=tree).rows()) == expected
    assert people.records.count(where=filters.read(tree)) == len(expected)


def test_short_forms_stay_what_they_were(people: Workbench) -> None:
    assert people.records.count(where={"mbti": "INTJ"}) == 1
    assert people.records.count(where={}) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"all": "x"},
        {"field": "height", "value": 1},
        {"field": "mbti", "op": "like", "value": "x"},
        {"not": {"not": {"field": "mbti", "op": "has", "value": "x"}}},
    ],
)
def test_what_is_no_filter_is_refused(people: Workbench, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadQuery):
        people.records.count(where=wrong)


def test_a_question_looks_through_texts_twenty_times_at_most(wb: Workbench) -> None:
    one = {"field": "name", "op": "contains", "value": "a"}
    often = [("name", "starts", "a")] * 20
    assert wb.records.count(where=often) == wb.records.count(where={"all": [one] * 20}) == 0
    for where in ([*often, ("name", "contains", "a")], {"all": [one, {"any": [one] * 20}]}):
        with pytest.raises(BadQuery, match="20 conditions with contains or starts"):
            wb.records.count(where=where)
    assert wb.records.count(where=[("name", "eq", "a")] * 400) == 0
