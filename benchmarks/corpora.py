"""How exactly files are read: the public collections, given as a folder outside the project.

Expected in the folder: `csv/polluted_files` and `csv/survey_sample` of the Pollock benchmark with
`csv/ (files), clean/ (truth)`, `csv/spectrum` with its truth as JSON, `json/JSONTestSuite`,
`json/blns.json`, `excel/readxl` and `messy`. What is absent is left out.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from core.errors import MarqueeError
from core.files.json import fast as json_fast
from core.files.reader import read

Rows = list[list[str]]
BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
csv.field_size_limit(2**31 - 1)

# ------------------------------------------------------------------ delimited text


def ours(path: Path) -> Rows:
    """The file as rows, nothing but its path told: the names first, when it has any."""
    table = read(path)
    named = bool(table.columns) and bool(table.decision("header").value)
    return [*([list(table.columns)] if named else []), *table.rows()]


def by_csv(path: Path) -> Rows:
    """Python's csv module, told the encoding."""
    return list(csv.reader(io.StringIO(_decoded(path))))


def by_duckdb(path: Path) -> Rows:
    """DuckDB's sniffer, all text, as lenient as it can be."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "FROM read_csv(?, all_varchar = true, null_padding = true, strict_mode = false,"
            " parallel = false)",
            [str(path)],
        )
        names = [column[0] for column in found.description]
        return [names, *([cell or "" for cell in row] for row in found.fetchall())]


READERS: dict[str, Callable[[Path], Rows]] = {
    "marquee": ours,
    "Python csv, told the encoding": by_csv,
    "DuckDB read_csv": by_duckdb,
}


def pollock(folder: Path) -> dict[str, Any]:
    """Points out of 10, as the Pollock benchmark gives them, for each reader; the mean of all files."""
    files = [path for path in sorted((folder / "csv").iterdir()) if _truth(folder, path).exists()]
    return {
        "files": len(files),
        "points": {
            name: round(sum(_points(folder, path, reader) for path in files) / len(files), 4)
            for name, reader in READERS.items()
        },
    }


def _truth(folder: Path, path: Path) -> Path:
    return folder / "clean" / path.name


def _points(folder: Path, path: Path, reader: Callable[[Path], Rows]) -> float:
    """One for reading at all, and precision, recall and F1 of header, records and cells."""
    try:
        got = [[_canonical(cell) for cell in row] for row in reader(path)]
    except Exception:  # a reader that fails gets nothing, however it fails
        return 0.0
    truth = [[_canonical(cell) for cell in row] for row in by_csv(_truth(folder, path))]
    parts = (
        (truth[:1] and truth[0], got[:1] and got[0]),
        (_whole(truth[1:]), _whole(got[1:])),
        ([cell for row in truth for cell in row], [cell for row in got for cell in row]),
    )
    return 1 + sum(sum(_fit(Counter(wanted), Counter(found))) for wanted, found in parts)


def _whole(rows: Rows) -> list[str]:
    return ["\x1f".join(row) for row in rows]


def _fit(wanted: Counter[str], found: Counter[str]) -> tuple[float, float, float]:
    hits = (wanted & found).total()
    if not wanted:
        return 1.0, 1.0, 1.0
    if not hits:
        return 0.0, 0.0, 0.0
    precision, recall = hits / found.total(), hits / wanted.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


@lru_cache(maxsize=200_000)
def _canonical(cell: str) -> str:
    """Blanks, case and the way a number is written do not count."""
    text = (cell or "").strip().lower()
    try:
        number = float(text.replace(",", "."))
        return repr(int(number)) if number == int(number) else repr(number)
    except (ValueError, OverflowError):
        return text


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    for codec in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def spectrum(folder: Path) -> dict[str, Any]:
    """How many of the small cases are exact."""
    wrong = []
    for path in sorted((folder / "csvs").iterdir()):
        truth = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
        table = read(path)
        rows = list(table.rows())
        truth = [truth] if isinstance(truth, dict) else truth
        wanted = [{key: str(value) for key, value in row.items()} for row in truth]
        if [dict(zip(table.columns, row, strict=True)) for row in rows] != wanted:
            wrong.append(path.name)
    return {"files": len(list((folder / "csvs").iterdir())), "wrong": wrong}


# ------------------------------------------------------------------ JSON


def json_suite(folder: Path) -> dict[str, Any]:
    """How many y_ were read, n_ refused, i_ read or refused; crashes, and rows that differ."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    decided: dict[str, str] = {}
    for path in sorted(folder.glob("[yni]_*.json")):
        kind = path.name[0]
        with patch.object(json_fast, "SMALL", 0):  # small files take the fast way, too, if they can
            outcome = _outcome(path)
        counts[f"{kind} {outcome.partition(':')[0]}"] += 1
        if kind == "i":
            decided[path.name] = outcome
        elif outcome.partition(":")[0] != {"y": "read", "n": "refused"}[kind]:
            wrong.append(f"{path.name}: {outcome}")
    return {"counts": dict(sorted(counts.items())), "wrong": wrong, "decided": decided}


def _outcome(path: Path) -> str:
    try:
        table = read(path)
        rows = list(table.rows())
        if rows != list(table.careful().rows()) or len(rows) != table.total:
            return "differs: both ways do not agree"
    except MarqueeError as error:
        return f"refused: {error.detail}"
    except Exception as error:  # what is counted here is exactly that
        return f"crashed: {type(error).__name__}"
    return "read" if table.format == "json" else f"misread: as {table.format}"


def naughty(path: Path, scratch: Path) -> dict[str, Any]:
    """How many strings of a list come back from CSV, by each delimiter and way of quoting."""
    texts = [text for text in json.loads(path.read_text("utf-8")) if text]
    rows = [[f"N{number}", text, "x"] for number, text in enumerate(texts)]
    lost = 0
    for delimiter in ",;\t|":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            out = io.StringIO()
            writer = csv.writer(out, delimiter=delimiter, quoting=quoting)
            writer.writerows([["id", "text", "kind"], *rows])
            target = scratch / "naughty.csv"
            target.write_bytes(out.getvalue().encode("utf-8"))
            got = list(read(target).rows())
            lost += sum(mine != theirs for mine, theirs in zip(got, rows, strict=False))
            lost += abs(len(got) - len(rows))
    return {"strings": len(texts), "ways": 8, "lost": lost}


# ------------------------------------------------------------------ workbooks


def workbooks(folders: Sequence[Path]) -> dict[str, Any]:
    """Every workbook read, or refused with a reason: counts, the slowest, and what was refused."""
    counts: Counter[str] = Counter()
    refused: dict[str, str] = {}
    slowest = 0.0
    for path in sorted(p for folder in folders for p in folder.iterdir()):
        if path.suffix.lower() not in BOOKS:
            continue
        start = time.perf_counter()
        try:
            list(read(path).rows())
            counts["read"] += 1
        except MarqueeError as error:
            counts["refused"] += 1
            refused[path.name] = f"{error.code}: {error.detail}"
        except Exception as error:  # what is counted here is exactly that
            counts["crashed"] += 1
            refused[path.name] = f"crashed: {type(error).__name__}"
        slowest = max(slowest, time.perf_counter() - start)
    return {"counts": dict(counts), "refused": refused, "slowest": round(slowest, 2)}
