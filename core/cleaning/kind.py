"""What a kind of cleaning step is. A module in core/cleaning/steps/ describes one; nothing else has to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.datasets.model import Field


class Values(Protocol):
    """What one step of a recipe says: see core/cleaning/step.py."""

    @property
    def op(self) -> str:
        """Its kind."""

    @property
    def field(self) -> str | None:
        """The field that it cleans; None means every text field."""

    @property
    def value(self) -> str | None:
        """What the kind makes of it."""

    @property
    def to(self) -> str | None:
        """What a text becomes."""

    @property
    def words(self) -> tuple[str, ...]:
        """Words that it is about."""


def _right(step: Values) -> str | None:
    return None


def _takes_all(step: Values, type_: str) -> str | None:
    return None


@dataclass(frozen=True)
class Choice:
    """A value of a step as a form offers it. One that is no `answer` only undoes what was decided.

    One that is not `offered` stands in the form alone, never on a button beside a question.
    """

    value: str | None
    label: str
    answer: bool = True
    offered: bool = True


@dataclass(frozen=True)
class Question:
    """What a file may leave open, and a step of this kind settles: the rule of the problem that asks."""

    rule: str
    open: str = "it"  # what nothing in the file shows
    also: tuple[str, ...] = ()  # other rules that ask for the same step


def _no_choices() -> tuple[Choice, ...]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind of step. `sql` is for those that make one text out of another; the compiler reads the others.

    A form draws a step from `choices`, the values that it may have, `turned`, the value with which it does the same
    the other way round, and `removable`.
    """

    op: str
    does: str  # a line of the documentation
    sentence: Callable[[Values, str], str]  # the step, the field's label -> the step in plain words
    uses: str = ""  # what it takes beside the field, as the documentation says it
    place: int = 100  # in lists of all kinds
    every: bool = False  # may be for every text field
    wrong: Callable[[Values], str | None] = _right  # what is wrong with its values
    refuses: Callable[[Values, str], str | None] = _takes_all  # why it is not for a type of field
    # the field, the step, a column's quoted name, words that are values of the field -> the cleaned text
    sql: Callable[[Field, Values, str, frozenset[str]], str] | None = None
    question: Question | None = None
    choices: Callable[[], tuple[Choice, ...]] = _no_choices
    turned: Callable[[Values], str | None] | None = None
    turning: str = (
        "Read it in another way"  # what a button says that takes the next choice, or turns the step
    )
    removable: bool = True  # may be taken out of a recipe by itself


def needs_value(step: Values) -> str | None:
    """What is wrong with a step that has no value."""
    return None if step.value else f"{step.op} needs a value"


def one_of(said: str, *allowed: str) -> Callable[[Values], str | None]:
    """A check that the value is one of these; `said` is how an error says it."""

    def wrong(step: Values) -> str | None:
        return needs_value(step) or (None if step.value in allowed else f"{step.op} is {said}")

    return wrong


def only(said: str, *types: str) -> Callable[[Values, str], str | None]:
    """A check that the field is of one of these types; `said` is how an error says it."""

    def refuses(step: Values, type_: str) -> str | None:
        if type_ in types:
            return None
        return f"{step.op} needs {said}, and {step.field} is of type {type_}"

    return refuses


def some(words: tuple[str, ...]) -> str:
    """Words in a sentence: all of them, or how many."""
    if len(words) > 4:
        return f"{len(words)} words such as “{words[0] if words[0].isalpha() else 'N/A'}”"
    return ", ".join(f"“{word}”" for word in words)
