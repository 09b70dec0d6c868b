"""Why a record is a hit: which typed word matched which text of it, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from core.names.sounds import sound
from core.search import forms
from core.search.layout import LONG, Layout
from core.search.plan import Asked, Match, Option
from core.search.results import How, Why
from core.search.tokens import Token, fold, tokens

SHOWN = 5  # places of one word in one text
Place = tuple[
    int, int, bool
]  # where in the text, and whether it is another form of what is written there


class Text(NamedTuple):
    """One value of a record, cut into words. `named`: it is a name of the record."""

    field: str
    item: int
    value: str
    tokens: tuple[Token, ...]
    named: bool


@dataclass(frozen=True)
class Wanted:
    """A typed word, ready to be looked for: its one-word options by what they match, and the others."""

    asked: Asked
    single: dict[tuple[str, str], int]  # field and word to the place of the option, the best first
    lengths: tuple[int, ...]  # of beginnings
    others: tuple[int, ...]

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """How the word sounds, in its likeliest readings."""
        read = ["".join(r) for r in forms.readings(self.asked.text)[:3]] or [fold(self.asked.text)]
        return tuple(dict.fromkeys(filter(None, map(sound, read))))

    def best(self, text: Text, before: int | None = None) -> tuple[int, list[Place]] | None:
        """The best option that the text has (better than that at `before`), and its places."""
        best = len(self.asked.options) if before is None else before
        places: list[Place] = []
        for place, start, end, form in self._hits(text):
            if place < best:
                best, places = place, []
            if place == best and len(places) < SHOWN:
                places.append((start, end, form))
        for place in self.others:
            if place >= best:
                break
            found = _whole(self.asked.options[place], text)
            if found:
                return place, found
        return (best, places) if places else None

    def _hits(self, text: Text) -> Iterator[tuple[int, int, int, bool]]:
        """Options of one word that the text has, with their places."""
        single, own = self.single, f"t_{text.field}"
        fields = ("names", own) if text.named else (own,)
        for token in text.tokens:
            for field in fields:
                place = single.get((field, token.text))
                if place is not None:
                    yield place, token.start, token.end, False
            if text.named:
                for length in self.lengths:
                    place = single.get(("prefix", token.text[:length]))
                    if place is not None:
                        yield place, token.start, token.end, False
        if text.named and not text.value.isascii():
            for form, (start, end) in forms.origins(text.value).items():
                place = single.get(("names", form))
                if place is not None:
                    yield place, start, end, True


def wanted(asked: Sequence[Asked]) -> tuple[Wanted, ...]:
    """The words that hits must have, ready to be looked for."""
    return tuple(_wanted(each) for each in asked if not each.excluded)


def _wanted(asked: Asked) -> Wanted:
    single: dict[tuple[str, str], int] = {}
    others = []
    for place, option in enumerate(asked.options):
        match = option.matches[0] if len(option.matches) == 1 else None
        if match and len(match.words) == 1 and not option.parts:
            single.setdefault((match.field, match.words[0]), place)
        else:
            others.append(place)
    lengths = {len(word) for field, word in single if field == "prefix"}
    return Wanted(asked, single, tuple(sorted(lengths)), tuple(others))


def texts(layout: Layout, record: Mapping[str, Any], *, names: bool = False) -> list[Text]:
    """The texts of a record that are searched, names first; or `names` alone."""
    found = []
    for name in layout.names if names else (*layout.names, *layout.texts):
        value = record.get(name)
        if value:
            named = name in layout.names
            for item, each in enumerate(value if isinstance(value, (list, tuple)) else (value,)):
                if each:
                    found.append(Text(name, item, str(each), _tokens(str(each)), named))
    return found


def _tokens(value: str) -> tuple[Token, ...]:
    return _remembered(value) if len(value) < LONG else tuple(tokens(value))


@lru_cache(maxsize=50_000)
def _remembered(value: str) -> tuple[Token, ...]:
    return tuple(tokens(value))


def reasons(layout: Layout, words: Sequence[Wanted], record: Mapping[str, Any]) -> tuple[Why, ...]:
    """For each typed word the best meaning that the record has, with every place of it."""
    found: dict[Why, None] = {}
    every = texts(layout, record)
    for each in words:
        found.update(dict.fromkeys(_of_word(each, every)))
    return tuple(found)


def _of_word(wanted: Wanted, every: list[Text]) -> list[Why]:
    best: int | None = None
    made: list[tuple[Text, list[Place]]] = []
    for text in every:
        found = wanted.best(text, None if best is None else best + 1)
        if found:
            if found[0] != best:
                best, made = found[0], []
            made.append((text, found[1]))
    if best is None:
        return []
    written = [(t, [p for p in places if not p[2]]) for t, places in made]
    kept = [(t, places) for t, places in written if places] or made  # as written, if it is
    option = wanted.asked.options[best]
    return [why(wanted.asked, option, text, place) for text, places in kept for place in places]


def why(asked: Asked, option: Option, text: Text, place: Place) -> Why:
    """One reason."""
    start, end, form = place
    how: How = "other script" if form and option.how == "same" else option.how
    return Why(asked.text, text.value[start:end], how, text.field, text.item, start, end)


def _whole(option: Option, text: Text) -> list[Place]:
    """The places of an option of several words, all of which the text must have."""
    found: list[Place] = []
    for match in option.matches:
        places = _phrase(match, text)
        if not places:
            return []
        found += places
    for part in option.parts:
        inner = _wanted(part).best(text)
        if inner is None:
            return []
        found += inner[1]
    return found


def _phrase(match: Match, text: Text) -> list[Place]:
    named = match.field in ("names", "prefix")
    if named and not text.named or not named and match.field != f"t_{text.field}":
        return []
    words, count = match.words, len(match.words)
    found: list[Place] = []
    for i in range(len(text.tokens) - count + 1):
        part = text.tokens[i : i + count]
        if match.field == "prefix":
            fits = part[0].text.startswith(words[0])
        else:
            fits = all(token.text == word for token, word in zip(part, words, strict=True))
        if fits:
            found.append((part[0].start, part[-1].end, False))
    if not found and named and count == 1 and not text.value.isascii():
        place = forms.origins(text.value).get(words[0])
        if place:
            found.append((*place, True))
    return found
