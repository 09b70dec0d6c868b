"""Measure this installation beside the server: a child process with a database of its own, never this one.

The results of the developers' suite, where they are installed, are shown beside those of this machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess  # nosec B404
import sys
import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psutil

from core.errors import BadValue, Conflict, DiskFull
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "benchmarks" / "results"
PROBE = (sys.executable, "-m", "core.probe")
SIZES = (10_000, 100_000)  # rows; 100,000 take about a minute
BYTES_PER_ROW = 2_000  # files, databases and spill of one run at a time
WAIT = 5.0  # seconds a process has to end when it is asked to
TAIL = 40  # lines kept of what the child said


@dataclass(frozen=True)
class Running:
    """Where a benchmark is. state: idle, running, done, failed or cancelled."""

    state: str = "idle"
    rows: int = 0
    step: int = 0
    steps: int = 0
    name: str = ""
    message: str = ""

    @property
    def share(self) -> float:
        """Of the whole, 0 to 1."""
        return min(self.step / self.steps, 1.0) if self.steps else 0.0


@dataclass(frozen=True)
class Case:
    """One figure: median seconds; where it is known how it stands to the floor, rows/s and peak MB."""

    name: str
    title: str
    seconds: float
    ratio: float | None = None
    cpu_ratio: float | None = None
    rows_per_s: float | None = None
    peak_mb: float | None = None


@dataclass(frozen=True)
class Result:
    """One run: when (ISO 8601), whether made here, rows, machine, versions, commit, cases."""

    at: str
    own: bool
    rows: int
    machine: dict[str, str]
    versions: dict[str, str]
    commit: str | None
    cases: tuple[Case, ...]

    @property
    def place(self) -> str:
        """The machine in a few words: processor, cores, memory, system."""
        parts = [self.machine.get("cpu", "unknown processor")]
        parts += [f"{n} cores" for n in [self.machine.get("cores")] if n]
        parts += [f"{n} GB" for n in [self.machine.get("memory_gb")] if n]
        return ", ".join([*parts, self.machine.get("system", "")]).rstrip(", ")


class Benchmarks:
    """One benchmark at a time. Results are kept as JSON in `benchmarks` below the data folder."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = PROBE) -> None:
        self._settings, self._command = settings, command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._now = Running()
        self._cancelled = False

    @property
    def folder(self) -> Path:
        """Where the results of this installation are."""
        return self._settings.data_dir / "benchmarks"

    @property
    def _scratch(self) -> Path:
        return self.folder / ".running"

    def start(self, rows: int = SIZES[0]) -> None:
        """Begin. Raises Conflict when one runs, BadValue, DiskFull."""
        if rows not in SIZES:
            raise BadValue(f"{rows} rows", hint=f"Choose one of {', '.join(map(str, SIZES))}.")
        with self._lock:
            if self._now.state == "running":
                raise Conflict("a benchmark is running", hint="Wait for it, or cancel it.")
            self._make_room(rows)
            self._cancelled = False
            self._now = Running("running", rows, name="starting")
            try:
                self._process = self._launch(rows)
            except OSError as error:
                self._now = Running("failed", rows, message=str(error))
                self._clear()
                raise
            self._thread = threading.Thread(
                target=self._follow, args=(self._process, rows), name="marquee-benchmark"
            )
            self._thread.start()

    def _make_room(self, rows: int) -> None:
        self._clear()
        self._scratch.mkdir(parents=True)
        needed = rows * BYTES_PER_ROW + self._settings.min_free_mb * 1_000_000
        free = shutil.disk_usage(self._scratch).free
        if free < needed:
            self._clear()
            raise DiskFull(
                f"{free // 1_000_000} MB are free, and a benchmark of {rows:,} rows needs about"
                f" {needed // 1_000_000} MB"
            )

    def _launch(self, rows: int) -> subprocess.Popen[str]:
        result = (self._scratch / "result.json").absolute()
        command = [*self._command, "--rows", str(rows), "--json", str(result)]
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._scratch.absolute()))
        # What is set for this server (its database, its token) is nothing for the probe.
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MARQUEE_")}
        return subprocess.Popen(  # nosec B603
            command,
            cwd=ROOT,
            env={**kept, **places},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name != "nt",
        )

    def _follow(self, process: subprocess.Popen[str], rows: int) -> None:
        said: list[str] = []
        for line in process.stdout or ():
            said = [*said[-TAIL + 1 :], line.rstrip()]
            self._step(line, rows)
        if process.stdout:
            process.stdout.close()
        code = process.wait()
        with self._lock:
            self._now = self._ended(code, rows, said)
            self._process = None
            self._clear()

    def _step(self, line: str, rows: int) -> None:
        try:
            told = json.loads(line)
            now = Running("running", rows, int(told["step"]), int(told["steps"]), str(told["name"]))
        except (ValueError, TypeError, KeyError):
            return  # something else that it says
        self._now = now

    def _ended(self, code: int, rows: int, said: list[str]) -> Running:
        if self._cancelled:
            words = (
                "The benchmark was cancelled. Its processes and files are gone; nothing was kept."
            )
            return Running("cancelled", rows, message=words)
        made = self._scratch / "result.json"
        if code or not made.is_file():
            last = next((line for line in reversed(said) if line.strip()), "it said nothing")
            return Running("failed", rows, message=f"The benchmark ended with {code}: {last[:500]}")
        stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S")
        made.replace(self.folder / f"probe-{rows}-{stamp}.json")
        return Running("done", rows, 1, 1, message="The benchmark is done.")

    def now(self) -> Running:
        """Where it is."""
        return self._now

    def cancel(self) -> None:
        """Stop what runs, with everything that it started; returns when it is gone."""
        with self._lock:
            process, thread = self._process, self._thread
            if process is None:
                return
            self._cancelled = True
        _end(process)
        if thread:
            thread.join(2 * WAIT)

    def close(self) -> None:
        """The program ends: so does the benchmark."""
        self.cancel()

    def _clear(self) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    # -------------------------------------------------------------- results

    def results(self) -> list[Result]:
        """Results of this installation and those that came with the program, the newest first."""
        found = []
        for folder in (self.folder, SHIPPED):
            for path in (*folder.glob("probe-*.json"), *folder.glob("ingest-*.json")):
                with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                    found.append(
                        _result(json.loads(path.read_text("utf-8")), folder is not SHIPPED)
                    )
        return sorted(found, key=lambda made: made.at, reverse=True)


def _result(made: dict[str, Any], own: bool) -> Result:
    machine = {name: str(value) for name, value in made["machine"].items() if value is not None}
    cases = [
        Case(
            str(case["name"]),
            str(case["title"]),
            float(case["seconds"]),
            *(case.get(name) for name in ("ratio", "cpu_ratio", "rows_per_s", "peak_mb")),
        )
        for case in made["cases"]
    ]
    commit, versions = made.get("commit"), dict(made["versions"])
    return Result(made["at"], own, int(made["rows"]), machine, versions, commit, tuple(cases))


def _end(process: subprocess.Popen[str]) -> None:
    """The process and everything below it: asked first, then made to."""
    with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
        family = [psutil.Process(process.pid)]
        family += family[0].children(recursive=True)
        if os.name != "nt":
            os.killpg(process.pid, signal.SIGTERM)
        else:
            for one in family:
                with contextlib.suppress(psutil.Error):
                    one.terminate()
        _, left = psutil.wait_procs(family, timeout=WAIT)
        for one in left:
            with contextlib.suppress(psutil.Error):
                one.kill()
        if os.name != "nt":  # what was started in between
            os.killpg(process.pid, signal.SIGKILL)
