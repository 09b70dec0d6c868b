"""Upper and lower case, which Turkish writes otherwise: I is ı, and i is İ."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values
from core.datasets.model import Field
from core.storage.sql import literal

TURKISH = "tr"
_PAIRS = {"lower": ("Iİ", "ıi"), "upper": ("iı", "İI")}
_FINAL = (
    r"(\pL\pM*)σ($|[^\pL\pM])"  # σ at the end of a word is ς; a word of this letter alone stays
)
_DOES = "letter case; in Turkish I is ı, and i is İ"
_USES = "value (tr, or none)"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name} in {step.op} case{', as in Turkish' if step.value == TURKISH else ''}"


def wrong(step: Values) -> str | None:
    """The value must be a language that has letters of its own for this."""
    return None if step.value in (None, TURKISH) else f"{step.op} is tr, or nothing"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` in upper or lower case. Small İ is i: the dot above it would be one too many.

    Capital Σ has two small letters.
    """
    if step.value == TURKISH:
        letters, others = _PAIRS[step.op]
        return f"{step.op}(translate({x}, '{letters}', '{others}'))"
    if step.op == "upper":
        return f"upper({x})"
    small = f"lower(replace({x}, 'İ', 'i'))"
    final = f"regexp_replace({small}, {literal(_FINAL)}, '\\1ς\\2', 'g')"
    return f"CASE WHEN contains({x}, 'Σ') THEN {final} ELSE {small} END"


KINDS = (
    Kind("upper", _DOES, sentence, uses=_USES, place=7, wrong=wrong, sql=sql),
    Kind("lower", _DOES, sentence, uses=_USES, place=8, wrong=wrong, sql=sql),
)
