"""A recipe as SQL: each field's text goes through its steps, one projection per round.

Layers instead of nested calls: a guarded expression names its input three times, so nesting four of
them would name it eighty-one times.
"""

from __future__ import annotations

from core.cleaning import registry
from core.cleaning.step import Step
from core.datasets.model import Field
from core.errors import BadRecipe


def active(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps that run: those that are switched off stand in the recipe all the same."""
    return tuple(s for s in steps if not s.off)


def rounds(
    fields: list[str], steps: tuple[Step, ...], tidy: frozenset[str] = frozenset()
) -> list[dict[str, Step]]:
    """Text steps grouped so that each round has at most one step per field.

    The texts of the fields in `tidy` are known to be so: there `tidy` is left out where it comes first.
    """
    texts = [s for s in steps if registry.kind(s.op).sql]
    queues = {name: [s for s in texts if s.field in (None, name)] for name in fields}
    queues = {n: q[1:] if n in tidy and q and q[0].op == "tidy" else q for n, q in queues.items()}
    depth = max((len(q) for q in queues.values()), default=0)
    return [{name: q[i] for name, q in queues.items() if i < len(q)} for i in range(depth)]


def kept(steps: tuple[Step, ...], name: str) -> frozenset[str]:
    """The empty words that are values of a field, in small letters.

    Such a word of a key field is none the less empty where the row says nothing else: see the compiler.
    """
    words = [w for s in steps if s.op == "keep_words" and s.field == name for w in s.words]
    return frozenset(word.lower() for word in words)


def text_step(field: Field, step: Step, x: str, values: frozenset[str] = frozenset()) -> str:
    """SQL that makes the cleaned text out of column `x`. `x` is a quoted identifier.

    `values` are words that mean something in this field, whatever a list for every field says.
    Raises BadRecipe for a step that makes no text.
    """
    sql = registry.kind(step.op).sql
    if sql is None:
        raise BadRecipe(f"{step.op} makes no text out of another")
    return sql(field, step, x, values)


def option(steps: tuple[Step, ...], op: str, field: str) -> str | None:
    """The value of the last step of that kind for a field: date_order, split."""
    values = [s.value for s in steps if s.op == op and s.field == field]
    return values[-1] if values else None


def empty_words(steps: tuple[Step, ...], name: str) -> tuple[str, ...]:
    """The words that mean empty in a field."""
    values = kept(steps, name)
    found = []
    for step in steps:
        if step.op == "empty_words" and step.field in (None, name):
            found += [w for w in step.words if step.field or w.lower() not in values]
    return tuple(found)


def drops_errors(steps: tuple[Step, ...], name: str) -> bool:
    """Whether error cells are empty in a field."""
    return any(s.op == "error_cells" and s.field in (None, name) for s in steps)


def clears_invalid(steps: tuple[Step, ...], field: str) -> bool:
    """Whether invalid values of the field become empty."""
    return any(s.op == "clear_invalid" and s.field == field for s in steps)
