"""How fast a large .xlsx is read, beside what others need for the same file.

Ours is the whole of `read()`: a child process, the cells as Parquet, the table found. The others only
hand out values, which is where the work with them begins.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import openpyxl
import python_calamine
import xlsxwriter

from core.files.reader import read
from core.settings import Settings

COLUMNS = ("id", "name", "name_en", "birth_date", "gender", "nationality", "score", "height")
COLUMNS += ("mbti", "description", "image_url", "active")
PLACES, TYPES = ("Taiwan", "Korea", "Japan", "France"), ("INTJ", "ENFP", "ISTP")


def write(path: Path, rows: int) -> None:
    """People in 12 columns: seven of text, of which four hardly repeat, numbers, dates, booleans."""
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("People")
    date = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, COLUMNS)
    for n in range(1, rows + 1):
        sheet.write_row(n, 0, [n, f"周杰伦 {n}", f"Jay Chou {n}"])
        sheet.write_number(n, 3, 20_000 + n % 9_000, date)
        sheet.write_row(n, 4, ["male" if n % 2 else "female", PLACES[n % 4], n * 0.37 % 100])
        sheet.write_row(n, 7, [150 + n % 50, TYPES[n % 3], f"What is said of person {n} & others"])
        sheet.write_string(n, 10, f"https://example.org/images/{n}.jpg")
        sheet.write_boolean(n, 11, n % 2 == 0)
    workbook.close()


def ours(path: Path, folder: Path) -> int:
    """`read()` into an empty folder."""
    return read(path, cache_dir=folder, settings=Settings(_env_file=None)).total or 0


def by_openpyxl(path: Path, folder: Path) -> int:
    """openpyxl's read-only mode."""
    workbook = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for _ in workbook.worksheets[0].iter_rows(values_only=True))
    workbook.close()
    return count - 1


def by_calamine(path: Path, folder: Path) -> int:
    """python-calamine."""
    with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
        return sum(1 for _ in workbook.get_sheet_by_index(0).iter_rows()) - 1


READERS: dict[str, Callable[[Path, Path], int]] = {
    "marquee": ours,
    "openpyxl read_only": by_openpyxl,
    "python-calamine": by_calamine,
}


def run(rows: int, repeat: int = 3) -> list[dict[str, Any]]:
    """One dict per reader: {reader, rows, columns, seconds, rows_per_second}; medians of `repeat`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        write(path, rows)
        return [_timed(name, path, rows, repeat) for name in READERS]


def _timed(name: str, path: Path, rows: int, repeat: int) -> dict[str, Any]:
    times = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            found = READERS[name](path, Path(folder))
            times.append(time.perf_counter() - start)
        if found != rows:
            raise ValueError(f"{name} gave {found} of {rows} rows")
    seconds = median(times)
    return {
        "reader": name,
        "rows": rows,
        "columns": len(COLUMNS),
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
    }


if __name__ == "__main__":
    for line in run(100_000):
        print(line)
