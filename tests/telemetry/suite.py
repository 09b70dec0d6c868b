"""A probe that speaks as the real one does, and does nothing but start a child and wait."""

from __future__ import annotations

import json
import sys
from pathlib import Path

SUITE_RESULT = {
    "benchmark": "ingest",
    "at": "2099-01-02T03:04:05+00:00",
    "machine": {"system": "Linux", "cpu": "Abacus 9", "cores": 2, "memory_gb": 4.0},
    "versions": {"duckdb": "1.5.5"},
    "commit": "abc1234",
    "rows": 10_000,
    "cases": [
        {"name": "floor", "title": "DuckDB alone", "seconds": 1.0, "ratio": 1.0},
        {
            "name": "import",
            "title": "Whole import",
            "seconds": 2.5,
            "ratio": 2.5,
            "rows_per_s": 4000,
        },
        {"name": "page, first", "title": "First page", "seconds": 0.02},
    ],
}

MAIN = """
import json, os, pathlib, subprocess, sys, tempfile, time
scratch = pathlib.Path(tempfile.gettempdir())
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
(scratch / "pids").write_text(f"{os.getpid()} {child.pid}")
(scratch / "big").write_bytes(b"x" * 100_000)
assert not any(name.startswith("MARQUEE_") for name in os.environ)
print(json.dumps({"step": 1, "steps": 2, "name": "import"}), flush=True)
if "--fail" in (scratch.parent / "how").read_text() if (scratch.parent / "how").exists() else False:
    child.kill()
    sys.exit("there is no room for it")
while not (scratch / "go").exists():
    time.sleep(0.05)
child.kill()
print("something else", flush=True)
print(json.dumps({"step": 2, "steps": 2, "name": "page, first"}), flush=True)
pathlib.Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(RESULT))
"""


def suite(folder: Path) -> tuple[str, ...]:
    """The command of a probe in this folder."""
    folder.mkdir(parents=True)
    (folder / "probe.py").write_text(f"RESULT = {json.dumps(SUITE_RESULT)}\n{MAIN}", "utf-8")
    return sys.executable, str(folder / "probe.py")
