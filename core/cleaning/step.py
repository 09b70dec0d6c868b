"""One cleaning step of a recipe: its kind, and what that is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from core.cleaning import registry
from core.datasets.model import Dataset

if TYPE_CHECKING:
    Op = str
else:  # so that the schema of the API names them all
    Op = Literal[tuple(registry.KINDS)]


class Step(BaseModel):
    __doc__ = f"""One cleaning step. `field` None means every text field. Steps run in order.

{registry.table()}"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    op: Op
    field: str | None = None
    value: str | None = None
    to: str | None = None
    words: tuple[str, ...] = ()
    reason: str = ""
    off: bool = False  # kept in the recipe, and not run

    @model_validator(mode="after")
    def _complete(self) -> Step:
        kind = registry.kind(self.op)
        if self.field is None and not kind.every:
            raise ValueError(f"{self.op} needs a field")
        if wrong := kind.wrong(self):
            raise ValueError(wrong)
        return self

    def sentence(self, dataset: Dataset) -> str:
        """The step in plain words."""
        name = dataset.field(self.field).label if self.field else "every field"
        return registry.kind(self.op).sentence(self, name)
