"""The forms of a name under which somebody may look for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from core.names.folding import simplified
from core.names.nicknames import nicknames
from core.names.romanising import read
from core.names.scripts import script
from core.names.splitting import words
from core.names.word import Word

FormHow = Literal[
    "written",
    "without title",
    "turned",
    "other script",
    "simplified",
    "joined",
    "initials",
    "nickname",
    "alias",
]
_MOST_READINGS = 8  # forms of one name in Latin letters
_MOST_TURNED = 3  # of them that are turned as well
_WEIGHTS = tuple(round(0.95 - 0.02 * place, 2) for place in range(_MOST_READINGS))
_MOST_NICKNAMES = 12


class Form(NamedTuple):
    """A folded form of a name, what was done to it, and how much a hit in it counts: 0 to 1.

    A tuple, since a million names have twenty million of them.
    """

    text: str
    how: FormHow
    weight: float


def forms(name: str, aliases: Iterable[str] = ()) -> tuple[Form, ...]:
    """All forms of a name and its aliases, each text once, with its highest weight; the name as written first."""
    found = _forms(name)
    for alias in aliases:
        for form in _forms(alias):
            how: FormHow = "alias" if form.how == "written" else form.how
            found.append(Form(form.text, how, round(form.weight * 0.95, 3)))
    best: dict[str, Form] = {}
    for form in found:
        if form.text and (form.text not in best or best[form.text].weight < form.weight):
            best[form.text] = form
    return tuple(best.values())


def _forms(name: str) -> list[Form]:
    all_ = words(name)
    kept = [word for word in all_ if word.role not in ("title", "suffix")]
    if not kept:
        return []
    found = [Form(_text(all_), "written", 1.0)]
    if len(kept) < len(all_):
        found.append(Form(_text(kept), "without title", 0.98))
    found += _turned(kept)
    if any(word.script == "Hani" for word in kept):
        found += _han(kept)
    if any(word.script != "Latn" for word in kept):
        found += _romanised(kept)
    return [*found, *_initials(kept), *_nicknames(kept)]


def _text(words_: Sequence[Word]) -> str:
    return " ".join(word.folded for word in words_)


def _turned(kept: Sequence[Word]) -> list[Form]:
    """The family name before or behind: the last word first (with its particles), and the first word last."""
    if len(kept) < 2:
        return []
    begin = len(kept) - 1
    while begin > 1 and kept[begin - 1].role == "particle":
        begin -= 1
    family_first = [*kept[begin:], *kept[:begin]]
    found = [Form(_text(family_first), "turned", 0.97)]
    if len(kept) > 2:
        found.append(Form(_text([*kept[1:], kept[0]]), "turned", 0.95))
    return found


def _han(kept: Sequence[Word]) -> list[Form]:
    plain = "".join(word.folded for word in kept)
    return [Form(plain, "joined", 0.99), Form(simplified(plain), "simplified", 0.99)]


def _romanised(kept: Sequence[Word]) -> list[Form]:
    """In Latin letters: the nth reading of every word together, so that one system goes with itself."""
    readings = [read(word.text) or (word.folded,) for word in kept]
    found = []
    for place in range(min(_MOST_READINGS, max(map(len, readings)))):
        texts = [each[place] if place < len(each) else each[-1] for each in readings]
        found.append(Form(" ".join(texts), "other script", _WEIGHTS[place]))
        if len(texts) > 1 and place < _MOST_TURNED:
            texts.append(texts.pop(0))
            found.append(Form(" ".join(texts), "other script", _WEIGHTS[place + 1]))
    return found


def _initials(kept: Sequence[Word]) -> list[Form]:
    """j rowling, j k rowling, jk rowling."""
    given = [word for word in kept[:-1] if word.role != "particle"]
    if not given or kept[0].script not in ("Latn", "Cyrl", "Grek"):
        return []
    rest = _text([word for word in kept if word not in given])
    letters = [word.folded[0] for word in given if word.folded]
    found = [Form(f"{letters[0]} {rest}", "initials", 0.7)]
    if len(letters) > 1:
        found += [
            Form(f"{text} {rest}", "initials", 0.75)
            for text in (" ".join(letters), "".join(letters))
        ]
    return found


def _nicknames(kept: Sequence[Word]) -> list[Form]:
    if kept[0].role != "name" or len(kept) < 2:
        return []
    rest = _text(kept[1:])
    return [Form(f"{each} {rest}", "nickname", 0.85) for each in _others(kept[0].text)]


@lru_cache(maxsize=1 << 14)
def _others(word: str) -> tuple[str, ...]:
    """Nicknames in the script of the word, by the alphabet."""
    kind = script(word)
    return tuple(sorted(each for each in nicknames(word) if script(each) == kind)[:_MOST_NICKNAMES])
