"""A cleaning step is one file: the model, the sentences, the documentation and the compiler find it by themselves."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from core.cleaning import recipe, registry, steps
from core.cleaning.kind import Kind
from core.cleaning.plan import parse_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field
from core.errors import BadRecipe, MarqueeError
from core.ingest.deciders import answers

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = Dataset(
    name="people",
    fields=(
        Field(name="name"),
        Field(name="born", type="date"),
        Field(name="height", type="number"),
        Field(name="tags", type="list"),
        Field(name="alive", type="boolean"),
    ),
)
# A step of each kind as a recipe has it.
EXAMPLES: dict[str, dict[str, Any]] = {
    "join": {"field": "name", "value": "given family"},
    "fill_down": {"field": "name", "value": "down"},
    "turn": {"field": "name"},
    "family_first": {"field": "name", "value": "word"},
    "tidy": {},
    "error_cells": {},
    "empty_words": {"words": ["N/A"]},
    "keep_words": {"field": "name", "words": ["Null"]},
    "upper": {"field": "name"},
    "lower": {"field": "name", "value": "tr"},
    "gender_codes": {"field": "name", "value": "iso"},
    "vocabulary": {"field": "name", "value": "countries"},
    "split": {"field": "tags", "value": ";"},
    "states": {"field": "name", "value": "states"},
    "date_order": {"field": "born", "value": "dmy"},
    "two_digit_years": {"field": "born", "value": "1927-2026"},
    "calendar": {"field": "born", "value": "open"},
    "day_numbers": {"field": "born", "value": "1904"},
    "decimal_years": {"field": "born", "value": "year"},
    "default_dates": {"field": "born", "value": "empty"},
    "january_first": {"field": "born", "value": "year"},
    "late_times": {"field": "born", "value": "next_day"},
    "listopad": {"field": "born", "value": "october"},
    "no_dates": {"field": "born"},
    "decimal_sign": {"field": "height", "value": ","},
    "negatives": {"field": "height", "value": "minus"},
    "suffix": {"field": "name", "words": ["-A"]},
    "unit": {"field": "height", "value": "cm"},
    "yes_no": {"field": "alive", "value": "de"},
    "replace": {"field": "name", "value": "Bob"},
    "regex": {"field": "name", "value": "[0-9]+"},
    "default": {"field": "name", "to": "nobody"},
    "clear_invalid": {"field": "name"},
    "exported": {},
    "apostrophes": {},
    "unlist": {"field": "name"},
}


def test_every_kind_has_an_example() -> None:
    assert list(EXAMPLES) == list(registry.KINDS)


@pytest.mark.parametrize("op", EXAMPLES)
def test_every_kind_says_what_it_does(op: str) -> None:
    (step,) = parse_steps(PEOPLE, [{"op": op, **EXAMPLES[op]}])
    said = step.sentence(PEOPLE)
    assert said[0].isupper() and "None" not in said
    if step.field:
        assert PEOPLE.field(step.field).label in said
    assert f"| `{op}` |" in (ROOT / "docs" / "datasets.md").read_text("utf-8")
    assert f"| `{op}` |" in (Step.__doc__ or "")


def test_the_documented_table_is_that_of_the_kinds() -> None:
    assert registry.table() in (ROOT / "docs" / "datasets.md").read_text("utf-8")
    assert all(kind.does for kind in registry.KINDS.values())


def test_the_schema_names_every_kind() -> None:
    assert Step.model_json_schema()["properties"]["op"]["enum"] == list(registry.KINDS)


def test_a_file_holds_one_step() -> None:
    """Upper and lower case are one thing in two directions; the others have a file of their own name."""
    there = {p.stem for p in Path(steps.__path__[0]).glob("*.py")} - {"__init__"}
    assert there == {"case", *registry.KINDS} - {"upper", "lower"}


# ------------------------------------------------------------------ what a form draws


@pytest.mark.parametrize("op", [op for op, kind in registry.KINDS.items() if kind.choices()])
def test_what_a_form_offers_is_a_step(op: str) -> None:
    kind = registry.KINDS[op]
    for choice in kind.choices():
        step = Step(op=op, field=EXAMPLES[op]["field"], value=choice.value)
        assert parse_steps(PEOPLE, [step]) and choice.label
    if kind.question:
        assert len([c for c in kind.choices() if c.answer]) > 1


def test_no_two_kinds_settle_one_question() -> None:
    rules = [kind.question.rule for kind in registry.KINDS.values() if kind.question]
    assert sorted(rules) == sorted({*rules}) != []


@pytest.mark.parametrize(
    ("parts", "turned"),
    [
        ("given family", "family given"),
        ("family given", "given family"),
        ("title given middle family suffix", "title family middle given suffix"),
        ("year month day", None),
    ],
)
def test_a_name_is_joined_the_other_way_round(parts: str, turned: str | None) -> None:
    step = Step(op="join", field="born" if "year" in parts else "name", value=parts)
    other = Step(op="tidy")
    swapped = answers.swapped([other, step], step)
    assert swapped == (turned and [other, step.model_copy(update={"value": turned})])


def test_a_decision_is_swapped_for_the_next_answer_and_comes_last() -> None:
    step = Step(op="date_order", field="born", value="ymd", reason="seen")
    kept, swapped = answers.swapped([step, Step(op="tidy")], step) or []
    assert kept.op == "tidy" and (swapped.op, swapped.value) == ("date_order", "dmy")
    assert answers.swapped([kept], kept) is None


# ------------------------------------------------------------------ what is none


def test_a_recipe_with_an_unknown_step_is_refused() -> None:
    with pytest.raises(ValidationError, match="Input should be 'join', 'fill_down', 'turn',"):
        Step.model_validate({"op": "later", "field": "name", "to": "x"})
    with pytest.raises(BadRecipe, match="step 1: op: Input should be 'join'"):
        parse_steps(PEOPLE, [{"op": "later", "field": "name", "to": "x"}])


def test_an_unknown_step_never_compiles() -> None:
    """Also not as another one, wherever it comes from."""
    unknown = Step.model_construct(op="later", field="name", to="x")
    with pytest.raises(MarqueeError, match="there is no cleaning step 'later'"):
        recipe.rounds(["name"], (unknown,))
    with pytest.raises(MarqueeError, match="there is no cleaning step 'later'"):
        recipe.text_step(PEOPLE.field("name"), unknown, "x")


def test_a_step_that_makes_no_text_never_compiles_as_one() -> None:
    split = Step(op="split", field="tags", value=";")
    assert recipe.rounds(["tags"], (split,)) == []
    with pytest.raises(BadRecipe, match="split makes no text"):
        recipe.text_step(PEOPLE.field("tags"), split, "x")


def test_two_steps_of_one_name_are_a_mistake() -> None:
    kind = Kind("twin", "does nothing", lambda step, name: name)
    with pytest.raises(ValueError, match="two cleaning steps are called twin"):
        registry.by_op([kind, kind])


# ------------------------------------------------------------------ one more

REVERSED = """
from core.cleaning.kind import Kind, Values
from core.datasets.model import Field


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    return f"reverse({x})"


