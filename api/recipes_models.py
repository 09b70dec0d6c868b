"""What the API answers and takes about recipes."""

from __future__ import annotations


from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer, Time
from core.cleaning.plan import Mode, OnError
from core.cleaning.shaping.step import TableStep
from core.cleaning.step import Step
from core.ingest.recipes.recipe import Recipe


class PlanBody(BaseModel):
    """What to change of an open upload's plan; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, str | None] = Field(
        default={}, description="Column to field, `extra`, or null", examples=[{"Nm": "name"}]
    )
    steps: list[Step] = Field(default=[], description="All cleaning steps on fields, in order")
    table_steps: list[TableStep] = Field(
        default=[],
        description="All steps on the table of the file, in order",
        examples=[[{"op": "map", "columns": ["Sex"], "values": {"1": "female"}}]],
    )
    recipe: None = Field(default=None, description="Null: the usual cleaning again")
    reading: dict[str, str | int | None] = {}
    mode: Mode = "upsert"
    on_error: OnError = "quarantine"
    confirmed: bool = False


class EffectsBody(BaseModel):
    """Steps to be tried on an open upload; null: those that it has."""

    model_config = ConfigDict(extra="forbid")

    table_steps: list[TableStep] | None = Field(
        None,
        description="Steps on the table of the file, in order",
        examples=[[{"op": "case", "value": "upper", "columns": ["name"]}]],
    )
    steps: list[Step] | None = Field(None, description="Cleaning steps on fields, in order")
    whole: bool = Field(False, description="Of the whole file, not of its first rows")


class UseBody(BaseModel):
    """A saved recipe by its name, or a whole one."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    recipe: Recipe | None = None


class SaveBody(BaseModel):
    """Under which name, and for which source's next file."""

    model_config = ConfigDict(extra="forbid")

    name: str
    source: str | None = None
    replace: bool = False


class BindBody(BaseModel):
    """The source, or null."""

    model_config = ConfigDict(extra="forbid")

    source: str | None


class SavedRecipe(Answer):
    """A saved recipe; `source` names whose next file gets it by itself."""

    id: str
    name: str
    dataset: str
    source: str | None
    recipe: Recipe
    actor: str
    created_at: Time
    updated_at: Time


class SavedList(BaseModel):
    """Saved recipes by name."""

    recipes: list[SavedRecipe]


class Effect(Answer):
    """What one step does to the rows that were looked at; `error` says why it is not run."""

    step: int
    sentence: str
    off: bool
    cells: int | None = Field(
        description="Cells changed; null for a step that decides how values are read"
    )
    rows: int = Field(description="Rows taken away")
    examples: list[tuple[str, str | None, str | None]] = Field(
        description="Column or field, text before, text after"
    )
    error: str | None


class Effects(Answer):
    """Of the steps on the table, and of those on fields."""

    looked: int = Field(description="Rows looked at")
    whole: bool = Field(description="Whether that was the whole file")
    table: list[Effect]
    fields: list[Effect]


class Spelling(BaseModel):
    """Spellings with their rows, and the one that they would become."""

    to: str
    rows: int = Field(description="Rows that would change")
    values: list[tuple[str, int]]


class Spellings(BaseModel):
    """Clusters, those with the most rows first."""

    clusters: list[Spelling]


class Gone(Answer):
    """A column that is not in the file any more."""

    column: str
    used: str = Field(description="What it was used for")
    proposal: str | None = Field(description="The new column that probably is it now")
    reason: str


class Drift(Answer):
    """What is otherwise than in `against`; null where there is nothing to hold it against."""

    against: str | None = None
    new: list[str] = []
    gone: list[Gone] = []
    moved: bool = False
