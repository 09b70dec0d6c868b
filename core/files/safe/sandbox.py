"""A child process for what may hang, swell or die: workbooks, archives, and doubtful text.

The child (`core.files.safe.child`) limits itself where the system can (Linux, and partly macOS); from
outside the same limits on memory and wall time are watched on every system. What it makes goes
into a folder; what it says goes into `answer.json` there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess  # nosec B404 (our own module, no shell)
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from core.errors import BrokenFile, ReaderDied, of_code
from core.observe import context, traces
from core.settings import Settings

_OURS = re.compile(
    r"^MARQUEE_|TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY(_ID)?$|_DSN$|_URL$", re.IGNORECASE
)
ROOT = Path(__file__).resolve().parents[3]
ANSWER = "answer.json"
LOOK = 0.05  # seconds between two looks at the child
SECONDS_PER_MB = 0.5  # of text, at the slowest
START = 0.005  # the first looks come sooner: most children are quick


def run(task: str, request: dict[str, Any], folder: Path, settings: Settings) -> None:
    """Do `task` in a child: `core.files.safe.child` lists them. `folder` is made, and filled by it.

    Raises what the child raised, or ReaderDied when it died or passed a limit.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = {
        **request,
        "task": task,
        "folder": str(folder.resolve()),
        "max_rows": settings.max_rows,
        "max_columns": settings.max_columns,
        "max_cell_chars": settings.max_cell_chars,
        "max_unpacked": settings.max_unpacked_mb * 1_000_000,
        "max_ratio": settings.max_ratio,
        "max_members": settings.max_members,
        "memory_mb": settings.child_memory_mb,
        "seconds": settings.child_seconds,
    }
    with tempfile.TemporaryFile() as said, traces.span("read in a child", task=task) as span:
        code = _child(json.dumps(asked).encode(), said, settings)
        span.set(**_answer(folder / ANSWER, code, said))


def roomy(settings: Settings, size: int) -> Settings:
    """The limits for plain text of `size` bytes, which unpacks to no more than it is.

    A gigabyte takes minutes on a slow machine, and that is no sign of anything bad.
    """
    return settings.model_copy(
        update={
            "child_seconds": max(settings.child_seconds, int(size * SECONDS_PER_MB / 1_000_000)),
            "max_unpacked_mb": max(settings.max_unpacked_mb, 2 * size // 1_000_000),
        }
    )


def _child(request: bytes, said: BinaryIO, settings: Settings) -> int:
    with tempfile.TemporaryFile() as asked:
        asked.write(request)
        asked.seek(0)
        child = subprocess.Popen(  # nosec B603
            [sys.executable, "-m", "core.files.safe.child"],
            stdin=asked,
            stdout=subprocess.DEVNULL,
            stderr=said,
            cwd=ROOT,
            env=_environment(),
        )
    try:
        _watch(child, settings)
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
    return child.returncode


def _watch(child: subprocess.Popen[bytes], settings: Settings) -> None:
    """Wait for the end. Raises ReaderDied when it takes too long or too much."""
    end = time.monotonic() + settings.child_seconds
    limit = settings.child_memory_mb << 20
    process, pause = _process(child.pid), START
    while True:
        try:
            child.wait(pause)
            return
        except subprocess.TimeoutExpired:
            pause = min(LOOK, pause * 2)
        if time.monotonic() > end:
            raise ReaderDied(f"it took longer than {settings.child_seconds} seconds")
        if _resident(process) > limit:
            raise ReaderDied(f"it needed more than {settings.child_memory_mb:,} MB of memory")


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _resident(process: psutil.Process | None) -> int:
    try:
        return int(process.memory_info().rss) if process else 0
    except psutil.Error:  # it has just ended
        return 0


def _environment() -> dict[str, str]:
    """The variables of this process without its settings and secrets: what reads strange files knows none of them."""
    kept = {n: v for n, v in os.environ.items() if n != "PYTHONWARNINGS" and not _OURS.search(n)}
    # Arrow's own allocators reserve address space that the child's limit would count.
    mine = context.for_child(traces.traceparent())
    return {**kept, **mine, "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONIOENCODING": "utf-8"}


def _answer(path: Path, code: int, said: BinaryIO) -> dict[str, Any]:
    """What the child says of its work, for the trace. Raises its error, or ReaderDied."""
    try:
        answer = json.loads(path.read_bytes())
        path.unlink()
    except (OSError, ValueError):
        answer = {}
    if "error" in answer:
        kind = of_code(str(answer["error"])) or BrokenFile
        raise kind(answer["detail"], hint=answer["hint"], **answer["extra"])
    if code != 0 or not answer.get("done"):
        raise ReaderDied(f"the reading process ended with code {code}", reason=_last_words(said))
    return {name: answer[name] for name in ("cpu_seconds",) if name in answer}


def _last_words(said: BinaryIO) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - 4_000))
    last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
    return last or "it said nothing"
