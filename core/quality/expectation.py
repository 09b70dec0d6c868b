"""A check that somebody made: what it expects, how much it matters, who looks after it, and its SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field as field_, ValidationError

from core.datasets.compared import comparable
from core.datasets.model import Dataset, Field, Severity
from core.datasets.registry import Registry
from core.datasets.tables import columns, table
from core.dates.sortable import condition
from core.errors import InputError, NotFound
from core.quality import bounds
from core.quality.measures import column, present
from core.records import readonly
from core.storage.sql import ident, literal

Kind = Literal[
    "sql",
    "not_null",
    "unique",
    "in_set",
    "between",
    "matches",
    "sum",
    "row_count",
    "freshness",
    "referential",
]
Gate = Literal["none", "ask", "refuse"]
# What each kind needs beside the dataset: (parameters of which all are needed, one of which is needed).
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sql": (("condition",), ()),
    "not_null": (("field",), ()),
    "unique": (("field",), ()),
    "in_set": (("field", "values"), ()),
    "between": (("field",), ("min", "max")),
    "matches": (("field", "pattern"), ()),
    "sum": (("field",), ("min", "max")),
    "row_count": ((), ("min", "max")),
    "freshness": (("days",), ()),
    "referential": (("field", "other"), ()),
}
WHOLE = ("sum", "row_count", "freshness")  # of all records together: no single row breaks them


class Options(TypedDict, total=False):
    """The fields of an Expectation beside its dataset and kind; a test holds the two against each other."""

    id: str
    name: str
    field: str | None
    condition: str | None
    values: Sequence[str | float]
    min: float | str | None
    max: float | str | None
    pattern: str | None
    days: float | None
    other: str | None
    severity: Severity
    owner: str
    gate: Gate
    tolerance: float
    timeout: float


class Expectation(BaseModel):
    """One check. `tolerance` is the percent of its units that may be bad; `timeout` is in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = ""
    dataset: str
    kind: Kind
    name: str = field_(default="", max_length=200)
    field: str | None = None
    condition: str | None = field_(default=None, max_length=10_000)
    values: tuple[str | float, ...] = field_(default=(), max_length=10_000)
    min: float | str | None = None
    max: float | str | None = None
    pattern: str | None = field_(default=None, max_length=1_000)
    days: float | None = field_(default=None, gt=0)
    other: str | None = None  # dataset.field
    severity: Severity = "error"
    owner: str = field_(default="", max_length=200)
    gate: Gate = "none"
    tolerance: float = field_(default=0.0, ge=0, le=100)
    timeout: float = field_(default=10.0, gt=0, le=600)

    @property
    def title(self) -> str:
        """The name, or what it says."""
        return self.name or described(self)


@dataclass(frozen=True)
class Compiled:
    """Of records `r`: which are units, and what is true for a good one. Or one value of all, and its bounds."""

    counted: str = "true"
    good: str = "true"
    value: str | None = None
    fields: tuple[str, ...] = ()


def made(values: dict[str, Any]) -> Expectation:
    """An expectation. Raises InputError naming what is wrong."""
    try:
        return Expectation.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"]) or "the check"
        raise InputError(f"{place}: {first['msg']}") from error


def check(registry: Registry, given: Expectation) -> None:
    """Raises InputError or NotFound unless it can be asked of its dataset."""
    dataset = registry.get(given.dataset)
    needed, one_of = NEEDS[given.kind]
    for name in needed:
        if getattr(given, name) in (None, "", ()):
            raise InputError(f"a check of the kind {given.kind} needs {name}")
    if one_of and all(getattr(given, n) is None for n in one_of):
        raise InputError(f"a check of the kind {given.kind} needs {' or '.join(one_of)}")
    if given.kind in ("sum", "row_count"):
        bounds.check(given.min, given.max, "number")
    if given.field:
        _fits(given, dataset.field(given.field))
    if given.pattern is not None:
        bounds.pattern(given.pattern)
    if given.condition:
        readonly.check_condition(table(dataset), given.condition)
    if given.other:
        _other(registry, given.other)


def _fits(given: Expectation, field: Field) -> None:
    """Raises InputError for a kind that says nothing of such values."""
    numbers = field.type in ("integer", "number")
    if given.kind == "in_set" and numbers:
        _numbers(given)
    if given.kind == "sum" and not numbers:
        raise InputError(f"{field.label} holds no numbers, so it has no sum")
    if given.kind != "between":
        return
    if field.type in ("list", "boolean"):
        raise InputError(f"{field.label} is a {field.type}, which has no order")
    bounds.check(given.min, given.max, "number" if numbers else field.type)


