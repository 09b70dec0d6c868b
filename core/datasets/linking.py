"""From which probability records are linked or asked about: the `[matching]` table of a definition."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

LEAST_ASK = 0.11  # pairs that are less likely are not kept by a run


class Matching(BaseModel):
    """What a run does with pairs by their probability (0 to 1).

    `link`: from here on two records are linked without a person; None (the default): never. With `merge`, records that
    were linked like that are merged, too. `ask`: from here on a pair is asked about; None: from LEAST_ASK on, and in the
    preview of a file from 0.9 on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    link: float | None = Field(default=None, ge=0.5, lt=1)
    ask: float | None = Field(default=None, ge=LEAST_ASK, lt=1)
    merge: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Matching:
        if self.link is not None and self.ask is not None and self.ask > self.link:
            raise ValueError("matching.ask is above matching.link: nothing would be asked")
        if self.merge and self.link is None:
            raise ValueError("matching.merge needs matching.link: only linked records are merged")
        return self
