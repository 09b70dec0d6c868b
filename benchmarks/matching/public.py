"""The public sets by Marquee, through its public face and without labels, and by Splink, over the same file in the same run."""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import children
from benchmarks.matching import sets, splinks
from benchmarks.peers import measure as peers
from benchmarks.suite import BenchmarkError
from core import Workbench
from core.datasets.model import from_dict
from core.matching.evaluating import Evaluation, of_clusters
from core.settings import Settings

TARGETS = {"febrl3": 0.996, "febrl4": 0.999}  # pairwise F1
HEAD = f"{'':<28}{'pairwise':>9}{'B-cubed':>9}{'precision':>11}{'recall':>8}{'seconds':>9}{'processor':>11}"


@dataclass(frozen=True)
class Line:
    """One way over one set: how right, seconds of the clock and of the processor for all of it but reading in."""

    way: str
    right: Evaluation
    seconds: float | None = None
    cpu: float | None = None

    def __str__(self) -> str:
        pair = self.right.pairwise
        shares = (
            f"{pair.f1:>9.4f}{self.right.b3.f1:>9.4f}{pair.precision:>11.4f}{pair.recall:>8.4f}"
        )
        took = "" if self.seconds is None else f"{self.seconds:>9.1f}{self.cpu:>11.1f}"
        return f"{self.way:<28}{shares}{took}"


def run(options: argparse.Namespace) -> bool:
    """Print the figures of febrl3, febrl4 and, where --path is given, of the historical figures. Whether all are reached."""
    venv = options.venv or peers.HOME
    source = sets.folder(venv)
    reached = True
    with tempfile.TemporaryDirectory() as folder:
        for name in [*sets.FILES, *(["figures"] if options.path else [])]:
            file = Path(folder, f"{name}.csv")
            if name in sets.FILES:
                sets.write(name, source, file)
            else:
                sets.figures(options.path, file)
            print(f"\n{name}\n{HEAD}")
            mine = marquee(file, Path(folder, name))
            print(mine, flush=True)
            for line in splink(name, file, Path(folder), venv):
                print(line, flush=True)
            if mine.right.pairwise.f1 < TARGETS.get(name, 0):
                reached = False
                print(f"missed: {TARGETS[name]} is wanted")
    return reached


def marquee(file: Path, home: Path) -> Line:
    """All pairs of a file, in a dataset made for it: the roles of the fields follow from their names."""
    settings = Settings(
        database=home / "m.duckdb", data_dir=home / "raw", datasets_dir=home / "datasets"
    )
    with Workbench.open(settings=settings) as wb:
        fields = [{"name": name} for name in wb.read(file).columns]
        made = {"name": "bench", "fields": fields, "key": {"fields": ["unique_id"]}}
        wb.datasets.save(from_dict(made))
        wb.import_file(file, "bench")
        began, used = time.perf_counter(), time.process_time()
        found = wb.matching.run("bench")
        wb.matching.clusters("bench")
        took = time.perf_counter() - began, time.process_time() - used
        if not {"unique_id", "cluster"} <= set(found.not_compared):
            raise BenchmarkError("the truth, or the number of the record, was compared")
        return Line("Marquee", wb.matching.evaluate("bench", "cluster"), *took)


def splink(name: str, file: Path, folder: Path, venv: Path) -> Iterator[Line]:
    """Splink at the probability of its example, and where it does best on the truth. Raises BenchmarkError."""
    out = folder / f"{name}-splink"
    out.mkdir()
    command: list[str | Path] = [
        peers.python(venv),
        "-W",
        "ignore",
        "-m",
        "benchmarks.matching.splinks",
    ]
    try:
        said = children.run([*command, name, file, out])
    except RuntimeError as error:
        raise BenchmarkError(str(error)) from error
    truth = {row["unique_id"]: row["cluster"] for row in _table(file)}
    right = {t: of_clusters(truth, _clusters(out / f"{t}.csv")) for t in splinks.THRESHOLDS}
    usual = said["threshold"]
    yield Line(f"Splink, from {usual}", right[usual], said["seconds"], said["cpu"])
    best = max(right, key=lambda t: right[t].pairwise.f1)
    if best != usual:
        yield Line(f"Splink, at its best ({best})", right[best])


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _clusters(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {record: cluster for record, cluster in csv.reader(file)}
