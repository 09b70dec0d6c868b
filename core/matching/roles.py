"""What each field of a dataset tells about who somebody is, by the meaning of its name and by its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.datasets import meaning
from core.datasets.meaning import Meaning
from core.datasets.model import Dataset, Field

Kind = Literal["date", "code", "place", "category", "text", "list"]

_OTHERS = frozenset({"mother", "father", "superior", "relative", "organisation", "team", "work"})
_LONG = frozenset({"text", "reason", "note", "source", "image", "url", "title"})
_TRUTH = frozenset({"cluster", "cluster_id", "label", "duplicate", "duplicates", "duplicate_of"})
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("id", "phone", "email", "address"), "code"),
    **dict.fromkeys(("place", "city", "region", "country"), "place"),
    **dict.fromkeys(("gender", "nationality", "language"), "category"),
    "date": "date",
}


@dataclass(frozen=True)
class Compared:
    """A field that is compared, and how."""

    field: str
    kind: Kind


@dataclass(frozen=True)
class Roles:
    """`names` are fields with a whole name (or several, in a list), the main one first. Where there is none,
    `parts` are put together, in this order. `left_out` says of every other field why it is not compared.
    """

    names: tuple[str, ...]
    parts: tuple[str, ...]
    compared: tuple[Compared, ...]
    left_out: dict[str, str]


def of(dataset: Dataset) -> Roles:
    """The roles of the fields of a dataset."""
    meanings = {f.name: _meaning(f) for f in dataset.fields}
    names = [f.name for f in dataset.fields if _is_name(dataset, f, meanings[f.name])]
    names.sort(key=lambda n: n != dataset.title_field)
    parts = [] if names else _parts(dataset, meanings)
    compared, left_out = [], {}
    for field in dataset.fields:
        if field.name in (*names, *parts):
            continue
        kind, why = _kind(field, meanings[field.name])
        if kind:
            compared.append(Compared(field.name, kind))
        else:
            left_out[field.name] = why
    return Roles(tuple(names), tuple(parts), tuple(compared), left_out)


def _meaning(field: Field) -> Meaning:
    found = meaning.of(field.name)
    return found if found.says or not field.title else meaning.of(field.title)


def _is_name(dataset: Dataset, field: Field, said: Meaning) -> bool:
    if field.name in dataset.key.also:
        return True
    if field.type not in ("text", "list") or said.about & _OTHERS:
        return False
    if said.parts:
        return False
    return said.what == "name" or (said.what is None and "nick" in said.about)


def _parts(dataset: Dataset, meanings: dict[str, Meaning]) -> list[str]:
    """Fields with one part of the name each: given, middle, family."""
    order = ("given", "middle", "family", "family2")
    found = [
        (order.index(said.parts[0]), f.name)
        for f in dataset.fields
        if f.type == "text"
        and len((said := meanings[f.name]).parts) == 1
        and said.parts[0] in order
        and not said.about & _OTHERS
    ]
    if found:
        return [name for _, name in sorted(found)]
    title = dataset.field(dataset.title_field)
    return [title.name] if title.type == "text" and meanings[title.name].what != "id" else []


def _kind(field: Field, said: Meaning) -> tuple[Kind | None, str]:
    if field.name in _TRUTH:
        return None, "says which records are one, and so is no evidence"
    if said.parts:
        return None, "is a part of a name that is compared as a whole"
    if said.about & _OTHERS and said.what == "name":
        return None, "is about somebody else"
    if field.multiline or field.format == "url" or said.what in _LONG:
        return None, "is no evidence for who it is"
    if field.type == "list":
        return "list", ""
    if field.type == "date" or "birth" in said.about and said.what in (None, "date"):
        return "date", ""
    if field.type in ("number", "boolean"):
        return None, "is a measure, and no evidence for who it is"
    if field.format == "email" or field.type == "integer":
        return "code", ""
    if said.what in _KINDS:
        return _KINDS[said.what], ""
    if field.choices:
        return "category", ""
    return "text", ""
