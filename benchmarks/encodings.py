"""How often the encoding of a file is found: files in 34 languages, made from texts of ours.

Four kinds of table in each language and encoding: people, notes, a few words among plain ASCII, and
measurements with a sign or two. Right is what gives the text back, whatever the encoding is called.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from core.files.encodings.decoding import to_utf8
from core.files.encodings.encoding import decide_encoding

TEXTS = Path(__file__).with_suffix(".toml")
LEAST = 0.97  # the share that must be right
KINDS = ("people", "notes", "few", "measures")
# Signs that stand in tables of numbers, and how each is written.
_MEASURES = ("£{}", "{} €", "{} °C", "{} m²", "{} m³", "±{} µm")
_PLAIN = ("Anna Berg", "Tom Ford", "Eva Lind", "Max Stern", "Lena Hart", "Paul Marsh")
_HEADS = {"people": "id,name,place", "few": "id,name,place", "notes": "id;date;note"}


@dataclass(frozen=True)
class Case:
    """One file: what it is called, its text, and its encoding."""

    name: str
    text: str
    codec: str

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.text.encode(self.codec)


def cases(seed: int = 7) -> list[Case]:
    """All files whose text the encoding has, and that hold more than ASCII."""
    found = []
    for language, texts in tomllib.loads(TEXTS.read_text(encoding="utf-8")).items():
        for codec in texts["codecs"]:
            for kind in KINDS:
                chance = random.Random(f"{seed} {language} {codec} {kind}")  # nosec B311
                text = "\r\n".join([*_lines(kind, texts, codec, chance), ""])
                case = Case(f"{language} {codec} {kind}", text, codec)
                if case.data.decode("ascii", "replace") != text:
                    found.append(case)
    return found


def _lines(kind: str, texts: dict[str, Any], codec: str, chance: random.Random) -> Iterator[str]:
    names, places, notes = (
        [_written(each, codec) for each in texts[key]] for key in ("names", "places", "notes")
    )
    yield _HEADS.get(kind, "sample,value")
    if kind == "measures":
        signs = texts.get("measures", _MEASURES)
        fitting = [each for each in signs if _written(each, codec) == each]
        sign = chance.choice(fitting) if fitting else "{}"
        yield from (f"S{n},{sign.format(chance.randint(10, 999) / 10)}" for n in range(12))
    elif kind == "few":
        where = chance.sample(range(40), chance.randint(1, 3))
        for n in range(40):
            name = chance.choice(names) if n in where else chance.choice(_PLAIN)
            yield f"{n},{name},Room {n % 7}"
    else:
        for n in range(chance.choice((4, 10, 40))):
            if kind == "notes":
                yield f"{n};2024-03-{n % 28 + 1:02};{chance.choice(notes)}"
            else:
                yield f"{n},{chance.choice(names)},{chance.choice(places)}"


def _written(text: str, codec: str) -> str:
    """The text as people write it where the encoding lacks a letter (ș as ş, or without)."""
    for letter, other in (("ș", "ş"), ("ț", "ţ"), ("Ș", "Ş"), ("Ț", "Ţ"), ("’", "'")):
        if letter in text and letter.encode(codec, "ignore") == b"":
            text = text.replace(letter, other)
    return text.encode(codec, "ignore").decode(codec)


def run(folder: Path, seed: int = 7, every: int = 1) -> dict[str, Any]:
    """The counts: right, right by charset-normalizer alone, wrong though sure, and which were wrong."""
    right = theirs = sure = sure_wrong = 0
    wrong = []
    made = cases(seed)[::every]
    for case in made:
        path, text = folder / "case.csv", folder / "case.txt"
        path.write_bytes(case.data)
        decision = decide_encoding(path)
        to_utf8(path, text, str(decision.value), strict=False)
        good = text.read_bytes().decode("utf-8") == case.text
        right, sure = right + good, sure + decision.sure
        sure_wrong += decision.sure and not good
        theirs += _normalizer(case.data) == case.text
        if not good:
            wrong.append(f"{case.name}: {decision.value}")
    return {
        **{"files": len(made), "right": right, "charset_normalizer": theirs, "sure": sure},
        **{"sure_and_wrong": sure_wrong, "wrong": wrong},
    }


def good(result: dict[str, Any]) -> bool:
    """Whether enough are right, and none is wrong that was said to be sure."""
    return bool(result["right"] >= LEAST * result["files"] and not result["sure_and_wrong"])


def lines(result: dict[str, Any]) -> list[tuple[str, str]]:
    """The counts as the terminal shows them."""
    names = {
        **{"files": "files", "right": f"right (to reach: {LEAST:.0%})", "sure": "sure"},
        **{"sure_and_wrong": "sure and wrong (to reach: 0)"},
        **{"charset_normalizer": "right by charset-normalizer alone"},
    }
    return [(text, f"{result[name]:,}") for name, text in names.items()]


def _normalizer(data: bytes) -> str:
    best = from_bytes(data).best()
    return data.decode(best.encoding, "replace") if best else ""