def _other(registry: Registry, text: str) -> tuple[Dataset, Field]:
    name, dot, field = text.partition(".")
    if not dot:
        raise InputError(f"{text!r} is not DATASET.FIELD", hint="Such as countries.code.")
    dataset = registry.get(name)
    return dataset, dataset.field(field)


def compiled(registry: Registry, given: Expectation, records: str) -> Compiled:
    """The SQL of an expectation over `records`. Raises NotFound when a field left the dataset."""
    dataset = registry.get(given.dataset)
    if given.kind == "sql":
        names = columns(dataset)
        used = readonly.columns_of(table(dataset), given.condition or "")
        return Compiled(good=f"({given.condition}\n)", fields=tuple(n for n in names if n in used))
    if given.kind == "row_count":
        return Compiled(value="count(*)::DOUBLE")
    if given.kind == "freshness":
        return Compiled(value="date_diff('second', max(r._updated_at), now()::TIMESTAMP) / 86400.0")
    if given.field is None:
        raise NotFound(f"the check {given.title!r} speaks of no field")
    field = dataset.field(given.field)
    x, own = column(field.name), (field.name,)
    if given.kind == "sum":
        return Compiled(value=f"sum({x})::DOUBLE", fields=own)
    if given.kind == "not_null":
        return Compiled(good=present(field), fields=own)
    good = _value(registry, given, field, x, records)
    return Compiled(counted=present(field), good=good, fields=own)


def _value(registry: Registry, given: Expectation, field: Field, x: str, records: str) -> str:
    """What is true for a good value."""
    if given.kind == "unique":
        same = comparable(field, x)
        several = f"SELECT {same} FROM {records} r WHERE {same} IS NOT NULL GROUP BY ALL HAVING count(*) > 1"
        return f"{same} NOT IN ({several})"
    if given.kind == "in_set" and field.type in ("integer", "number"):
        return f"list_contains({_numbers(given)}, {x}::DOUBLE)"
    if given.kind == "in_set":
        allowed = literal([bounds.plain(v) for v in given.values]) + "::VARCHAR[]"
        if field.type == "list":
            return f"list_has_all({allowed}, {x})"
        return f"list_contains({allowed}, {x}::VARCHAR)"
    if given.kind == "matches":
        pattern = literal(given.pattern)
        if field.type == "list":
            return f"len(list_filter({x}, lambda i: NOT regexp_full_match(i, {pattern}))) = 0"
        return f"regexp_full_match({x}::VARCHAR, {pattern})"
    if given.kind == "between":
        return _between(given, field, x)
    dataset, other = _other(registry, given.other or "")
    there = (
        f"SELECT {ident(other.name)} FROM {table(dataset)} WHERE {ident(other.name)} IS NOT NULL"
    )
    if field.type == "list":
        return f"list_has_all((SELECT list({ident(other.name)}) FROM ({there})), {x})"
    return f"{x} IN ({there})"


def _between(given: Expectation, field: Field, x: str) -> str:
    parts = []
    for sign, word, bound in ((">=", "ge", given.min), ("<=", "le", given.max)):
        if bound is not None and field.type == "date":
            parts.append(condition(word, x, literal(bounds.date(bound))))
        elif bound is not None:  # a text beside a whole number would be made a whole number, too
            told = bounds.number(bound) if field.type in ("integer", "number") else bound
            parts.append(f"{x} {sign} {literal(told)}")
    return " AND ".join(parts)


def _numbers(given: Expectation) -> str:
    """SQL for the numbers among the values. Raises InputError for what is none."""
    try:
        return literal([float(v) for v in given.values]) + "::DOUBLE[]"
    except ValueError as error:
        raise InputError(f"{given.field} holds numbers: {error}") from error


def within(given: Expectation, value: float) -> bool:
    """Whether the value of all records together is as it should be."""
    if given.kind == "freshness":
        return value <= float(given.days or 0)
    low = float(given.min) if given.min is not None else float("-inf")
    high = float(given.max) if given.max is not None else float("inf")
    return low <= value <= high


def described(given: Expectation) -> str:
    """What it expects, in words."""
    f = given.field or ""
    limits = " and ".join(
        [f"at least {given.min}"] * (given.min is not None)
        + [f"at most {given.max}"] * (given.max is not None)
    )
    words = {
        "sql": given.condition or "",
        "not_null": f"{f} is there",
        "unique": f"{f} stands in one record only",
        "in_set": f"{f} is one of {', '.join(bounds.plain(v) for v in given.values[:5])}",
        "between": f"{f} is {limits}",
        "matches": f"{f} has the form {given.pattern}",
        "sum": f"the sum of {f} is {limits}",
        "row_count": f"there are {limits} records",
        "freshness": f"a record changed within {given.days or 0:g} days",
        "referential": f"{f} is there in {given.other}",
    }
    return words[given.kind][:200]
