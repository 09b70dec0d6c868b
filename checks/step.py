"""What a step of the checks is: what it works with, and how it ends. Standard library only."""

from __future__ import annotations

import os
import signal
import subprocess  # nosec B404
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.launch.environment import HERE, WINDOWS

STEP_SECONDS = 3600
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class Counts:
    """How the tests of one pytest run ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reason: str = ""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class Outcome:
    """How a step ended; `note` stands in the table, `output` is shown when it failed."""

    status: str
    note: str = ""
    output: str = ""
    tests: Counts = Counts()
    only_tests: bool = False  # single tests failed (at first), and nothing else did


@dataclass(frozen=True)
class Done:
    """A command that ended; code -1 means that it took too long or could not be started."""

    code: int
    output: str


@dataclass(frozen=True)
class Tools:
    """What steps work with: the environment's Python, variables, a folder for results, a clock."""

    python: str = sys.executable
    results: Path = HERE / ".ci-results"
    variables: Mapping[str, str] = field(default_factory=lambda: clean_variables(os.environ))
    begun: float = field(default_factory=time.time)  # when the first step began

    def run(
        self,
        *command: str | Path,
        seconds: float = STEP_SECONDS,
        variables: Mapping[str, str] | None = None,
    ) -> Done:
        """Run in the project's folder to the end; what takes longer is stopped with all its children."""
        try:
            child = subprocess.Popen(  # nosec B603
                [str(part) for part in command],
                cwd=HERE,
                env={**self.variables, **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=not WINDOWS,
            )
        except OSError as error:
            return Done(-1, f"{command[0]} cannot be started: {error}")
        try:
            output, _ = child.communicate(timeout=seconds)
            return Done(child.returncode, output)
        except subprocess.TimeoutExpired:
            return Done(-1, f"{end_all(child)}\nstopped after {seconds:.0f} s")
        except KeyboardInterrupt:
            end_all(child)
            raise

    def module(
        self,
        *command: str | Path,
        seconds: float = STEP_SECONDS,
        variables: Mapping[str, str] | None = None,
    ) -> Done:
        return self.run(self.python, "-m", *command, seconds=seconds, variables=variables)


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    work: Callable[[Tools], Outcome]


def clean_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without those that would change what is tested."""
    kept = {
        name: value
        for name, value in environment.items()
        if name == "MARQUEE_CHROMIUM" or not name.startswith(("MARQUEE_", "STREAMLIT_", "PYTEST_"))
    }
    kept.pop("PYTHONPATH", None)
    # Images of Python set it; then every process that a test starts compiles all modules anew: 1 s of CPU each.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}


def end_all(child: "subprocess.Popen[str]") -> str:
    """Stop a command and the processes it started; gives what it had printed."""
    if WINDOWS:
        subprocess.run(  # nosec B603 B607
            ["taskkill", "/F", "/T", "/PID", str(child.pid)], capture_output=True, check=False
        )
    else:
        os.killpg(child.pid, signal.SIGKILL)
    return child.communicate()[0]


def judge(done: Done, note: str = "") -> Outcome:
    return Outcome(FAILED if done.code else PASSED, note, done.output)


def command(*words: str) -> Callable[[Tools], Outcome]:
    """A step that is one command of the environment and passes when it ends with 0."""

    def work(tools: Tools) -> Outcome:
        done = tools.module(*words)
        return judge(done, last_line(done.output))

    return work


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:90] if lines else ""


def fresh(path: Path) -> Path:
    """A path for a report, with nothing there from an earlier run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return path
