"""The template of a dataset as an Excel workbook: rules as comments, drop-downs, required columns marked, a field guide."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.formatting.rule import FormulaRule  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

from core.datasets.model import Dataset, Field
from core.formulas import neutral

LAST_ROW = 1_048_576
CELL = 32_767  # characters that a cell of Excel holds
_TYPES = {
    "text": "Text",
    "integer": "A whole number",
    "number": "A number; 1.5 and 1,5 are read",
    "boolean": "true or false; yes and no are read",
    "date": "A date: 1979-01-18, or 1979-01 or 1979 where no more is known",
    "list": "Several values, with ; between them",
}
_FORMATS = {"url": "a web address (https://...)", "email": "an e-mail address"}
_REQUIRED, _OTHER = PatternFill("solid", fgColor="FFE0D4F7"), PatternFill(
    "solid", fgColor="FFF2F2F2"
)
_MISSING = PatternFill("solid", bgColor="FFFFD9D9")


def workbook(dataset: Dataset, rows: Sequence[Sequence[str]]) -> bytes:
    """The template with these example rows. All cells are text, so that 007 stays 007."""
    book = Workbook()
    _records(book.active, dataset, rows)
    _guide(book.create_sheet("Fields"), dataset)
    _choices(book, dataset)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rule(dataset: Dataset, field: Field) -> str:
    """What may stand in a field, in sentences."""
    said = [_TYPES[field.type]]
    if field.format:
        said = [_FORMATS[field.format].capitalize()]
    if field.choices:
        kept = ", ".join(field.choices[:20]) + (" ..." if len(field.choices) > 20 else "")
        firm = field.severity.get("choices", "error") == "error"
        said.append(f"{'One' if field.type != 'list' else 'Some'} of: {kept}")
        if not firm:
            said.append("Others are taken with a warning")
    if field.pattern:
        said.append(f"Of the form {field.pattern}")
    if field.min is not None or field.max is not None:
        least, most = (f"{b:g}" if isinstance(b, float) else b for b in (field.min, field.max))
        low = f"{field.min} or later" if field.type == "date" else f"{least} or more"
        high = f"{field.max} or earlier" if field.type == "date" else f"{most} or less"
        said += [t for t, v in ((low, field.min), (high, field.max)) if v is not None]
    unit = "values" if field.type == "list" else "characters"
    said += [f"At least {field.min_length} {unit}"] if field.min_length else []
    said += [f"At most {field.max_length} {unit}"] if field.max_length else []
    if field.unique:
        said.append("Each value once")
    if field.name in dataset.key.fields:
        said.append("It tells the records apart")
    return ". ".join(said) + "."


def _records(page: Any, dataset: Dataset, rows: Sequence[Sequence[str]]) -> None:
    page.title = "Records"
    page.freeze_panes = "A2"
    listed = [f.name for f in with_choices(dataset)]
    for place, field in enumerate(dataset.fields, start=1):
        letter = get_column_letter(place)
        head = page.cell(1, place, field.name)
        head.font, head.fill = Font(bold=True), _REQUIRED if field.required else _OTHER
        page.column_dimensions[letter].width = max(14, len(field.name) + 2)
        page.column_dimensions[letter].number_format = "@"
        head.comment = _comment(dataset, field)
        if field.required:
            empty = FormulaRule([f'AND(COUNTA($A2:$XFD2)>0,TRIM({letter}2)="")'], fill=_MISSING)
            page.conditional_formatting.add(f"{letter}2:{letter}5000", empty)
        if field.name in listed:
            page.add_data_validation(_drop_down(letter, listed.index(field.name), field))
    for number, row in enumerate(rows, start=2):
        for place, text in enumerate(row, start=1):
            cell = page.cell(number, place, neutral(text) or None)
            cell.number_format = "@"
            if cell.data_type == "f":  # what would be run is a text
                cell.data_type = "s"


def _comment(dataset: Dataset, field: Field) -> Comment:
    parts = ["Required." if field.required else "", rule(dataset, field), field.description]
    text = "\n".join(filter(None, parts))[:2_000]
    note = Comment(f"{field.label}\n{text}", "Marquee")
    note.width, note.height = 320, 40 + 18 * (2 + len(text) // 42)
    return note


def _drop_down(letter: str, number: int, field: Field) -> DataValidation:
    # A range, because a list written into the rule is cut at 255 characters and at commas.
    column = get_column_letter(number + 1)
    found = DataValidation(
        type="list",
        formula1=f"Choices!${column}$1:${column}${len(field.choices)}",
        allow_blank=True,
    )
    found.errorStyle = "warning"  # other spellings may be known to the vocabulary
    found.errorTitle, found.error = field.label[:32], "This is not one of the choices. Keep it?"
    found.showErrorMessage = True
    found.add(f"{letter}2:{letter}{LAST_ROW}")
    return found


def _guide(page: Any, dataset: Dataset) -> None:
    """A line for each field. The names end in a colon, so that nobody reads the guide as a table of records."""
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 100
    for number, field in enumerate(dataset.fields, start=1):
        page.cell(number, 1, f"{field.name}:").font = Font(bold=True)
        lines = [
            field.label + (" (required)" if field.required else ""),
            rule(dataset, field),
            field.description,
            f"Such as {', '.join(field.examples[:3])}" if field.examples else "",
        ]
        cell = page.cell(number, 2, neutral("\n".join(filter(None, lines)))[:CELL])
        for each in (page.cell(number, 1), cell):
            each.alignment = Alignment(wrap_text=True, vertical="top")


def _choices(book: Workbook, dataset: Dataset) -> None:
    fields = with_choices(dataset)
    if not fields:
        return
    page: Any = book.create_sheet("Choices")
    page.sheet_state = "hidden"
    for place, field in enumerate(fields, start=1):
        for number, choice in enumerate(field.choices, start=1):
            page.cell(number, place, neutral(choice))


def with_choices(dataset: Dataset) -> list[Field]:
    """Fields with a drop-down: a cell of a list holds several choices, which one cannot offer."""
    return [f for f in dataset.fields if f.choices and f.type != "list"]
