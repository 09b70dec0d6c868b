"""Trim, collapse blanks, Unicode NFC; plain letters and digits in fields that are no prose."""

from __future__ import annotations

from core.characters import signs, stored
from core.characters.forms import let
from core.cleaning.kind import Kind, Values
from core.datasets.model import Field


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Trim and collapse blanks, normalise Unicode in {name}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` without what is only around it; plain letters and digits where the field takes them."""
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


KINDS = (
    Kind(
        "tidy",
        "trim, collapse blanks, Unicode NFC",
        sentence,
        place=3,
        every=True,
        sql=sql,
    ),
)