KINDS = (
    Kind(
        "reversed",
        "the letters from behind",
        lambda step, name: f"Read {name} from behind",
        wrong=lambda step: "reversed takes no value" if step.value else None,
        refuses=lambda step, type_: None if type_ == "text" else f"a {type_} has no letters",
        sql=sql,
    ),
)
"""
LOOK = """
import json
from core.cleaning import recipe, registry
from core.cleaning.compiler import compile_plan
from core.cleaning.plan import Column, Plan, parse_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field
from core.errors import BadRecipe
import duckdb

people = Dataset(name="people", fields=(Field(name="name"), Field(name="born", type="date")))

def refused(**values):
    try:
        parse_steps(people, [{"op": "reversed", **values}])
    except BadRecipe as error:
        return error.detail

steps = parse_steps(people, [{"op": "reversed", "field": "name"}])
plan = Plan(dataset="people", mapping=(Column(index=0, column="name", field="name"),), recipe=steps)
sql = compile_plan(people, plan, steps, "SELECT 1 AS _line, 'Ada' AS c0", 1, "2026-01-01").sql
print(json.dumps({
    "read again": Plan.model_validate_json(plan.model_dump_json()).recipe == steps,
    "sentence": steps[0].sentence(people),
    "table": "| `reversed` | field | the letters from behind |" in registry.table(),
    "docstring": "the letters from behind" in Step.__doc__,
    "schema": "reversed" in Step.model_json_schema()["properties"]["op"]["enum"],
    "refused": [refused(), refused(field="name", value="x"), refused(field="born")],
    "compiled": duckdb.sql(f"SELECT name FROM ({sql})").fetchall(),
}))
"""


def test_a_new_file_is_a_new_step(tmp_path: Path) -> None:
    """In a copy of the package nothing but one file is added."""
    shutil.copytree(
        ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__", "samples")
    )
    (tmp_path / "core" / "cleaning" / "steps" / "reversed.py").write_text(REVERSED, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "read again": True,
        "sentence": "Read Name from behind",
        "table": True,
        "docstring": True,
        "schema": True,
        "refused": [
            "step 1: Value error, reversed needs a field",
            "step 1: Value error, reversed takes no value",
            "step 1: a date has no letters",
        ],
        "compiled": [["adA"]],
    }


def test_what_takes_the_place_of_a_match_has_an_end() -> None:
    Step(op="regex", field="name", value=".", to="x" * 1_000)
    with pytest.raises(ValidationError, match="`to` has 1,001 characters, and 1,000 are allowed"):
        Step(op="regex", field="name", value=".", to="x" * 1_001)
