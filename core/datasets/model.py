"""What a record is: the declarative definition of a dataset."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field as field_, ValidationError, model_validator

from core.datasets.empty_words import WORDS
from core.datasets.linking import Matching
from core.datasets.scoring import Quality
from core.errors import BadDataset, InputError, NotFound
from core.storage.sql import check_name

FieldType = Literal["text", "list", "date", "integer", "number", "boolean"]
Severity = Literal["error", "warning", "info"]
OnUpdate = Literal["overwrite", "always", "fill", "keep", "union"]

# How a type is stored. A date is text in ISO form, so that 1958 and 1958-08 stay what they are.
SQL_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "list": "VARCHAR[]",
    "date": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}

# Names that a record table and the compiled SELECT need for themselves all begin with an
# underscore (which `check_name` refuses), so only `record_id` has to be kept free.
RESERVED = frozenset({"record_id"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Field(_Strict):
    """One field of a record: its type, its rules, how it is cleaned and recognised."""

    name: str
    title: str = ""
    type: FieldType = "text"
    description: str = ""
    synonyms: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    called: str = ""  # what its values are, in the reason of a mapping: MBTI types
    personal: bool | None = None  # only people have it; None: as its names say (a birth, a gender)

    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str | None = None  # RE2, the whole value; for a list, every element
    format: Literal["url", "email"] | None = None
    min_length: int | None = None  # characters; for a list, elements
    max_length: int | None = None
    min: float | str | None = None  # numbers, or ISO dates
    max: float | str | None = None  # "today" is allowed for dates
    unique: bool = False
    severity: dict[str, Severity] = field_(default_factory=dict)  # rule -> severity

    case: Literal["upper", "lower"] | None = None
    vocabulary: str | None = None  # name of a CSV in vocabularies/: words to one spelling
    multiline: bool = False
    date_order: Literal["dmy", "mdy"] | None = None  # None: decided from the file
    on_update: OnUpdate = "overwrite"

    @property
    def label(self) -> str:
        """The title, or the name in plain words."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def sql_type(self) -> str:
        """The DuckDB type of the column."""
        return SQL_TYPES[self.type]

    @model_validator(mode="after")
    def _fits(self) -> Field:
        check_name(self.name, "the field name")
        if self.name in RESERVED:
            raise ValueError(f"{self.name!r} is reserved")
        if self.on_update == "union" and self.type != "list":
            raise ValueError(f"{self.name}: on_update = 'union' needs a list")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"{self.name}: the pattern is broken: {error}") from error
        for bound in (self.min, self.max):
            if isinstance(bound, str) and self.type != "date":
                raise ValueError(f"{self.name}: a text bound needs a date field")
        return self


class Key(_Strict):
    """When two rows are the same record.

    `fields` are compared folded (case, accents and punctuation aside). `when_both` is one more field
    that must agree when both rows have it: it keeps two people of one name apart.
    `also` are fields with other names of the same: a row that has a name of another record there, with the
    same `when_both`, is told as a possible duplicate.
    No fields at all: rows are the same record only when every field agrees.
    """

    fields: tuple[str, ...] = ()
    when_both: str | None = None
    also: tuple[str, ...] = ()


class Rule(_Strict):
    """A rule over several fields. `order`: dates or numbers ascend. `needs`: the first needs the others."""

    kind: Literal["order", "needs"]
    fields: tuple[str, ...] = field_(min_length=2)
    severity: Severity = "error"


class Cleaning(_Strict):
    """Defaults for every text of the dataset."""

    tidy: bool = True  # trim, collapse blanks, Unicode NFC
    error_cells: bool = True  # #REF!, #N/A and the like are empty
    empty_words: tuple[str, ...] = WORDS
    list_separators: str = ";|,"


class Search(_Strict):
    """How records are found: which fields hold their names, how much each field counts, what is counted beside.

    Without `names`, those of the key; without `facets`, the fields of choices, lists and dates. A weight of 0 leaves
    a field out of the search for words.
    """

    names: tuple[str, ...] = ()
    weights: dict[str, float] = field_(default_factory=dict)
    facets: tuple[str, ...] = ()


