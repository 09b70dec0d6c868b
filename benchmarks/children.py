"""A command in a process of its own: its answer, the peak memory of its whole tree, and its certain end."""

from __future__ import annotations

import json
import os
import signal
import subprocess  # nosec B404
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.machine import ROOT

LOOK = 0.02  # seconds between two looks at the memory
PATIENCE = 5.0  # seconds for children to end before they are killed


def run(
    command: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> dict[str, Any]:
    """Run to the end: the JSON object of its last line, and `peak_mb` of it and its children together.

    Raises RuntimeError with what it said when it fails. Whatever ends this early ends the tree, too.
    """
    child = subprocess.Popen(  # nosec B603
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=os.name == "posix",
    )
    with Memory(child.pid) as memory:
        try:
            out, err = child.communicate()
        except BaseException:
            end_all(child)
            raise
    if child.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{err.strip()[-3000:]}")
    answer: dict[str, Any] = json.loads(out.splitlines()[-1])
    # What a process says of itself misses no short peak, but knows nothing of its children.
    answer["peak_mb"] = max(memory.peak / 1e6, answer.get("peak_mb") or 0.0)
    return answer


def end_all(child: subprocess.Popen[Any]) -> None:
    """End a process and all below it, gently for a moment, and wait until they are gone."""
    try:
        tree = [*psutil.Process(child.pid).children(recursive=True), psutil.Process(child.pid)]
    except psutil.Error:
        tree = []
    if os.name == "posix":
        _signal_group(child.pid, signal.SIGTERM)
    for process in tree:
        _quietly(process.terminate)
    _, alive = psutil.wait_procs(tree, timeout=PATIENCE)
    for process in alive:
        _quietly(process.kill)
    if os.name == "posix":
        _signal_group(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()
    for pipe in (child.stdout, child.stderr):
        if pipe:
            pipe.close()


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass  # all of them are gone


def _quietly(act: Any) -> None:
    try:
        act()
    except psutil.Error:
        pass  # it has just ended


def resident(process: psutil.Process) -> int:
    """Bytes in memory; 0 for a process that has just ended."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


class Memory:
    """The most bytes that a process and its children had resident together, and the children alone."""

    def __init__(self, pid: int | None = None) -> None:
        self.pid = os.getpid() if pid is None else pid
        self.peak = self.children = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        try:
            process = psutil.Process(self.pid)
            while not self._ended.wait(LOOK):
                children = sum(resident(child) for child in process.children(recursive=True))
                self.children = max(self.children, children)
                self.peak = max(self.peak, children + resident(process))
        except psutil.Error:
            return  # it has ended

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
