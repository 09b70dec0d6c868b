"""Nested JSON values to flat text cells, with names that can be turned back.

The reader refuses what is nested deeper than 64 levels, so these functions may recurse.
"""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Any

from core.files.json_items import Number

_FLAT = frozenset((str, Number, type(None)))
Lists = dict[str, list[Any]]  # column name to a list that holds objects


def is_flat(value: Any, known: set[str]) -> bool:
    """Whether this object is its own flat row: texts under names that need no escape.

    `known` collects such names. Nearly every item of nearly every file is like this.
    """
    if type(value) is not dict or not _FLAT.issuperset(map(type, value.values())):
        return False
    if not value.keys() <= known:
        known.update(key for key in value if escaped(key) is key)
    return value.keys() <= known


def flatten(value: Any, lists: Lists | None = None) -> dict[str, str]:
    r"""One item as {column name: text}.

    {"a": {"b": 1}} gives "a.b"; a dot that belongs to a key is written "\.", a backslash "\\".
    Lists stay JSON text; those that hold objects are put into `lists`, too. null is ''. An item
    that is no object is one cell called "value".
    """
    if not isinstance(value, dict):
        return {"value": cell(value)}
    flat: dict[str, str] = {}
    _nest(flat, "", value, lists)
    return flat


def _nest(flat: dict[str, str], prefix: str, value: dict[str, Any], lists: Lists | None) -> None:
    for key, inner in value.items():
        name = prefix + escaped(key)
        if type(inner) is str or type(inner) is Number:  # nearly every cell
            flat[name] = inner
        elif isinstance(inner, dict) and inner:
            _nest(flat, f"{name}.", inner, lists)
        else:
            flat[name] = cell(inner)
            if lists is not None and holds_objects(inner):
                lists[name] = inner


def escaped(key: str) -> str:
    """A key as one part of a column name; the very same object when nothing needs an escape."""
    if "." in key or "\\" in key:
        return key.replace("\\", "\\\\").replace(".", "\\.")
    return key


def holds_objects(value: Any) -> bool:
    """Whether it is a list with an object in it."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def cell(value: Any) -> str:
    """A value as one cell of text; lists as compact JSON, numbers as typed."""
    if isinstance(value, str):
        return str(value)
    if value is None or value == {}:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return compact(value)


def compact(value: Any) -> str:
    """Compact JSON text of a value, every number with the digits it was typed with."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        pairs = (f"{encode_basestring(k)}:{compact(v)}" for k, v in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(compact(item) for item in value) + "]"
    return {None: "null", True: "true", False: "false"}[value]


def plain(value: Any) -> Any:
    """A value whose numbers are text as typed, for metadata (which is shown, not computed with)."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value
