"""Opening a database waits for no import; the first parameter finds it done or under way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from core.storage.warm import warm_up

ROOT = Path(__file__).resolve().parents[2]
OPENED = """
import sys, threading
begun, go = threading.Event(), threading.Event()

class Held:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas":
            begun.set()
            assert go.wait(20)

sys.meta_path.insert(0, Held())
from core import Workbench
with Workbench.open(sys.argv[1], data_dir=sys.argv[2]) as wb:
    assert begun.wait(20), "nobody began"
    assert "pandas" not in sys.modules, "something in opening waited for it"
    go.set()
    assert wb.uploads() == [] and "pandas" in sys.modules
"""


def test_opening_does_not_wait_for_it(tmp_path: Path) -> None:
    """A new database, with all its migrations, and one that is there already."""
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", OPENED, tmp_path / "m.duckdb", tmp_path / "data"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr


def test_what_is_loaded_is_not_loaded_again() -> None:
    import pandas  # noqa: F401

    assert warm_up() is None
