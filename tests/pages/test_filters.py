"""The builder of filters: groups and the tree are one, clicks change the address, both pages filter by it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st

from streamlit.testing.v1 import AppTest

from core import Workbench
from core.datasets.registry import Registry
from core.records import filters as trees
from core.records.filters import All, Condition, Filter, Not, Some
from pages._filters import draft
from pages._filters.draft import Group, Leaf
from pages._search import choices
from tests.pages.helpers import Open, button, fine, said
from tests.pages.test_search import indexed

DATASET = Registry(Path("no folder")).get("celebrities")
ROWS = [{"mbti": m, "gender": g} for m in ("INTJ", "INFP", None) for g in ("female", None)]
LEAVES = st.builds(
    Condition,
    field=st.sampled_from(["mbti", "gender"]),
    op=st.sampled_from(["eq", "ne"]),
    value=st.sampled_from(["INTJ", "INFP", "female"]),
)


def _more(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda p: All(all=p)),
        several.map(lambda p: Some(any=p)),
        inner.map(lambda p: Not.model_validate({"not": p})),
    )


TREES: st.SearchStrategy[Filter] = st.recursive(LEAVES, _more, max_leaves=8)


def holds(node: Filter, row: dict[str, Any]) -> bool:
    """What a filter says of a row, without SQL."""
    if isinstance(node, Condition):
        return (row[node.field] == node.value) == (node.op == "eq")
    if isinstance(node, Not):
        return not holds(node.part, row)
    some = [holds(part, row) for part in trees.parts(node)]
    return all(some) if isinstance(node, All) else any(some)


@given(TREES)
@settings(max_examples=60, deadline=None)
def test_groups_say_what_the_tree_said(tree: Filter) -> None:
    shown = draft.read(draft.written(draft.of(tree)))
    asked = trees.read(draft.asked(DATASET, shown))
    assert asked is not None
    assert [holds(asked, row) for row in ROWS] == [holds(tree, row) for row in ROWS]
    assert draft.of(asked) == shown  # what is shown stays as it is


def test_what_cannot_be_asked_yet_is_left_out() -> None:
    group = Group(
        "all",
        False,
        (
            Leaf("name", "contains", ""),
            Leaf("birth_date", "ge", "no day"),
            Leaf("height", "eq", "1"),
            Group("any", True, (Leaf("mbti", "in", []),)),
            Leaf("mbti", "eq", "INTJ"),
        ),
    )
    assert [bool(draft.fault(DATASET, leaf)) for leaf in draft.leaves(group)] == [True] * 4 + [
        False
    ]
    asked = draft.asked(DATASET, group)
    assert asked == {"all": ({"field": "mbti", "op": "eq", "value": "INTJ"},)}
    assert draft.asked(DATASET, Group("any", False, (Leaf("name", "eq"),))) is None
    for nonsense in ("", "x", "[1]", '{"all": 1}', '{"not": {"not": 1}}', "{" * 5_000):
        assert draft.read(nonsense) == Group()


@given(
    st.dictionaries(
        st.sampled_from(["mbti", "occupations", "birth_date"]),
        st.lists(st.sampled_from(["1960..1969", "INTJ", "x:y"]), min_size=1, unique=True),
    ),
    st.none() | TREES,
)
@settings(max_examples=60, deadline=None)
def test_a_kept_filter_comes_back_as_choices_and_conditions(
    given_: dict[str, list[str]], groups: Filter | None
) -> None:
    dated = {
        name: tuple(v for v in values if (".." in v) == (name == "birth_date"))
        for name, values in given_.items()
    }
    chosen = {name: values for name, values in dated.items() if values}
    whole = choices.tree(DATASET, chosen, groups)
    pairs, rest = choices.apart(DATASET, json.dumps(whole) if whole else None)
    again = choices.tree(DATASET, choices.grouped(pairs), rest)
    parts = [sorted(map(json.dumps, each["all"])) if each else None for each in (again, whole)]
    assert parts[0] == parts[1]
    assert set(choices.address(chosen)) <= set(pairs)


def where(at: AppTest) -> Any:
    """The tree of the address."""
    (text,) = (
        [at.query_params["where"]]
        if isinstance(at.query_params["where"], str)
        else at.query_params["where"]
    )
    return json.loads(text)


def test_conditions_are_put_together_by_clicks(sample: Workbench, open_page: Open) -> None:
    at = open_page("records")
    fine(button(at, "Add a condition").click().run())
    at.selectbox(key="records-0-field-name").set_value("mbti").run()
    at.selectbox(key="records-0-eq-mbti-").set_value("INFP").run()
    fine(button(at, "Add a group").click().run())
    at.selectbox(key="records-1-joint-any").set_value("none").run()
    at.selectbox(key="records-1-0-field-name").set_value("gender").run()
    fine(at.selectbox(key="records-1-0-eq-gender-").set_value("female").run())
    tree = where(at)
    assert tree == {
        "all": [
            {"field": "mbti", "op": "eq", "value": "INFP"},
            {"not": {"any": [{"field": "gender", "op": "eq", "value": "female"}]}},
        ]
    }
    frame = at.dataframe[0].value
    wanted = sample.records(where=trees.read(tree), fields=["name"]).fetchall()
    assert sorted(frame["Name"]) == sorted(row[0] for row in wanted) and len(frame)
    assert set(frame["MBTI"]) == {"INFP"} and "female" not in set(frame["Gender"])
    fine(button(at, "Clear the conditions").click().run())
    assert "where" not in at.query_params


def test_a_row_is_taken_away_and_the_others_stay(sample: Workbench, open_page: Open) -> None:
    one = {"field": "mbti", "op": "eq", "value": "INFP"}
    two = {"field": "name", "op": "contains", "value": ""}
    at = fine(open_page("records", where=json.dumps({"any": [two, one]})))
    assert "1 condition without a fitting value" in said(at)
    fine(at.button(key="records-0-gone").click().run())
    assert where(at) == {"any": [one]}
    assert set(at.dataframe[0].value["MBTI"]) == {"INFP"}


def test_the_search_takes_the_same_conditions(sample: Workbench, open_page: Open) -> None:
    indexed(sample)
    tree = {"not": {"all": [{"field": "gender", "op": "eq", "value": "female"}]}}
    at = fine(open_page("search", q="singer", where=json.dumps(tree)))
    some = sample.search("singer", filters=tree).total
    assert 0 < some < sample.search("singer").total
    assert re.search(rf"{some} records? in", said(at))
    fine(button(at, "Add a condition").click().run())
    assert re.search(rf"{some} records? in", said(at))  # not asked before it has a value
