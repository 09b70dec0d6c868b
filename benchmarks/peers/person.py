"""The work of one row, as one would write it by hand: cleaned, checked by pydantic, typed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, HttpUrl, ValidationError, field_validator

from benchmarks.clock import Clock

NAMES = {
    "Full Name": "name",
    "English name": "name_en",
    "Also known as": "aliases",
    "Born": "birth_date",
    "Sex": "gender",
    "Country": "nationality",
    "Jobs": "occupations",
    "Type": "mbti",
    "About": "description",
    "Picture": "image_url",
    "Labels": "tags",
    "Source": "source",
}
LISTS = ("aliases", "occupations", "tags")
GENDERS = {
    **{word: "female" for word in ("f", "female", "女", "женщина")},
    **{word: "male" for word in ("m", "male", "男")},
    "non-binary": "non-binary",
}
COUNTRIES = {
    "usa": "United States",
    "china": "China",
    "中国": "China",
    "deutschland": "Germany",
    "france": "France",
    "egypt": "Egypt",
    "россия": "Russia",
    "brazil": "Brazil",
    "uk": "United Kingdom",
}
MBTI = tuple(a + b + c + d for a in "IE" for b in "NS" for c in "TF" for d in "JP")
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%Y年%m月%d日", "%Y-%m", "%Y")
NOTHING = ("", "n/a", "na", "null", "none", "-")


class Person(BaseModel):
    """One person, valid."""

    name: str = Field(min_length=1, max_length=200)
    name_en: str | None = Field(None, max_length=200)
    aliases: list[str] | None = None
    birth_date: str | None = None
    gender: str | None = None
    nationality: str | None = Field(None, max_length=100)
    occupations: list[str] | None = None
    mbti: str | None = None
    description: str | None = Field(None, max_length=20_000)
    image_url: HttpUrl | None = None
    tags: list[str] | None = None
    source: str | None = Field(None, max_length=1_000)

    @field_validator("birth_date")
    @classmethod
    def _date(cls, text: str | None) -> str | None:
        return None if text is None else iso(text)

    @field_validator("mbti")
    @classmethod
    def _type(cls, text: str | None) -> str | None:
        if text is not None and text not in MBTI:
            raise ValueError("no type")
        return text


def iso(text: str) -> str:
    """A date of any of the styles as year, month and day, as far as it is known. Raises ValueError."""
    for style in DATES:
        try:
            found = datetime.strptime(text, style)
        except ValueError:
            continue
        return found.strftime({"%Y": "%Y", "%Y-%m": "%Y-%m"}.get(style, "%Y-%m-%d"))
    raise ValueError("no date")


def clean(row: dict[str, Any]) -> dict[str, Any]:
    """The cells of a row under the names of the fields: trimmed, split, words looked up."""
    found: dict[str, Any] = {}
    for column, name in NAMES.items():
        text = (row.get(column) or "").strip()
        found[name] = None if text.lower() in NOTHING else text
    for name in LISTS:
        if found[name]:
            parts = (part.strip() for part in found[name].replace("|", ";").split(";"))
            found[name] = list(dict.fromkeys(part for part in parts if part))
    if found["occupations"]:
        found["occupations"] = [part.lower() for part in found["occupations"]]
    if found["gender"]:
        found["gender"] = GENDERS.get(found["gender"].lower(), found["gender"])
    if found["nationality"]:
        found["nationality"] = COUNTRIES.get(found["nationality"].lower(), found["nationality"])
    if found["mbti"]:
        found["mbti"] = found["mbti"].upper()
    return found


def valid(row: dict[str, Any]) -> dict[str, Any] | None:
    """The typed values of a row, or None when it breaks a rule."""
    try:
        return Person(**clean(row)).model_dump(mode="json")
    except ValidationError:
        return None


Load = Callable[[Path, Path], tuple[int, int]]


def measured(load: Load) -> None:
    """Run `load(file, folder)`, which gives rows written and rows in quarantine, and print what it took."""
    file, folder = map(Path, sys.argv[1:3])
    clock = Clock()
    written, rejected = load(file, folder)
    rows = {"rows": written + rejected, "rejected": rejected}
    print(json.dumps({**clock.read(), **rows}))
