"""How a JSON file holds its items: array, lines, concatenated objects, envelope, one object.

A file that begins with an object is looked at twice: once to see whether it is an envelope and
which of its lists is the table, and once to stream that list. So an envelope may be of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import BadOverride, EmptyFile
from core.files.flatten import plain
from core.files.json_items import Reader
from core.files.table import Decision

KEPT_CHARS = 200_000  # of an envelope's other values, kept as metadata
MOSTLY = 0.9  # share of objects that makes a list a list of objects


@dataclass
class Member:
    """What stands under one key of an envelope. `at` counts the keys from 0."""

    key: str
    at: int
    kind: str = "value"  # value, object or list
    items: int = 0
    objects: int = 0
    value: Any = None

    @property
    def holds_objects(self) -> bool:
        """Whether this is a list (nearly) all of whose items are objects."""
        return self.kind == "list" and self.objects > 0 and self.objects >= MOSTLY * self.items


@dataclass
class Shape:
    """How the file holds its items. `at` is the place of the list's key in an envelope."""

    name: str = "array"
    evidence: str = "it is a list of items"
    key: str | None = None
    at: int = -1
    runner_up: str | None = None
    sure: bool = True
    metadata: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)  # lists of objects: key to items

    def as_dict(self) -> dict[str, Any]:
        """The arguments that make it again."""
        return asdict(self)


def find_shape(reader: Reader, filename: str, wanted: str | None, max_rows: int) -> Shape:
    """Look at the beginning, or at the whole of an envelope. Raises EmptyFile, BadOverride."""
    first = reader.peek()
    if not first:
        raise EmptyFile(f"{filename!r} holds nothing but blanks")
    if first == "[":
        return Shape()
    if first != "{":
        return Shape("value", "it is a single value")
    members = list(_survey(reader, max_rows))
    end = reader.where()
    if reader.peek():
        return several(end[0], reader.where()[0])
    return _chosen(members, wanted)


def several(end: int, following: int) -> Shape:
    """Objects one after the other: the line where the first ends, and where the second begins."""
    if following > end:
        return Shape("lines", "each object begins on a line of its own", runner_up="concatenated")
    said = "the second object begins on the line where the first ends"
    return Shape("concatenated", said, runner_up="lines")


def decisions(shape: Shape) -> list[Decision]:
    """The decisions `shape` and, in an envelope, `list_key`."""
    if shape.name != "envelope":
        return [Decision("shape", shape.name, shape.evidence, runner_up=shape.runner_up)]
    said = "it is one object that holds a list of items"
    return [
        Decision("shape", "envelope", said, runner_up="object"),
        Decision("list_key", shape.key, shape.evidence, shape.sure, shape.runner_up),
    ]


def _survey(reader: Reader, max_rows: int) -> Iterator[Member]:
    left = KEPT_CHARS
    for at, key in enumerate(reader.members()):
        member = Member(key, at)
        begins = reader.peek()
        if begins == "[":
            left -= _look_through(reader, member, left, max_rows)
        else:
            value = reader.value()
            member.kind = "object" if begins == "{" else "value"
            fits = reader.size <= left
            member.value = plain(value) if fits else "(too large to be shown)"
            left -= reader.size if fits else 0
        yield member


def _look_through(reader: Reader, member: Member, left: int, max_rows: int) -> int:
    """Count the items of a list and keep it when it is small; gives the characters kept."""
    member.kind, kept, chars = "list", [], 0
    reader.item = 0
    for item in reader.array(max_rows):
        member.items += 1
        member.objects += isinstance(item, dict)
        chars += reader.size
        if chars <= left:
            kept.append(item)
    reader.item = 0
    whole = len(kept) == member.items
    member.value = plain(kept) if whole else f"(a list of {member.items:,} values)"
    return chars if whole else 0


def _chosen(members: list[Member], wanted: str | None) -> Shape:
    """A file of one object: an envelope around a list of objects, or one row."""
    by_key = {member.key: member for member in members}  # of equal keys the last counts
    lists = {key: member.items for key, member in by_key.items() if member.holds_objects}
    key = _list_key(by_key, lists, wanted)
    if key is None:
        return Shape("object", "it is one object: one row", runner_up="envelope")
    others = sorted((k for k in lists if k != key), key=lambda k: -lists[k])
    size = by_key[key].items
    evidence = f"{key!r} holds a list of {size:,} objects"
    if others:
        evidence += f", {others[0]!r} one of {lists[others[0]]:,}"
    return Shape(
        "envelope",
        "chosen by the user" if wanted else evidence,
        key,
        by_key[key].at,
        others[0] if others else None,
        wanted is not None or not others,
        {name: member.value for name, member in by_key.items() if name != key},
        {**lists, key: size},
    )


def _list_key(members: dict[str, Member], lists: dict[str, int], wanted: str | None) -> str | None:
    if wanted is not None:
        if wanted not in members or members[wanted].kind != "list":
            found = ", ".join(repr(key) for key, m in members.items() if m.kind == "list")
            raise BadOverride(f"{wanted!r} holds no list; lists are under: {found or 'no key'}")
        return wanted
    if lists:
        return max(lists, key=lambda name: lists[name])
    empty = [key for key, m in members.items() if m.kind == "list" and not m.items]
    others = [m for key, m in members.items() if key not in empty and m.kind != "object"]
    return empty[0] if len(empty) == 1 and not others else None


def items(reader: Reader, shape: Shape, max_rows: int) -> Iterator[Any]:
    """The items, one by one, from a reader that stands at the beginning of the file."""
    if shape.name == "array":
        yield from reader.array(max_rows)
        reader.end()
    elif shape.name in ("lines", "concatenated"):
        yield from reader.objects(max_rows)
    elif shape.name == "envelope":
        yield from _listed(reader, shape, max_rows)
    else:
        yield reader.single()
        reader.end()


def _listed(reader: Reader, shape: Shape, max_rows: int) -> Iterator[Any]:
    for at, _ in enumerate(reader.members()):
        if at == shape.at:
            yield from reader.array(max_rows)
        else:
            reader.skip()
    reader.end()
