"""The child process of the sandbox: `python -m core.files.safe.child`, a request on stdin.

The request names a task and a folder. It answers one JSON object in the folder's `answer.json`:
{"done": true}, or {"error", "detail", "hint", "extra"}.
"""

from __future__ import annotations

import errno
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from core.errors import BrokenFile, FileTooLarge, MarqueeError
from core.observe import context

# Each is `convert(request, folder)`: reads request["path"], writes into the folder.
TASKS = {
    "archive": "core.files.safe.archive",
    "careful": "core.files.text.careful",
    "json": "core.files.json.write",
    "marks": "core.files.sheets.marking",
    "workbook": "core.files.sheets.workbook",
}


class _NoPandas(MetaPathFinder):
    """Arrow imports pandas when it is there, which takes longer than most workbooks do."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse pandas, and leave everything else to others."""
        if name == "pandas":
            raise ImportError("not needed in this process")


def limit(memory_mb: int, seconds: int, output: int) -> None:
    """Limit address space, CPU time and written files where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    for what, soft in (
        (resource.RLIMIT_AS, memory_mb << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (soft, soft))
        except (ValueError, OSError):
            pass  # macOS refuses RLIMIT_AS below what is mapped; the parent watches, too


def main() -> int:
    """Read the request, do the task, answer. Exit code 0 also for errors that were answered."""
    context.from_parent()  # whoever logs or traces here does so for whom the parent works
    request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    sys.meta_path.insert(0, _NoPandas())
    # Before the limits: imports map many files.
    convert: Callable[[dict[str, Any], Path], None] = import_module(TASKS[request["task"]]).convert
    folder = Path(request["folder"])
    limit(int(request["memory_mb"]), int(request["seconds"]), int(request["max_unpacked"]))
    answer: dict[str, Any] = {"done": True}
    try:
        convert(request, folder)
    except MarqueeError as error:
        answer = _as_answer(error)
    except MemoryError:
        answer = _as_answer(BrokenFile("it needs more memory than reading one file may"))
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        answer = _as_answer(
            FileTooLarge(f"its cells need more than {request['max_unpacked']:,} bytes")
        )
    answer["cpu_seconds"] = round(time.process_time(), 3)
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    return 0


def _as_answer(error: MarqueeError) -> dict[str, Any]:
    return {
        "error": error.code,
        "detail": error.detail,
        "hint": error.hint,
        "extra": error.extra,
    }


if __name__ == "__main__":
    sys.exit(main())
