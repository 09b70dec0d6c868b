"""How the quality of a dataset's records is scored: the `[quality]` table of a definition."""

from __future__ import annotations

import math
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

Dimension = Literal[
    "completeness", "validity", "uniqueness", "consistency", "freshness", "provenance"
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class Quality(BaseModel):
    """Weights of dimensions and fields (1 unless given; 0 leaves one out), and when a record is old.

    A file whose rows score below `refuse_below` is not imported; below `ask_below` somebody has to accept it first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[Dimension, float] = Field(default_factory=dict)
    fields: dict[str, float] = Field(default_factory=dict)
    fresh_days: int | None = Field(default=None, ge=1, le=36_500)
    refuse_below: float | None = Field(default=None, ge=0, le=100)
    ask_below: float | None = Field(default=None, ge=0, le=100)

    @field_validator("weights", "fields")
    @classmethod
    def _weighs(cls, given: dict[str, float]) -> dict[str, float]:
        for name, weight in given.items():
            if not math.isfinite(weight) or weight < 0:
                raise ValueError(f"the weight of {name} is {weight:g}; a weight is 0 or more")
        return given

    def dimension(self, name: Dimension) -> float:
        """The weight of a dimension."""
        return self.weights.get(name, 1.0)

    def field(self, name: str | None) -> float:
        """The weight of a field; what is said of no single field weighs 1."""
        return self.fields.get(name, 1.0) if name else 1.0
