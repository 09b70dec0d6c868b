"""Where the items of a JSON file stand in its text, in bounded memory: for whoever changes some of them alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from core.files.json import shape as json_shape
from core.files.json.items import Reader
from core.files.json.write import MAX_VALUE

CODEC = "utf-8-sig"


@dataclass(frozen=True)
class Place:
    """An item: the row it became, its first character and the one behind it (a byte order mark is none), its value."""

    row: int
    start: int
    end: int
    value: Any


class _Placed(Reader):
    """A reader that knows how many characters it has dropped."""

    def __init__(self, stream: TextIO, max_chars: int) -> None:
        super().__init__(stream, max_chars)
        self.dropped = 0
        self.ended = 0
        self.item_value: Any = None

    def _forget(self) -> None:
        self.dropped += self._place
        super()._forget()

    def counted(self, max_rows: int) -> Any:
        value = super().counted(max_rows)
        self.ended, self.item_value = self.dropped + self._place, value
        return value


def places(
    path: Path, filename: str, rows: Collection[int], list_key: str | None, shape: str | None
) -> Iterator[Place]:
    """The items of these rows (from 1), in order. Nothing for rows that are no items of their own, as in `{"name": [...], ...}`.

    Raises BrokenFile, UnicodeError for anything but UTF-8.
    """
    many = 1 << 60
    with open_text(path) as stream:
        found = json_shape.find_shape(Reader(stream, MAX_VALUE), filename, list_key, many, shape)
    if found.name == "columns":
        return
    with open_text(path) as stream:
        reader = _Placed(stream, MAX_VALUE)
        # An item is handed out when it was read, and before the next one is.
        for row, _ in enumerate(json_shape.items(reader, found, many), 1):
            if row in rows:
                yield Place(row, reader.ended - reader.size, reader.ended, reader.item_value)


def open_text(path: Path) -> TextIO:
    """The file as text, every character as it stands."""
    return path.open(encoding=CODEC, newline="\n")
