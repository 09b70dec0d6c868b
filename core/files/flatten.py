"""Nested JSON values to flat text cells, with names that can be turned back."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Any

from core.files.json_items import DEPTH, Number


class TooDeep(Exception):
    """Nested deeper than the limit."""


_FLAT = frozenset((str, Number, type(None)))


def is_flat(value: Any, known: set[str]) -> bool:
    """Whether this object is its own flat row: texts under names that need no escape.

    `known` collects such names. Nearly every item of nearly every file is like this.
    """
    if type(value) is not dict or not _FLAT.issuperset(map(type, value.values())):
        return False
    if not value.keys() <= known:
        known.update(key for key in value if _name(key) is key)
    return value.keys() <= known


def flatten(value: Any) -> dict[str, str]:
    r"""One item as {column name: text}.

    {"a": {"b": 1}} gives "a.b"; a dot that belongs to a key is written "\.", a backslash "\\".
    Lists stay JSON text. null is ''. An item that is no object is one cell called "value".
    """
    if not isinstance(value, dict):
        return {"value": cell(value, 1)}
    flat: dict[str, str] = {}
    for key, inner in value.items():
        if type(inner) is str or type(inner) is Number:  # nearly every cell
            flat[_name(key)] = inner
        elif isinstance(inner, dict) and inner:
            _nest(flat, _name(key), inner, 2)
        else:
            flat[_name(key)] = cell(inner, 2)
    return flat


def _nest(flat: dict[str, str], prefix: str, value: dict[str, Any], depth: int) -> None:
    if depth > DEPTH:
        raise TooDeep
    for key, inner in value.items():
        name = f"{prefix}.{_name(key)}"
        if isinstance(inner, dict) and inner:
            _nest(flat, name, inner, depth + 1)
        else:
            flat[name] = cell(inner, depth + 1)


def _name(key: str) -> str:
    if "." in key or "\\" in key:
        return key.replace("\\", "\\\\").replace(".", "\\.")
    return key


def cell(value: Any, depth: int = 1) -> str:
    """A value as one cell of text; lists as compact JSON, numbers as typed."""
    if isinstance(value, str):
        return str(value)
    if value is None or value == {}:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return compact(value, depth)


def compact(value: Any, depth: int = 1) -> str:
    """Compact JSON text of a value, every number with the digits it was typed with."""
    if depth > DEPTH:
        raise TooDeep
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        pairs = (f"{encode_basestring(k)}:{compact(v, depth + 1)}" for k, v in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(compact(item, depth + 1) for item in value) + "]"
    return {None: "null", True: "true", False: "false"}[value]
