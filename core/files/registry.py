"""The file formats, in the order in which a file is held against them."""

from __future__ import annotations

from core.errors import BadOverride
from core.files.format import FileFormat
from core.files.json.format import FORMAT as JSON
from core.files.sheets.format import FORMAT as WORKBOOKS
from core.files.source import Overrides, given
from core.files.text.format import FORMAT as TEXT

FORMATS: dict[str, FileFormat] = {each.name: each for each in (WORKBOOKS, JSON, TEXT)}
NAMES = tuple(reversed(FORMATS))  # as people are told of them
FALLBACK = TEXT.name  # what a file is read as that shows nothing else


def named(name: str | None) -> str | None:
    """The format that a person chose by this name, or by another name of it. Raises BadOverride."""
    if name is None or name in FORMATS:
        return name
    found = next((each.name for each in FORMATS.values() if name in each.aliases), None)
    if found is None:
        raise BadOverride(f"format is one of {', '.join(NAMES)}, not {name!r}")
    return found


def check_fitting(overrides: Overrides, format_: str) -> None:
    """Refuse decisions that there are not in this kind of file. Raises BadOverride."""
    decisions = FORMATS[format_].decisions
    for name in given(overrides):
        if name not in (*decisions, "format", "member"):
            raise BadOverride(
                f"{name} is nothing to decide in a file that is read as {format_}",
                hint=f"There are: {', '.join(decisions)}.",
            )
