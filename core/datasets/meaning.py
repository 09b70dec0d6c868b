"""What a column name means: what sort of value it names, and about whom or what.

"Date of death" is a date about a death, "mother's name" a name about a mother, and Firmengründungsdatum a date
about a company and its founding. The head says what sort of value it is: the last noun in English, German
and the languages of East Asia, the first one before *of* or its like and in the Romance languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from core.datasets.words import Word, cut, listed

_PLURAL = re.compile(r"(?<=[^\W\d_])\((e?s)\)")  # Nombre(s)
_BRACKETS = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")
CONJUNCTIONS = "et|und|y|e|and|og|och|i|ve|и|a"
_AND = re.compile(rf"[,/&+、，]|(?<!\w)(?:{CONJUNCTIONS})(?!\w)", re.IGNORECASE)
# Names of objects that only hold what is in them: about.gender, data.name.
_HOLDERS = frozenset({"text", "note", "data", "name", "id", "title", "type", "source"})
_ENGLISH = frozenset({"name", "naam", "namn", "navn", "namen"})
# Concepts whose words all mean one thing. Others (superior, deed, measure) only tell what something is not.
_ONE_THING = frozenset(
    {
        None,
        "name",
        "date",
        "place",
        "city",
        "country",
        "nationality",
        "gender",
        "job",
        "email",
        "image",
        "text",
    }
    | {
        "language",
        "tag",
        "source",
        "birth",
        "death",
        "mother",
        "father",
        "english",
        "nick",
        "residence",
    }
)


@dataclass(frozen=True)
class Meaning:
    """`what` is the head, `about` everything it is about, `parts` which parts of a person's name.

    `subjects` are nouns for whom a row is about (artist); `unknown` are words that nobody explained.
    """

    what: str | None = None
    about: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    subjects: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[Word, ...] = field(default=(), compare=False)

    @property
    def says(self) -> bool:
        """Whether anything in the header is understood."""
        return bool(self.what or self.about or self.parts or self.subjects)

    @property
    def whole(self) -> bool:
        """Whether everything in it is understood."""
        return self.says and not self.unknown and not self.numbers

    @property
    def half(self) -> bool:
        """Whether this is a bare word for a name, which is also used for one part of it (Nom, Name, 名)."""
        return (
            self.what == "name"
            and not self.about  # whose name: owner.name
            and len(self.words) == 1
            and self.words[0].text in listed("order", "half")
        )

    @property
    def family_first(self) -> bool:
        """Whether the words are of a language that writes the family name first, with a blank."""
        return any(word.text in listed("order", "family_first") for word in self.words)

    @property
    def written_family_first(self) -> bool:
        """Whether the words put the family name before the given one, where the language itself does not."""
        if self.family_first or self.about or not {"given", "family"} <= {*self.parts}:
            return False
        halves = listed("order", "half")
        said = [w.means if w.kind == "parts" else "" for w in self.words]
        order = [
            means
            for means, w in zip(said, self.words)
            if means in ("given", "family") or w.text in halves
        ]
        return order[:2] in (["family", "given"], ["family", ""], ["", "given"])

    @property
    def may_be_family_first(self) -> bool:
        """Whether this is a word for a name with the family name in front that also stands over others (ФИО)."""
        return any(w.text in listed("order", "may_be_family_first") for w in self.words)

    def told(self) -> str:
        """The meaning in words, for a reason."""
        about = " and ".join(sorted(self.about))
        if self.parts and not self.about:
            return "a part of a name"
        head = "a part of a name" if self.parts else self.what
        return f"{head} of {about}" if head and about else head or about


@lru_cache(maxsize=20_000)
def of(header: str) -> Meaning:
    """The meaning of a header. Of alternatives (Country/Region) about the same thing the first one counts."""
    if "/" in header:
        each = [_of(part) for part in header.split("/") if part.strip()]
        if each and each[0].what and len({(m.about, m.parts) for m in each}) == 1:
            return each[0]
    return _of(header)


def _of(header: str) -> Meaning:
    header = _PLURAL.sub(r"\1", header)
    # What is in brackets explains the rest: a word of it that nobody knows changes nothing.
    outside = _BRACKETS.sub(" ", header)
    inside = tuple(w for part in _BRACKETS.findall(header) for w in cut(part) if w.kind)
    found = _put_together((*cut(outside), *inside) if outside.strip() else cut(header))
    return replace(found, parts=_both(header, found))


def _both(header: str, found: Meaning) -> tuple[str, ...]:
    """The parts of a name; in Nom et prénom and Фамилия Имя Отчество the word for a name is the missing one."""
    halves = listed("order", "half")
    there = {"given", "family"} & {*found.parts}
    if len(there) != 1 or not any(w.text in halves for w in found.words):
        return found.parts
    # Nom prénom, Фамилия Имя; an English name (name first) is of one part.
    beside = len(found.words) == 2 and any(w.text in halves - _ENGLISH for w in found.words)
    if len(found.parts) > 1 or _AND.search(header) or beside:
        return tuple(dict.fromkeys((*found.parts, "given", "family")))
    return found.parts


def _put_together(found: tuple[Word, ...]) -> Meaning:
    kinds = [(i, w) for i, w in enumerate(found) if w.kind == "kinds"]
    head = _head(kinds, _first_of(found))
    about = {w.means for w in found if w.kind in ("events", "others")}
    about |= {w.means for _, w in kinds if w.means != head}
    return Meaning(
        what=head,
        about=frozenset(about),
        parts=tuple(dict.fromkeys(w.means for w in found if w.kind == "parts")),
        subjects=frozenset(w.means for w in found if w.kind == "subjects"),
        unknown=tuple(w.text for w in found if not w.kind and not w.text.isdigit()),
        numbers=tuple(w.text for w in found if not w.kind and w.text.isdigit()),
        words=found,
    )


def of_path(header: str) -> Meaning:
    """The meaning of the last name of a path (mother.name), with whom the names before it speak of."""
    path, _, last = header.rpartition(".")
    if not path or not last.strip():
        return of(header)
    tail, before = of(last), of(path)
    whom = before.about | ({before.what} if before.what else set())
    return replace(tail, about=tail.about | (whom - _HOLDERS))


def _first_of(found: tuple[Word, ...]) -> int | None:
    return next((i for i, w in enumerate(found) if i and w.text in listed("order", "of")), None)


def _head(kinds: list[tuple[int, Word]], of_: int | None) -> str | None:
    if not kinds:
        return None
    if of_ is not None:
        kinds = [k for k in kinds if k[0] < of_] or kinds
    first = kinds[0][1].text in listed("order", "head_first")
    return kinds[0 if first else -1][1].means


@dataclass(frozen=True)
class Sense:
    """All that the names of a field mean together: what a header may say and still belong to it."""

    whats: frozenset[str]
    about: frozenset[str]
    labels: frozenset[tuple[str | None, frozenset[str]]]  # each label that is understood as a whole
    own: frozenset[str]  # the concepts of the field's own name and title

    @property
    def of_birth(self) -> bool:
        """Whether it is about a birth, such as the date of one."""
        return "birth" in self.about

    @property
    def personal(self) -> bool:
        """Whether only people have such a thing: something of a birth, a gender."""
        return self.of_birth or "gender" in self.whats

    def against(self, meaning: Meaning, subjects: frozenset[str]) -> str:
        """What the header says that this field is not; empty when it says nothing against it."""
        if meaning.parts:
            return meaning.told() if len(meaning.parts) == 1 or "name" not in self.whats else ""
        strange = (meaning.about - self.about - self.whats) | (meaning.subjects - subjects)
        if strange:
            return " and ".join(sorted(strange))
        if meaning.what and self.whats and meaning.what not in self.whats:
            return meaning.what
        return ""

    def named(self, meaning: Meaning) -> bool:
        """Whether the header says, in other words, what a name of the field says."""
        if {"given", "family"} <= {*meaning.parts}:  # Surname, first name; Nom et prénom
            return self.own == {"name"} and not meaning.unknown and not meaning.about
        if not meaning.whole or meaning.parts or not {meaning.what, *meaning.about} <= _ONE_THING:
            return False
        pair = (meaning.what, meaning.about)
        if pair in self.labels:
            return True
        # Born and date of birth are one.
        other = {"date": None, None: "date"}.get(meaning.what, meaning.what)
        return bool(meaning.about) and (other, meaning.about) in self.labels


def sense(names: tuple[str, ...], own: tuple[str, ...], always: frozenset[str]) -> Sense:
    """What the names of a field mean. `own` are the first of them; `always` is what its type says."""
    found = [of(name) for name in names]
    first = [of(name) for name in own]
    return Sense(
        whats=frozenset(m.what for m in found if m.what) | always,
        about=frozenset(a for m in found for a in m.about),
        labels=frozenset((m.what, m.about) for m in found if m.whole and not m.parts),
        own=frozenset(c for m in first for c in (m.what, *m.about) if c),
    )
