"""Upper and lower case, which Turkish writes otherwise: I is ı, and i is İ."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values
from core.datasets.model import Field
from core.storage.sql import literal

TURKISH = "tr"
TURKISH_WORDS = "tr_words"  # only in texts with a letter that no other language has
ONLY_TURKISH = "[ıİğĞ]"
_PAIRS = {"lower": ("Iİ", "ıi"), "upper": ("iı", "İI")}
_FINAL = (
    r"(\pL\pM*)σ($|[^\pL\pM])"  # σ at the end of a word is ς; a word of this letter alone stays
)
_DOES = "letter case; tr: as in Turkish, where I is ı and i is İ; tr_words: as in Turkish only where a text has ı, İ, ğ or Ğ"
_USES = "value (tr, tr_words, or none)"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    how = {TURKISH: ", as in Turkish", TURKISH_WORDS: ", as in Turkish where a letter shows it"}
    return f"{name} in {step.op} case{how.get(step.value or '', '')}"


def wrong(step: Values) -> str | None:
    """The value must be a language that has letters of its own for this."""
    known = (None, TURKISH, TURKISH_WORDS)
    return None if step.value in known else f"{step.op} is tr, tr_words, or nothing"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` in upper or lower case. Small İ is i: the dot above it would be one too many.

    Capital Σ has two small letters.
    """
    letters, others = _PAIRS[step.op]
    turkish = f"{step.op}(translate({x}, '{letters}', '{others}'))"
    if step.value == TURKISH:
        return turkish
    if step.value == TURKISH_WORDS:
        return f"CASE WHEN regexp_matches({x}, '{ONLY_TURKISH}') THEN {turkish} ELSE {_usual(step.op, x)} END"
    return _usual(step.op, x)


def _usual(op: str, x: str) -> str:
    if op == "upper":
        return f"upper({x})"
    small = f"lower(replace({x}, 'İ', 'i'))"
    final = f"regexp_replace({small}, {literal(_FINAL)}, '\\1ς\\2', 'g')"
    return f"CASE WHEN contains({x}, 'Σ') THEN {final} ELSE {small} END"


KINDS = (
    Kind("upper", _DOES, sentence, uses=_USES, place=7, wrong=wrong, sql=sql),
    Kind("lower", _DOES, sentence, uses=_USES, place=8, wrong=wrong, sql=sql),
)
