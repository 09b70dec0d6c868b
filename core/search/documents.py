"""From a record to a document of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import orjson

from core.search import forms
from core.search.layout import EDGE, LONG, Layout
from core.search.tokens import tokens, words

Document = dict[str, Any]  # field of the layout to value, or list of values


class Documents:
    """Makes documents of the rows of a record table: `record_id` first, then `layout.columns`, then its `rowid`."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        place = {name: i + 1 for i, name in enumerate(layout.columns)}
        kinds = {f.name: f.type for f in layout.dataset.fields}
        self._names = [place[n] for n in layout.names]
        self._own = [(f"t_{n}", place[n]) for n in layout.names]
        self._texts = [(f"t_{n}", place[n], kinds[n]) for n in layout.texts]
        self._values = [(f"v_{n}", place[n], kinds.get(n, "text")) for n in layout.values]
        self._numbers = [(n, place[n], kinds[n]) for n in layout.numbers]
        self._shown = [(n, place[n]) for n in layout.shown]

    def of(self, rows: Iterable[Sequence[Any]]) -> Iterator[Document]:
        """A document for each row."""
        return map(self.one, rows)

    def one(self, row: Sequence[Any]) -> Document:
        """The document of one record."""
        made: Document = {"id": str(row[0]), "row": row[-1]}
        self._put_names(row, made)
        for key, place, kind in self._texts:
            value = row[place]
            if value:
                made[key] = _day_words(value) if kind == "date" else _words(value)
        for key, place, kind in self._values:
            value = row[place]
            if value is not None:
                made[key] = _values(value, kind)
        for name, place, kind in self._numbers:
            value = row[place]
            if value is not None:
                made[f"n_{name}"] = first = number(value, kind)
                if kind == "date":
                    made[f"m_{name}"] = last_day(value) if len(value) < 10 else first
        shown = {name: row[place] for name, place in self._shown if row[place] is not None}
        made["shown"] = orjson.dumps(shown)
        return made

    def _put_names(self, row: Sequence[Any], made: Document) -> None:
        every: dict[str, None] = {}
        for place in self._names:
            value = row[place]
            if value:
                for each in value if isinstance(value, list) else (value,):
                    every.update(dict.fromkeys(forms.indexed(each)))
        for key, place in self._own:
            if row[place]:
                made[key] = _words(row[place])
        made["names"] = " ".join(every)
        made["prefix"] = " ".join({edge for word in every for edge in edges(word)})


def _words(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(word for each in value if each for word in words(each))
    if len(value) > LONG:  # hardly ever comes again
        return " ".join(token.text for token in tokens(value))
    return " ".join(words(value))


def _day_words(value: str) -> str:
    """A date as words: its year, its month, itself."""
    bc = value.startswith("-")
    pieces = value[bc:].split("-")
    year = pieces[0].lstrip("0") or "0"
    return " ".join([year, *("-".join(pieces[: n + 1]) for n in range(1, len(pieces))), value])


def _values(value: Any, kind: str) -> list[str]:
    if kind == "list":
        return [str(each)[:LONG] for each in value if each]
    if kind == "boolean":
        return ["true" if value else "false"]
    return [value[:LONG]]


@lru_cache(maxsize=500_000)
def edges(word: str) -> tuple[str, ...]:
    """The beginnings of a word."""
    return tuple(word[:n] for n in range(1, min(len(word), EDGE) + 1))


@lru_cache(maxsize=200_000)
def number(value: Any, kind: str) -> int | float:
    """A value as it is compared: a date as year, month and day in digits, its first day."""
    if kind != "date":
        return int(value) if kind == "integer" else float(value)
    return _digits(value, 1, 1)


@lru_cache(maxsize=10_000)
def last_day(value: str) -> int:
    """The last day of a date; every month counts as one of 31 days."""
    return _digits(value, 12, 31)


def _digits(value: str, month: int, day: int) -> int:
    bc = value.startswith("-")
    pieces = [int(piece) for piece in value[bc:].split("-")]
    year, month, day = (*pieces, *(month, day)[len(pieces) - 1 :])
    return (-year if bc else year) * 10_000 + month * 100 + day
