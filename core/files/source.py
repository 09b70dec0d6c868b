"""What every format's reader is given: the file, the limits, the overrides, a place for results.

`Overrides` is the one list of decisions that a person can take. The REST parameters, the options
of the command line and the choices on the page are made from it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypedDict

from core.errors import BadOverride
from core.files.encodings.decoding import codec_in
from core.settings import Settings

SHAPES = ("object", "envelope", "keyed", "columns", "rows")  # of a JSON file
LARGE = 8 << 20  # bytes; of what is smaller no first look is taken, it is read whole in no time
LINE_ENDS = ("LF", "CRLF", "CR", "any")
_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_RANGE = re.compile(r"([A-Z]{1,3})?([1-9]\d{0,6})?:([A-Z]{1,3})?([1-9]\d{0,6})?", re.IGNORECASE)
_YES, _NO = ("true", "yes", "1", "on"), ("false", "no", "0", "off")


def _decision(text: str) -> Any:
    return field(default=None, metadata={"help": text})


@dataclass(frozen=True)
class Overrides:
    """Decisions made by a person. None leaves them to the reader."""

    format: str | None = _decision("csv, json or excel")
    member: str | None = _decision("The file inside a .zip")
    encoding: str | None = _decision("For example gb18030")
    delimiter: str | None = _decision("The delimiter between cells; `tab` for a tab character")
    quote: str | None = _decision("One character, or empty for none")
    escape: str | None = _decision("What keeps a quote inside a cell: \\ or the quote itself")
    line_end: str | None = _decision("LF, CRLF, CR, or any")
    header: int | None = _decision("Line of the column names, from 1; 0 for none")
    header_rows: int | None = _decision("How many lines the column names take")
    skip: int | None = _decision("Lines above the table")
    footer: int | None = _decision("Lines below the table")
    columns: int | None = _decision("Number of columns; what is over goes to extra columns")
    sheet: str | int | None = _decision("Number of the sheet from 1, or its name")
    range: str | None = _decision("Cells of a sheet that hold the table, such as B3:H200")
    table: str | int | None = _decision("Which of several tables: its number, or a list in JSON")
    list_key: str | None = _decision("The key that holds the list of a JSON file")
    shape: str | None = _decision(
        "How a JSON file holds rows: object, envelope, keyed, columns or rows"
    )
    unpack: bool | None = _decision("Unpack it although a part grows more than the usual limit")
    merged: bool | None = _decision("Fill merged cells with their value")
    mend: bool | None = _decision("Even out rows where a delimiter was lost or doubled")
    repair: bool | None = _decision("Mend text that was decoded wrongly (Ã© for é)")


class Reading(TypedDict, total=False):
    """The decisions of Overrides as keyword arguments; a test holds the two against each other."""

    format: str | None
    member: str | None
    encoding: str | None
    delimiter: str | None
    quote: str | None
    escape: str | None
    line_end: str | None
    header: int | None
    header_rows: int | None
    skip: int | None
    footer: int | None
    columns: int | None
    sheet: str | int | None
    range: str | None
    table: str | int | None
    list_key: str | None
    shape: str | None
    unpack: bool | None
    merged: bool | None
    mend: bool | None
    repair: bool | None


# Decisions of every table of text cells; `format` and `member` are everywhere.
SHARED = ("header", "header_rows", "skip", "footer", "columns", "table")

KINDS: dict[str, type] = {
    "header": int,
    "header_rows": int,
    "skip": int,
    "footer": int,
    "columns": int,
    "merged": bool,
    "unpack": bool,
    "mend": bool,
    "repair": bool,
}  # every other decision is text; a sheet or table of digits is a number


@dataclass(frozen=True)
class Source:
    """A file to read; with `first`, a look at its beginning is enough."""

    path: Path
    filename: str
    cache_dir: Path
    settings: Settings
    overrides: Overrides
    first: bool = False


def parse_overrides(told: Mapping[str, object]) -> Overrides:
    """Checked overrides; None and absent are the same. Raises BadOverride."""
    names = [item.name for item in fields(Overrides)]
    known: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    for name, value in known.items():
        if name not in names:
            raise BadOverride(
                f"there is no reading decision {name!r}; there are {', '.join(names)}"
            )
        known[name] = _CHECKS[KINDS.get(name, str)](name, value)
    _check_texts(known)
    return Overrides(**known)


def given(overrides: Overrides) -> list[str]:
    """The names of the decisions that somebody took."""
    return [item.name for item in fields(overrides) if getattr(overrides, item.name) is not None]


def _whole(name: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    least = 1 if name in ("header_rows", "columns") else 0
    if number < least or isinstance(value, bool):
        raise BadOverride(f"{name} must be a whole number from {least} on, not {value!r}")
    return number


def _flag(name: str, value: Any) -> bool:
    text = str(value).lower()
    if text not in (*_YES, *_NO):
        raise BadOverride(f"{name} must be true or false, not {value!r}")
    return text in _YES


def _text_or_number(name: str, value: Any) -> str | int:
    if name in ("sheet", "table"):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str):
            return int(value) if value.isascii() and value.isdigit() else value
    if not isinstance(value, str):
        raise BadOverride(f"{name} must be text, not {value!r}")
    return value


_CHECKS: dict[type, Any] = {int: _whole, bool: _flag, str: _text_or_number}


def _check_texts(known: dict[str, Any]) -> None:
    delimiter, quote = known.get("delimiter"), known.get("quote")
    if delimiter is not None:
        delimiter = known["delimiter"] = _WORDS.get(delimiter.lower(), delimiter)
        if not 1 <= len(delimiter) <= 8 or set(delimiter) & set("\r\n\0"):
            raise BadOverride(
                f"a delimiter is 1 to 8 characters without line ends, not {delimiter!r}"
            )
    if quote is not None and (len(quote) > 1 or quote in "\r\n\0" and quote):
        raise BadOverride(f"a quote is one character or nothing, not {quote!r}")
    if delimiter is not None and delimiter == quote:
        raise BadOverride("the delimiter and the quote cannot be the same")
    if known.get("escape") not in (None, "", "\\", quote, '"', "'"):
        raise BadOverride(f"an escape is \\ or the quote itself, not {known['escape']!r}")
    one_of(known, "line_end", LINE_ENDS)
    one_of(known, "shape", SHAPES)
    _check_range(known)
    _check_encoding(known)


def one_of(known: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> None:
    if known.get(name) not in (None, *allowed):
        raise BadOverride(f"{name} is one of {', '.join(allowed)}, not {known[name]!r}")


def _check_range(known: dict[str, Any]) -> None:
    given = known.get("range")
    if given is None:
        return
    if not _RANGE.fullmatch(given.strip()) or given.strip() == ":":
        raise BadOverride(f"a range looks like B3:H200, B:H or 3:200, not {given!r}")
    known["range"] = given.strip().upper()


def _check_encoding(known: dict[str, Any]) -> None:
    name = known.get("encoding")
    if name is None:
        return
    try:
        codec = codecs.lookup(codec_in(name))
        "".encode(codec.name)  # a codec of bytes, such as base64, is no text encoding
        b"a".decode(codec.name, "ignore")  # and one that never decodes is none at all
    except (LookupError, TypeError, ValueError) as error:
        raise BadOverride(
            f"there is no text encoding called {name!r}",
            hint="Try utf-8, cp1252, gb18030, big5, shift_jis, euc_kr or utf-16.",
        ) from error
