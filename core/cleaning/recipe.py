"""A recipe as SQL: each field's text goes through its steps, one projection per round.

Layers instead of nested calls: a guarded expression names its input three times, so nesting four of
them would name it eighty-one times.
"""

from __future__ import annotations

from core.characters import signs, stored
from core.characters.forms import let
from core.characters.words import sql as word_sql
from core.datasets.model import Dataset, Field
from core.dates.words import NO_DATE
from core.formulas import restored_sql
from core.cleaning import nothing
from core.cleaning.steps import case, turn
from core.cleaning.plan import Step
from core.storage.sql import literal

TEXT_OPS = frozenset(
    {
        *("tidy", "error_cells", "empty_words", "upper", "lower", "vocabulary", "replace", "regex"),
        *("default", "apostrophes", "no_dates", "turn"),
    }
)


def rounds(dataset: Dataset, fields: list[str], steps: tuple[Step, ...]) -> list[dict[str, Step]]:
    """Text steps grouped so that each round has at most one step per field."""
    queues = {
        name: [s for s in steps if s.op in TEXT_OPS and s.field in (None, name)] for name in fields
    }
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
    """
    if step.op == "tidy":
        return _tidy(field, x)
    if step.op == "empty_words":
        return nothing.without(x, step.words, values if step.field is None else ())
    if step.op == "error_cells":
        return nothing.without_errors(x)
    if step.op == "apostrophes":
        return restored_sql(x)
    if step.op == "no_dates" and step.value == "off":
        return x
    if step.op == "no_dates":
        return f"CASE WHEN regexp_full_match({x}, {literal(NO_DATE)}) THEN NULL ELSE {x} END"
    if step.op == "turn":
        return turn.turned(x)
    if step.op in ("upper", "lower"):
        return case.sql(x, step.op, step.value)
    if step.op == "vocabulary":
        # An enum lookup and a list position: no join, so the rows keep their order.
        name = f"vocabulary_{step.value}"
        word = word_sql(x)
        code = f"enum_code(TRY_CAST({word} AS staging.{name}))"
        return f"coalesce(getvariable('{name}')[{code} + 1], {x})"
    if step.op == "replace":
        return f"CASE WHEN {x} = {literal(step.value)} THEN {literal(step.to or None)} ELSE {x} END"
    if step.op == "regex":
        return (
            f"nullif(regexp_replace({x}, {literal(step.value)}, {literal(step.to or '')}, 'g'), '')"
        )
    return f"coalesce({x}, {literal(step.to)})"


def _tidy(field: Field, x: str) -> str:
    tidy = stored.sql(x, field.multiline)
    if not takes_plain(field):
        return tidy
    narrow = let("tidied", tidy, stored.narrow_sql("tidied"))
    ascii_ = f"{x} IS NULL OR strlen({x}) = length({x})"
    return f"CASE WHEN {ascii_} THEN {tidy} ELSE {narrow} END"


def takes_plain(field: Field) -> bool:
    """Whether a value of the field is read as plain letters and digits: Ｆ is F, １９７９ is 1979.

    Names and descriptions stay as they are written, and so does a field whose own choices have such letters.
    """
    if field.type in ("date", "integer", "number", "boolean"):
        return True
    declared = "".join(field.choices) + (field.pattern or "")
    checked = bool(declared) or field.format == "email"
    return checked and not any(c in signs.narrow() for c in declared)


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
