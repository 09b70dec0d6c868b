"""What is to be done with an upload: dataset, mode, mapping, recipe and how the file is read.

A plan and the raw bytes decide the result completely, so a preview can be made again at any time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from core.datasets.empty_words import bare, bared, may_name
from core.datasets.model import Dataset, Field
from core.datasets.parts import DATE_PARTS, LABELS, PARTS
from core.errors import BadRecipe, InputError, NotFound
from core.cleaning import date_steps

Mode = Literal["upsert", "insert", "replace"]
OnError = Literal["quarantine", "refuse"]
Op = Literal[
    "join",
    "turn",
    "tidy",
    "error_cells",
    "empty_words",
    "keep_words",
    "upper",
    "lower",
    "vocabulary",
    "split",
    "date_order",
    "two_digit_years",
    "calendar",
    "day_numbers",
    "no_dates",
    "decimal_sign",
    "unit",
    "replace",
    "regex",
    "default",
    "clear_invalid",
    "exported",
    "apostrophes",
]

# Columns that an export has beside the fields: the record's id, and its extra fields as one JSON object.
RECORD_ID, EXTRA = "record_id", "_extra"
OWN = (RECORD_ID, EXTRA)


# op -> the values that it may have, and how an error says it
_ALLOWED: dict[str, tuple[tuple[str | None, ...], str]] = {
    "decimal_sign": ((".", ","), "a point or a comma"),
    **dict.fromkeys(("upper", "lower"), ((None, "tr"), "tr, or nothing")),
}


class Step(BaseModel):
    """One cleaning step. `field` None means every text field. Steps run in order.

    | op            | uses               | what it does                                             |
    |---------------|--------------------|----------------------------------------------------------|
    | join          | value (parts)      | columns that hold parts of a name, or of a date, become one text |
    | turn          |                    | “Last, First” becomes “First Last”                       |
    | tidy          |                    | trim, collapse blanks, Unicode NFC                       |
    | error_cells   |                    | #REF!, #N/A and the like become empty                    |
    | empty_words   | words              | a cell that is one of these words becomes empty          |
    | keep_words    | words              | these words are values of the field: empty_words leaves them; in a key field only where the row says more |
    | upper, lower  | value (tr, or none) | letter case; in Turkish I is ı, and i is İ               |
    | vocabulary    | value (its name)   | known words to one spelling; unknown ones stay           |
    | split         | value (separators) | where a list's text is cut                               |
    | date_order    | value (dmy, mdy)   | how 03/04/1990 is read; ymd: 79/1/18 is in 1979          |
    | two_digit_years | value (1927-2026) | the years that 68 and 12 stand for                      |
    | calendar      | value (its name)   | of years without an era: buddhist, roc, hijri, persian   |
    | decimal_sign  | value (. or ,)     | which sign of 1.234,5 parts the decimals                 |
    | unit          | value, to          | $5 is 5, 50 % is 50 (or 0.5, where `to` is 0.01)         |
    | no_dates      |                    | 0/0/00, 0000-00-00 and the like become empty             |
    | day_numbers   | value (1900, 1904) | 35376 is a day as spreadsheet programs count them        |
    | replace       | value, to          | a cell that is exactly `value` becomes `to` (or empty)   |
    | regex         | value, to          | every match of the RE2 pattern becomes `to`              |
    | default       | to                 | an empty cell becomes `to`                               |
    | clear_invalid |                    | a value that the rules refuse becomes empty              |
    | exported      |                    | the values are Marquee's own: no step is guessed         |
    | apostrophes   |                    | takes off what an export puts before texts like formulas |
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    op: Op
    field: str | None = None
    value: str | None = None
    to: str | None = None
    words: tuple[str, ...] = ()
    reason: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Step:
        alone = {"tidy", "error_cells", "empty_words", "exported", "apostrophes"}
        if self.field is None and self.op not in alone:
            raise ValueError(f"{self.op} needs a field")
        if (
            self.op in {"join", "vocabulary", "replace", "regex", *date_steps.VALUES}
            and not self.value
        ):
            raise ValueError(f"{self.op} needs a value")
        parts = set((self.value or "").split())
        if self.op == "join" and not (parts <= PARTS or parts <= {*DATE_PARTS}):
            told = f"{', '.join(sorted(PARTS))}, or {', '.join(DATE_PARTS)}"
            raise ValueError(f"join takes the parts {told}")
        if self.op == "split" and self.value is None:  # nothing cuts where it is empty
            raise ValueError("split needs a value")
        if self.op in date_steps.VALUES and not date_steps.fits(self.op, self.value or ""):
            raise ValueError(f"{self.op} is {date_steps.VALUES[self.op]}")
        allowed, told = _ALLOWED.get(self.op, ((self.value,), ""))
        if self.value not in allowed:
            raise ValueError(f"{self.op} is {told}")
        if self.op == "keep_words" and not self.words:
            raise ValueError("keep_words needs words")
        if self.op == "default" and not self.to:
            raise ValueError("default needs `to`")
        if self.op == "regex":
            try:
                re.compile(self.value or "")
            except re.error as error:
                raise ValueError(f"the pattern is broken: {error}") from error
        return self

    def sentence(self, dataset: Dataset) -> str:
        """The step in plain words."""
        name = dataset.field(self.field).label if self.field else "every field"
        texts = {
            "join": f"Put {name} together: {_parts(self.value)}",
            "turn": f"{name}: “Last, First” becomes “First Last”",
            "tidy": f"Trim and collapse blanks, normalise Unicode in {name}",
            "error_cells": f"Treat error cells such as #REF! as empty in {name}",
            "empty_words": f"Treat {_some(self.words)} as empty in {name}",
            "keep_words": f"Keep {_some(self.words)} in {name}",
            "upper": f"{name} in upper case{_language(self.value)}",
            "lower": f"{name} in lower case{_language(self.value)}",
            "vocabulary": f"{name} to one spelling ({self.value})",
            "split": f"Split {name} at {' '.join(self.value or '') or 'nothing'}",
            "decimal_sign": f"{name}: the {'point' if self.value == '.' else 'comma'} parts the decimals",
            "unit": f"{name}: numbers without {self.value}{', as shares of one' if self.to else ''}",
            "no_dates": f"{name}: 0/0/00, 0000-00-00 and the like "
            + ("stay as they are" if self.value == "off" else "mean no date"),
            "replace": f"{name}: “{self.value}” becomes {f'“{self.to}”' if self.to else 'empty'}",
            "regex": f"{name}: matches of {self.value} become “{self.to or ''}”",
            "default": f"{name}: fill empty cells with “{self.to}”",
            "clear_invalid": f"{name}: leave out values that are not allowed",
            "exported": "Take the values as they stand, since Marquee wrote them",
            "apostrophes": f"Take off the apostrophe that Marquee puts before texts like formulas in {name}",
        }
        return texts.get(self.op) or date_steps.sentence(self.op, name, self.value or "")


