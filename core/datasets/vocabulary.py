"""Vocabularies: many words for one thing, and the one spelling that is kept.

A vocabulary is a CSV file with the columns `word` and `canonical`, in this package's `vocabularies`
folder or in the user's. A user's file takes the place of the built-in one of the same name. Beside it may be a file
`<name>.several.csv` of the same form, with a line for each meaning of a word that has several: Korea, Congo.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from rapidfuzz import fuzz, process

from core.characters.words import word as folded_word
from core.datasets.registry import BUILT_IN
from core.errors import BadDataset, InputError
from core.storage.sql import check_name

FOLDER = BUILT_IN / "vocabularies"
LIKE = 85.0  # percent; below it a suggestion is more often wrong than right


def load(name: str, folder: Path | None = None) -> dict[str, str]:
    """Folded word -> canonical spelling, for reading only: the result is shared between callers.

    A file that changed is read again. Every canonical spelling is also a word for itself.
    `folder` holds the user's vocabularies. Raises BadDataset: unknown name, or a broken file with
    its line.
    """
    path = _find(name, folder)
    status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_size)


def several(name: str, folder: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """Folded word -> the spellings that it may stand for, of words that stand for more than one. Raises BadDataset."""
    path = _find(name, folder)
    beside = path.with_name(f"{path.stem}.several.csv")
    if not beside.is_file():
        return MappingProxyType({})
    status = beside.stat()
    return _meanings(beside, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _meanings(path: Path, mtime_ns: int, size: int) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for _, word, canonical in _lines(path):
        found[word] = (*found.get(word, ()), canonical)
    return MappingProxyType(found)


def suggest(name: str, text: str, folder: Path | None = None) -> str | None:
    """The canonical spelling that the text most likely means, or None.

    None also when two different ones are equally near ("Irac" is as near to Iran as to Iraq).
    Raises BadDataset.
    """
    words = load(name, folder)
    word = folded_word(text)
    if word in words:
        return words[word]
    near = process.extract(word, words.keys(), scorer=fuzz.ratio, score_cutoff=LIKE, limit=5)
    best = {words[match] for match, score, _ in near if score == near[0][1]}
    return best.pop() if len(best) == 1 else None


def _find(name: str, folder: Path | None) -> Path:
    try:
        check_name(name, "the vocabulary name")
    except InputError as error:
        raise BadDataset(error.detail, hint=error.hint) from error
    folders = [folder, FOLDER] if folder is not None else [FOLDER]
    for path in (f / f"{name}.csv" for f in folders):
        if path.is_file():
            return path
    known = sorted(
        {p.stem.removesuffix(".several") for f in folders if f.is_dir() for p in f.glob("*.csv")}
    )
    raise BadDataset(
        f"there is no vocabulary {name!r}", hint=f"Known: {', '.join(known) or 'none'}."
    )


@lru_cache(maxsize=64)
def _read(path: Path, mtime_ns: int, size: int) -> dict[str, str]:
    words = _collect(path.name, _lines(path))
    if not words:
        raise BadDataset(f"{path.name}: the vocabulary has no words")
    return words


def _lines(path: Path) -> Iterator[tuple[str, str, str]]:
    """Place, folded word and spelling of each line of a vocabulary."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if list(rows.fieldnames or ())[:2] != ["word", "canonical"]:
                raise BadDataset(f"{path.name}: the first line must be word,canonical")
            for row in rows:
                place = f"{path.name}, line {rows.line_num}"
                word, canonical = folded_word(row["word"] or ""), (row["canonical"] or "").strip()
                if not word or not canonical:
                    raise BadDataset(f"{place}: a word and its canonical spelling are needed")
                yield place, word, canonical
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadDataset(f"{path.name}: {error}") from error
    except OSError as error:
        raise BadDataset(f"{path.name}: {error.strerror}") from error


def _collect(where: str, lines: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for place, word, canonical in lines:
        if words.setdefault(word, canonical) != canonical:
            raise BadDataset(f"{place}: {word!r} means {words[word]!r} and {canonical!r}")
    for canonical in dict.fromkeys(words.values()):
        other = words.setdefault(folded_word(canonical), canonical)
        if other != canonical:
            raise BadDataset(
                f"{where}: {canonical!r} is a spelling to keep, and a word for {other!r}"
            )
    return words
