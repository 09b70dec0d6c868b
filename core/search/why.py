"""Why a record is a hit: which typed word matched which text of it, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.search import forms
from core.search.found import How, Why
from core.search.layout import Layout
from core.search.plan import Asked, Match, Option
from core.search.tokens import Token, tokens


@dataclass(frozen=True)
class Text:
    """One value of a record, cut into words."""

    field: str
    item: int
    value: str
    tokens: tuple[Token, ...]


def texts(layout: Layout, record: Mapping[str, Any]) -> list[Text]:
    """The texts of a record that are searched, names first."""
    found = []
    for name in (*layout.names, *layout.texts):
        value = record.get(name)
        values = value if isinstance(value, (list, tuple)) else [value]
        for item, each in enumerate(values):
            if each:
                found.append(Text(name, item, str(each), tuple(tokens(str(each)))))
    return found


def reasons(layout: Layout, asked: Sequence[Asked], record: Mapping[str, Any]) -> tuple[Why, ...]:
    """For each typed word the best meaning that the record has, with every place of it."""
    found: dict[Why, None] = {}
    every = texts(layout, record)
    for each in asked:
        if not each.excluded:
            found.update(dict.fromkeys(_of_word(layout, each, every)))
    return tuple(found)


def _of_word(layout: Layout, asked: Asked, every: list[Text]) -> list[Why]:
    for option in asked.options:  # the best first
        made: list[Why] = []
        for match in option.matches:
            places = list(_places(layout, match, every))
            if not places:
                break
            made += [_why(asked, option, *place) for place in places[:5]]
        else:
            return made
    return []


def _why(asked: Asked, option: Option, text: Text, first: Token, last: Token, form: bool) -> Why:
    how: How = "other script" if form and option.how == "same" else option.how
    return Why(
        word=asked.text,
        text=text.value[first.start : last.end],
        how=how,
        field=text.field,
        item=text.item,
        start=first.start,
        end=last.end,
    )


def _places(
    layout: Layout, match: Match, every: list[Text]
) -> Iterator[tuple[Text, Token, Token, bool]]:
    """Where the record has it: a text, the first and the last word, and whether in another form."""
    for text in every:
        named = text.field in layout.names
        if match.field in ("names", "prefix"):
            if not named:
                continue
        elif match.field != f"t_{text.field}":
            continue
        yield from _within(match, text, named)


def _within(match: Match, text: Text, named: bool) -> Iterator[tuple[Text, Token, Token, bool]]:
    words, count = match.words, len(match.words)
    found = False
    for i in range(len(text.tokens) - count + 1):
        part = text.tokens[i : i + count]
        if match.field == "prefix":
            fits = part[0].text.startswith(words[0])
        else:
            fits = all(token.text == word for token, word in zip(part, words))
        if fits:
            found = True
            yield text, part[0], part[-1], False
    if not found and named and text.tokens and count == 1:
        for first, last in forms.origin(text.value, words[0], match.field == "prefix"):
            yield text, text.tokens[first], text.tokens[last], True
