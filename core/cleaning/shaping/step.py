"""One step on the columns or rows of a file: its kind, and what that is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.cleaning.shaping import registry
from core.errors import BadRecipe

if TYPE_CHECKING:
    TableOp = str
else:  # so that the schema of the API names them all
    TableOp = Literal[tuple(registry.KINDS)]

MOST = 200  # steps of one recipe


class TableStep(BaseModel):
    __doc__ = f"""One step on the table that a file holds, before its columns go to fields. Steps run in order.

{registry.table()}"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    op: TableOp
    columns: tuple[str, ...] = ()
    value: str | None = None
    to: str | None = None
    into: tuple[str, ...] = ()
    values: dict[str, str] = Field(default_factory=dict)
    off: bool = False
    reason: str = ""

    @model_validator(mode="after")
    def _complete(self) -> TableStep:
        if wrong := registry.kind(self.op).wrong(self):
            raise ValueError(wrong)
        return self

    def sentence(self) -> str:
        """The step in plain words."""
        return registry.kind(self.op).sentence(self)


def parse_table_steps(steps: object) -> tuple[TableStep, ...]:
    """Steps from dicts or TableSteps. Raises BadRecipe naming the step."""
    if not isinstance(steps, (list, tuple)):
        raise BadRecipe("table steps are a list of steps")
    if len(steps) > MOST:
        raise BadRecipe(f"{len(steps)} table steps, and {MOST} are allowed")
    found = []
    for number, raw in enumerate(steps, start=1):
        try:
            found.append(raw if isinstance(raw, TableStep) else TableStep.model_validate(raw))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(p) for p in first["loc"])
            said = first["msg"].removeprefix("Value error, ")
            raise BadRecipe(
                f"table step {number}: {place + ': ' if place else ''}{said}"
            ) from error
    return tuple(found)
