"""What is to be done with an upload: dataset, mode, mapping, recipe and how the file is read.

A plan and the raw bytes decide the result completely, so a preview can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from core.cleaning import registry
from core.cleaning.shaping.step import TableStep
from core.cleaning.step import Step
from core.datasets.empty_words import bare, bared, may_name
from core.datasets.model import Dataset, Field
from core.errors import BadRecipe, InputError, NotFound

Mode = Literal["upsert", "insert", "replace"]
OnError = Literal["quarantine", "refuse"]

# Columns that an export has beside the fields: the record's id, and its extra fields as one JSON object.
RECORD_ID, EXTRA = "record_id", "_extra"
OWN = (RECORD_ID, EXTRA)


class Column(BaseModel):
    """Where one column of the file goes: to a field, kept as an extra field, or dropped.

    `field` may also be one of OWN. `extra` is the name of the extra field, where it is not the header.
    `own` marks the column that tells that Marquee wrote the file.
    With a `part` (given, family ...) it is one of several that make the field, and kept beside it as well.
    `near` is the field that a column without one may hold too: another column is nearer, or none is near enough.
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
    near: str | None = None

    @property
    def choice(self) -> str | None:
        """Where it goes, as a choice says it: a field, field:part, extra, or None."""
        if self.field is None:
            return "extra" if self.keep else None
        return f"{self.field}:{self.part}" if self.part else self.field


COMPARED = (
    "decided",
    "forgotten",
    "kept_fields",
    "kept_records",
)  # what changes the comparison alone


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
    table_steps: tuple[TableStep, ...] = ()  # on the columns of the file, before they go to fields
    wanted: dict[str, str | None] = {}  # column name to choice, as a saved recipe says
    saved: str | None = None  # the name of the saved recipe that it began with
    confirmed: bool = False  # somebody looked at the mapping and agreed
    together: bool = (
        False  # rows of one record complete each other; files of earlier versions did not
    )
    fixes: int = 0  # the newest act of fixing cells that is in force: see core/ingest/fixes.py
    decided: dict[int, str] = (
        {}
    )  # row of the file to leave, new or a record: core/ingest/choosing.py
    preferred: tuple[
        int, ...
    ] = ()  # rows that count where another one of the file is the same record
    forgotten: tuple[int, ...] = ()  # rows of people who were forgotten: they never come in
    kept_fields: tuple[str, ...] = ()  # records that are there keep what they have in these
    kept_records: tuple[str, ...] = ()  # not deleted, though their source lacks them now
    force: bool = False  # import it although the same bytes are imported already
    confirm_deletions: bool = False  # that many records of its source go is meant

    @property
    def choices(self) -> dict[int, str]:
        """What holds of rows: what somebody decided, and that nobody comes back who was forgotten."""
        return {**self.decided, **dict.fromkeys(self.forgotten, "leave")}

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


def checked(values: Mapping[str, object]) -> Plan:
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
                type_ = dataset.field(step.field).type
                if refused := registry.kind(step.op).refuses(step, type_):
                    raise InputError(refused)
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


def same_choices(one: Plan, other: Plan) -> bool:
    """Whether the rows of both plans are compared with the records in the same way."""
    return all(getattr(one, name) == getattr(other, name) for name in COMPARED)


def same_rows(one: Plan, other: Plan) -> bool:
    """Whether both plans give the same rows: what is done with bad ones is decided at the commit."""
    free: dict[str, Any] = {
        "on_error": other.on_error,
        "confirmed": other.confirmed,
        "saved": other.saved,
        "confirm_deletions": other.confirm_deletions,
    }
    free |= {name: getattr(other, name) for name in COMPARED}
    return one.model_copy(update=free) == other
