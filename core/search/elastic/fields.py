"""The layout as a mapping, and a document as the JSON of its fields."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import orjson

from core.search.documents import Document
from core.search.layout import Layout

Json = dict[str, Any]


@cache
def _kinds() -> dict[str, Json]:
    found: dict[str, Json] = json.loads(_text("fields.json"))
    return found


def template() -> Json:
    """Settings and mappings that all indexes have."""
    found: Json = json.loads(_text("template.json"))
    return found


def _text(name: str) -> str:
    return resources.files(__package__ or "").joinpath(name).read_text("utf-8")


def listed(layout: Layout) -> tuple[str, ...]:
    """Fields of the index whose words can be listed: names, and the words of short texts."""
    short = [n for n in layout.texts if not layout.dataset.field(n).multiline]
    return ("names", *(f"t_{name}" for name in (*layout.names, *short)))


def properties(layout: Layout) -> dict[str, Json]:
    """The mapping of what is particular to a dataset."""
    known = listed(layout)
    found = {"names": "listed words", "prefix": "beginnings"}
    for name in (*layout.names, *layout.texts):
        found[f"t_{name}"] = "listed words" if f"t_{name}" in known else "words"
    for name in layout.values:
        found[f"v_{name}"] = "value"
    kinds = {field.name: field.type for field in layout.dataset.fields}
    for name in layout.numbers:
        found[f"n_{name}"] = "number" if kinds[name] == "number" else "whole number"
        if kinds[name] == "date":
            found[f"m_{name}"] = "whole number"
    return {name: _kinds()[kind] for name, kind in found.items()}


def source(document: Document, known: frozenset[str]) -> bytes:
    """The JSON of a document. Words that can be listed are given one by one: each is a keyword, too."""
    made: Json = dict(document)
    for name in known & document.keys():
        made[name] = document[name].split(" ")
    if shown := document.get("shown"):
        made["shown"] = orjson.Fragment(shown)
    return orjson.dumps(made)
