"""What commands print: tables for people, tab-separated lines for pipes, JSON for programs; errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

import orjson
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.errors import DatabaseLocked, DuplicateUpload, MarqueeError, SettingsError
from core.records.export import text_of
from core.settings import load

CELL = 60  # characters of one cell on a terminal


def printable(value: Any, limit: int | None = None) -> str:
    """One line of text in which nothing can steer a terminal: control signs show as escapes."""
    text = "".join(c if c.isprintable() else _escaped(c) for c in text_of(value))
    return text if limit is None or len(text) <= limit else text[: limit - 1] + "…"


def _escaped(char: str) -> str:
    # Joiners make letters and emoji; a lone surrogate is a byte of a name that was not UTF-8.
    return char if char in "\u200c\u200d" else char.encode("unicode_escape").decode("ascii")


def say(text: str = "") -> None:
    """A line on stdout. The caller makes foreign text printable."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """A line on stderr: for people, never part of the answer."""
    sys.stderr.write(text + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """A table on a terminal; tab-separated lines with a header line otherwise."""
    if not sys.stdout.isatty():
        say("\t".join(printable(c) for c in columns))
        for row in rows:
            say("\t".join(printable(value) for value in row))
        return
    drawn = Table(title=title or None, title_justify="left", title_style="bold", box=None)
    for column in columns:
        drawn.add_column(Text(printable(column)), overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(printable(value, CELL)) for value in row))
    Console().print(drawn)


def pairs(values: dict[str, Any]) -> None:
    """Names and values, one per line."""
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        say(f"{printable(name):<{width}}  {printable(value)}")


# ------------------------------------------------------------------ JSON


def emit(data: Any) -> None:
    """One JSON document on stdout, indented on a terminal."""
    say(dumps(data, indent=sys.stdout.isatty()))


def emit_all(rows: Iterable[Any]) -> None:
    """A JSON array, written while the rows come, one per line."""
    mark = "["
    for row in rows:
        sys.stdout.write(mark + dumps(row))
        mark = ",\n"
    say("[]" if mark == "[" else "]")


def dumps(data: Any, indent: bool = False) -> str:
    """JSON of models, dataclasses, dates and ids. NaN and infinity become null."""
    option = orjson.OPT_INDENT_2 if indent else 0
    try:
        return orjson.dumps(data, default=_plain, option=option).decode()
    except TypeError:  # numbers beyond 64 bits, texts that are not Unicode
        loaded = json.dumps(data, default=_plain_too)
        exact = json.loads(loaded, parse_constant=lambda _: None)
        return json.dumps(exact, indent=2 if indent else None)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return list(value)
    return str(value)


def _plain_too(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date, time)) else _plain(value)


# ------------------------------------------------------------------ errors


def fail(error: MarqueeError, *, as_json: bool, about: str | None = None) -> int:
    """The one place where an error becomes text; gives its exit code.

    Two lines on stderr: what is wrong, what to do. With `as_json` a document {"error": {...}} on
    stdout instead. `about` names what it happened to.
    """
    problem = {**error.as_dict(), "hint": _hint(error)}
    if as_json:
        emit({"error": problem})
        return error.exit_code
    head = f"{printable(about)}: {error}" if about else str(error)
    note("error: " + printable(head))
    if problem["hint"]:
        note("  hint: " + printable(problem["hint"]))
    return error.exit_code


def _hint(error: MarqueeError) -> str:
    if isinstance(error, DuplicateUpload):
        earlier = error.extra.get("upload_id")
        return f"See it: python -m core upload {earlier}. Import it once more: --force."
    if not isinstance(error, DatabaseLocked):
        return error.hint
    try:
        port = load().port
    except SettingsError:
        return error.hint
    return (
        f"{error.hint} With a running server: curl -X POST -T people.csv"
        f" 'http://127.0.0.1:{port}/api/v1/uploads?dataset=celebrities&filename=people.csv'"
    )
