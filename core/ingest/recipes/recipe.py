"""A whole recipe: how a file is read, what is done to its table, where its columns go, how their values are cleaned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.cleaning.plan import OWN, Plan, parse_steps
from core.cleaning.shaping.step import TableStep, parse_table_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.errors import BadRecipe

VERSION = 1
LONGEST = 100  # characters of a name


class Recipe(BaseModel):
    """A recipe as it is saved, exported and imported.

    `columns` are the names in the file that it was made with, before its table steps; `mapping` says where columns go
    (a field, field:part, extra, or null); `steps` null means the usual cleaning of the dataset.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    marquee_recipe: int = VERSION
    name: str = ""
    dataset: str
    source: str | None = None
    reading: dict[str, str | int | None] = Field(default_factory=dict)
    table_steps: tuple[TableStep, ...] = ()
    mapping: dict[str, str | None] = Field(default_factory=dict)
    steps: tuple[Step, ...] | None = None
    columns: tuple[str, ...] = ()

    def as_json(self) -> str:
        """The recipe as indented JSON, to be kept in a file."""
        data = self.model_dump(mode="json")
        for name in ("table_steps", "steps"):
            if data[name] is not None:
                given = getattr(self, name)
                data[name] = [s.model_dump(mode="json", exclude_defaults=True) for s in given]
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def parse(data: object, dataset: Dataset) -> Recipe:
    """A recipe from a mapping or JSON text, its steps checked against the dataset. Raises BadRecipe."""
    if isinstance(data, Recipe):
        data = data.model_dump()
    if isinstance(data, (str, bytes)):
        try:
            data = json.loads(data)
        except ValueError as error:
            raise BadRecipe(f"this is no JSON: {error}") from error
    if not isinstance(data, Mapping):
        raise BadRecipe("a recipe is an object", hint="Export one to see how it looks.")
    data = {**data, "dataset": data.get("dataset") or dataset.name}
    if data.get("marquee_recipe", VERSION) != VERSION:
        raise BadRecipe(f"a recipe of version {data['marquee_recipe']!r}, and {VERSION} is known")
    table_steps = parse_table_steps(data.get("table_steps") or ())
    steps = data.get("steps")
    known = None if steps is None else parse_steps(dataset, _of_fields(dataset, steps))
    try:
        return Recipe.model_validate({**data, "table_steps": table_steps, "steps": known})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"])
        raise BadRecipe(f"{place}: {first['msg']}") from error


def dataset_of(data: object) -> str:
    """The dataset that a recipe names. Raises BadRecipe where it names none."""
    if isinstance(data, (str, bytes)):
        try:
            data = json.loads(data)
        except ValueError as error:
            raise BadRecipe(f"this is no JSON: {error}") from error
    name = data.get("dataset") if isinstance(data, Mapping) else getattr(data, "dataset", None)
    if not isinstance(name, str) or not name:
        raise BadRecipe("the recipe does not say for which dataset it is")
    return name


def _of_fields(dataset: Dataset, steps: object) -> object:
    """Without the steps of fields that the dataset has lost since; what is no list is left to be told."""
    if not isinstance(steps, (list, tuple)):
        return steps
    there = (None, *dataset.field_names)
    fields = [
        s.get("field") if isinstance(s, Mapping) else getattr(s, "field", None) for s in steps
    ]
    return [s for s, field in zip(steps, fields) if field in there]


def of_plan(plan: Plan, columns: tuple[str, ...], name: str = "") -> Recipe:
    """The recipe of an upload; `columns` are those of the file before table steps."""
    return Recipe(
        name=name,
        dataset=plan.dataset,
        source=plan.source,
        reading=dict(plan.reading),
        table_steps=plan.table_steps,
        mapping={c.column: c.choice for c in plan.mapping if c.field not in OWN},
        steps=plan.recipe,
        columns=columns,
    )


def plan_parts(recipe: Recipe, dataset: Dataset) -> dict[str, Any]:
    """What the recipe sets in a plan. Choices of fields that are gone are left out."""
    there = (None, "extra", *dataset.field_names)
    wanted = {
        c: f for c, f in recipe.mapping.items() if f in there or (f or "").split(":")[0] in there
    }
    return {
        "table_steps": recipe.table_steps,
        "recipe": recipe.steps,
        "wanted": wanted,
        "saved": recipe.name or None,
    }
