"""Labelled questions: a text that somebody types, and the name of the one who is meant."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HALVES = ("tuned", "kept out")
SCRIPTS = ("ru", "ja", "ko", "zh", "ar")


@dataclass(frozen=True)
class Label:
    """One question: its kind, the text, who is meant, and in which half."""

    kind: str
    asked: str
    name: str
    half: str


def labels() -> list[Label]:
    """All questions."""
    figures = _rows("figures.csv")
    found = []
    for row in figures:
        name = row["name"]
        found += [_label("misspelled", text, name) for text in _several(row["typed"])]
        found += [_label(script, row[script], name) for script in SCRIPTS if row.get(script)]
        words = name.replace(".", " ").split()
        if len(words) > 1 and len(words[-1]) > 4:
            found.append(_label("beginnings", f"{words[0][:3]} {words[-1][:4]}".lower(), name))
            found.append(_label("beginnings", f"{words[-1][:4]} {words[0][:3]}".lower(), name))
    for row in _rows("nicknames.csv"):
        found.append(_label("nicknames", row["asked"], row["name"]))
    for row in _rows("native.csv"):
        found += [_label("native", text, row["name"]) for text in _several(row["asked"])]
    return found


def names() -> list[str]:
    """Everybody who is meant by a question."""
    return list(dict.fromkeys(label.name for label in labels()))


def _label(kind: str, asked: str, name: str) -> Label:
    # By the person, so that no form of a name that was tuned with is in the other half.
    digest = hashlib.sha256(name.encode()).digest()
    return Label(kind, asked, name, HALVES[digest[0] % 2])


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
