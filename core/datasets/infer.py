"""A dataset made from a file: names, types, rules and the key as the values suggest them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.datasets.empty_words import bared, says_nothing
from core.datasets.model import RESERVED, Cleaning, Dataset, from_dict
from core.datasets.shapes import Kind, fold, kind, words
from core.errors import BadDataset

ENOUGH_ROWS = 20  # before "never empty" means anything
MAX_FIELDS = 500
MAX_CHOICES = 12
_NAME_LENGTH = 60
_KEY_WORDS = (
    frozenset("id uuid guid identifier key code number no isbn 编号 学号".split()),
    frozenset("email mail 邮箱".split()),
    frozenset("name title 姓名 名字 名称 氏名".split()),
)
_SENTENCE = re.compile(r"[.!?。！？]\s|[.!?。！？]$")


@dataclass(frozen=True)
class _Column:
    """One column of the sample, tidied: blanks trimmed, empty words empty."""

    header: str
    values: tuple[str, ...]  # not the empty ones
    rows: int

    @property
    def full(self) -> bool:
        return len(self.values) == self.rows


def infer(
    name: str, columns: Sequence[str], sample: Sequence[Sequence[str]], *, title: str = ""
) -> Dataset:
    """A dataset for files like this one. `sample` holds rows of text cells and may be ragged.

    Raises BadDataset: the name cannot be a table's, no column, or more than 500 of them.
    """
    if not 1 <= len(columns) <= MAX_FIELDS:
        raise BadDataset(
            f"a dataset has 1 to {MAX_FIELDS} fields, and this file has {len(columns)} columns"
        )
    seen = [_column(i, header, sample) for i, header in enumerate(columns)]
    fields = [{"name": n, **_field(c)} for n, c in zip(field_names(columns), seen)]
    data: dict[str, Any] = {"name": name, "title": title, "fields": fields}
    key = _key(fields, seen)
    if key is not None:
        data["key"] = {"fields": [fields[key]["name"]]}
    return from_dict(data, name)


def field_names(headers: Sequence[str]) -> list[str]:
    """A usable and different field name for each header: lower case, digits, underscores.

    A header without Latin letters becomes column_3; the second of equal names ends in _2.
    """
    taken = set(RESERVED)
    names = []
    for number, header in enumerate(headers, start=1):
        base = _field_name(header) or f"column_{number}"
        name, count = base, 2
        while name in taken:
            name, count = f"{base}_{count}", count + 1
        taken.add(name)
        names.append(name)
    return names


def _field_name(header: str) -> str:
    parts = []
    for word in words(header):
        plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        parts.append(re.sub(r"[^a-z0-9]", "", plain.casefold()))
    name = "_".join(filter(None, parts))[: _NAME_LENGTH - 8].strip("_")
    if not re.search("[a-z]", name):
        return ""
    return name if name[0].isalpha() else f"field_{name}"


def _column(index: int, header: str, sample: Sequence[Sequence[str]]) -> _Column:
    empty = bared(Cleaning().empty_words)
    cells = (row[index].strip() if index < len(row) else "" for row in sample)
    values = tuple(cell for cell in cells if not says_nothing(cell, empty))
    return _Column(header.strip(), values, len(sample))


def _field(column: _Column) -> dict[str, Any]:
    field: dict[str, Any] = {}
    if column.header:
        field |= {"title": column.header, "synonyms": [column.header]}
    field |= _typed(column)
    if column.full and column.rows >= ENOUGH_ROWS:
        field["required"] = True
    if any("\n" in value for value in column.values) and field["type"] == "text":
        field["multiline"] = True
    field["examples"] = [v for v in dict.fromkeys(column.values) if len(v) <= 60][:2]
    return field


def _typed(column: _Column) -> dict[str, Any]:
    kinds = Counter(map(_kind, column.values))
    total = len(column.values)
    for name, fits in _TYPES.items():
        if total and sum(kinds[k] for k in fits) == total:
            return {"type": name}
    dates = kinds["date"] + kinds["year"]
    if total and dates >= 0.95 * total and kinds["date"] >= dates / 2:
        return {"type": "date"}
    for name in ("url", "email"):
        share = kinds["url" if name == "url" else "email"] / total if total else 0
        if share >= 0.95:
            rule: dict[str, Any] = {"type": "text", "format": name}
            return rule if share == 1 else {**rule, "severity": {"format": "warning"}}
    if _is_list(column.values):
        return {"type": "list"}
    choices = _choices(column.values)
    if choices:
        return {"type": "text", "choices": choices, "severity": {"choices": "warning"}}
    return {"type": "text"}


def _kind(value: str) -> Kind:
    # An id of eight digits looks like 19790118 by chance.
    found = kind(value)
    return "integer" if found == "other_date" and value.isdigit() else found


_TYPES: dict[str, tuple[Kind, ...]] = {
    "integer": ("integer", "year"),
    "number": ("integer", "year", "number"),
    "boolean": ("boolean",),
}


def _is_list(values: Sequence[str]) -> bool:
    """Whether separators cut these values into short elements, often and regularly."""
    if sum(bool(_SENTENCE.search(value)) for value in values) > 0.1 * len(values):
        return False
    for marks, often in ((r"[;|]", 0.3), (r"[;|,]", 0.4)):
        cut = [[p.strip() for p in re.split(marks, v)] for v in values if re.search(marks, v)]
        parts = [part for row in cut for part in row]
        short = sum(len(p) <= 40 and len(p.split()) <= 4 for p in parts)
        if len(cut) < max(2, often * len(values)) or short < 0.95 * len(parts):
            continue
        if "," not in marks or _comma_lists(cut, parts):
            return True
    return False


def _comma_lists(cut: list[list[str]], parts: list[str]) -> bool:
    """A comma also stands in 'Turing, Alan', 'Paris, France' and '1,234': a list has elements that
    come back, and rows of different lengths."""
    if any(re.fullmatch(r"[\d.\s]*", part) for part in parts):
        return False
    return len({len(row) for row in cut}) > 1 and len(set(map(fold, parts))) < 0.9 * len(parts)


def _choices(values: Sequence[str]) -> list[str]:
    counts = Counter(values)
    if not 2 <= len(counts) <= MAX_CHOICES or min(counts.values()) < 2:
        return []
    enough = len(values) >= 3 * len(counts) and max(map(len, counts)) <= 60
    return [value for value, _ in counts.most_common()] if enough else []


def _key(fields: Sequence[dict[str, Any]], seen: Sequence[_Column]) -> int | None:
    """The column that tells rows apart: one that is called like an id, an e-mail or a name, else any text."""
    unique = [i for i, c in enumerate(seen) if fields[i]["type"] != "list" and _tells_apart(c)]
    for known in _KEY_WORDS:
        for i in unique:
            if known & {*words(seen[i].header), fold(seen[i].header)}:
                return i
    texts = (i for i in unique if fields[i]["type"] == "text" and not fields[i].get("format"))
    return next((i for i in texts if max(map(len, seen[i].values)) <= 100), None)


def _tells_apart(column: _Column) -> bool:
    folded = _folded(column.values)
    return column.full and column.rows >= 2 and len(set(folded)) == column.rows


def _folded(values: Iterable[str]) -> list[str]:
    # Keys are compared folded, so they must differ in that form.
    return [fold(value) or value for value in values]
