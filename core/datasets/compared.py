"""What the values of a field are compared by: for the key, and for the field that must agree when both rows have it.

Folding is for names. A value that says exactly what it is stays as it is: numbers, dates, yes and no, and texts that the
dataset declares as codes, by choices, a pattern or an address: in them every sign counts, upper and lower case too.
"""

from __future__ import annotations

from core.characters import names
from core.datasets.model import Field


def is_code(field: Field) -> bool:
    """Whether the texts of the field are codes and no names."""
    return bool(field.choices or field.pattern is not None or field.format)


def comparable(field: Field, x: str, ascii_: bool = False) -> str:
    """SQL for what the value in `x` is compared by, as text; NULL stays NULL. With `ascii_` it is known to be printable ASCII."""
    text = f"{x}::VARCHAR"
    if field.type == "number":
        return f"({x} + 0.0)::VARCHAR"  # -0.0 is 0.0
    if field.type != "text":
        return text
    if not is_code(field):
        return names.sql(text, ascii_)
    return f"lower({text})" if field.format == "email" else text


def fits(field: Field, left: str, right: str) -> str:
    """SQL condition: two values (columns) can be the same one; either of them may be missing.

    A date that is known less exactly fits all days in it; every other value only itself.
    """
    if field.type == "date":
        same = f"{within(field, left, right)} OR {within(field, right, left)}"
    else:
        same = f"{comparable(field, left)} = {comparable(field, right)}"
    return f"{left} IS NULL OR {right} IS NULL OR {same}"


def within(field: Field, inner: str, outer: str) -> str:
    """SQL condition: what is compared as `inner` says at least as much as `outer`, and the same."""
    return f"starts_with({inner}, {outer})" if field.type == "date" else f"{inner} = {outer}"
