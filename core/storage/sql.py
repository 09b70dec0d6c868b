"""Text that becomes SQL: identifiers and literals, quoted in one place."""

from __future__ import annotations

import re

from core.errors import InputError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


def check_name(name: str, what: str = "name") -> str:
    """A name that may become a table or a column: lower case, digits, underscores. Raises InputError."""
    if not _NAME.match(name):
        raise InputError(
            f"{what} {name!r} is not usable",
            hint="Use lower-case letters, digits and underscores, starting with a letter.",
        )
    return name


def ident(name: str) -> str:
    """An identifier, quoted."""
    if "\0" in name:
        raise InputError("a name holds a NUL character")
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A text, number, boolean or list of these as a SQL literal (DDL and COPY take no parameters)."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"