def _language(value: str | None) -> str:
    return ", as in Turkish" if value == "tr" else ""


def _some(words: tuple[str, ...]) -> str:
    if len(words) > 4:
        return f"{len(words)} words such as “{words[0] if words[0].isalpha() else 'N/A'}”"
    return ", ".join(f"“{word}”" for word in words)


def _parts(value: str | None) -> str:
    parts = [LABELS.get(part, part) for part in (value or "").split()]
    east_asian = {"given", "family"} <= set((value or "").split())
    return " + ".join(parts) + (
        "; in Chinese, Japanese and Korean family + given" if east_asian else ""
    )


class Column(BaseModel):
    """Where one column of the file goes: to a field, kept as an extra field, or dropped.

    `field` may also be one of OWN. `extra` is the name of the extra field, where it is not the header.
    `own` marks the column that tells that Marquee wrote the file.
    With a `part` (given, family ...) it is one of several that make the field, and kept beside it as well.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    index: int
    column: str
    field: str | None = None
    keep: bool = False
    confidence: float = 1.0
    reason: str = ""
    extra: str | None = None
    own: bool = False
    part: str | None = None

    @property
    def choice(self) -> str | None:
        """Where it goes, as a choice says it: a field, field:part, extra, or None."""
        if self.field is None:
            return "extra" if self.keep else None
        return f"{self.field}:{self.part}" if self.part else self.field


class Plan(BaseModel):
    """Everything that decides what an import does. Kept as JSON with the upload."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str
    mode: Mode = "upsert"
    on_error: OnError = "quarantine"
    source: str | None = None
    reading: dict[str, str | int | None] = {}
    mapping: tuple[Column, ...] = ()
    recipe: tuple[Step, ...] | None = None
    confirmed: bool = False  # somebody looked at the mapping and agreed
    together: bool = (
        False  # rows of one record complete each other; files of earlier versions did not
    )
    force: bool = False  # import it although the same bytes are imported already

    def fields(self) -> dict[str, int]:
        """Field name to column index; of a field that several columns make, the first of them."""
        found: dict[str, int] = {}
        for column in self.mapping:
            if column.field and column.field not in OWN:
                found.setdefault(column.field, column.index)
        return found

    def parts(self) -> dict[str, dict[str, int]]:
        """The fields that several columns make: part to column index."""
        found: dict[str, dict[str, int]] = {}
        for column in self.mapping:
            if column.field and column.part:
                found.setdefault(column.field, {})[column.part] = column.index
        return found

    def sources(self, field: str) -> list[Column]:
        """The columns that a field comes from, in the order of the file."""
        return [c for c in self.mapping if c.field == field]

    def own(self) -> dict[str, int]:
        """Field name to column index for the columns that an export has beside the fields."""
        return {c.field: c.index for c in self.mapping if c.field in OWN}

    def extras(self) -> list[Column]:
        """Columns kept beside the fields."""
        return [c for c in self.mapping if (c.field is None or c.part) and c.keep]


