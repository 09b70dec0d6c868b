"""What a user fills in, and what a program checks against: templates and JSON Schema."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, Literal, cast

from core.datasets import workbook
from core.datasets.model import Dataset, Field
from core.errors import InputError
from core.formulas import neutral

Format = Literal["csv", "xlsx", "json", "schema"]

# A field without examples still shows how its values are written.
_SHOWN = {"date": "1979-01-18", "integer": "1", "number": "1.5", "boolean": "true"}
_DATE = r"^-?\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def template(dataset: Dataset, format: Format, *, examples: bool = True) -> bytes:
    """A file with the field names as header and one or two example rows, or (`examples=False`) none.

    csv: UTF-8 with a BOM, so that Excel opens it right. xlsx: every data cell is text, so that 007
    stays 007; rules as comments of the names, choices as drop-down lists, required columns marked; a second
    sheet explains the fields. json: an envelope {"<dataset>": [...], "metadata": {...}}. schema: the JSON
    Schema of one record. Raises InputError for another format.
    """
    rows = _rows(dataset) if examples else []
    if format == "xlsx":
        return workbook.workbook(dataset, rows)
    if format == "schema":
        return (json.dumps(json_schema(dataset), ensure_ascii=False, indent=2) + "\n").encode(
            "utf-8"
        )
    makers = {"csv": _csv, "json": _json}
    if format not in makers:
        hint = "Use csv, xlsx, json or schema."
        raise InputError(f"there is no template as {format!r}", hint=hint)
    return makers[format](dataset, rows)


def json_schema(dataset: Dataset) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one clean record. Only rules that are errors bind; the fields
    that are not required may be null, and more fields are allowed."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": dataset.label,
        **({"description": dataset.description} if dataset.description else {}),
        "type": "object",
        "properties": {f.name: _property(f) for f in dataset.fields},
        "required": [f.name for f in dataset.fields if f.required and _binds(f, "required")],
    }


# ------------------------------------------------------------------ examples


def _rows(dataset: Dataset) -> list[list[str]]:
    count = min(2, max([1, *(len(f.examples) for f in dataset.fields)]))
    return [[_example(field, number) for field in dataset.fields] for number in range(count)]


def _example(field: Field, number: int) -> str:
    if number < len(field.examples):
        return field.examples[number]
    if number > 0 and not field.required:
        return ""
    if field.choices:
        return field.choices[number % len(field.choices)]
    wanted = field.required and not field.examples
    return _SHOWN.get(field.type, field.label if wanted else "") if number == 0 or wanted else ""


def _csv(dataset: Dataset, rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(dataset.field_names)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _json(dataset: Dataset, rows: list[list[str]]) -> bytes:
    records = [
        {f.name: _typed(dataset, f, cell) for f, cell in zip(dataset.fields, row)} for row in rows
    ]
    about = {"dataset": dataset.name, "title": dataset.label, "note": "Replace the examples."}
    data = {dataset.name: records, "metadata": about}
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _typed(dataset: Dataset, field: Field, cell: str) -> object:
    if field.type == "list":
        cut = f"[{re.escape(dataset.cleaning.list_separators)}]"
        parts = re.split(cut, cell) if dataset.cleaning.list_separators else [cell]
        return [part.strip() for part in parts if part.strip()]
    if not cell:
        return None
    if field.type in ("integer", "number", "boolean"):
        try:
            return json.loads(cell.lower())
        except ValueError:
            return cell
    return cell


# ------------------------------------------------------------------ JSON Schema


def _binds(field: Field, rule: str) -> bool:
    return field.severity.get(rule, "error") == "error"


def _property(field: Field) -> dict[str, Any]:
    one = _one_value(field)
    about: dict[str, Any] = {"title": field.label}
    if field.description:
        about["description"] = field.description
    if field.type == "list":
        size = {"minItems": field.min_length, "maxItems": field.max_length}
        kept = _kept(field, size, ("min_length", "max_length"))
        return {**about, "type": _nullable(field, "array"), "items": one, **kept}
    if "enum" in one and not field.required:
        one["enum"] = [*one["enum"], None]
    one["type"] = _nullable(field, cast(str, one["type"]))
    return {**about, **one}


def _one_value(field: Field) -> dict[str, Any]:
    kind = field.type if field.type in ("integer", "number", "boolean") else "string"
    found: dict[str, Any] = {"type": kind}
    if field.type == "date":
        found["pattern"] = _DATE
    if field.choices and _binds(field, "choices"):
        found["enum"] = list(field.choices)
    if field.pattern is not None and _binds(field, "pattern"):
        found["pattern"] = f"^(?:{field.pattern})$"
    if field.format and _binds(field, "format"):
        found["format"] = {"url": "uri", "email": "email"}[field.format]
    if field.type == "text":
        size = {"minLength": field.min_length, "maxLength": field.max_length}
        found |= _kept(field, size, ("min_length", "max_length"))
    if field.type in ("integer", "number"):
        found |= _kept(field, {"minimum": field.min, "maximum": field.max}, ("min", "max"))
    return found


def _kept(field: Field, limits: dict[str, Any], rules: tuple[str, str]) -> dict[str, Any]:
    pairs = zip(limits.items(), rules)
    return {name: v for (name, v), rule in pairs if v is not None and _binds(field, rule)}


def _nullable(field: Field, kind: str) -> str | list[str]:
    return kind if field.required and _binds(field, "required") else [kind, "null"]
