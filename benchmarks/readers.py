"""Why .xlsx, .xlsb and .ods have readers of ours: the same small workbooks, read by the others and by us.

Each case is a workbook of one cell, or of two far apart. The others hand out Python values; ours is text as a
person sees it in the spreadsheet program. What a reader gives is shown as it stands; a process that dies is told.
"""

from __future__ import annotations

import json
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

SECONDS = 60
MEMORY = 4 << 30  # bytes of address space for each reader

OURS = """from core.files.reader import read
table = read(path, cache_dir=folder, header=0)
cells = next(iter(table.rows()))
print(json.dumps([c for c in cells if c][:2]))"""
CALAMINE = """import python_calamine
with python_calamine.CalamineWorkbook.from_path(path) as book:
    row = book.get_sheet_by_index(0).to_python()[0]
    print(json.dumps([str(v) for v in row][:2]))"""
OPENPYXL = """import openpyxl
book = openpyxl.load_workbook(path, read_only=True, data_only=True)
row = next(book.worksheets[0].iter_rows(values_only=True))
print(json.dumps([str(v) for v in row][:2]))"""
READERS = {"ours": OURS, "calamine": CALAMINE, "openpyxl": OPENPYXL}
_FRAME = """import json, resource, sys
path, folder = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
from pathlib import Path
folder = Path(folder)
{code}"""


@dataclass(frozen=True)
class Case:
    """A workbook: what is in it, how it is written, and what a person sees in the cell."""

    title: str
    seen: str
    write: Callable[[Any, Any], None]


def _formatted(value: float, form: str) -> Callable[[Any, Any], None]:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_number(0, 0, value, book.add_format({"num_format": form}))

    return write


def _error(book: Any, sheet: Any) -> None:
    sheet.write_formula(0, 0, "=NA()", None, "#N/A")


def _far(book: Any, sheet: Any) -> None:
    sheet.write_string(0, 0, "Ada")
    sheet.write_string(1_048_575, 16_383, "x")


CASES = (
    Case("an error cell", "#N/A", _error),
    Case("42 with a format of zeros", "00042", _formatted(42, "00000")),
    Case("a share as a percentage", "12.5%", _formatted(0.125, "0.0%")),
    Case("26 hours", "26:00:00", _formatted(26 / 24, "[h]:mm:ss")),
    Case("a date, ISO", "1980-07-15", _formatted(29417, "d mmmm yyyy")),
    Case("two cells, the first and the last of a sheet", "Ada", _far),
)


def run() -> int:
    """Print the table; 0."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        heads = ("what is in the cell", "what a person sees", *READERS)
        lines = [heads] + [_line(folder, number, case) for number, case in enumerate(CASES)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
    return 0


def _line(folder: Path, number: int, case: Case) -> tuple[str, ...]:
    path = folder / f"{number}.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        case.write(book, book.add_worksheet("Sheet"))
    found = [_read(code, path, folder / f"{number}-{name}") for name, code in READERS.items()]
    return (case.title, case.seen, *found)


def _read(code: str, path: Path, folder: Path) -> str:
    folder.mkdir()
    script = _FRAME.format(memory=MEMORY, code=code)
    command = [sys.executable, "-c", script, str(path), str(folder)]
    try:
        done = subprocess.run(  # nosec B603
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"still reading after {SECONDS} s"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        died = f"died, signal {-done.returncode}" if done.returncode < 0 else last
        return died[:60]
    cells = json.loads(done.stdout.strip().splitlines()[-1])
    return str(cells[0]) if cells else "(nothing)"