def checked(**values: Any) -> Plan:
    """A plan. Raises InputError in our words for what is none."""
    try:
        return Plan.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name, given = str(first["loc"][0]), first["input"]
        allowed = get_args(Plan.model_fields[name].annotation) if name in Plan.model_fields else ()
        if first["type"] == "literal_error" and allowed:
            said, hint = f"{name} cannot be {given!r}", f"It is one of: {', '.join(allowed)}."
        elif first["type"] == "extra_forbidden":
            said, hint = f"there is no option {name!r}", ""
        else:
            said, hint = f"{name} cannot be {given!r}", ""
        raise InputError(said, hint=hint) from error


def reading(given: object) -> dict[str, Any]:
    """How a file is to be read, without what is left to be decided. Raises InputError for what is no mapping."""
    if not isinstance(given, Mapping):
        raise InputError(
            f"reading cannot be {given!r}", hint="Give names and values: {'delimiter': ';'}."
        )
    return {k: v for k, v in given.items() if v is not None}


def parse_steps(dataset: Dataset, steps: object) -> tuple[Step, ...]:
    """Steps from dicts or Steps, checked against the dataset. Raises BadRecipe naming the step."""
    if not isinstance(steps, (list, tuple)):
        raise BadRecipe("a recipe is a list of steps")
    found = []
    for number, raw in enumerate(steps, start=1):
        try:
            step = raw if isinstance(raw, Step) else Step.model_validate(raw)
            if step.field:
                _check_field(dataset, step)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(p) for p in first["loc"])
            raise BadRecipe(
                f"step {number}: {place + ': ' if place else ''}{first['msg']}"
            ) from error
        except (NotFound, InputError) as error:
            raise BadRecipe(f"step {number}: {error.detail}") from error
        found.append(step)
    return tuple(found)


