"""What a fault prints at its end: where it ran, its counts as a table, and the same as a line of JSON."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import duckdb
import psutil

ROOT = Path(__file__).resolve().parents[2]


def machine() -> str:
    """Processor cores, memory, system, Python, DuckDB: on one line."""
    memory = psutil.virtual_memory().total / 1e9
    return (
        f"{psutil.cpu_count()} cores, {memory:.0f} GB, {platform.system()},"
        f" Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )


def commit() -> str:
    """The commit that was tried, with a + when something was changed since; "" without git."""
    try:
        words = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
        return subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def show(name: str, counts: Mapping[str, Any], faults: list[str]) -> int:
    """Print it; gives the exit code: 0 when there are no `faults` (broken promises, in words)."""
    when = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    print(f"\n{name} ({when}, commit {commit()}; {machine()})")
    width = max(map(len, counts), default=0)
    for what, value in counts.items():
        print(f"  {what:<{width}}  {_text(value)}")
    for fault in faults[:20]:
        print(f"  BROKEN: {fault}")
    left = [what for what, value in counts.items() if str(value).startswith("skipped")]
    held = f"every promise that was tried was held; left out: {', '.join(left)}"
    held = held if left else "every promise was held"
    print(f"  {held}" if not faults else f"  {len(faults)} promises were broken")
    told = {"fault": name, **counts, "broken": faults, "left out": left}
    print(json.dumps(told, default=str), flush=True)
    return 1 if faults else 0


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_text(v)}" for k, v in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)
