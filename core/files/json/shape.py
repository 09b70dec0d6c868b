"""How a JSON file holds its items: array, lines, concatenated objects, envelope, one object ...

A file that begins with an object is looked at twice: once to see whether it is an envelope and
which of its lists is the table, and once to stream that list. So an envelope may be of any size.
`json_orient` has the ways in which rows are no list of objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from core.errors import BadOverride, EmptyFile, TooManyRows
from core.files.json import orient as json_orient
from core.files.json.items import Reader
from core.files.json.survey import HEAD, MOSTLY, Member, Seen, survey
from core.files.table import Decision

DEEPER = 10  # times more items than at the top make a list further down the table
# Keys of what tells about a file and not about a person.
_ABOUT = frozenset(
    "api author by code copyright count created createdat cursor date description download error errors"
    " exported exportedat format generated generatedat hasmore head info kind lastupdated length licence"
    " license limit link links message meta metadata modified next offset ok page pagesize pages pagination"
    " per perpage previous prev publisher query range retrieved schema self size source sources status success"
    " timestamp title total totalcount totalpages type uri url updated updatedat v version".split()
)


@dataclass
class Shape:
    """How the file holds its items. `at` are the places of the keys that lead to them, from the outside in."""

    name: str = "array"
    evidence: str = "it is a list of items"
    key: str | None = None
    at: list[int] = field(default_factory=list)
    runner_up: str | None = None
    sure: bool = True
    metadata: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)  # lists of objects: key to items
    names: list[str] | None = None  # of the columns, when rows are lists
    header: bool = False  # the first of these lists holds the names
    numbered: bool = False  # the keys of keyed rows only count them

    def as_dict(self) -> dict[str, Any]:
        """The arguments that make it again."""
        return asdict(self)


def find_shape(
    reader: Reader, filename: str, wanted: str | None, max_rows: int, shape: str | None = None
) -> Shape:
    """Look at the beginning, or at the whole of an envelope. Raises EmptyFile, BadOverride.

    `wanted` is the key of a list, `shape` one of `source.SHAPES`: what a person chose.
    """
    first = reader.peek()
    if not first:
        raise EmptyFile(f"{filename!r} holds nothing but blanks")
    if first == "[":
        return _array(reader, max_rows)
    if first != "{":
        return Shape("value", "it is a single value")
    seen = survey(reader, max_rows)
    end = reader.where()
    if reader.peek():
        return several(end[0], reader.where()[0])
    return _asked(seen, wanted, shape) or _found(seen)


def several(end: int, following: int) -> Shape:
    """Objects one after the other: the line where the first ends, and where the second begins."""
    if following > end:
        return Shape("lines", "each object begins on a line of its own", runner_up="concatenated")
    said = "the second object begins on the line where the first ends"
    return Shape("concatenated", said, runner_up="lines")


def decisions(shape: Shape) -> list[Decision]:
    """The decisions `shape` and, in an envelope, `list_key`."""
    if shape.name != "envelope":
        sure = shape.sure
        return [Decision("shape", shape.name, shape.evidence, sure, runner_up=shape.runner_up)]
    said = "it is one object that holds a list of items"
    return [
        Decision("shape", "envelope", said, runner_up="object"),
        Decision("list_key", shape.key, shape.evidence, shape.sure, shape.runner_up),
    ]


# ------------------------------------------------------------------ what was asked for


def _asked(seen: Seen, key: str | None, shape: str | None) -> Shape | None:
    """The shape that a person chose. Raises BadOverride when the file has no such thing."""
    if key is not None:
        return _envelope(seen, _wanted(seen, key), "chosen by the user", True)
    if shape is None:
        return None
    if shape == "object":
        return Shape("object", "chosen by the user")
    found = next((s for s in _readings(seen) if s.name == shape), None)
    if found is None:
        raise BadOverride(
            f"the file cannot be read as {shape}: it has no such rows",
            hint=f"It can be read as {', '.join(dict.fromkeys(s.name for s in _readings(seen)))}.",
        )
    found.sure, found.evidence = True, "chosen by the user"
    return found


def _wanted(seen: Seen, key: str) -> Member:
    lists = {m.path: m for m in _lists(seen)} | {
        k: m for k, m in seen.members.items() if m.kind == "list"
    }
    if key in lists:
        return lists[key]
    found = ", ".join(map(repr, lists))
    raise BadOverride(f"{key!r} holds no list; lists are under: {found or 'no key'}")


# ------------------------------------------------------------------ what is likeliest


def _found(seen: Seen) -> Shape:
    readings = list(_readings(seen))
    best = readings[0]
    if best.name not in ("object", "envelope"):
        best.runner_up = next(s.name for s in readings[1:] if s.name != best.name)
    return best


def _readings(seen: Seen) -> Iterator[Shape]:
    """The shapes that the file may have, the likeliest first; the last is one row."""
    top = [m for m in seen.members.values() if m.holds_objects]
    yield from _split(seen)
    if top:
        yield _best(seen, top)
    yield from _oriented(seen)
    wrapped = [] if top else list(_wrapped(seen))
    deep = [] if top else list(_lists(seen))
    told = _has_text_beside(seen)  # then it may be one person
    likely = deep and (not told or max(m.items for m in deep) > DEEPER)
    yield from wrapped if not told else ()
    if likely:
        yield _deep(seen, deep)
    yield from _plain_lists(seen)
    sure = not deep and not wrapped
    yield Shape("object", "it is one object: one row", runner_up="envelope", sure=sure)
    yield from wrapped if told else ()
    if deep and not likely:
        yield _deep(seen, deep)


def _deep(seen: Seen, lists: list[Member]) -> Shape:
    found = _best(seen, lists)
    if not all(_about(m) or m.inner for m in seen.members.values()):
        found.sure, found.runner_up = False, found.runner_up or "object"
    return found


def _has_text_beside(seen: Seen) -> bool:
    """Whether a text stands beside the objects and lists, as of one person: nothing about the file."""
    return any(map(_is_text, seen.members.values()))


def _is_text(member: Member) -> bool:
    text = member.kind == "value" and isinstance(member.value, str) and member.value.strip()
    return bool(text) and not _about(member)


def _wrapped(seen: Seen) -> Iterator[Shape]:
    """Rows that are no list of objects, within an object around them: `{"entities": {"Q1": {...}, "Q2": {...}}}`."""
    wrappers = [m for m in seen.members.values() if m.inside is not None]
    others = sum(not _about(m) for m in seen.members.values()) if wrappers else 0
    for member in wrappers:
        assert member.inside is not None  # nosec B101 (they were taken for it)
        known = others <= (not _about(member))
        for shape in (*_split(member.inside), *_oriented(member.inside), *_wrapped(member.inside)):
            shape.at = shape.at or member.at
            shape.sure = shape.sure and known
            shape.evidence = f"within {member.path!r}, {shape.evidence}"
            yield shape


def _split(seen: Seen) -> Iterator[Shape]:
    """An envelope in which one list names the columns, and another holds the rows as lists."""
    members = seen.members
    named = json_orient.split({key: m.head for key, m in members.items() if m.kind == "list"})
    if named is None or members[named.key].items != len(named.names):
        return
    rows = members[named.rows]
    said = f"{named.key!r} names the columns of the {rows.items:,} lists in {named.rows!r}"
    found = _envelope(seen, rows, said, True)
    found.names, found.header = list(named.names), False
    yield found


def _oriented(seen: Seen) -> Iterator[Shape]:
    members = seen.members
    objects = seen.alike.objects == seen.count and json_orient.of_objects(seen.alike)
    if objects:
        yield Shape(*objects[:2], sure=objects[2], numbered=seen.alike.places)
    lists = list(members.values())
    if all(m.kind == "list" and not m.objects and not m.holds_lists for m in lists):
        columns = json_orient.of_lists(m.items for m in lists)
        if columns:
            yield Shape(*columns[:2], sure=columns[2])


def _plain_lists(seen: Seen) -> Iterator[Shape]:
    """An envelope around a list of lists, or around an empty list."""
    rows = [m for m in seen.members.values() if m.holds_lists]
    others = [m for m in seen.members.values() if m.kind != "list" and not _about(m)]
    if len(rows) == 1 and (not others or json_orient.has_header(rows[0].head)):
        said = f"{rows[0].path!r} holds {rows[0].items:,} lists"
        yield _envelope(seen, rows[0], said, not others)
    empty = [m for m in seen.members.values() if m.kind == "list" and not m.items]
    others = [m for m in seen.members.values() if m not in empty and m.kind != "object"]
    if len(empty) == 1 and not others:
        yield _envelope(seen, empty[0], f"{empty[0].path!r} holds a list of 0 objects", True)


def _lists(seen: Seen) -> list[Member]:
    return [found for member in seen.members.values() for found in member.deep]


def _about(member: Member) -> bool:
    """Whether this tells about the file: a word such as *count*, or nothing that a person is told by."""
    key = "".join(c for c in member.path.rpartition(".")[2].casefold() if c.isalnum())
    return key in _ABOUT or member.value is None or isinstance(member.value, bool)


def _best(seen: Seen, lists: list[Member]) -> Shape:
    """The envelope around the longest of these lists; a short one at the top goes before one below."""
    top = max(lists, key=lambda m: m.items)
    others = sorted((m for m in _lists(seen) if m is not top), key=lambda m: -m.items)
    if others and len(others[0].at) > len(top.at) and others[0].items > DEEPER * top.items:
        top, others = others[0], [top, *others[1:]]
    evidence = f"{top.path!r} holds a list of {top.items:,} objects"
    if others:
        evidence += f", {others[0].path!r} one of {others[0].items:,}"
    beside = (m for m in seen.members.values() if m.at[0] != top.at[0])
    record = any(map(_is_text, beside))
    found = _envelope(seen, top, evidence, not others and not record)
    found.runner_up = others[0].path if others else "object" if record else None
    return found


def _envelope(seen: Seen, member: Member, evidence: str, sure: bool) -> Shape:
    lists = {m.path: m.items for m in _lists(seen)} | {member.path: member.items}
    metadata = {
        key: m.value for key, m in seen.members.items() if m.at[0] != member.at[0] or m.inner
    }
    for key, other in seen.members.items():
        if other.at[0] == member.at[0] and other.inner and isinstance(other.value, dict):
            metadata[key] = _without(other.value, member.at[1:])
    shape = Shape("envelope", evidence, member.path, member.at, None, sure, metadata, lists)
    return _with_header(shape, member.head) if member.holds_lists else shape


def _without(value: Any, at: list[int]) -> Any:
    """The metadata of an object without the list that is the table."""
    if not isinstance(value, dict) or not at:
        return value
    kept = dict(value)
    key = next(islice(value, at[0], None), None)
    if key is not None:
        kept.pop(key)
        if len(at) > 1:
            kept[key] = _without(value[key], at[1:])
    return kept


# ------------------------------------------------------------------ lists of lists


def _array(reader: Reader, max_rows: int) -> Shape:
    items_ = reader.array(max_rows)
    head = list(islice(items_, 1))
    if not head or not isinstance(head[0], list) or not head[0]:
        return Shape()
    head += islice(items_, HEAD)
    lists = sum(isinstance(row, list) for row in head)
    if len(head) < 2 or lists < MOSTLY * len(head):
        return Shape()
    shape = Shape("rows", "it is a list of lists", sure=len({len(row) for row in head}) == 1)
    return _with_header(shape, head)


def _with_header(shape: Shape, head: list[Any]) -> Shape:
    if json_orient.has_header(head):
        shape.header, shape.names = True, list(head[0])
        shape.evidence += ", the first of them the names of the columns"
        shape.sure = shape.sure and not all(
            isinstance(cell, str) and not any(c.isdigit() for c in cell)
            for row in head[1:]
            for cell in row
        )
    return shape


# ------------------------------------------------------------------ the items


def items(reader: Reader, shape: Shape, max_rows: int) -> Iterator[Any]:
    """The items, one by one, from a reader that stands at the beginning of the file."""
    if shape.name in ("array", "rows"):
        yield from _rows(reader, shape, max_rows)
        reader.end()
    elif shape.name in ("lines", "concatenated"):
        yield from reader.objects(max_rows)
    elif shape.name == "envelope":
        yield from _inside(reader, shape.at, lambda: _rows(reader, shape, max_rows))
        reader.end()
    elif shape.name == "keyed":
        yield from _inside(reader, shape.at, lambda: _keyed(reader, shape, max_rows))
        reader.end()
    elif shape.name == "columns":
        yield from _inside(reader, shape.at, lambda: _turned(reader, max_rows))
        reader.end()
    else:
        yield reader.single()
        reader.end()


def _rows(reader: Reader, shape: Shape, max_rows: int) -> Iterator[Any]:
    by_names = shape.name == "rows" or shape.header or shape.names is not None
    for number, item in enumerate(reader.array(max_rows + shape.header)):
        if number or not shape.header:
            yield json_orient.listed(item, shape.names) if by_names else item


def _keyed(reader: Reader, shape: Shape, max_rows: int) -> Iterator[Any]:
    for key in reader.members():
        yield json_orient.keyed(key, reader.counted(max_rows), shape.numbered)


def _inside(reader: Reader, at: list[int], rows: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """The rows of what stands at these places; what stands beside it is passed over."""
    if not at:
        yield from rows()
        return
    for place, _ in enumerate(reader.members()):
        if place == at[0]:
            yield from _inside(reader, at[1:], rows)
        else:
            reader.skip()


def _turned(reader: Reader, max_rows: int) -> Iterator[Any]:
    begins = reader.where()[0]
    columns = {key: reader.value() for key in reader.members()}
    reader.spans.append((begins, reader.where()[0]))
    for number, row in enumerate(json_orient.turned(columns), start=1):
        if number > max_rows:
            raise TooManyRows(f"more than {max_rows:,} items", limit=max_rows)
        reader.item = number
        yield row
