"""What a user fills in, and what a program checks against: templates and JSON Schema."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, Literal, cast

import xlsxwriter

from core.datasets.model import Dataset, Field
from core.errors import InputError
from core.formulas import neutral

Format = Literal["csv", "xlsx", "json"]

# A field without examples still shows how its values are written.
_SHOWN = {"date": "1979-01-18", "integer": "1", "number": "1.5", "boolean": "true"}
_FIELDS_HEADER = ("name", "title", "type", "required", "choices", "description")
_DATE = r"^-?\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
_LAST_ROW = 1_048_575


def template(dataset: Dataset, format: Format) -> bytes:
    """A file with the field names as header and one or two example rows.

    csv: UTF-8 with a BOM, so that Excel opens it right. xlsx: every data cell is text, so that 007
    stays 007; choices as drop-down lists; a second sheet explains the fields. json: an envelope
    {"<dataset>": [...], "metadata": {...}}. Raises InputError for another format.
    """
    makers = {"csv": _csv, "xlsx": _xlsx, "json": _json}
    if format not in makers:
        raise InputError(f"there is no template as {format!r}", hint="Use csv, xlsx or json.")
    return makers[format](dataset)


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


def _csv(dataset: Dataset) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(dataset.field_names)
    writer.writerows([neutral(cell) for cell in row] for row in _rows(dataset))
    return text.getvalue().encode("utf-8-sig")


def _json(dataset: Dataset) -> bytes:
    records = [
        {f.name: _typed(dataset, f, cell) for f, cell in zip(dataset.fields, row)}
        for row in _rows(dataset)
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


# ------------------------------------------------------------------ Excel


def _xlsx(dataset: Dataset) -> bytes:
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        _data_sheet(book, dataset)
        _fields_sheet(book, dataset)
        _choices_sheet(book, dataset)
    return file.getvalue()


def _data_sheet(book: Any, dataset: Dataset) -> None:
    page = book.add_worksheet("Records")
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    for place, field in enumerate(dataset.fields):
        page.set_column(place, place, max(14, len(field.name) + 2), text)
        page.write_string(0, place, field.name, bold)
    for number, row in enumerate(_rows(dataset), start=1):
        for place, cell in enumerate(row):
            if cell:
                page.write_string(number, place, neutral(cell), text)
    for number, field in enumerate(_with_choices(dataset)):
        place = dataset.field_names.index(field.name)
        page.data_validation(1, place, _LAST_ROW, place, _validation(number, field))


def _validation(number: int, field: Field) -> dict[str, Any]:
    # A range, because a list written into the rule is cut at 255 characters and at commas.
    column = _letters(number)
    return {
        "validate": "list",
        "source": f"=Choices!${column}$1:${column}${len(field.choices)}",
        "error_type": "warning",  # other spellings may be known to the vocabulary
        "error_title": field.label[:32],
        "error_message": "This is not one of the choices. Keep it?",
    }


def _letters(number: int) -> str:
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _fields_sheet(book: Any, dataset: Dataset) -> None:
    page = book.add_worksheet("Fields")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    page.freeze_panes(1, 0)
    for place, (word, width) in enumerate(zip(_FIELDS_HEADER, (18, 18, 10, 10, 40, 60))):
        page.set_column(place, place, width, wrap)
        page.write_string(0, place, word, bold)
    for number, field in enumerate(dataset.fields, start=1):
        required = "yes" if field.required else "no"
        shown = (field.name, field.label, field.type, required)
        for place, cell in enumerate((*shown, ", ".join(field.choices), field.description)):
            page.write_string(number, place, neutral(cell)[:32_767], wrap)


def _choices_sheet(book: Any, dataset: Dataset) -> None:
    fields = _with_choices(dataset)
    if not fields:
        return
    page = book.add_worksheet("Choices")
    page.hide()
    for place, field in enumerate(fields):
        for number, choice in enumerate(field.choices):
            page.write_string(number, place, neutral(choice))


def _with_choices(dataset: Dataset) -> list[Field]:
    # A cell of a list holds several choices, which a drop-down cannot offer.
    return [f for f in dataset.fields if f.choices and f.type != "list"]


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
