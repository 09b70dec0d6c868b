"""What a condition compares a field with: it must be of the field's type, and is told when it is not."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.errors import WrongType
from core.records import dates

COMPARE = ("eq", "ne", "lt", "le", "gt", "ge", "in")
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_LARGEST = 2**63


def fit(name: str, kind: str, operator: str, value: Any) -> Any:
    """The operand of a comparison as the type says. `kind` is the type of a field, or an SQL type.

    Raises WrongType. What is compared in another way (contains, has ...) stays as it is.
    """
    check = _CHECKS.get(kind)
    if operator not in COMPARE or check is None or value is None:
        return value
    word, read = check
    if operator == "in":
        return [str(_read(name, word, read, item)) for item in value]
    return _read(name, word, read, value)


def _read(name: str, word: str, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise WrongType(f"{name} is {word}, and {str(value)[:100]!r} is none") from error


def _integer(value: Any) -> Any:
    number = value if isinstance(value, float) else int(value)
    if not -_LARGEST <= number < _LARGEST:
        raise OverflowError(value)
    return number


def _number(value: Any) -> float:
    number = float(value)
    if math.isnan(number):
        raise ValueError(value)
    return number


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else _WORDS[str(value).strip().lower()]


def _moment(value: Any) -> Any:
    return value if isinstance(value, date) else datetime.fromisoformat(str(value).strip())


_CHECKS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "integer": ("a whole number", _integer),
    "BIGINT": ("a whole number", _integer),
    "INTEGER": ("a whole number", _integer),
    "number": ("a number", _number),
    "boolean": ("yes or no", _boolean),
    "date": ("a date (1990, 1990-12 or 1990-12-31, -0044 for 44 BC)", dates.iso),
    "TIMESTAMP": ("a moment such as 1990-12-31T10:30", _moment),
    "UUID": ("an id", lambda value: str(UUID(str(value)))),
}
