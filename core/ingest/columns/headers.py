"""The headers of a file beside each other: paths that all share, and columns that only point to another one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.datasets.shapes import words
from core.datasets.words import cut
from core.ingest.columns.evidence import Profile

_LABEL = re.compile(r"(?<=[a-z])Label$")
_BESIDE_VALUE = ("type", "lang", "datatype")  # what query services put beside x.value


@dataclass(frozen=True)
class Header:
    """A header as it is understood. `stands_for` is the column that says in words what this one points to."""

    text: str
    stands_for: str = ""
    label: bool = False  # it is the label of a pair (itemLabel)


def understood(columns: Sequence[str], seen: Sequence[Profile]) -> list[Header]:
    """person.value -> person; of person and personLabel, the label is the person."""
    names = list(_without_shared_path(columns))
    valued = {n.removesuffix(".value") for n in names if n.endswith(".value")}
    texts = [_valued(name, valued) for name in names]
    places = {words(text): i for i, text in reversed(list(enumerate(texts)))}
    found = [Header(bare := _without_label(text), label=bare != text) for text in texts]
    for i, text in enumerate(texts):
        said = words(text)
        base = places.get(said[:-1]) if len(said) > 1 and said[-1] == "label" else None
        if base is not None and _points(seen[base]):
            found[i] = Header(texts[base], label=True)
            found[base] = Header(texts[base], stands_for=columns[i])
    for i, name in enumerate(names):
        head, _, tail = name.replace(":", ".").rpartition(".")
        stem = head.removesuffix(".xml")
        if stem in valued and tail in _BESIDE_VALUE:
            found[i] = Header(name, stands_for=f"{stem}.value")
    return found


def _valued(name: str, valued: set[str]) -> str:
    stem = name.removesuffix(".value")
    return stem if stem in valued and stem != name else name


def _without_label(text: str) -> str:
    """countryLabel is the country in words; a record label is a company."""
    stem = _LABEL.sub("", text)
    whole = any("label" in word.text and word.text != "label" for word in cut(text))
    return text if whole or not stem else stem


def _points(profile: Profile) -> bool:
    """Whether the values are addresses or identifiers, or there are none that could say otherwise."""
    known = profile.kinds
    codes = sum(c for text, c in profile.counts.items() if " " not in text and text[-1].isdigit())
    return max(known["url"], codes) >= 0.5 * profile.n


def _without_shared_path(columns: Sequence[str]) -> Sequence[str]:
    """person.name, person.born ... -> name, born ...: a path that all columns have tells nothing."""
    while len(columns) > 1 and len({c.partition(".")[0] for c in columns}) == 1:
        if not all(c.partition(".")[2] for c in columns):
            break
        columns = [c.partition(".")[2] for c in columns]
    return columns
