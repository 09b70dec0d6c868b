"""How well names of one person are known again across scripts, and how fast names are taken apart.

The labelled names stand in names.csv: public figures as they are written at home and as English texts spell them.
Lines of even number (from 0, in each language) may be looked at while the engine is tuned, the others are kept out. Wrong
pairs are every name against all other English names of its language and against some of the other languages.
The floor is what one would do without the engine: anyascii, words, and rapidfuzz's ratio of them.
"""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from anyascii import anyascii
from rapidfuzz import fuzz

from benchmarks import people
from core import names

TABLE = Path(__file__).with_suffix(".csv")
HALVES = ("tuned", "kept out")
LANGUAGES = {
    **{"ru": "Cyrillic", "ja": "Japanese", "ko": "Korean", "zh": "Chinese", "ar": "Arabic"},
    **{"el": "Greek", "he": "Hebrew", "hi": "Devanagari", "th": "Thai"},
}
OTHERS = 40  # wrong names of other languages, beside all of the own
SECONDS = 60.0  # for a million names to forms and keys
WRONG = 0.001  # of the wrong pairs that may be taken for one person


@dataclass(frozen=True)
class Known:
    """One public figure: the language, both spellings, the half of the set."""

    language: str
    name: str
    english: str
    half: str


@dataclass
class Found:
    """Counts of one language and half. The lists hold what went wrong."""

    people: int = 0
    same: int = 0
    first: int = 0
    floor_first: int = 0
    keyed: int = 0
    wrong_pairs: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def known() -> list[Known]:
    """The labelled names in the order of the file."""
    lines = (line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#"))
    seen: dict[str, int] = {}
    found = []
    for row in csv.DictReader(lines):
        place = seen[row["language"]] = seen.get(row["language"], -1) + 1
        found.append(Known(row["language"], row["name"], row["english"], HALVES[place % 2]))
    return found


def evaluate(halves: Iterable[str] = HALVES, every: int = 1) -> dict[tuple[str, str], Found]:
    """Counts by language and half; `every` takes each nth person alone."""
    people_ = known()
    english = sorted({person.english for person in people_})
    found: dict[tuple[str, str], Found] = {}
    for person in people_[::every]:
        if person.half in halves:
            own = {each.english for each in people_ if each.language == person.language}
            chance = random.Random(person.name)  # nosec B311
            others = sorted((own | set(chance.sample(english, OTHERS))) - {person.english})
            counts = found.setdefault((person.language, person.half), Found())
            _judge(person, others, counts)
    return found


def _judge(person: Known, others: list[str], counts: Found) -> None:
    right = names.compare(person.name, person.english)
    scores = {other: names.compare(person.name, other) for other in others}
    counts.people += 1
    counts.same += right.same_person
    counts.first += all(each.score < right.score for each in scores.values())
    counts.floor_first += _first(person, others, _floor_ratio)
    counts.keyed += bool(set(names.keys(person.name)) & set(names.keys(person.english)))
    counts.wrong_pairs += len(others)
    if not right.same_person:
        counts.missed.append(
            f"{person.name} / {person.english} {right.score:.2f}: {right.sentence}"
        )
    for other, each in scores.items():
        if each.same_person:
            counts.wrong.append(f"{person.name} / {other} {each.score:.2f}: {each.sentence}")


def _first(person: Known, others: list[str], score: Callable[[str, str], float]) -> bool:
    right = score(person.name, person.english)
    return all(score(person.name, other) < right for other in others)


def _floor_ratio(a: str, b: str) -> float:
    return float(fuzz.token_sort_ratio(anyascii(a).lower(), anyascii(b).lower()))


def rows(found: dict[tuple[str, str], Found]) -> list[tuple[str, ...]]:
    """The counts as lines of a table."""
    lines = []
    for (language, half), counts in sorted(
        found.items(), key=lambda pair: (pair[0][1], pair[0][0])
    ):
        shares = (counts.same, counts.first, counts.floor_first, counts.keyed)
        lines.append(
            (
                *(LANGUAGES[language], half, str(counts.people)),
                *(f"{each / counts.people:.2f}" for each in shares),
                f"{len(counts.wrong)} of {counts.wrong_pairs:,}",
            )
        )
    return lines


def good(found: dict[tuple[str, str], Found]) -> bool:
    """Whether few enough wrong pairs are taken for one person."""
    wrong = sum(len(each.wrong) for each in found.values())
    return wrong <= WRONG * sum(each.wrong_pairs for each in found.values())


@dataclass(frozen=True)
class Speed:
    """Seconds of the clock and of the processor for so many names."""

    names: int
    forms: int
    seconds: float
    cpu: float
    floor_seconds: float


def speed(count: int) -> Speed:
    """Forms and keys of generated names (half Latin, a third Chinese, Cyrillic, Arabic) beside the floor, in one run."""
    texts = people.names(count)
    list(names.many(texts[:100]))  # the dictionaries are loaded once a process
    begin = time.perf_counter()
    for text in texts:
        anyascii(text).lower().split()
    floor = time.perf_counter() - begin
    begin, cpu = time.perf_counter(), time.process_time()
    forms = sum(len(each.forms) for each in names.many(texts))
    return Speed(
        *(len(texts), forms, time.perf_counter() - begin, time.process_time() - cpu, floor)
    )
