"""Upper and lower case, which Turkish writes otherwise: I is ı, and i is İ."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values
from core.datasets.model import Field

TURKISH = "tr"
_PAIRS = {"lower": ("Iİ", "ıi"), "upper": ("iı", "İI")}
_DOES = "letter case; in Turkish I is ı, and i is İ"
_USES = "value (tr, or none)"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name} in {step.op} case{', as in Turkish' if step.value == TURKISH else ''}"


def wrong(step: Values) -> str | None:
    """The value must be a language that has letters of its own for this."""
    return None if step.value in (None, TURKISH) else f"{step.op} is tr, or nothing"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` in upper or lower case. Small İ is i: the dot above it would be one too many."""
    if step.value == TURKISH:
        letters, others = _PAIRS[step.op]
        return f"{step.op}(translate({x}, '{letters}', '{others}'))"
    return f"lower(replace({x}, 'İ', 'i'))" if step.op == "lower" else f"upper({x})"


KINDS = (
    Kind("upper", _DOES, sentence, uses=_USES, place=7, wrong=wrong, sql=sql),
    Kind("lower", _DOES, sentence, uses=_USES, place=8, wrong=wrong, sql=sql),
)
