"""What the values of a column say about the field it may belong to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from core.characters import stored
from core.characters.words import word as folded_word
from core.datasets import meaning, vocabulary
from core.datasets.empty_words import bared, says_nothing
from core.datasets.meaning import Sense
from core.datasets.model import Cleaning, Dataset, Field
from core.datasets.shapes import DATES, Kind, is_name, kind, words, year
from core.datasets.words import listed, meanings

MOST_OF = 0.6  # of the values must be organisations, so that a column called Name is one of them
CELLS = 30_000  # how many cells of a sample are looked at, whatever its width
_IMAGE = re.compile(r"\.(jpe?g|png|gif|webp|svg|avif|bmp)(\W|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """`rate` is the share of values that fit (None: these values say nothing about this field),
    `said` tells it in words, and `alone` is how far the values convince when the header does not:
    first for a header that says something else, then for one that says nothing (column_3).
    `distinct`: such values are of no other field, whatever the header. `never`: they cannot be of this one.
    """

    rate: float | None = None
    said: str = ""
    alone: tuple[float, float] = (0.0, 0.0)
    distinct: bool = False
    never: bool = False


NOTHING = Evidence()


@dataclass(frozen=True)
class Profile:
    """The values of one column that are not empty, counted. Computed pieces are kept."""

    counts: Counter[str]
    separators: str = ""

    @cached_property
    def n(self) -> int:
        """How many values."""
        return sum(self.counts.values())

    @cached_property
    def kinds(self) -> Counter[Kind]:
        """How many values of each shape."""
        found: Counter[Kind] = Counter()
        for text, count in self.counts.items():
            found[kind(text)] += count
        return found

    @cached_property
    def folded(self) -> Counter[str]:
        """The values in the form in which vocabularies compare."""
        found: Counter[str] = Counter()
        for text, count in self.counts.items():
            found[folded_word(text)] += count
        return found

    @cached_property
    def years(self) -> Counter[int]:
        """The years of the values that look like dates."""
        found: Counter[int] = Counter()
        for text, count in self.counts.items():
            number = year(text) if kind(text) in DATES else None
            if number is not None:
                found[number] += count
        return found

    @cached_property
    def elements(self) -> Counter[str]:
        """Like `folded`, for each element of a list cut at `separators`."""
        cut = re.compile("[" + re.escape(self.separators) + "；，、\n]")
        found: Counter[str] = Counter()
        for text, count in self.counts.items():
            for part in cut.split(text.strip("[] ")):
                found[part.strip(" \t\"'")] += count
        del found[""]
        folded: Counter[str] = Counter()
        for part, count in found.items():
            folded[folded_word(part)] += count
        return folded

    @cached_property
    def looks_like_names(self) -> bool:
        """Whether these could be the names of different persons."""
        names = sum(count for text, count in self.counts.items() if is_name(text))
        return self.n > 0 and names >= 0.8 * self.n and len(self.counts) >= 0.9 * self.n

    @cached_property
    def organisations(self) -> int:
        """How many values have a word that companies and schools have in their names."""
        known = meanings("organisation", "school") | listed("values", "company")
        return sum(c for text, c in self.counts.items() if _has_word(text, known))

    @cached_property
    def trades(self) -> bool:
        """Whether one of these is what a person is (singer, Schauspieler)."""
        known = meanings("person", "a superior or maker", "job") | listed("values", "nobody")
        return any(not known.isdisjoint(words(text)) for text in self.elements)

    @property
    def companies(self) -> bool:
        """Whether these are the names of organisations, whatever their column is called."""
        return self.n >= 3 and self.organisations >= MOST_OF * self.n

    @cached_property
    def nobody(self) -> bool:
        """Whether these look like names but are of companies, posts or places: their words say so."""
        known = listed("values", "nobody")
        hits = sum(c for text, c in self.counts.items() if not known.isdisjoint(words(text)))
        return hits >= 0.2 * self.n


def profiles(width: int, sample: Sequence[Sequence[str]], cleaning: Cleaning) -> list[Profile]:
    """One profile per column. Rows may be ragged; the rows looked at are spread over the sample."""
    rows = max(20, CELLS // max(width, 1))
    step = max(1, -(-len(sample) // rows))
    empty = bared(cleaning.empty_words)
    counts: list[Counter[str]] = [Counter() for _ in range(width)]
    for row in sample[::step]:
        for counter, cell in zip(counts, row):
            counter[cell] += 1
    return [Profile(_tidied(counter, empty), cleaning.list_separators) for counter in counts]


def _tidied(counter: Counter[str], empty: frozenset[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, count in counter.items():
        text = text.strip() if text.isascii() else stored.narrow(stored.text(text))
        if not says_nothing(text, empty):
            found[text] += count
    return found


class Witness:
    """What a dataset's fields expect of values, prepared once for all columns."""

    def __init__(self, dataset: Dataset, vocabularies: Path | None = None) -> None:
        self.dataset = dataset
        self.known = {f.name: _known(f, vocabularies) for f in dataset.fields}
        self.senses = {f.name: _sense(f) for f in dataset.fields}
        # Nouns for whom the rows are about: people, or what the dataset is called after.
        told = [meaning.of(text) for text in (dataset.name, dataset.title)]
        self.subjects = frozenset({"person", "thing"}.union(*(m.about | m.subjects for m in told)))
        signs = Counter(self._sign(f) for f in dataset.fields)
        self.lonely = {f.name for f in dataset.fields if signs[self._sign(f)] == 1}

    def _sign(self, field: Field) -> tuple[object, ...]:
        # Two fields with one sign (two dates, say) cannot be told apart by values.
        return field.type, field.format, field.choices, field.vocabulary

    def ask(self, field: Field, profile: Profile) -> Evidence:
        """The evidence of a column's values for a field."""
        if not profile.n:
            return NOTHING
        if self.known[field.name]:
            found = self._closed(field, profile)
        elif field.type == "date":
            found = self._dates(field, profile)
        elif field.type in ("integer", "number", "boolean") or field.format:
            found = self._shaped(field, profile)
        elif self.names_people(field):
            return _names(profile)
        else:
            return NOTHING
        sure = found.never and field.type == "date"  # not even one date is without a number
        if found.rate == 0 and profile.n < 3 and not field.choices and not sure:
            found = Evidence(0.3, found.said)  # one or two odd values prove nothing
        return found if field.name in self.lonely else replace(found, alone=(0.0, 0.0))

    def _closed(self, field: Field, profile: Profile) -> Evidence:
        known = self.known[field.name]
        is_list = field.type == "list"
        values = profile.elements if is_list else profile.folded
        total = sum(values.values())
        if known.keys().isdisjoint(values):
            return Evidence(0.0, f"none of {total} values are {_word(field)}")
        hits = {known[text]: 0 for text in values if text in known}
        for text, count in values.items():
            if text in known:
                hits[known[text]] += count
        found = sum(hits.values())
        rate = found / total
        said = f"{found} of {total} values are {_word(field)}"
        alone = self._closed_alone(field, rate, len(hits))
        return Evidence(rate, said, alone, distinct=bool(field.choices))

    def _closed_alone(self, field: Field, rate: float, different: int) -> tuple[float, float]:
        if rate < 0.9 or field.type == "list":
            return (0.0, 0.0)
        if not field.choices:  # countries, say: also birthplace, residence, language ...
            return (0.45, 0.65) if different >= 2 else (0.3, 0.45)
        if len(field.choices) >= 8 and min(map(len, field.choices)) >= 3:
            return (0.9 * rate, 0.9 * rate)
        generic = {"yes", "no", "true", "false"}
        plain = all(c.casefold() in generic or len(c) < 2 or c.isdigit() for c in field.choices)
        return (0.6, 0.75) if different >= 2 and not plain else (0.3, 0.45)

    def _dates(self, field: Field, profile: Profile) -> Evidence:
        hits = sum(profile.kinds[k] for k in DATES)
        if not hits and all(_DAY_NUMBER.fullmatch(text) for text in profile.counts):
            # Below a header that says so; alone, numbers of five digits are anything.
            return Evidence(1.0, f"all {profile.n} values may be day numbers of a spreadsheet")
        if not hits and all(map(_BARE_DATE.fullmatch, profile.counts)):
            said = f"all {profile.n} values may be dates of six or eight digits"
            return Evidence(1.0, said)
        if not hits and not any(map(_NUMBER_SIGN.search, profile.counts)):
            said = f"none of {profile.n} values has a number, as every date has"
            return Evidence(0.0, said, never=True)
        said = f"{hits} of {profile.n} values are dates"
        rate = hits / profile.n
        if rate < 0.9 or profile.kinds["year"] > hits / 2:
            return Evidence(rate, said, (0.0, 0.4 if rate >= 0.9 else 0.0))
        if self.senses[field.name].of_birth and not _like_births(profile):
            return Evidence(rate, said, (0.2, 0.3))
        return Evidence(rate, said, (0.55, 0.65))

    def _shaped(self, field: Field, profile: Profile) -> Evidence:
        wanted, word, alone = _SHAPES[field.format or field.type]
        hits = sum(profile.kinds[k] for k in wanted)
        rate = hits / profile.n
        said = f"{hits} of {profile.n} values are {word}"
        if field.format == "url" and "image" in self.senses[field.name].whats:
            images = sum(c for text, c in profile.counts.items() if _IMAGE.search(text))
            alone = (0.65, 0.75) if images > hits / 2 else (0.3, 0.45)
        distinct = field.format == "email"  # pictures are also of logos and flags
        return Evidence(rate, said, alone if rate >= 0.9 else (0.0, 0.0), distinct)

    def personal(self, field: Field) -> bool:
        """Whether only people have such a thing, as the definition says, or the names of the field."""
        sense = self.senses[field.name]
        return sense.personal if field.personal is None else field.personal

    def names_people(self, field: Field) -> bool:
        """Whether the field holds names that can only be known by their shape."""
        open_text = not (self.known[field.name] or field.format or field.pattern)
        sense = self.senses[field.name]
        named = "name" in sense.own or sense.whats == {"name"}
        return field.type == "text" and open_text and named


