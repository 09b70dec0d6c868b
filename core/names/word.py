"""A word of a name, and what it is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["name", "initial", "particle", "title", "suffix"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, its folded form (one word, no blanks), its script, and its role in the name."""

    text: str
    folded: str
    script: str
    role: Role = "name"
