"""First, middle and last name in columns of their own, where no one column holds the whole name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.datasets import meaning
from core.datasets.model import Field
from core.datasets.parts import FAMILY_FIRST, GIVEN_FIRST
from core.datasets.shapes import fold, words
from core.datasets.words import listed
from core.ingest.columns.scores import Column

_NEITHER = ("url", "email", "integer", "number", "date", "other_date", "code")
_SHORT = 8  # letters of a suffix
_FITS = 0.8  # share of the values that must be titles or suffixes, so that the column is one


def takes_parts(field: Field) -> bool:
    """Whether a field can be put together: free text, which no list of words decides."""
    return field.type == "text" and not (field.choices or field.vocabulary or field.format)


def find(field: str, columns: Sequence[Column], sample: Sequence[Sequence[str]]) -> dict[int, str]:
    """Column to the part of `field` that it holds; empty where a name cannot be put together.

    There must be a given and a family name. A word such as Nom or 名 is the missing one of them, unless
    its values hold the other one: then it is the whole name, and nothing is put together.
    """
    parts = _parts(columns)
    halves = [
        i
        for i, c in enumerate(columns)
        if c.meaning.half and i not in parts.values() and not c.profile.companies
    ]
    if _whole(field, columns, {*parts.values(), *halves}):
        return {}
    there = {"given", "family"} & parts.keys()
    if len(there) == 1 and halves:
        known, other = (*there, *({"given", "family"} - there))
        if _holds(sample, halves[0], parts[known]):
            return {}
        parts[other] = halves[0]
    elif halves and len(there) == 2 and columns[halves[0]].profile.n:
        return {}
    if not {"given", "family"} <= parts.keys():
        return {}
    if _holds(sample, parts["given"], parts["family"]) or _holds(
        sample, parts["family"], parts["given"]
    ):
        return {}  # one of them is the whole name, whatever its header says
    return {i: part for part, i in parts.items()}


def order(headers: Sequence[str], parts: Iterable[str]) -> tuple[str, ...]:
    """The parts in the order in which the language of the headers writes them."""
    there = set(parts)
    family_first = any(meaning.of(header).family_first for header in headers)
    return tuple(p for p in (FAMILY_FIRST if family_first else GIVEN_FIRST) if p in there)


def _parts(columns: Sequence[Column]) -> dict[str, int]:
    found: dict[str, int] = {}
    for i, column in enumerate(columns):
        part = _part(column)
        if part == "family" and part in found:
            part = "family2"
        if part and (part not in found or not columns[found[part]].profile.n):
            found[part] = i
    return found


def _part(column: Column) -> str:
    said, profile = column.meaning, column.profile
    if (
        said.about
        or said.unknown
        or column.header.stands_for
        or any(n.exact for n in column.named.values())
    ):
        return ""
    part = said.parts[0] if len(said.parts) == 1 and said.what in (None, "name") else ""
    if said.what == "title" and not said.parts and len(said.words) == 1:
        part = "title"
    if said.numbers:
        numbered = {"1": "family", "2": "family2"}.get("".join(said.numbers), "")
        part = numbered if part == "family" else ""
    if part in ("title", "suffix"):
        return part if _listed(column, part) else ""
    odd = sum(count for shape, count in profile.kinds.items() if shape in _NEITHER)
    return part if odd <= 0.5 * profile.n else ""


def _listed(column: Column, part: str) -> bool:
    known = listed("values", "suffix") if part == "suffix" else titles()
    counts = column.profile.counts
    hits = sum(c for text, c in counts.items() if " ".join(words(text)) in known)
    if part == "suffix" and hits and max(map(len, counts)) <= _SHORT:
        return True  # degrees and orders are many: beside one that is known, RN and DSc are some as well
    return column.profile.n > 0 and hits >= _FITS * column.profile.n


def titles() -> frozenset[str]:
    """Forms of address and honorifics, folded."""
    return listed("values", "courtesy") | listed("values", "honorific")


def _whole(field: str, columns: Sequence[Column], aside: set[int]) -> bool:
    """Whether some column holds the name as a whole."""
    filled = any(c.profile.n for c in columns)
    for i, column in enumerate(columns):
        named = column.named.get(field)
        if named is None or i in aside or named.score < 0.75 or column.header.stands_for:
            continue
        if column.profile.companies:
            continue
        said = column.meaning
        says = named.exact or (said.what == "name" and not said.about) or len(said.parts) > 1
        if says and (column.profile.n or not filled):
            return True
    return False


def _holds(sample: Sequence[Sequence[str]], whole: int, part: int) -> bool:
    """Whether the values of one column hold those of the other as a word of theirs."""
    pairs = [
        (words(row[whole]), words(row[part]))
        for row in sample
        if len(row) > max(whole, part) and row[whole].strip() and row[part].strip()
    ]
    held = sum(
        f" {' '.join(part_)} " in f" {' '.join(whole_)} "
        or (not part_[0].isascii() and fold(" ".join(part_)) in fold(" ".join(whole_)))
        for whole_, part_ in pairs
        if part_
    )
    return bool(pairs) and held >= 0.5 * len(pairs)