_NUMBER_SIGN = re.compile("[\\d〇零一二三四五六七八九十元]")
_DAY_NUMBER = re.compile(r"[1-6]\d{4}(?:[.,]\d+)?")  # days from 1927 on
_TWO, _MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
_BARE_DATE = re.compile(rf"{_TWO}{{2}}(?:\d\d|(?:1[5-9]|20)\d\d)|\d\d{_MONTH}{_TWO}")
_NUMBERS: tuple[Kind, ...] = ("integer", "year", "number", "date", "other_date", "code")
_OF_TYPE = {
    "date": frozenset({"date", "stamp"}),
    "url": frozenset({"url"}),
    "email": frozenset({"email"}),
}
_SHAPES: dict[str, tuple[tuple[Kind, ...], str, tuple[float, float]]] = {
    "url": (("url",), "web addresses", (0.45, 0.6)),
    "email": (("email",), "e-mail addresses", (0.8, 0.85)),
    "integer": (("integer", "year"), "whole numbers", (0.0, 0.3)),
    "number": (("integer", "year", "number"), "numbers", (0.0, 0.3)),
    "boolean": (("boolean", "integer"), "yes or no", (0.0, 0.3)),
}


def _known(field: Field, folder: Path | None) -> dict[str, str]:
    known = dict(vocabulary.load(field.vocabulary, folder)) if field.vocabulary else {}
    if (
        field.vocabulary
    ):  # a word of several meanings is known, too: any of them will do as evidence
        known |= {w: each[0] for w, each in vocabulary.several(field.vocabulary, folder).items()}
    return known | {folded_word(choice): choice for choice in field.choices}


