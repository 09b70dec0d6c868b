"""What an index has for a dataset: the fields of an index, whichever engine keeps it.

| field | what | for |
|---|---|---|
| `id` | the record's id | hits, replacing, deleting |
| `names` | words of all names of the record, in every form | words of names |
| `prefix` | the beginnings of those words, up to `EDGE` characters | prefixes, initials |
| `t_<field>` | the words of one field | words, phrases, `field:word` |
| `v_<field>` | its values as they are | filters, facets, sorting |
| `n_<field>`, `m_<field>` | a number; or the first and last day of a date, as a number | ranges, histograms, sorting |
| `shown` | what a list shows of the record, as JSON | suggestions, ranking |
| `row` | where the record was in its table; it may have moved since | fetching it |
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from core.datasets.model import Dataset, Field
from core.records.pictures import picture_field
from core.search.band import BAND, LABEL, Bands
from core.storage.sql import ident

VERSION = 3  # of what is put into an index; another one is built anew
EDGE = 5  # characters
LONG = 200  # characters; values of longer texts are words alone
WEIGHT = 1.0  # of a field for which nothing is said
NAME_WEIGHT = 10.0


@dataclass(frozen=True)
class Layout:
    """The fields of an index of one dataset."""

    dataset: Dataset
    bands: Bands | None = None  # makes the band of quality; None: there is none

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Fields that hold names of the record."""
        dataset = self.dataset
        given = dataset.search.names or (*dataset.key.fields, *dataset.key.also)
        found = [n for n in given if dataset.field(n).type in ("text", "list")]
        return tuple(dict.fromkeys(found))

    @cached_property
    def weights(self) -> dict[str, float]:
        """How much a word counts, by field; fields that are searched for words."""
        said = self.dataset.search.weights
        found = {}
        for field in self.dataset.fields:
            name = field.name
            usual = NAME_WEIGHT if name in self.names else 0.0 if field.format else WEIGHT
            weight = said.get(name, usual)
            if weight > 0 and field.type in ("text", "list", "date"):
                found[name] = weight
        return found

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Fields whose words are indexed, other than names."""
        return tuple(n for n in self.weights if n not in self.names)

    @cached_property
    def shares(self) -> dict[str, float]:
        """What a word is worth by the field of the index that has it; the best field is worth 1."""
        most = max(self.weights.values(), default=1.0)
        found = {f"t_{name}": weight / most for name, weight in self.weights.items()}
        named = max((found.get(f"t_{name}", 0.0) for name in self.names), default=0.0)
        return {**found, "names": named, "prefix": named}

    @cached_property
    def least(self) -> float:
        """What a word is worth in a field without a weight."""
        return 0.1 / max(self.weights.values(), default=1.0)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Fields whose values are indexed as they are."""
        found = tuple(f.name for f in self.dataset.fields if has_values(f))
        return (*found, BAND) if self.bands else found

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Fields that are compared as numbers: numbers and dates."""
        kinds = ("date", "integer", "number")
        return tuple(f.name for f in self.dataset.fields if f.type in kinds)

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """Fields whose values are counted beside the hits."""
        found = self.dataset.search.facets or tuple(
            f.name for f in self.dataset.fields if f.choices or f.type in ("list", "date")
        )
        known = tuple(n for n in found if n in self.values or n in self.numbers)
        return (*known, BAND) if self.bands else known

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """What a suggestion shows: names, the first date, the first list, pictures."""
        fields = [f for f in self.dataset.fields if f.name not in self.names]
        date = [f.name for f in fields if f.type == "date"][:1]
        lists = [f.name for f in fields if f.type == "list"][:1]
        picture = picture_field(self.dataset)
        links = [picture] if picture else []
        return tuple(dict.fromkeys((self.dataset.title_field, *self.names, *date, *lists, *links)))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the record table that a document is made of."""
        own = tuple(f.name for f in self.dataset.fields)
        return (*own, BAND) if self.bands else own

    def label(self, name: str) -> str:
        """What a field is called."""
        return LABEL if name == BAND else self.dataset.field(name).label

    def selected(self, today: str) -> str:
        """The columns as SQL of a record `r`, each with a comma before it."""
        own = "".join(f", r.{ident(f.name)}" for f in self.dataset.fields)
        return f"{own}, {self.bands.sql(self.dataset, today)}" if self.bands else own

    @cached_property
    def signature(self) -> str:
        """A hash of all that decides what is in the index."""
        kinds = {
            f.name: [f.type, f.format, f.multiline, bool(f.choices)] for f in self.dataset.fields
        }
        parts = [VERSION, kinds, self.names, sorted(self.weights), self.facets]
        if self.bands:
            parts.append(self.bands.sql(self.dataset, ""))
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def has_values(field: Field) -> bool:
    """Whether values of a field are indexed as they are: not those of long texts, addresses and numbers."""
    return not (field.multiline or field.format) and field.type in (
        "text",
        "list",
        "boolean",
        "date",
    )
