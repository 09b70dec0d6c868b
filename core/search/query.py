"""What somebody asks: the text as it was read, with filters. Every door and every engine shares this model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.records.filters import All, Condition, Filter, Not, Some

__all__ = ["All", "Clause", "Condition", "Filter", "Not", "Query", "Some"]


class Clause(BaseModel):
    """A word or a phrase that hits must have, or must not (`excluded`), anywhere or in one field.

    `start` and `end` are its place in the text of the query. Of clauses with the same `either` one is enough.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["word", "phrase"] = "word"
    text: str
    field: str | None = None
    excluded: bool = False
    either: int | None = None
    start: int = 0
    end: int = 0


class Query(BaseModel):
    """A text as it was understood: clauses, the filters that were typed in it, and what was not understood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    filters: Filter | None = None
    notes: tuple[str, ...] = ()

    def exactly(self, word: str) -> str:
        """The text with this word in quotes, so that it is searched as it is."""
        return self.instead({word: f'"{word}"'})

    def instead(self, others: Mapping[str, str]) -> str:
        """The text with other words in the place of some, where these stand for themselves."""
        made = self.text
        for clause in sorted(self.clauses, key=lambda c: -c.start):
            if clause.kind == "word" and clause.text in others:
                made = made[: clause.start] + others[clause.text] + made[clause.end :]
        return made

    @property
    def words(self) -> tuple[Clause, ...]:
        """The clauses that hits must have."""
        return tuple(each for each in self.clauses if not each.excluded)