def _sense(field: Field) -> Sense:
    own = (field.name, field.title) if field.title else (field.name,)
    of_type = _OF_TYPE.get(field.format or field.type, frozenset())
    return meaning.sense((*own, *field.synonyms), own, of_type)


def _has_word(text: str, known: frozenset[str]) -> bool:
    found = words(text)
    if not known.isdisjoint(found):
        return True
    return not text.isascii() and any(text.endswith(w) for w in known if not w[0].isascii())


def _names(profile: Profile) -> Evidence:
    """Names are told by their header. Of values only this is known: an address is nobody's name."""
    for hits, word in (
        (profile.kinds["url"], "web addresses"),
        (profile.kinds["email"], "e-mail addresses"),
    ):
        if hits > 0.5 * profile.n:
            return Evidence(0.0, f"{hits} of {profile.n} values are {word}", never=True)
    if profile.companies:
        said = f"{profile.organisations} of {profile.n} values are organisations"
        return Evidence(0.0, said, never=True)
    numbers = sum(profile.kinds[k] for k in _NUMBERS)
    if numbers >= 0.9 * profile.n:
        return Evidence(0.0, f"{numbers} of {profile.n} values are numbers or dates")
    return NOTHING


def _word(field: Field) -> str:
    if field.called:
        return field.called
    if field.vocabulary:
        return f"known {field.vocabulary.replace('_', ' ')}"
    return f"choices of {field.label}"


def _like_births(profile: Profile) -> bool:
    """People are born in many years, and few of those in a file within the last five."""
    total = sum(profile.years.values())
    past = sum(count for number, count in profile.years.items() if number <= date.today().year - 5)
    return total > 0 and past >= 0.9 * total and len(profile.years) >= min(3, total)
