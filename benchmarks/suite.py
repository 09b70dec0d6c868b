"""Cases run one after another in processes of their own, several times over."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import children
from benchmarks.cases import CASES
from benchmarks.machine import describe
from benchmarks.people import COLUMNS, KINDS, VERSION, Files, generate
from benchmarks.summary import summarise

PREFIX = "marquee-bench-"
Samples = dict[str, list[dict[str, Any]]]


class BenchmarkError(Exception):
    """It cannot be measured, and why."""


@dataclass(frozen=True)
class Round:
    """Cases that share a folder, in this order. `like`: it begins as that case left its own."""

    cases: tuple[str, ...]
    like: str | None = None


# The floor is taken at the beginning, in the middle and at the end, because other work on the machine
# comes and goes; the best of a run counts.
INGEST = (
    Round(("floor", "floor lines", "floor array", "floor sheet", "copy")),
    Round(("read",)),
    Round(
        (
            "receive",
            "first screen",
            "first screen lines",
            "first screen array",
            "first screen sheet",
        )
    ),
    Round(("preview",)),
    Round(("import", "pages", "api read", "export", "again")),
    # A database of its own: what came again vouches for the records, and none would be set back.
    Round(("rollback preview", "rollback"), like="import"),
    Round(("changed",), like="import"),
    Round(("more", "edit"), like="import"),
    Round(("floor", "floor lines", "floor array", "floor sheet")),
    Round(("import lines",)),
    Round(("import array",)),
    Round(("import sheet",)),
    Round(("known",)),
    Round(("api upload",)),
    Round(("start",)),
    Round(("floor",)),
)
LARGE = (
    Round(("floor", "copy")),
    Round(("receive", "first screen")),
    Round(("import", "pages", "api read", "more", "edit")),
)
SHORT = (Round(("floor",)), Round(("import",)), Round(("floor",)))


@dataclass
class Teller:
    """Says how far it is: a line of text, or a line of JSON for a program."""

    machine: bool = False
    steps: int = 0
    step: int = 0

    def __call__(self, name: str) -> None:
        """The next step begins."""
        self.step += 1
        if self.machine:
            print(json.dumps({"step": self.step, "steps": self.steps, "name": name}), flush=True)
        else:
            print(f"{self.step} of {self.steps}: {name}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Suite:
    """What is run: a name, rounds, and how often."""

    name: str
    rows: int
    runs: int = 1
    rounds: tuple[Round, ...] = INGEST
    files: Path | None = None  # where the generated files are kept for the next time
    kinds: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        needed = {kind for each in self.cases() for kind in CASES[each].needs}
        object.__setattr__(self, "kinds", tuple(kind for kind in KINDS if kind in needed))

    def cases(self) -> Iterator[str]:
        """All cases of one run, in order."""
        for each in self.rounds:
            yield from each.cases

    @property
    def steps(self) -> int:
        """How many there will be."""
        return len(self.kinds) + self.runs * len(list(self.cases()))

    def run(self, tell: Callable[[str], None]) -> dict[str, Any]:
        """Measure. Raises BenchmarkError; leaves no temporary file behind, however it ends."""
        with scratch() as folder:
            _check_space(folder, self)
            files = Files(self.files or folder / "files", self.rows)
            for kind in self.kinds:
                tell(f"writing the file: {kind}")
                generate(files.folder, self.rows, (kind,))
            samples: list[Samples] = []
            for number in range(self.runs):
                prefix = f"run {number + 1} of {self.runs}: " if self.runs > 1 else ""
                samples.append(self._once(folder, files, lambda text: tell(prefix + text)))
            size = files.path("people").stat().st_size
        return {
            "benchmark": self.name,
            **describe(),
            "people": VERSION,
            "rows": self.rows,
            "columns": COLUMNS,
            "bytes": size,
            "runs": self.runs,
            "cases": summarise(samples),
        }

    def _once(self, folder: Path, files: Files, tell: Callable[[str], None]) -> Samples:
        found: Samples = {}
        wanted = {each.like for each in self.rounds}
        for each in self.rounds:
            work = folder / "work"
            if each.like:
                shutil.copytree(folder / each.like, work)
            else:
                work.mkdir()
            for case in each.cases:
                tell(CASES[case].title)
                found.setdefault(case, []).append(_child(case, work, files))
                if case in wanted:
                    shutil.copytree(work, folder / case)
            shutil.rmtree(work)
        for name in wanted - {None}:
            shutil.rmtree(folder / str(name))
        return found


def only(rounds: Iterable[Round], cases: set[str]) -> tuple[Round, ...]:
    """The rounds with these cases alone, what they build on, and their floors. Raises BenchmarkError."""
    rounds = tuple(rounds)
    there = {case for each in rounds for case in each.cases}
    if cases - there:
        raise BenchmarkError(
            f"there is no case {', '.join(sorted(cases - there))}; cases: {', '.join(sorted(there))}"
        )
    floors = {CASES[case].floor for case in cases}
    found = []
    for each in rounds:
        builds = each.cases[0] == "import" and (
            cases & set(each.cases) or any(r.like and cases & set(r.cases) for r in rounds)
        )
        base = {"import"} if builds else set()
        kept = tuple(c for c in each.cases if c in cases | floors | base)
        if kept:
            found.append(Round(kept, each.like))
    return tuple(found)


def _child(case: str, work: Path, files: Files) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", "case", case]
    command += [str(work), str(files.folder), str(files.rows)]
    try:
        return children.run(command)
    except RuntimeError as error:
        raise BenchmarkError(str(error)) from error


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder that is removed in the end, and those of runs that were killed are, too."""
    place = Path(tempfile.gettempdir())
    for old in place.glob(f"{PREFIX}*"):
        owner = old.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _alive(pid: int) -> bool:
    import psutil

    return psutil.pid_exists(pid)


def _check_space(folder: Path, suite: Suite) -> None:
    # Files, the database twice, the raw file that is kept, and what spills.
    needed = suite.rows * (400 * len(suite.kinds) + 1_500) + 200_000_000
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BenchmarkError(
            f"{suite.rows:,} rows need about {needed / 1e9:.1f} GB in {folder.parent}, and {free / 1e9:.1f}"
            " GB are free. Ask for fewer rows, or set TMPDIR to a folder on a larger disk."
        )
