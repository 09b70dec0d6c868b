"""The second reader of .xls, for files that the first one stumbles over: calamine.

It gives no error cells (they are blank), no hidden rows and no merged areas, and doubles instead of digits.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from core.errors import BrokenFile, EncryptedFile
from core.files.books.cell_text import double_text, duration_text
from core.files.books.kept import KeptBook, KeptSheet

Value = int | float | str | bool | time | date | datetime | timedelta


class SecondBook(KeptBook):
    """An .xls that xlrd could not open; `why` is what it said. Raises BrokenFile, EncryptedFile."""

    def __init__(self, path: Path, why: str) -> None:
        try:
            book = calamine.CalamineWorkbook.from_path(str(path))
            super().__init__([_sheet(book, name, why) for name in book.sheet_names])
        except calamine.PasswordError as error:
            raise EncryptedFile("the workbook is encrypted") from error
        except (calamine.CalamineError, ValueError, OverflowError) as error:
            raise BrokenFile(why) from error
        except BaseException as error:  # a panic in its own code is no Exception
            if type(error).__name__ != "PanicException":
                raise
            raise BrokenFile(why) from None


def _sheet(book: calamine.CalamineWorkbook, name: str, why: str) -> KeptSheet:
    sheet = KeptSheet(name)
    found = book.get_sheet_by_name(name)
    top, left = found.start or (0, 0)
    for row, values in enumerate(found.to_python(skip_empty_area=True), start=top + 1):
        for column, value in enumerate(values, start=left + 1):
            sheet.put(row, column, _cell_text(value))
    sheet.facts.notes.append(
        f"The first reader gave up ({why}); a second one read the workbook. It leaves cells with an error"
        " blank: compare with the original."
    )
    return sheet


def _cell_text(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return double_text(float(value))
    if isinstance(value, timedelta):
        return duration_text(value / timedelta(days=1))
    if isinstance(value, datetime):
        text = value.isoformat(" ")
        return text.removesuffix(" 00:00:00")
    return value if isinstance(value, str) else value.isoformat()
