"""The child process that parses workbooks: `python -m core.files.child`, a request on stdin.

It answers one JSON object on stdout: {"done": true}, or {"error", "detail", "hint", "extra"}.
The cells and what was decided go into the folder that the request names.
"""

from __future__ import annotations

import json
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from core.errors import BrokenFile, MarqueeError


class _NoPandas(MetaPathFinder):
    """Arrow imports pandas when it is there, which takes longer than most workbooks do."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse pandas, and leave everything else to others."""
        if name == "pandas":
            raise ImportError("not needed in this process")


def limit(memory_mb: int, seconds: int) -> None:
    """Limit address space and CPU time where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    size = memory_mb << 20
    for what, soft in (
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (soft, soft))
        except (ValueError, OSError):
            pass  # macOS refuses RLIMIT_AS below what is mapped; the time limits still hold


def main() -> int:
    """Read the request, parse, answer. Exit code 0 also for errors that were answered."""
    request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    sys.meta_path.insert(0, _NoPandas())
    from core.files.workbook import convert  # before the limits: imports map many files

    limit(int(request["memory_mb"]), int(request["seconds"]))
    answer: dict[str, Any] = {"done": True}
    try:
        convert(request, Path(request["folder"]))
    except MarqueeError as error:
        answer = _told(error)
    except MemoryError:
        answer = _told(BrokenFile("it needs more memory than a workbook may"))
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    return 0


def _told(error: MarqueeError) -> dict[str, Any]:
    return {
        "error": type(error).__name__,
        "detail": error.detail,
        "hint": error.hint,
        "extra": error.extra,
    }


if __name__ == "__main__":
    sys.exit(main())
