"""What every format's reader is given: the file, the limits, the overrides, a place for results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from core.errors import BadOverride
from core.settings import Settings


@dataclass(frozen=True)
class Overrides:
    """Decisions made by a person. None leaves them to the reader."""

    format: str | None = None  # csv | json | excel
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None  # '' for none
    header: int | None = None  # 1-based line, sheet row; 0 for none
    skip: int | None = None  # lines or sheet rows above the table
    sheet: str | int | None = None  # name, or 1-based number
    list_key: str | None = None  # the envelope's key that holds the list


@dataclass(frozen=True)
class Source:
    """A file to read."""

    path: Path
    filename: str
    cache_dir: Path
    settings: Settings
    overrides: Overrides


def parse_overrides(given: Mapping[str, Any]) -> Overrides:
    """Checked overrides; None and absent are the same. Raises BadOverride."""
    names = [item.name for item in fields(Overrides)]
    known = {name: value for name, value in given.items() if value is not None}
    for name in known:
        if name not in names:
            raise BadOverride(
                f"there is no reading decision {name!r}; there are {', '.join(names)}"
            )
    for name in ("header", "skip"):
        if name in known:
            known[name] = _whole(name, known[name])
    _check_texts(known)
    return Overrides(**known)


def _whole(name: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number < 0 or isinstance(value, bool):
        raise BadOverride(f"{name} must be a whole number from 0 on, not {value!r}")
    return number


def _check_texts(known: dict[str, Any]) -> None:
    for name in ("encoding", "delimiter", "quote", "list_key", "format"):
        if name in known and not isinstance(known[name], str):
            raise BadOverride(f"{name} must be text, not {known[name]!r}")
    if known.get("delimiter") in ("\\t", "tab"):
        known["delimiter"] = "\t"
    delimiter, quote = known.get("delimiter"), known.get("quote")
    if delimiter is not None and (not 1 <= len(delimiter) <= 8 or set(delimiter) & set("\r\n\0")):
        raise BadOverride(f"a delimiter is 1 to 8 characters without line ends, not {delimiter!r}")
    if quote is not None and (len(quote) > 1 or quote in "\r\n\0" and quote):
        raise BadOverride(f"a quote is one character or nothing, not {quote!r}")
    if delimiter is not None and delimiter == quote:
        raise BadOverride("the delimiter and the quote cannot be the same")
    if known.get("format") == "tsv":
        known["format"] = "csv"
    if known.get("format") not in (None, "csv", "json", "excel"):
        raise BadOverride(f"format is csv, json or excel, not {known['format']!r}")
