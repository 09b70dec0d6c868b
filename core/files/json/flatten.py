"""Nested JSON values to flat text cells, with names that can be turned back.

The reader refuses what is nested deeper than 64 levels, so these functions may recurse.
"""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Any

from core.files.json.items import Number

_FLAT = frozenset((str, Number, type(None)))
KEPT = 10_000  # names of one place kept
_WORDS = {None: "null", True: "true", False: "false"}
Lists = dict[str, list[Any]]  # column name to a list that holds objects


class Names(dict[str, str]):
    """Key to column name of the objects at one place, made once for each key.

    `below` holds the same of the objects that stand under a key.
    """

    def __init__(self, prefix: str = "") -> None:
        super().__init__()
        self.prefix = prefix
        self.below: dict[str, Names] = {}

    def __missing__(self, key: str) -> str:
        name = self.prefix + escaped(key)
        if len(self) < KEPT:
            self[key] = name
        return name

    def under(self, key: str) -> Names:
        """The names of what stands under this key."""
        names = self.below.get(key)
        if names is None:
            names = Names(f"{self[key]}.")
            if len(self.below) < KEPT:
                self.below[key] = names
        return names


def is_flat(value: Any, known: set[str]) -> bool:
    """Whether this object is its own flat row: texts under names that need no escape.

    `known` collects such names. Nearly every item of nearly every file is like this.
    """
    if type(value) is not dict or not _FLAT.issuperset(map(type, value.values())):
        return False
    if not value.keys() <= known:
        known.update(key for key in value if escaped(key) is key)
    return value.keys() <= known


def flatten(value: Any, lists: Lists | None = None, names: Names | None = None) -> dict[str, str]:
    r"""One item as {column name: text}.

    {"a": {"b": 1}} gives "a.b"; a dot that belongs to a key is written "\.", a backslash "\\".
    Lists stay JSON text; those that hold objects are put into `lists`, too. null is ''. An item
    that is no object is one cell called "value". `names` keeps what was worked out before.
    """
    if type(value) is not dict:
        return {"value": cell(value)}
    flat: dict[str, str] = {}
    _nest(flat, Names() if names is None else names, value, lists)
    return flat


def _nest(flat: dict[str, str], names: Names, value: dict[str, Any], lists: Lists | None) -> None:
    for key, inner in value.items():
        kind = type(inner)
        if kind is str or kind is Number:  # nearly every cell
            flat[names[key]] = inner
        elif kind is dict and inner:
            _nest(flat, names.under(key), inner, lists)
        elif kind is list:
            flat[names[key]] = compact(inner)
            if lists is not None and dict in map(type, inner):
                lists[names[key]] = inner
        else:
            flat[names[key]] = cell(inner)


def escaped(key: str) -> str:
    """A key as one part of a column name; the very same object when nothing needs an escape."""
    if "." in key or "\\" in key:
        return key.replace("\\", "\\\\").replace(".", "\\.")
    return key


def cell(value: Any) -> str:
    """A value as one cell of text; lists as compact JSON, numbers as typed."""
    if isinstance(value, str):
        return str(value)
    return "" if value is None or value == {} else compact(value)


def compact(value: Any) -> str:
    """Compact JSON text of a value, every number with the digits it was typed with."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is Number:
        return str(value)
    if kind is list:
        return "[" + ",".join(map(compact, value)) + "]"
    if kind is dict:
        pairs = [f"{encode_basestring(key)}:{compact(inner)}" for key, inner in value.items()]
        return "{" + ",".join(pairs) + "}"
    return _WORDS[value]


def plain(value: Any) -> Any:
    """A value whose numbers are text as typed, for metadata (which is shown, not computed with)."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value
