"""What the two sides say to one another. Both are processes of one user, and of one version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.jobs.progress import Snapshot


@dataclass(frozen=True)
class Ask:
    """Do something with what is held under `holder`: "get" an attribute, "call" a method, or "next" items.

    Before that the app lets go of what is held under the numbers in `dropped`: the command has it no more.
    """

    act: str
    holder: int
    name: str = ""
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True)
class Held:
    """Stands for something that stays in the app, under this number."""

    number: int
    text: str = ""


@dataclass(frozen=True)
class Method:
    """What was asked for is to be called."""


@dataclass(frozen=True)
class Watched:
    """Stands for the Progress of the command."""


@dataclass(frozen=True)
class Cancel:
    """The command wishes that its work stops. It may come after the work is done, and means nothing then."""


@dataclass(frozen=True)
class Far:
    """How far the work is."""

    snapshot: Snapshot


@dataclass(frozen=True)
class Given:
    """The answer."""

    value: Any


@dataclass(frozen=True)
class Failed:
    """What was raised instead of an answer."""

    error: BaseException
