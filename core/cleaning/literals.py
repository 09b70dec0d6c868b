"""Lists as programs write them into a cell, as SQL: JSON, Python, numpy and PostgreSQL.

`["a", "b"]`, `['a', "b's"]`, `['a' 'b']` and `{a,"b c"}` are two texts each. What holds objects is no list of texts:
`structured` tells it.
"""

from __future__ import annotations

from core.storage.sql import literal

_DOUBLE = r'"(?:[^"\\]|\\.)*"'
_QUOTED = rf"'(?:[^'\\]|\\.)*'|{_DOUBLE}"
_MEMBER = rf"(?:{_QUOTED}|nan|None)"
_PYTHON = rf"(?s)\[\s*{_MEMBER}(?:(?:\s*,\s*|\s+){_MEMBER})*\s*,?\s*\]"
_BARE = r"""[^{}\[\]",;:|'\s][^{}\[\]",;:|]*"""
_POSTGRES = rf"(?s)\{{(?:(?:{_DOUBLE}|{_BARE})(?:,(?:{_DOUBLE}|{_BARE}))*)?\}}"
_PARTS = rf'{_DOUBLE}|[^{{}},"]+'
_OBJECT = r"""(?s)(?:\[\s*)?\{\s*(?:"[^"]*"|'[^']*')\s*:.*\}\s*\]?"""
_LIST = r"(?s)\[.*\]"


def is_json(x: str) -> str:
    """SQL condition: the text in `x` is a list in JSON."""
    return f"(starts_with({x}, '[') AND json_valid({x}))"


def is_python(x: str) -> str:
    """SQL condition: the text in `x` is a list of texts as Python or numpy writes it."""
    return f"({_begins(x, '[')} AND regexp_full_match({x}, {literal(_PYTHON)}))"


def cases(x: str) -> str:
    """The branches of a CASE that gives the texts of such a list in `x`."""
    postgres = f"{_begins(x, '{')} AND regexp_full_match({x}, {literal(_POSTGRES)})"
    members = f"regexp_extract_all({x}, {literal(_PARTS)})"
    values = f"list_filter({members}, lambda i: i <> 'NULL')"
    return (
        f"WHEN {is_json(x)} THEN list_transform(from_json({x}, '[\"VARCHAR\"]'), lambda i: trim(i)) "
        f"WHEN {is_python(x)} THEN {of_python(x)} "
        f"WHEN {postgres} THEN {_unquoted(values)}"
    )


def of_python(x: str) -> str:
    """The texts of a list that `is_python`; nan and None are none."""
    return _unquoted(f"regexp_extract_all({x}, {literal(f'(?s){_QUOTED}')})")


def structured(t: str, *, is_list: bool) -> str:
    """SQL condition: the text in `t` is still an object or a list as a program writes it, which nothing took apart."""
    objects = f"regexp_full_match({t}, {literal(_OBJECT)})"
    found = f"({_begins(t, '[')} OR {_begins(t, '{')}) AND {objects}"
    if not is_list:
        return found
    torn = f"{_begins(t, '[')} AND regexp_full_match({t}, {literal(_LIST)}) AND NOT json_valid({t})"
    return f"({found} OR {torn} AND NOT {is_python(t)})"


def _unquoted(texts: str) -> str:
    bare = r"regexp_replace(i[2:-2], '\\(.)', '\1', 'gs')"
    quoted = "i <> '' AND contains('''\"', i[1])"
    return f"list_transform({texts}, lambda i: trim(CASE WHEN {quoted} THEN {bare} ELSE i END))"


def _begins(x: str, sign: str) -> str:
    # Comparing looks at the first bytes alone, and costs less than looking at the whole text.
    return f"{x} >= {literal(sign)} AND {x} < {literal(chr(ord(sign) + 1))}"
