"""A virtual environment that holds what a requirements file asks for. Standard library only.

Where packages come from is decided by the configuration of pip (or uv) alone.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess  # nosec B404
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.launch.console import say, timed

HERE = Path(__file__).resolve().parents[2]
LOCK = "requirements.lock"
WINDOWS = os.name == "nt"
NO_NETWORK = re.compile(
    r"name resolution|dns error|failed to lookup|getaddrinfo|network is unreachable|NewConnectionError"
    r"|connection refused|ConnectTimeout|timed out|tunnel connection failed|error sending request"
    r"|failed to fetch|urlopen error|ProxyError",
    re.IGNORECASE,
)


class SetupError(Exception):
    """The environment cannot be made; the text says why and what to do."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment, by its folder and the requirements file that fills it."""

    folder: Path = HERE / ".venv"
    requirements: Path = HERE / "requirements.txt"

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")

    @property
    def log(self) -> Path:
        return self.folder / "install.log"

    def stamp(self, requirements: Path) -> Path:
        return self.folder / f".{requirements.stem}.installed"

    def wanted(self, requirements: Path) -> str:
        """What a finished installation is stamped with: changes when it would have to be made anew."""
        digest = hashlib.sha256(
            f"{platform.python_version()} {sys.platform} {self.folder}".encode()
        )
        for path in (*needed_files(requirements), requirements.with_name(LOCK)):
            digest.update(path.read_bytes() if path.exists() else b"")
        return digest.hexdigest()

    def ready(self) -> bool:
        stamp = self.stamp(self.requirements)
        return (
            self.python.exists()
            and stamp.exists()
            and stamp.read_text(encoding="ascii", errors="replace")
            == self.wanted(self.requirements)
        )

    def ensure(self, again: bool = False) -> None:
        """Make and fill it, unless a stamp says that it is done. Raises SetupError."""
        if self.ready() and not again:
            return
        if not self.requirements.exists():
            raise SetupError(f"{self.requirements} is missing; is this the whole project?")
        uv = shutil.which("uv")
        try:
            self._build(uv, again)
        except SetupError as error:
            if uv is None:
                raise
            say(f"  uv could not do it ({str(error).splitlines()[0]}); trying pip")
            self._build(None, True)
        for path in needed_files(self.requirements):
            self.stamp(path).write_text(self.wanted(path), encoding="ascii")

    def _build(self, uv: str | None, again: bool) -> None:
        if again or not self._usable(with_pip=uv is None):
            if self.folder.exists():
                timed(f"removing {self.folder.name}, which is old or half made", self._remove)
            timed(
                f"making {self.folder.name} with Python {platform.python_version()}",
                lambda: self._create(uv),
            )
        count = sum(len(pins(path)) for path in needed_files(self.requirements))
        timed(
            f"installing {count} packages and what they need with {'uv' if uv else 'pip'}"
            " (the first time: about a minute)",
            lambda: self._install(uv),
        )

    def _usable(self, with_pip: bool) -> bool:
        """Whether what is there runs, has this Python's version, and a pip if one is needed."""
        if not self.python.exists():
            return False
        code = (
            "import platform" + (", pip" if with_pip else "") + "; print(platform.python_version())"
        )
        try:
            done = run([str(self.python), "-I", "-c", code])
        except OSError:
            return False
        return done.returncode == 0 and done.stdout.strip() == platform.python_version()

    def _remove(self) -> None:
        try:
            shutil.rmtree(self.folder)
        except OSError as error:
            raise SetupError(
                f"{self.folder} cannot be removed: {error}. Remove it by hand."
            ) from error

    def _create(self, uv: str | None) -> None:
        base = str(getattr(sys, "_base_executable", None) or sys.executable)
        command = [base, "-m", "venv", str(self.folder)]
        if uv:
            command = [uv, "venv", "--quiet", "--python", base, str(self.folder)]
        elif not has_ensurepip(base):
            raise SetupError(without_pip())
        self._must(command, "making .venv failed")

    def _install(self, uv: str | None) -> None:
        self.stamp(self.requirements).unlink(missing_ok=True)
        command = [uv, "pip", "install", "--python", str(self.python)]
        if not uv:
            command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["-r", str(self.requirements)]
        lock = self.requirements.with_name(LOCK)
        if lock.exists():
            command += ["-c", str(lock)]
        self._must(
            [part for part in command if part],
            "installing the requirements failed",
            lambda: index_answers(self.python),
        )

    def _must(
        self, command: Sequence[str], what: str, reachable: Callable[[], bool] = lambda: True
    ) -> None:
        try:
            done = run(command)
        except OSError as error:
            raise SetupError(f"{what}: {error}") from error
        if self.folder.is_dir():
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
        if done.returncode:
            raise SetupError(explain(what, done.stdout, self.log, reachable))


# --- a failure in words


def explain(what: str, output: str, log: Path, reachable: Callable[[], bool]) -> str:
    """A failed command in words: the likely cause first, then the end of what it printed."""
    tail = "\n".join(f"    {line}" for line in output.strip().splitlines()[-15:])
    if NO_NETWORK.search(output) or not reachable():
        what += (
            ": the package index cannot be reached. Check the network, the proxy (HTTPS_PROXY) "
            "and where pip looks for packages (pip config list)"
        )
    elif "No space left" in output:
        what += ": the disk is full (about 1 GB is needed)"
    elif "No matching distribution" in output or "No solution found" in output:
        what += f": a pinned package is not to be had for Python {platform.python_version()} on this system"
    return f"{what}. The end of its output (all of it: {log}):\n{tail}"


def index_answers(python: Path) -> bool:
    """pip may report a network that is down as a conflict of versions; so it is asked about itself."""
    words = ["--disable-pip-version-check", "--retries", "0", "--timeout", "15"]
    done = run([str(python), "-m", "pip", "index", "versions", "pip", *words])
    return done.returncode == 0 or "No module named pip" in done.stdout  # uv put none there


def has_ensurepip(python: str) -> bool:
    return run([python, "-I", "-c", "import ensurepip, venv"]).returncode == 0


def without_pip() -> str:
    """Debian and Ubuntu keep a part of the venv module in a package of its own."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return (
        "This Python cannot put pip into a new environment: install the rest of its venv module, "
        f"on Debian and Ubuntu with: apt install python3-venv (or python{version}-venv)."
    )


# --- requirements files


def needed_files(requirements: Path) -> list[Path]:
    """The file and those that it draws in with `-r`."""
    files = [requirements]
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            files += needed_files(requirements.with_name(line[3:].strip()))
    return files


def pins(requirements: Path) -> list[str]:
    """The packages that a requirements file itself names."""
    lines = (
        line.split("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if line and not line.startswith("-")]


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run to the end; both outputs come together as text."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(  # nosec B603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
