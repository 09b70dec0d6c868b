"""The tables of one JSON file: its items, other lists of an envelope, lists of objects in items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import BadOverride
from core.files.json.cells import PARENT
from core.files.json.shape import Shape
from core.files.table import Decision, Region

ITEMS = "items"  # the name of the items when no key of the file names them


@dataclass(frozen=True)
class Choice:
    """A table that can be taken: how it is shown, and how it is read."""

    region: Region
    list_key: str | None
    path: str | None = None


def choices(summary: dict[str, Any], shape: Shape, columns: tuple[str, ...]) -> list[Choice]:
    """What there is to choose from; the first is what is taken when nobody chooses."""
    main = shape.key if shape.key is not None else ITEMS
    where = f"the list {main!r}" if shape.key is not None else "the items of the file"
    found = [Choice(Region(main, where, int(summary["rows"]), columns, True), shape.key)]
    for key, rows in shape.lists.items():
        if key != shape.key:
            found.append(Choice(Region(key, f"the list {key!r} of the file", rows, ()), key))
    taken = {choice.region.name for choice in found}
    for path, rows, names in summary["regions"]:
        name = path if path not in taken else f"{main}.{path}"
        region = Region(name, f"the list {path!r} of each item", rows, (PARENT, *names))
        found.append(Choice(region, shape.key, path))
    return found


def choose(
    found: Sequence[Choice], wanted: str | int | None, filename: str
) -> tuple[Choice, Decision | None]:
    """The table that is wanted, and the decision `table`, if there is one to take."""
    asked = found[0] if wanted is None else _find(found, wanted, filename)
    if len(found) == 1:
        return asked, None
    said = ", ".join(f"{c.region.name!r} with {c.region.rows:,} rows" for c in found)
    evidence = "chosen by the user" if wanted is not None else f"the file holds {said}"
    other = next(choice.region for choice in found if choice is not asked)
    sure = wanted is not None or all(choice.path is not None for choice in found[1:])
    return asked, Decision("table", asked.region.name, evidence, sure, str(other.name))


def _find(found: Sequence[Choice], wanted: str | int, filename: str) -> Choice:
    names = [str(choice.region.name) for choice in found]
    if str(wanted) in names:
        return found[names.index(str(wanted))]
    if isinstance(wanted, int) and 1 <= wanted <= len(found):
        return found[wanted - 1]
    known = ", ".join(map(repr, names))
    raise BadOverride(f"{filename!r} has no table {wanted!r}; there are {known}")


def regions(found: Sequence[Choice], asked: Choice) -> tuple[Region, ...]:
    """As `Table.tables` wants them; nothing when there is only one."""
    if len(found) == 1:
        return ()
    return tuple(replace(choice.region, chosen=choice is asked) for choice in found)