class Dataset(_Strict):
    """A kind of record. `name` is also the name of its table."""

    name: str
    title: str = ""
    description: str = ""
    fields: tuple[Field, ...] = field_(min_length=1, max_length=500)
    key: Key = Key()
    rules: tuple[Rule, ...] = ()
    cleaning: Cleaning = Cleaning()
    search: Search = Search()
    quality: Quality = Quality()
    matching: Matching = Matching()
    origin: Literal["built-in", "user"] = "user"

    @property
    def label(self) -> str:
        """The title, or the name in plain words."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names in the order of the definition."""
        return tuple(f.name for f in self.fields)

    @property
    def meaning(self) -> str:
        """A hash of all that decides what a row becomes: other than the words that people are shown."""
        shown = {"title", "description", "origin", "search", "quality", "matching"}
        data = self.model_dump(mode="json", exclude=shown)
        for field in data["fields"]:
            for name in ("title", "description", "synonyms", "examples", "called", "personal"):
                del field[name]
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]

    def field(self, name: str) -> Field:
        """The field of that name. Raises NotFound."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise NotFound(f"the dataset {self.name} has no field {name!r}")

    @property
    def title_field(self) -> str:
        """The field that names a record on a screen."""
        return self.key.fields[0] if self.key.fields else self.fields[0].name

    @model_validator(mode="after")
    def _is_found(self) -> Dataset:
        for name in (*self.search.names, *self.search.weights, *self.search.facets):
            if name not in self.field_names:
                raise ValueError(f"search speaks of an unknown field {name!r}")
        if any(not 0 <= weight <= 100 for weight in self.search.weights.values()):
            raise ValueError("search.weights are numbers from 0 to 100")
        return self

    @model_validator(mode="after")
    def _fits(self) -> Dataset:
        check_name(self.name, "the dataset name")
        names = self.field_names
        if self.name in {"main", "ops", "history", "staging", "information_schema"}:
            raise ValueError(f"{self.name!r} is reserved")
        doubled = {n for n in names if names.count(n) > 1}
        if doubled:
            raise ValueError(f"fields given twice: {', '.join(sorted(doubled))}")
        used = [*self.key.fields, *(f for rule in self.rules for f in rule.fields)]
        more = [self.key.when_both] if self.key.when_both else []
        for name in [*used, *more, *self.key.also]:
            if name not in names:
                raise ValueError(f"the key or a rule speaks of an unknown field {name!r}")
        for name in self.quality.fields:
            if name not in names:
                raise ValueError(f"quality.fields speaks of an unknown field {name!r}")
        if self.key.when_both and not self.key.fields:
            raise ValueError("key.when_both needs key.fields")
        for name in self.key.also:
            if self.field(name).type not in ("text", "list") or not self.key.when_both:
                raise ValueError(f"key.also: {name} must hold texts, and key.when_both be given")
        for name in self.key.fields:
            if self.field(name).type == "list":
                raise ValueError(f"the key field {name} cannot be a list")
        return self


def from_dict(data: dict[str, Any], where: str = "dataset") -> Dataset:
    """A checked Dataset. Raises BadDataset naming the place."""
    try:
        return Dataset.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadDataset(
            f"{where}: {place}: {first['msg']}" if place else f"{where}: {first['msg']}"
        )
    except InputError as error:
        raise BadDataset(f"{where}: {error.detail}") from error


def to_toml(dataset: Dataset) -> str:
    """The definition as text, without what is the default anyway."""
    data = dataset.model_dump(mode="json", exclude_defaults=True, exclude={"origin"})
    return tomli_w.dumps(data)


def from_text(text: str, where: str = "dataset") -> Dataset:
    """A definition from TOML text. Raises BadDataset with the line."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDataset(f"{where}: {error}") from error
    return from_dict(data, where)


def from_toml(path: Path) -> Dataset:
    """Read one definition. Raises BadDataset with file and line."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDataset(f"{path.name}: {error}") from error
    except OSError as error:
        raise BadDataset(f"{path.name}: {error.strerror}") from error
    return from_text(text, path.name)
