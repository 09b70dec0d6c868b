"""The words of column names: what each means, and how a header is cut into them.

They stand in headers/words.toml. A word of Latin, Greek or Cyrillic letters may be a compound (Sterbedatum,
birthplace); Chinese, Japanese and Korean are written without blanks (出生日期), so that they are cut as well.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from core.datasets.shapes import words

FILE = Path(__file__).parent / "headers" / "words.toml"
CLASSES = ("kinds", "events", "others", "subjects", "parts", "plain")
_LINKS = ("", "s", "es", "e", "en", "n", "er")  # between the parts of a compound
_SHORTEST = 3  # letters of a word within a compound
_LONGEST = 4  # words of an entry
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DIGITS = re.compile(r"(?<=\D)\d+$")


@dataclass(frozen=True)
class Word:
    """A piece of a header. `kind` is its class, `means` the concept; both empty when it is not known."""

    text: str
    kind: str = ""
    means: str = ""


@cache
def _file() -> dict[str, dict[str, str]]:
    data: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text("utf-8"))
    return data


@cache
def _entries() -> dict[tuple[str, ...], Word]:
    found: dict[tuple[str, ...], Word] = {}
    for kind in CLASSES:
        for means, listed in _file()[kind].items():
            for text in _split(listed):
                key = words(text)
                found.setdefault(key, Word(" ".join(key), kind, means))
    return found


def _split(listed: str) -> list[str]:
    return [text for part in listed.split(",") if (text := part.strip())]


@cache
def listed(section: str, name: str) -> frozenset[str]:
    """The words of one list of the file, in the form in which `words` gives them, joined by blanks."""
    return frozenset(" ".join(words(text)) for text in _split(_file()[section][name]))


@cache
def meanings(*concepts: str) -> frozenset[str]:
    """The single words that mean one of the concepts."""
    return frozenset(
        w.text for key, w in _entries().items() if len(key) == 1 and w.means in concepts
    )


@lru_cache(maxsize=20_000)
def cut(header: str) -> tuple[Word, ...]:
    """The header as words, the longest entries first; what is not known stays a word without a meaning."""
    tokens = [t for token in words(header) for t in _without_digits(token)]
    found: list[Word] = []
    place = 0
    while place < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
            known = _entries().get(tuple(tokens[place : place + length]))
            if known:
                found.append(known)
                place += length
                break
        else:
            found += _pieces(tokens[place])
            place += 1
    return tuple(found)


def _without_digits(token: str) -> tuple[str, ...]:
    number = _DIGITS.search(token)
    return (token[: number.start()], number.group()) if number else (token,)


def _pieces(token: str) -> list[Word]:
    if _CJK.search(token):
        return _cut_cjk(token)
    whole = _compound(token)
    return whole or _with_head(token) or [Word(token)]


@lru_cache(maxsize=5_000)
def _compound(token: str) -> list[Word] | None:
    """Known words with nothing but linking letters between them, as few as possible."""
    best: dict[int, list[Word]] = {0: []}
    for end in range(_SHORTEST, len(token) + 1):
        for start in range(end - _SHORTEST, -1, -1):
            piece = _entries().get((token[start:end],))
            if piece is None:
                continue
            for link in _LINKS:
                before = best.get(start - len(link))
                if before is None or not token.startswith(link, start - len(link)):
                    continue
                if (start or not link) and (end not in best or len(before) + 1 < len(best[end])):
                    best[end] = [*before, piece]
    return best.get(len(token))


def _with_head(token: str) -> list[Word] | None:
    """An unknown word before a known head: Sichtungsdatum is a date of something."""
    for head in listed("order", "heads"):
        if token.endswith(head) and len(token) - len(head) >= 4:
            return [Word(token[: -len(head)]), _entries()[(head,)]]
    return None


def _cut_cjk(token: str) -> list[Word]:
    """The cut with the fewest signs that belong to no word, then with the fewest words."""
    best: list[tuple[int, int, list[Word]]] = [(0, 0, [])]
    for end in range(1, len(token) + 1):
        lost, count, before = best[end - 1]
        choices = [(lost + 1, count + 1, [*before, Word(token[end - 1])])]
        for start in range(max(0, end - 12), end):
            piece = _entries().get((token[start:end],))
            if piece:
                lost, count, before = best[start]
                choices.append((lost, count + 1, [*before, piece]))
        best.append(min(choices, key=lambda choice: choice[:2]))
    return best[-1][2]
