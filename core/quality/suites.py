"""Suites of other tools as checks: what Great Expectations saves (JSON) and pandera (YAML or JSON), where they map.

What does not map is listed with its reason, so that nobody takes it for checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.datasets.registry import Registry
from core.errors import InputError, MarqueeError
from core.files.given import file_at
from core.quality import expectation as expectation_
from core.quality.expectation import Expectation

MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class Suite:
    """What a suite becomes: the checks, and what was not taken, with why."""

    tool: str
    taken: tuple[Expectation, ...]
    left: tuple[tuple[str, str], ...]


def read(registry: Registry, dataset: str, source: str | Path) -> Suite:
    """Read a suite from a file. Raises InputError for what is no suite. Nothing is kept yet."""
    path = file_at(source)
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path.name} is larger than {MOST_BYTES:,} bytes, which no suite is")
    return of_text(registry, dataset, path.read_text("utf-8", "replace"), path.name)


def of_text(registry: Registry, dataset: str, text: str, name: str = "the suite") -> Suite:
    """The same of a text."""
    try:
        data = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise InputError(
            f"{name} is neither JSON nor YAML: {str(error).splitlines()[0]}"
        ) from error
    if isinstance(data, dict) and isinstance(data.get("expectations"), list):
        return _made(registry, dataset, "great_expectations", _great(data["expectations"]))
    if isinstance(data, dict) and isinstance(data.get("columns"), dict):
        return _made(registry, dataset, "pandera", _pandera(data))
    raise InputError(
        f"{name} is no suite",
        hint="It has a list of expectations, or the columns of a pandera schema.",
    )


Given = tuple[
    str, dict[str, Any] | str
]  # what it was called, and the check or the reason that there is none


def _made(registry: Registry, dataset: str, tool: str, found: Iterator[Given]) -> Suite:
    taken, left = [], []
    for called, values in found:
        if isinstance(values, str):
            left.append((called, values))
            continue
        try:
            given = expectation_.made({"dataset": dataset, "name": called[:200], **values})
            expectation_.check(registry, given)
            taken.append(given)
        except MarqueeError as error:
            left.append((called, error.detail or error.title))
    return Suite(tool, tuple(taken), tuple(left))


# ------------------------------------------------------------------ Great Expectations


def _great(expectations: list[Any]) -> Iterator[Given]:
    for each in expectations:
        if not isinstance(each, dict):
            yield str(each)[:100], "it is no expectation"
            continue
        kind = str(each.get("expectation_type") or each.get("type") or "")
        given = each.get("kwargs")
        kwargs: dict[str, Any] = given if isinstance(given, dict) else {}
        called = f"{kind} of {kwargs['column']}" if kwargs.get("column") else kind
        yield called, _one_great(kind, dict(kwargs), each)


def _one_great(kind: str, kwargs: dict[str, Any], each: dict[str, Any]) -> dict[str, Any] | str:
    if kwargs.get("row_condition") or kwargs.get("condition_parser"):
        return "it has a condition on rows"
    if kwargs.get("strict_min") or kwargs.get("strict_max"):
        return "its bounds are strict"
    column = kwargs.get("column")
    bounds = {"min": kwargs.get("min_value"), "max": kwargs.get("max_value")}
    made: dict[str, dict[str, Any]] = {
        "expect_column_values_to_not_be_null": {"kind": "not_null"},
        "expect_column_values_to_be_unique": {"kind": "unique"},
        "expect_column_values_to_be_in_set": {"kind": "in_set", "values": kwargs.get("value_set")},
        "expect_column_values_to_be_between": {"kind": "between", **bounds},
        "expect_column_values_to_match_regex": {"kind": "matches", "pattern": _anywhere(kwargs)},
        "expect_column_sum_to_be_between": {"kind": "sum", **bounds},
        "expect_table_row_count_to_be_between": {"kind": "row_count", **bounds},
        "expect_table_row_count_to_equal": {
            "kind": "row_count",
            "min": kwargs.get("value"),
            "max": kwargs.get("value"),
        },
    }
    if kind not in made:
        return "there is no check of this kind"
    values = {k: v for k, v in made[kind].items() if v is not None}
    if column:
        values["field"] = column
    mostly = kwargs.get("mostly")
    if isinstance(mostly, (int, float)):
        values["tolerance"] = round(100 * (1 - float(mostly)), 9)
    levels = {"critical": "error", "warning": "warning", "info": "info"}
    values["severity"] = levels.get(str(each.get("severity")), "error")
    return values


def _anywhere(kwargs: dict[str, Any]) -> str | None:
    """Their pattern may stand anywhere in the value; ours is of the whole value."""
    pattern = kwargs.get("regex")
    return f"(?s).*(?:{pattern}).*" if isinstance(pattern, str) else None


# ------------------------------------------------------------------ pandera


def _pandera(schema: dict[str, Any]) -> Iterator[Given]:
    for name, column in schema["columns"].items():
        if isinstance(column, dict):
            yield from _column(str(name), column)
    for part in ("checks", "index", "unique"):
        if schema.get(part):
            yield f"{part} of the table", "only checks of columns are taken"


def _column(name: str, column: dict[str, Any]) -> Iterator[Given]:
    if column.get("regex"):
        yield name, "the name of the column is a pattern"
        return
    if column.get("nullable") is False:
        yield f"{name} is not null", {"kind": "not_null", "field": name}
    if column.get("unique"):
        yield f"{name} is unique", {"kind": "unique", "field": name}
    checks = column.get("checks") or {}
    if isinstance(checks, list):  # as newer versions write them
        checks = {
            str((c.get("options") or {}).get("check_name") or c.get("check_name") or i): c
            for i, c in enumerate(checks)
            if isinstance(c, dict)
        }
    for check, value in checks.items():
        yield f"{check} of {name}", _one_pandera(name, str(check), value)


def _one_pandera(name: str, check: str, value: Any) -> dict[str, Any] | str:
    given = value
    if isinstance(value, dict):
        rest = {k: v for k, v in value.items() if k not in ("options", "check_name")}
        given = rest.get("value", next(iter(rest.values()), None) if len(rest) == 1 else rest)
    own: dict[str, Any] = {"field": name}
    if check in ("greater_than_or_equal_to", "ge"):
        return {**own, "kind": "between", "min": given}
    if check in ("less_than_or_equal_to", "le"):
        return {**own, "kind": "between", "max": given}
    if check in ("in_range", "between") and isinstance(given, dict):
        if not given.get("include_min", True) or not given.get("include_max", True):
            return "its bounds are strict"
        low, high = given.get("min_value"), given.get("max_value")
        return {**own, "kind": "between", "min": low, "max": high}
    if check == "isin" and isinstance(given, (list, tuple)):
        return {**own, "kind": "in_set", "values": list(given)}
    if check == "equal_to":
        return {**own, "kind": "in_set", "values": [given]}
    if check == "str_matches" and isinstance(given, str):  # of the beginning of the value
        return {**own, "kind": "matches", "pattern": f"(?s)(?:{given}).*"}
    if check == "str_contains" and isinstance(given, str):
        return {**own, "kind": "matches", "pattern": f"(?s).*(?:{given}).*"}
    return "there is no check of this kind"
