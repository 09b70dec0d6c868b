"""What a kind of table step is: its name, its sentence, what a form asks for, and what it does to the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from core.errors import BadRecipe

Part = Literal["column", "columns", "value", "to", "into", "values"]


class Values(Protocol):
    """What one step says: see core/cleaning/shaping/step.py."""

    @property
    def op(self) -> str:
        """Its kind."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about, by their names; none means all, where that is possible."""

    @property
    def value(self) -> str | None:
        """What the kind makes of it: a separator, a pattern, an expression ..."""

    @property
    def to(self) -> str | None:
        """What a text becomes."""

    @property
    def into(self) -> tuple[str, ...]:
        """Names of columns that it makes."""

    @property
    def values(self) -> Mapping[str, str]:
        """Text to text."""


@dataclass(frozen=True)
class Change:
    """What a step does to a table of `c0`, `c1`, ...: SQL over these columns.

    `replaced`, `dropped` and `renamed` go by the place of a column; `added` are new columns (name, SQL) behind
    the others. Rows stay where `where` is true. `windows`: an expression looks at other rows, in their order `_n`.
    """

    replaced: Mapping[int, str] = field(default_factory=dict)
    added: tuple[tuple[str, str], ...] = ()
    dropped: frozenset[int] = frozenset()
    renamed: Mapping[int, str] = field(default_factory=dict)
    where: str | None = None
    windows: bool = False


Apply = Callable[[Values, Sequence[str]], Change]


def _right(step: Values) -> str | None:
    return None


@dataclass(frozen=True)
class TableKind:
    """One kind of table step.

    `parts` are what it takes, in the order of a form; `labels` how the form calls a part that is not plain.
    `choices` are the values that it may have, with their words. `every`: without columns it is for all of them.
    """

    op: str
    title: str  # what a menu says
    does: str  # a line of the documentation
    sentence: Callable[[Values], str]
    apply: Apply
    parts: tuple[Part, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    every: bool = False
    wrong: Callable[[Values], str | None] = _right
    makes: bool = (
        False  # gives columns out of others, row by row: they are made anew for a row that is fixed
    )
    rows: bool = False  # takes rows away


def place(names: Sequence[str], name: str) -> int:
    """Where a column is. Raises BadRecipe naming what there is; case and blanks around are aside."""
    if name in names:
        return list(names).index(name)
    folded = [n.strip().casefold() for n in names]
    wanted = name.strip().casefold()
    if folded.count(wanted) == 1:
        return folded.index(wanted)
    shown = ", ".join(f"“{n}”" for n in names[:12])
    raise BadRecipe(
        f"there is no column “{name}”",
        hint=f"Columns at this step: {shown}{' ...' if len(names) > 12 else ''}.",
    )


def places(step: Values, names: Sequence[str]) -> list[int]:
    """The places of a step's columns; of all, where it names none."""
    return [place(names, c) for c in step.columns] if step.columns else list(range(len(names)))


def free(names: Sequence[str], name: str) -> str:
    """A name for a new column. Raises BadRecipe where one has it already."""
    if not name.strip():
        raise BadRecipe("a new column needs a name")
    if name.casefold() in {n.casefold() for n in names}:
        raise BadRecipe(
            f"there is a column “{name}” already", hint="Give the new one another name."
        )
    return name


def cell(index: int) -> str:
    """SQL for the text of a cell; NULL when it is empty."""
    return f"nullif(c{index}, '')"


def called(columns: Sequence[str]) -> str:
    """Columns in a sentence."""
    if not columns:
        return "every column"
    return ", ".join(f"“{c}”" for c in columns[:4]) + (" ..." if len(columns) > 4 else "")


def first(*checks: Callable[[Values], str | None]) -> Callable[[Values], str | None]:
    """The first thing that is wrong."""

    def wrong(step: Values) -> str | None:
        return next((found for check in checks if (found := check(step))), None)

    return wrong


def needs(part: Part, said: str) -> Callable[[Values], str | None]:
    """A check that a part is given; `said` is how an error calls it."""

    def wrong(step: Values) -> str | None:
        given = step.columns if part in ("column", "columns") else getattr(step, part)
        return None if given else f"{step.op} needs {said}"

    return wrong


def among(choices: Mapping[str, str]) -> Callable[[Values], str | None]:
    """A check that the value is one of these."""

    def wrong(step: Values) -> str | None:
        if step.value in choices:
            return None
        return f"{step.op} is one of {', '.join(choices)}, and not {step.value!r}"

    return wrong
