"""A JSON file without a person: the items of their rows are written anew, every other character stays as it is."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, TextIO

from core.files.json.places import Place, open_text, places
from core.files.source import Reading

PART = 1 << 20  # characters


def without(
    path: Path,
    filename: str,
    reading: Reading,
    rows: Collection[int],
    names: Collection[str],
    blank: Callable[[str], str],
) -> Iterator[bytes] | None:
    """The bytes of the new file, piece by piece; None where these rows cannot be written anew.

    `blank` takes out of a text what can be read. A key stays, since others have it too: one that is itself a name of
    the person cannot be taken out. Raises what reading raises.
    """
    if reading.get("table") not in (None, 1):  # the rows are parts of items
        return None
    found = [
        (place.start, place.end, _written(place, names, blank))
        for place in places(path, filename, rows, reading.get("list_key"), reading.get("shape"))
    ]
    if len(found) != len(rows) or any(text is None for _, _, text in found):
        return None
    return _copied(path, [(start, end, text or "") for start, end, text in found])


def _written(place: Place, names: Collection[str], blank: Callable[[str], str]) -> str | None:
    known = {name.casefold() for name in names}

    def anew(value: Any) -> Any:
        if isinstance(value, dict):
            if any(key.strip().casefold() in known for key in value):
                raise KeyError
            return {key: anew(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [anew(inner) for inner in value]
        return value if value is None else blank(str(value))

    try:
        return json.dumps(anew(place.value), ensure_ascii=False)
    except KeyError:
        return None


def _copied(path: Path, changed: list[tuple[int, int, str]]) -> Iterator[bytes]:
    with path.open("rb") as file:
        if file.read(3) == codecs.BOM_UTF8:
            yield codecs.BOM_UTF8
    with open_text(path) as stream:
        place = 0
        for start, end, text in changed:
            yield from _read(stream, start - place)
            for _ in _read(stream, end - start):
                pass
            yield text.encode("utf-8")
            place = end
        while part := stream.read(PART):
            yield part.encode("utf-8")


def _read(stream: TextIO, characters: int) -> Iterator[bytes]:
    while characters > 0 and (part := stream.read(min(characters, PART))):
        characters -= len(part)
        yield part.encode("utf-8")