def _check_field(dataset: Dataset, step: Step) -> None:
    kind = dataset.field(step.field or "").type
    wanted = {**dict.fromkeys([*date_steps.VALUES, "no_dates"], "date"), "split": "list"}.get(
        step.op
    )
    if wanted and kind != wanted:
        raise InputError(f"{step.op} needs a {wanted} field, and {step.field} is of type {kind}")
    of_date = step.op == "join" and {*(step.value or "").split()} <= {*DATE_PARTS}
    if of_date and kind != "date":
        raise InputError(f"{step.field} is of type {kind}, and has no year, month and day")
    if step.op in ("join", "turn") and kind != "text" and not of_date:
        raise InputError(f"{step.op} needs a text field, and {step.field} is of type {kind}")
    if step.op in ("decimal_sign", "unit") and kind not in ("integer", "number"):
        raise InputError(f"{step.op} needs a number, and {step.field} is of type {kind}")
    if step.op == "vocabulary" and kind != "text":
        raise InputError(f"vocabulary needs a text field, and {step.field} is of type {kind}")


def default_steps(dataset: Dataset, fields: set[str]) -> tuple[Step, ...]:
    """The dataset's own cleaning as visible steps, for the fields that the file has."""
    cleaning = dataset.cleaning
    steps = [Step(op="tidy")] if cleaning.tidy else []
    if cleaning.error_cells:
        steps.append(Step(op="error_cells"))
    if cleaning.empty_words:
        steps.append(Step(op="empty_words", words=cleaning.empty_words))
    for field in dataset.fields:
        if field.name not in fields:
            continue
        steps += _kept(dataset, field)
        if field.case:
            steps.append(Step(op=field.case, field=field.name))
        if field.vocabulary:
            steps.append(Step(op="vocabulary", field=field.name, value=field.vocabulary))
        if field.type == "list":
            steps.append(Step(op="split", field=field.name, value=cleaning.list_separators))
        if field.date_order:
            steps.append(Step(op="date_order", field=field.name, value=field.date_order))
    return tuple(steps)


def _kept(dataset: Dataset, field: Field) -> list[Step]:
    """The empty words that are values of a field: the choices that it allows, names in a key."""
    words = dataset.cleaning.empty_words
    if field.choices:
        empty = bared(words)
        kept, reason = [c for c in field.choices if bare(c) in empty], "it is an allowed value"
    elif field.name in dataset.key.fields and field.type == "text" and not field.vocabulary:
        kept = [w for w in words if may_name(w)]
        reason = "a name may be such a word; in a row that says nothing else it is none"
    else:
        return []
    return (
        [Step(op="keep_words", field=field.name, words=tuple(kept), reason=reason)] if kept else []
    )


def rebased(
    dataset: Dataset,
    recipe: tuple[Step, ...] | None,
    old: tuple[Column, ...],
    new: tuple[Column, ...],
) -> tuple[Step, ...] | None:
    """The recipe for another mapping: fields that came get their defaults, fields that left lose their steps.

    What somebody added or removed stays so. None, which means the defaults, stays None.
    """
    if recipe is None:
        return None
    before = {c.field for c in old if c.field and c.field not in OWN}
    after = {c.field for c in new if c.field and c.field not in OWN}
    joined = _joined(old) == _joined(new)  # other columns are put together in another way
    kept = [s for s in recipe if s.field is None or s.field in after]
    kept = [s for s in kept if s.op != "join" or joined]
    come = [s for s in default_steps(dataset, after - before) if s.field]
    return (*kept, *come)


def _joined(columns: tuple[Column, ...]) -> set[tuple[str, int]]:
    return {(c.part, c.index) for c in columns if c.part}


def same_rows(one: Plan, other: Plan) -> bool:
    """Whether both plans give the same rows: what is done with bad ones is decided at the commit."""
    free = {"on_error": other.on_error, "confirmed": other.confirmed}
    return one.model_copy(update=free) == other
