"""Tables of names as data, each with its sources in its head, and what reads them.

All are small and read when they are first asked for.
"""

from __future__ import annotations

import csv
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def toml(name: str) -> dict[str, Any]:
    """One table of this folder by its name without ending."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a CSV file of this folder as cells, without comments and without the column names."""
    lines = (FOLDER / f"{name}.csv").read_text("utf-8").splitlines()
    found = [tuple(cells) for cells in csv.reader(x for x in lines if x and x[0] != "#")]
    return tuple(found[1:])


@cache
def listed(name: str, *path: str) -> frozenset[str]:
    """A list of words of a TOML table, written as one text with commas or blanks between."""
    found: Any = toml(name)
    for part in path:
        found = found[part]
    cut = found.split(",") if "," in found else found.split()
    return frozenset(text for each in cut if (text := " ".join(each.split())))


@cache
def _rules(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(find), to) for find, to in toml("sounds")["respelled"][name])


def respelled(latin: str, name: str) -> str:
    """A text in Latin letters after the rules of that name in sounds.toml."""
    for pattern, to in _rules(name):
        latin = pattern.sub(to, latin)
    return latin
