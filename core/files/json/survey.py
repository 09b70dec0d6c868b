"""What one JSON object holds under its keys, seen without keeping it: an envelope may be of any size.

Lists are counted item by item. An object is taken whole where it fits into the text at hand, else it is
looked through in the same way, so that a long list is found below other keys, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from core.files.json.flatten import escaped, plain
from core.files.json.items import Number, Reader
from core.files.json.orient import Alike

KEPT_CHARS = 200_000  # of an envelope's other values, kept as metadata
KEPT_MEMBERS = 10_000
MOSTLY = 0.9  # share of objects that makes a list a list of objects
DEPTH = 6  # levels of objects in which rows are looked for
WRAPPER = 20  # members of an object that may be a wrapper around rows: more are looked at as rows
HEAD = 20  # items of a list that are kept, whatever their size


@dataclass
class Member:
    """What stands under one key. `path` is its key behind those above it, `at` their places from 0."""

    path: str
    at: list[int]
    kind: str = "value"  # value, number, object or list
    items: int = 0
    objects: int = 0
    value: Any = None
    head: list[Any] = field(default_factory=list)  # the first items of a list
    inner: list[Member] = field(default_factory=list)  # of an object: those that may be a table
    inside: Seen | None = None  # an object looked through, when it may be a wrapper

    @property
    def holds_objects(self) -> bool:
        """Whether this is a list (nearly) all of whose items are objects."""
        return self.kind == "list" and self.objects > 0 and self.objects >= MOSTLY * self.items

    @property
    def holds_lists(self) -> bool:
        """Whether this is a list whose first items are lists."""
        return self.kind == "list" and bool(self.head) and all(type(i) is list for i in self.head)

    @property
    def deep(self) -> Iterator[Member]:
        """The lists of objects in it, at any depth."""
        if self.holds_objects:
            yield self
        for member in self.inner:
            yield from member.deep


@dataclass
class Seen:
    """An object looked through: its members (of equal keys the last), and whether its objects are alike."""

    members: dict[str, Member] = field(default_factory=dict)
    alike: Alike = field(default_factory=Alike)
    count: int = 0
    left: int = KEPT_CHARS  # characters that may still be kept


def survey(reader: Reader, max_rows: int) -> Seen:
    """Look through the object that comes next."""
    seen = Seen(left=KEPT_CHARS)
    _object(reader, seen, "", [], max_rows)
    return seen


def _object(reader: Reader, seen: Seen, above: str, at: list[int], max_rows: int) -> None:
    for place, key in enumerate(reader.members()):
        seen.count += 1
        member = Member(above + (escaped(key) if above or at else key), [*at, place])
        begins = reader.peek()
        if begins == "[":
            _list(reader, seen, member, max_rows)
        elif begins == "{" and len(member.at) < DEPTH and not reader.whole():
            _large(reader, seen, key, member, max_rows)
        else:
            _value(reader, seen, key, member, begins == "{")
        if member.inner or member.kind == "list" or len(seen.members) < KEPT_MEMBERS:
            seen.members[key] = member


def _list(reader: Reader, seen: Seen, member: Member, max_rows: int) -> None:
    """Count the items, and keep them when they are small."""
    member.kind, kept, chars = "list", [], 0
    reader.item = 0
    for item in reader.array(max_rows):
        member.items += 1
        member.objects += isinstance(item, dict)
        chars += reader.size
        if len(member.head) < HEAD:
            member.head.append(item)
        if chars <= seen.left:
            kept.append(item)
    reader.item = 0
    whole = len(kept) == member.items
    member.value = plain(kept) if whole else f"(a list of {member.items:,} values)"
    seen.left -= chars if whole else 0


def _large(reader: Reader, seen: Seen, key: str, member: Member, max_rows: int) -> None:
    inside = Seen(left=seen.left)
    _object(reader, inside, f"{escaped(member.path)}.", member.at, max_rows)
    member.kind, seen.left = "object", inside.left
    member.value = {name: inner.value for name, inner in inside.members.items()}
    member.inner = [m for m in inside.members.values() if any(m.deep)]
    member.inside = inside
    seen.alike.add(key, inside.members)


def _value(reader: Reader, seen: Seen, key: str, member: Member, is_object: bool) -> None:
    value = reader.value()
    fits = reader.size <= seen.left
    member.value = plain(value) if fits else "(too large to be shown)"
    seen.left -= reader.size if fits else 0
    if type(value) is Number:
        member.kind = "number"
    if is_object:
        member.kind = "object"
        member.inner = list(_within(value, f"{escaped(member.path)}.", member.at))
        if seen.count <= WRAPPER:
            member.inside = _looked_through(value, f"{escaped(member.path)}.", member.at)
        seen.alike.add(key, value)


def _within(value: dict[str, Any], above: str, at: list[int]) -> Iterator[Member]:
    """The lists of objects in an object that was read whole."""
    for place, (key, inner) in enumerate(value.items()):
        if type(inner) is list and dict in map(type, inner):
            objects = sum(type(item) is dict for item in inner)
            here = Member(above + escaped(key), [*at, place], "list", len(inner), objects)
            here.head = inner[:HEAD]
            yield here
        elif type(inner) is dict and len(at) + 1 < DEPTH:
            found = list(_within(inner, f"{above}{escaped(key)}.", [*at, place]))
            if found:
                yield Member(above + escaped(key), [*at, place], "object", inner=found)


def _looked_through(value: dict[str, Any], above: str, at: list[int]) -> Seen:
    """What `survey` sees, of an object that was read whole."""
    seen = Seen()
    for place, (key, inner) in enumerate(value.items()):
        seen.count += 1
        member = Member(above + escaped(key), [*at, place], value=plain(inner))
        if type(inner) is list:
            objects = sum(type(item) is dict for item in inner)
            member.kind, member.items, member.objects = "list", len(inner), objects
            member.head = inner[:HEAD]
        elif type(inner) is dict:
            member.kind = "object"
            seen.alike.add(key, inner)
            if seen.count <= WRAPPER and len(member.at) < DEPTH:
                member.inside = _looked_through(inner, f"{member.path}.", member.at)
        elif type(inner) is Number:
            member.kind = "number"
        seen.members[key] = member
    return seen
